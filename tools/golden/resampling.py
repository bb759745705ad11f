#!/usr/bin/env python3
"""Resizes a picture by PyTorch's antialiased bilinear filter; prints what PictureDecoderTests holds ours against."""

import torch
import torch.nn.functional as F


def picture(width: int, height: int) -> torch.Tensor:
    rows = [[(x * x * 7 + y * 31 + x * y * 3) % 256 for x in range(width)] for y in range(height)]
    return torch.tensor(rows).double()[None, None]


def resize(source: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return F.interpolate(source, size=(height, width), mode="bilinear", antialias=True, align_corners=False)


def show(name: str, resized: torch.Tensor) -> None:
    print(name, [round(v) for v in resized.flatten().tolist()])


show("14 x 9, exact 4", resize(picture(14, 9), 4, 4))
show("14 x 9, exact 20, first row", resize(picture(14, 9), 20, 20)[..., 0, :])
show("15 x 9, crop 3", resize(picture(15, 9), 3, 5)[..., 1:4])
