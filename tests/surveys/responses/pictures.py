"""Pictures made by code, as cameras write them."""

from base64 import b64decode
from io import BytesIO

from PIL import Image

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "green", orientation: int = 1) -> bytes:
    """A picture with a place, a camera and an orientation in its metadata."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[MAKE] = "SecretCamera"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (59.0, 56.0, 0.0), 3: "E", 4: (30.0, 18.0, 0.0)})
    target = BytesIO()
    image.save(target, kind, exif=exif)
    return target.getvalue()


# A green picture of 64 x 48 with a place and a camera, as a phone writes it; encoded once, for decoders cannot encode.
HEIC = b64decode(
    """
    AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9j
    AAAAAERAAAIAAQAAAAAB4gABAAAAAAAAABgAAgAAAAAB+gABAAAAAAAAAHQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAA
    ABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNg
    AAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZE
    AcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AA
    AAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAlG1kYXQAAAAU
    KAGvBBj4ynHX//T7n71k/QtSEecAAAAGRXhpZgAATU0AKgAAAAgAAgEPAAIAAAANAAAAJoglAAQAAAABAAAANAAAAABTZWNyZXRDYW1lcmEA
    AAACAAEAAgAAAAJOAAAAAAIABQAAAAMAAABSAAAAAAAAADsAAAABAAAAOAAAAAEAAAAAAAAAAQ==
    """
)
