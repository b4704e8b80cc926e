"""A file of JSON lines, read line by line with the lines' numbers."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from feedback.customers.importing.reading import ReadRow
from feedback.customers.importing.tables import first_bytes
from feedback.errors import Invalid

LONGEST_LINE = 8 * 1024 * 1024  # bytes, as much as one call of the API may have
Row = TypeVar("Row")


@dataclass
class Lines:
    """An open file. `size` and `done` measure progress in bytes."""

    rows: Iterator[tuple[int, bytes]]
    size: int
    done: int = 0


@contextmanager
def open_lines(path: Path) -> Iterator[Lines]:
    """The lines of a file that are not blank. Raises Invalid in plain words for what is no text."""
    if b"\x00" in first_bytes(path):
        raise Invalid(f"{path.name} is not a file of JSON lines.")
    with path.open("rb") as file:
        lines = Lines(iter(()), path.stat().st_size)

        def numbered() -> Iterator[tuple[int, bytes]]:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Invalid(f"{path.name}, line {number}: is longer than {LONGEST_LINE} bytes.")
                lines.done += len(line)
                if line.strip():
                    yield number, line

        lines.rows = numbered()
        yield lines


def read_objects(lines: Lines, understand: Callable[[Any], Row], size: int) -> Iterator[list[ReadRow[Row]]]:
    """The lines in batches of `size`, each as `understand` reads its object; it raises Invalid for a wrong one."""
    batch: list[ReadRow[Row]] = []
    for number, line in lines.rows:
        batch.append(_read(number, line, understand))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(number: int, line: bytes, understand: Callable[[Any], Row]) -> ReadRow[Row]:
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return ReadRow(number, [repr(line)[2:-1]], None, {"line": "is not UTF-8"})
    try:
        return ReadRow(number, [text], understand(json.loads(text)))
    except (ValueError, RecursionError):
        return ReadRow(number, [text], None, {"line": "is not JSON"})
    except Invalid as error:
        return ReadRow(number, [text], None, error.errors)
