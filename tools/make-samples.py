#!/usr/bin/env python3
"""Makes samples/fashion-mnist from the whole Fashion-MNIST: the first 10,000 training and the first 2,000 test pictures.

    tools/make-samples.py [source] [target]

The source is where Debian's package dataset-fashion-mnist puts its files. The same source gives the same bytes: the gzip
headers carry neither a name nor a time.
"""

import gzip
import struct
import sys
from pathlib import Path

SOURCE = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
TARGET = Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent.parent / "samples" / "fashion-mnist")
KEPT = {"train": 10_000, "t10k": 2_000}


def first(name: str, count: int) -> None:
    data = gzip.decompress((SOURCE / name).read_bytes())
    dimensions = struct.unpack_from(f">{data[3]}i", data, 4)
    start = 4 + 4 * len(dimensions)
    item = (len(data) - start) // dimensions[0]
    header = data[:4] + struct.pack(f">{len(dimensions)}i", count, *dimensions[1:])
    kept = header + data[start : start + count * item]
    (TARGET / name).write_bytes(gzip.compress(kept, 9, mtime=0))


TARGET.mkdir(parents=True, exist_ok=True)
for split, count in KEPT.items():
    first(f"{split}-images-idx3-ubyte.gz", count)
    first(f"{split}-labels-idx1-ubyte.gz", count)
