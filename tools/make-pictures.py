#!/usr/bin/env python3
"""Makes src/test/resources/pictures: small pictures of the kinds that few writers write, and what they decode to by Pillow.

    pip install pillow && tools/make-pictures.py [target]

Pictures of 16 bits, which Pillow does not write, are put together here.
"""

import base64
import json
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

TARGET = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "src/test/resources/pictures")
WIDTH, HEIGHT = 18, 12


def colour(x: int, y: int, frame: int = 0) -> tuple[int, int, int]:
    return (x * 14 + frame * 3) % 256, (y * 20 + x) % 256, (255 - x * 7 - y * 5 + frame * 90) % 256


def picture(frame: int = 0) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.putdata([colour(x, y, frame) for y in range(HEIGHT) for x in range(WIDTH)])
    return image


def png16(channels: int, type_of_colour: int) -> tuple[bytes, list[int]]:
    """A PNG of 16 bits a channel and the upper bytes of its values, row by row."""
    rows, upper = b"", []
    for y in range(HEIGHT):
        rows += b"\0"
        for x in range(WIDTH):
            for value in colour(x, y)[:channels]:
                rows += struct.pack(">BB", value, (value * 7 + x) % 256)
                upper.append(value)
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, type_of_colour, 0, 0, 0)
    bytes_ = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return bytes_, upper


def planes(interleaved: list[int], channels: int) -> bytes:
    return bytes(interleaved[i] for c in range(channels) for i in range(c, len(interleaved), channels))


def of(image: Image.Image) -> bytes:
    return planes([v for pixel in image.convert("RGB").getdata() for v in pixel], 3)


TARGET.mkdir(parents=True, exist_ok=True)
expected = {}


def keep(name: str, values: bytes, tolerance: int, channels: int = 3) -> None:
    expected[name] = {"shape": [channels, HEIGHT, WIDTH], "tolerance": tolerance,
                      "values": base64.b64encode(values).decode()}


picture().convert("CMYK").save(TARGET / "cmyk.jpg", quality=100, subsampling=0)
keep("cmyk.jpg", of(Image.open(TARGET / "cmyk.jpg")), 4)
picture().save(TARGET / "colour.jpg", quality=95, subsampling=0)
keep("colour.jpg", of(Image.open(TARGET / "colour.jpg")), 3)
picture().convert("L").save(TARGET / "grey.jpg", quality=95)
keep("grey.jpg", bytes(Image.open(TARGET / "grey.jpg").getdata()), 2, 1)
picture().save(TARGET / "progressive.jpg", quality=95, subsampling=0, progressive=True)
keep("progressive.jpg", of(Image.open(TARGET / "progressive.jpg")), 3)
picture().save(TARGET / "lossless.webp", lossless=True)
keep("lossless.webp", of(Image.open(TARGET / "lossless.webp")), 0)
picture().save(TARGET / "lossy.webp", quality=90)
keep("lossy.webp", of(Image.open(TARGET / "lossy.webp")), 24)
veiled = picture().convert("RGBA")
veiled.putalpha(Image.linear_gradient("L").resize((WIDTH, HEIGHT)))
veiled.save(TARGET / "alpha.png")
black = Image.new("RGBA", veiled.size, (0, 0, 0, 255))
keep("alpha.png", of(Image.alpha_composite(black, veiled)), 1)
frames = [picture(f).quantize(64) for f in range(3)]
frames[0].save(TARGET / "frames.gif", save_all=True, append_images=frames[1:], duration=100)
keep("frames.gif", of(Image.open(TARGET / "frames.gif")), 0)
for name, channels, type_of_colour in (("colour16.png", 3, 2), ("grey16.png", 1, 0)):
    data, upper = png16(channels, type_of_colour)
    (TARGET / name).write_bytes(data)
    keep(name, planes(upper, channels), 1, channels)
rotated = picture()
exif = Image.Exif()
exif[0x0112] = 6
rotated.rotate(90, expand=True).save(TARGET / "turned.jpg", quality=98, subsampling=0, exif=exif)
keep("turned.jpg", of(rotated), 12)

(TARGET / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
