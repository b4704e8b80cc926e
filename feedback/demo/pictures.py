"""Photos that customers attach: small drawings, made here so that nobody's photo is used."""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (960, 720)
SKIES = ((205, 222, 235), (236, 224, 205), (222, 226, 222), (196, 208, 224))


def draw_photo(rng: random.Random, *, is_damaged: bool) -> bytes:
    """A parcel by a door, whole or crushed, as the bytes of a PNG file."""
    image = Image.new("RGB", SIZE, rng.choice(SKIES))
    pen = ImageDraw.Draw(image)
    _hills(pen, rng)
    _box(pen, rng, is_damaged)
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _hills(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    width, height = SIZE
    for level, colour in ((0.45, (150, 168, 160)), (0.58, (120, 142, 132)), (0.72, (168, 158, 140))):
        points = [(x, int(height * level + rng.randint(-28, 28))) for x in range(0, width + 161, 160)]
        pen.polygon([(0, height), *points, (width, height)], fill=colour)


def _box(pen: ImageDraw.ImageDraw, rng: random.Random, is_damaged: bool) -> None:
    left, top = rng.randint(230, 330), rng.randint(280, 340)
    right, bottom = left + rng.randint(320, 400), top + rng.randint(230, 280)
    dent = rng.randint(60, 110) if is_damaged else 0
    pen.polygon([(left, top), (right - dent, top + dent // 3), (right, top + dent), (right, bottom), (left, bottom)],
                fill=(190, 152, 104), outline=(120, 92, 58), width=4)  # fmt: skip
    middle = (left + right) // 2
    pen.rectangle([middle - 22, top + dent // 4, middle + 22, bottom], fill=(222, 205, 170))
    if is_damaged:
        tear = [(right - dent, top + dent // 3), (right - dent // 2, top + dent), (right - dent, top + 2 * dent)]
        pen.line(tear, fill=(70, 52, 34), width=7)
        pen.polygon([(left, bottom), (left + dent, bottom), (left, bottom - dent)], fill=(110, 104, 96))
