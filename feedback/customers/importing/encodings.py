"""Which encoding and which separator a CSV file has. Raises Invalid in plain words where it is no text table."""

import codecs
from itertools import pairwise
from pathlib import Path

from feedback.errors import Invalid

CHUNK = 1 << 20
SAMPLE = 1 << 16
SEPARATORS = (";", ",", "\t")
BESIDE_LETTERS = frozenset("«»№—–…„“”’‘•°§©®\xa0€±·ЁёІіЇїЄє")


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, else Windows-1251 where the text looks like it."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            if not _is_text(path, "utf-16"):
                raise Invalid(f"{path.name} is damaged UTF-16: save it as CSV UTF-8.")
            return "utf-16"
        if b"\x00" in sample.partition(b"\n")[0]:
            raise Invalid(f"{path.name} is not a table: save it as CSV or XLSX.")
        if _is_text(path, "utf-8"):
            return "utf-8-sig"
    try:
        text = sample.decode("cp1251")
    except UnicodeDecodeError:
        text = ""
    if not _looks_cyrillic(text) or not _is_text(path, "cp1251"):
        raise Invalid(f"{path.name} is neither UTF-8 nor Windows-1251: save it as CSV UTF-8.")
    return "cp1251"


def separator_of(first_line: str) -> str:
    """The separator that the header uses most, outside of quotes; a comma where there is one column only."""
    bare = "".join(first_line.split('"')[::2])
    return max(SEPARATORS, key=lambda separator: (bare.count(separator), separator == ","))


def _is_text(path: Path, encoding: str) -> bool:
    """Whether the whole file can be read so: nothing is taken in from one that breaks off in the middle."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_cyrillic(text: str) -> bool:
    """Whether Windows-1251 gave words: others give signs, or capitals or Latin letters inside of words."""
    foreign = [c for c in text if c > "\x7f"]
    letters = sum("А" <= c <= "я" or c in BESIDE_LETTERS for c in foreign)
    if not foreign or letters < 0.9 * len(foreign):
        return False
    pairs = list(pairwise(text))
    swapped = sum(a.islower() and b.isupper() for a, b in pairs if "А" <= a <= "я" and "А" <= b <= "я")
    natural = sum(b.islower() for a, b in pairs if "А" <= a <= "я" and "А" <= b <= "я")
    mixed = sum(_is_mixed(a, b) for a, b in pairs)
    return swapped + mixed <= natural


def _is_mixed(one: str, other: str) -> bool:
    """Whether a Latin letter stands beside a Cyrillic one, as in Western European text: Kцln."""
    return any(a.isascii() and a.isalpha() and "А" <= b <= "я" for a, b in ((one, other), (other, one)))
