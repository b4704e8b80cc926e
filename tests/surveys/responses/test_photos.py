"""What becomes of an uploaded picture."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from surveys.responses.photos import LONG_SIDE, MOST_BYTES, PhotoRefused, clean_photo
from tests.surveys.responses.pictures import HEIC, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(clean_photo(content).content))


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_goes_and_the_picture_stays(kind: str) -> None:
    assert b"SecretCamera" in picture(kind)
    clean = clean_photo(picture(kind))
    assert b"SecretCamera" not in clean.content
    assert b"Exif" not in clean.content
    image = opened(picture(kind))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (60, 40), {})
    red, green, blue = image.getpixel((30, 20))  # type: ignore[misc]
    assert green > 100 > max(red, blue)


def test_a_phones_heic_is_read() -> None:
    assert b"SecretCamera" in HEIC
    clean = clean_photo(HEIC)
    assert (clean.width, clean.height) == (64, 48)
    assert b"SecretCamera" not in clean.content
    assert opened(HEIC).getpixel((32, 24))[1] > 100  # type: ignore[index]


def test_it_stands_upright() -> None:
    assert opened(picture(orientation=6)).size == (40, 60)


def test_large_ones_are_made_smaller() -> None:
    clean = clean_photo(picture(size=(4000, 1000)))
    assert (clean.width, clean.height) == (LONG_SIDE, 640)


def test_what_was_transparent_is_white() -> None:
    target = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    assert opened(target.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_the_same_picture_has_the_same_name() -> None:
    assert clean_photo(picture()).sha256 == clean_photo(picture()).sha256
    assert clean_photo(picture()).sha256 != clean_photo(picture(colour="red")).sha256


@pytest.mark.parametrize("size", [(8000, 8000), (10_000, 10_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoRefused, match="too_many_pixels"):
        clean_photo(bomb(*size))


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 100, b"<html></html>", b"%PDF-1.7", picture()[:200], HEIC[:300], picture("PNG")[:60]],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoRefused, match="not_a_photo"):
        clean_photo(content)


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(PhotoRefused, match="too_large"):
        clean_photo(b"\0" * (MOST_BYTES + 1))
