#!/usr/bin/env python3
"""Writes src/test/resources/golden/arrays.npz by NumPy; NpyFormatTests knows the formula of its values."""

from pathlib import Path

import numpy as np

N, C, H, W = 6, 3, 2, 4
n, c, h, w = np.indices((N, C, H, W))
pictures = ((n * 50 + c * 20 + h * 7 + w) % 256).astype(np.uint8)
target = Path(__file__).parents[2] / "src/test/resources/golden/arrays.npz"
np.savez_compressed(
    target,
    x_train=pictures.transpose(0, 2, 3, 1),
    y_train=(np.arange(N) % 2).reshape(N, 1),
    x_test=np.ascontiguousarray(pictures[:2]),
    y_test=np.array([1, 0], dtype=">i2"),
)
