"""Photos of customers: decoded, turned upright, made smaller, written anew without metadata, named by their content.

Nothing of the uploaded file survives but its pixels: no place, no camera, no other bytes that a viewer might run.
"""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from surveys.responses.models import Photo

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONG_SIDE = 2560
QUALITY = 82

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow then refuses by itself what is twice as large, before decoding


class PhotoRefused(Exception):
    """The file cannot be kept. `reason` is `too_large`, `not_a_photo` or `too_many_pixels`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CleanPhoto:
    """A photo written anew as JPEG, upright and without metadata."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The hash that names the file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class KeptPhoto:
    """A photo that is stored for an invitation."""

    photo_id: int
    size: int  # bytes


def clean_photo(content: bytes) -> CleanPhoto:
    """The photo in `content`, written anew. Raises PhotoRefused."""
    if len(content) > MOST_BYTES:
        raise PhotoRefused("too_large")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoRefused("too_many_pixels")
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # lets JPEG decode no larger than needed
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
            return _written(_on_white(upright))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused("too_many_pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError):  # what decoders raise
        raise PhotoRefused("not_a_photo") from None


def keep_photo(session: Session, folder: Path, invitation_id: int, photo: CleanPhoto, now: datetime) -> int:
    """Store the photo for the invitation; the same photo twice is kept once. Returns its id."""
    digest = photo.sha256
    same = select(Photo.id).where(Photo.invitation_id == invitation_id, Photo.sha256 == digest)
    known = session.scalar(same)
    if known is not None:
        return known
    row = Photo(
        invitation_id=invitation_id, response_id=None, path=f"{digest[:2]}/{digest}.jpg", sha256=digest,
        width=photo.width, height=photo.height, size=len(photo.content), created_at=now,
    )  # fmt: skip
    _write(folder / row.path, photo.content)
    session.add(row)
    session.flush()
    return row.id


def drop_photo(session: Session, folder: Path, invitation_id: int, photo_id: int) -> None:
    """Remove a photo of this invitation; its file goes when no other row names it. Unknown ones change nothing."""
    mine = Photo.id == photo_id, Photo.invitation_id == invitation_id
    path = session.scalar(delete(Photo).where(*mine).returning(Photo.path))
    if path is not None and not session.scalar(select(func.count()).where(Photo.path == path)):
        (folder / path).unlink(missing_ok=True)


def kept_photos(source: Session | Connection, invitation_id: int) -> Sequence[KeptPhoto]:
    """The photos stored for an invitation, oldest first."""
    query = select(Photo.id, Photo.size).where(Photo.invitation_id == invitation_id).order_by(Photo.id)
    return [KeptPhoto(*tuple(row)) for row in source.execute(query)]


def photo_file(folder: Path, photo: Photo) -> Path:
    """Where the file of a photo is, in the folder of uploads."""
    return folder / photo.path


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    ground = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(ground, clear).convert("RGB")


def _written(image: Image.Image) -> CleanPhoto:
    bare = Image.new("RGB", image.size)  # a new image has no metadata to carry over
    bare.paste(image)
    target = BytesIO()
    bare.save(target, "JPEG", quality=QUALITY, optimize=True)
    return CleanPhoto(target.getvalue(), bare.width, bare.height)


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
