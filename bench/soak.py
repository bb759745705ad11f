"""Does native memory leak? Trains for 30 epochs on 2,000 samples through the packed service and compares the resident memory
of the service's process after epoch 5 with that after epoch 30. Writes bench/results/<date>-soak.md.

Needs Debian's package dataset-fashion-mnist and target/winnow.jar. Usage: python3 bench/soak.py
"""
import datetime
import gzip
import pathlib
import struct
import tempfile
import time

from service import ROOT, Service, commit, machine

DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
EPOCHS = 30


def slice_of(name, count, target):
    """The first samples of one of Fashion-MNIST's IDX files."""
    source = next(p for p in (DATA / name, DATA / f"{name}.gz") if p.exists())
    data = gzip.open(source).read() if source.suffix == ".gz" else source.read_bytes()
    sides = data[3]
    header = 4 + 4 * sides
    dims = struct.unpack(f">{sides}I", data[4:header])
    each = 1
    for side in dims[1:]:
        each *= side
    (target / name).write_bytes(data[:4] + struct.pack(f">{sides}I", count, *dims[1:]) + data[header : header + count * each])


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder)
        for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
            slice_of(name, 2000, data)
        for name in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
            slice_of(name, 500, data)
        with Service([folder]) as service:
            service.ingest("slice", "idx", folder)
            service.post("/models", {"name": "small-cnn", "architecture": "small-cnn"})
            job = service.post(
                "/jobs",
                {"dataset": "slice", "model": "small-cnn", "methods": ["el2n", "grand"], "runs": 1, "epochs": EPOCHS},
            )["id"]
            resident = {}
            while (found := service.get(f"/jobs/{job}"))["status"] in ("QUEUED", "RUNNING"):
                epoch = found["progress"]["epoch"]
                if epoch is not None:
                    resident[epoch] = service.rss() / 2**20
                time.sleep(0.1)
            assert found["status"] == "SUCCEEDED", found["error"]
            time.sleep(1)
            after = service.rss() / 2**20
    growth = after / resident[5] - 1
    rows = "\n".join(f"| {epoch} | {mib:.0f} |" for epoch, mib in resident.items() if epoch in (1, 2, 3, 4, 5, 10, 15, 20, 25, 30))
    text = (
        f"# Resident memory over {EPOCHS} epochs on 2,000 samples\n\n{datetime.date.today()}, commit {commit()}, {machine()};"
        f" heap limit 1 GB.\n\n| last seen in epoch | MiB |\n| ---: | ---: |\n{rows}\n| after the job | {after:.0f} |\n\n"
        f"From the end of epoch 5 to the end of the job: {growth:+.1%} (wanted: within 5 %).\n"
    )
    (ROOT / "bench" / "results" / f"{datetime.date.today()}-soak.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
