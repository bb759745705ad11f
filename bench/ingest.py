"""Ingest through the packed service: CIFAR-10 as Parquet, the same pictures in the other formats, and a folder of 20,000
pictures of 500 × 375 with a heap of 512 MB, killed half-way. Writes bench/results/<date>-ingest.md.

Needs Pillow and NumPy and target/winnow.jar (./mvnw -q package -DskipTests).
Usage: python3 bench/ingest.py <folder of CIFAR-10 with train.parquet and test.parquet> [--score] [--note "…"] [--pictures N]
--score also trains small-cnn, 2 runs × 3 epochs.
"""
import argparse
import datetime
import hashlib
import io
import os
import pathlib
import re
import shutil
import signal
import tarfile
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image

from service import ROOT, Service, commit, machine

HEADER = 4096
checks = []


def check(name, value, holds, wanted):
    checks.append((name, value, "yes" if holds else "NO", wanted))
    print(f"  {'ok ' if holds else 'NOT'} {name}: {value} (wanted {wanted})", flush=True)


def checksum(pictures, labels):
    digest = hashlib.sha256(np.ascontiguousarray(pictures).tobytes())
    digest.update(labels.astype("<i4").tobytes())
    return "sha256:" + digest.hexdigest()


def png(picture):
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0))).save(out, "png", compress_level=1)
    return out.getvalue()


def stored(home, size):
    """Pictures and labels of the only tensor store below a home."""
    (path,) = pathlib.Path(home).rglob("train.tensors")
    pictures = np.fromfile(path, np.uint8, size * 3 * 32 * 32, offset=HEADER).reshape(size, 3, 32, 32)
    return pictures, np.fromfile(path, "<i4", size, offset=HEADER + pictures.nbytes)


def write_out(folder, pictures, labels, classes):
    (folder / "npy").mkdir()
    np.save(folder / "npy/x_train.npy", pictures)
    np.save(folder / "npy/y_train.npy", labels.astype(np.int64))
    (folder / "tar").mkdir()
    shards = [tarfile.open(folder / f"tar/train-{s}.tar", "w") for s in range(4)]
    for name in classes:
        (folder / "folders/train" / name).mkdir(parents=True)
    for i, picture in enumerate(pictures):
        bytes_ = png(picture)
        (folder / "folders/train" / classes[labels[i]] / f"{i:05d}.png").write_bytes(bytes_)
        for ending, content in (("png", bytes_), ("cls", str(labels[i]).encode())):
            member = tarfile.TarInfo(f"{i:05d}.{ending}")
            member.size = len(content)
            shards[i * 4 // len(pictures)].addfile(member, io.BytesIO(content))
    for shard in shards:
        shard.close()


def formats(cifar, folder, score):
    with Service([cifar, str(folder)]) as service:
        started = time.time()
        dataset = service.ingest("parquet", "parquet", cifar)
        seconds = time.time() - started
        check("seconds for 50,000 + 10,000 pictures of CIFAR-10 in Parquet", f"{seconds:.1f}", seconds < 60, "< 60")
        pictures, labels = stored(service.home, dataset["train"]["size"])
        check("the checksum is that of the tensors", "", checksum(pictures, labels) == dataset["train"]["checksum"], "equal")
        classes = dataset["classes"] if not dataset["classes"][0].isdigit() else [f"class-{c}" for c in dataset["classes"]]
        write_out(folder, pictures, labels, classes)
        for name, kind in (("npy", "npy"), ("tar", "webdataset")):
            other = service.ingest(kind, kind, str(folder / name))
            same = other["train"]["checksum"] == dataset["train"]["checksum"]
            check(f"the same tensors as {kind}", other["train"]["checksum"][:20], same, "bit for bit")
            counts = other["train"]["classCounts"] == dataset["train"]["classCounts"]
            check(f"the same class counts as {kind}", "", counts, "equal")
        other = service.ingest("image-folder", "image-folder", str(folder / "folders"))
        ranks = np.argsort(np.argsort(classes))
        order = np.argsort(ranks[labels], kind="stable")
        same = other["train"]["checksum"] == checksum(pictures[order], ranks[labels][order])
        check("the same tensors as image-folder, by class and name", other["train"]["checksum"][:20], same, "bit for bit")
        counts = sorted(other["train"]["classCounts"]) == sorted(dataset["train"]["classCounts"])
        check("the same class counts as image-folder", "", counts, "equal")
        if score:
            service.post("/models", {"name": "small-cnn", "architecture": "small-cnn"})
            started = time.time()
            job = service.run_job(dataset="parquet", model="small-cnn", methods=["el2n", "grand"], runs=2, epochs=3, seed=1)
            accuracy = sum(r["testAccuracy"] for r in job["runResults"]) / 2
            check("test accuracy of small-cnn, 2 runs × 3 epochs", f"{accuracy:.3f}", accuracy > 0.5, "> 0.5")
            check("minutes of that", f"{(time.time() - started) / 60:.1f}", True, "reported")


def draw(job):
    """Some pictures like photographs: smooth, with edges and noise, each another."""
    root, numbers = job
    for i in numbers:
        random = np.random.default_rng(i)
        small = Image.fromarray(random.integers(0, 256, (12, 16, 3), np.uint8)).resize((500, 375), Image.BICUBIC)
        picture = np.asarray(small, np.int16) + random.normal(0, 6, (375, 500, 1)).astype(np.int16)
        file = pathlib.Path(root) / "train" / f"class-{i % 10}" / f"{i:06d}.jpg"
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(file, quality=90)


def large(folder, count):
    root = folder / "photographs"
    for c in range(10):
        (root / "train" / f"class-{c}").mkdir(parents=True)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(draw, [(str(root), range(i, min(count, i + 500))) for i in range(0, count, 500)]))
    bytes_ = sum(file.stat().st_size for file in root.rglob("*.jpg"))
    print(f"  {count} pictures, {bytes_ / 2**20:.0f} MB", flush=True)
    home = tempfile.mkdtemp(prefix="winnow-bench-")
    try:
        resize = {"resize": {"size": 64}}
        with Service([str(folder)], heap="512m", home=home) as service:
            started = time.time()
            whole = service.ingest("undisturbed", "image-folder", str(root), **resize)
            speed = count / (time.time() - started)
            peak = service.peak_rss / 2**30
            check("pictures of 500 × 375 a second, resize=64, heap of 512 MB", f"{speed:.0f}", speed >= 250, ">= 250")
            check("peak resident memory of the service", f"{peak:.2f} GiB", peak < 1.5, "< 1.5 GiB")
            service.post("/datasets", {"name": "killed", "format": "image-folder", "location": str(root), **resize})
            while (at := service.get("/datasets/killed")["progress"]) < 0.5:
                time.sleep(0.1)
            service.process.send_signal(signal.SIGKILL)
            service.process.wait()
        with Service([str(folder)], heap="512m", home=home) as service:
            started = time.time()
            while (dataset := service.get("/datasets/killed"))["state"] == "INGESTING":
                time.sleep(0.2)
            seconds = time.time() - started
            log = pathlib.Path(home, "service.log").read_text()
            done = int(re.findall(r"goes on after (\d+) samples", log)[-1]) if "goes on after" in log else 0
            check(f"samples not decoded again after a kill -9 at {at:.0%}", done, done >= count * (at - 0.1), "all but those of the last seconds")
            check("seconds from the restart to READY", f"{seconds:.0f}", True, "reported")
            same = dataset["state"] == "READY" and dataset["train"]["checksum"] == whole["train"]["checksum"]
            check("the killed and resumed ingest has the same tensors", dataset["state"], same, "bit for bit")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("cifar")
    arguments.add_argument("--score", action="store_true")
    arguments.add_argument("--note", default="")
    arguments.add_argument("--pictures", type=int, default=20_000)
    given = arguments.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="winnow-ingest-"))
    try:
        formats(str(pathlib.Path(given.cifar).resolve()), folder, given.score)
        large(folder, given.pictures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    today = datetime.date.today().isoformat()
    lines = [f"# Ingest", "", f"{today}, commit {commit()}, {machine()}. {given.note}".strip(), "",
             f"{given.pictures:,} generated JPEGs in the second part.", "",
             "| what | measured | wanted | holds |", "| --- | --- | --- | --- |"]
    lines += [f"| {name} | {value} | {wanted} | {holds} |" for name, value, holds, wanted in checks]
    (ROOT / f"bench/results/{today}-ingest.md").write_text("\n".join(lines) + "\n")
    raise SystemExit(0 if all(holds == "yes" for _, _, holds, _ in checks) else 1)


if __name__ == "__main__":
    main()
