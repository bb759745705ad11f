"""Where the data lie, and their first n training samples."""
import gzip
import pathlib
import shutil
import struct

KNOWN = {"fashion-mnist": 60_000, "cifar10": 50_000}


def locate(chosen, samples, home):
    """Format and location of a data set, or of its first training samples with the whole test split."""
    source = pathlib.Path(chosen.fashion_mnist if chosen.dataset == "fashion-mnist" else chosen.cifar10 or "")
    if not source.is_dir() or not str(source).startswith("/"):
        raise SystemExit(f"--{chosen.dataset} must name the folder of the data, absolute")
    format = "idx" if chosen.dataset == "fashion-mnist" else "parquet"
    if not samples:
        return format, source
    folder = home / "slices" / f"{chosen.dataset}-{samples}"
    folder.mkdir(parents=True, exist_ok=True)
    (first_idx if format == "idx" else first_parquet)(source, folder, samples)
    return format, folder


def first_idx(source, folder, samples):
    for file in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        shutil.copy(source / file, folder / file)
    for file, header in (("train-images-idx3-ubyte.gz", 16), ("train-labels-idx1-ubyte.gz", 8)):
        with gzip.open(source / file) as whole:
            head = whole.read(header)
            each = 784 if header == 16 else 1
            body = whole.read(samples * each)
        if len(body) != samples * each:
            raise SystemExit(f"{file} has fewer than {samples} samples")
        with gzip.open(folder / file, "wb") as part:
            part.write(head[:4] + struct.pack(">I", samples) + head[8:] + body)


def first_parquet(source, folder, samples):
    import pyarrow.parquet

    shutil.copy(source / "test.parquet", folder / "test.parquet")
    table = pyarrow.parquet.read_table(source / "train.parquet")
    pyarrow.parquet.write_table(table.slice(0, samples), folder / "train.parquet")


def pictures(source, samples):
    """[n, 784] pixels in [0, 1] and [n] labels of the first samples of an IDX folder."""
    import numpy

    with gzip.open(source / "train-images-idx3-ubyte.gz") as file:
        file.read(16)
        pixels = numpy.frombuffer(file.read(samples * 784), numpy.uint8).reshape(samples, 784) / 255.0
    with gzip.open(source / "train-labels-idx1-ubyte.gz") as file:
        file.read(8)
        labels = numpy.frombuffer(file.read(samples), numpy.uint8).astype(int)
    return pixels, labels
