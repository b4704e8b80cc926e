"""A table in a file, CSV or XLSX, row by row: a header, and rows with their numbers as a spreadsheet shows them."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from feedback.customers.importing.csv_rows import UnreadableLine, csv_rows
from feedback.customers.importing.encodings import encoding_of, separator_of
from feedback.errors import Invalid

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Numbered = tuple[int, Sequence[Cell]]
LARGEST_WORKBOOK = 1 << 30  # bytes unpacked: a spreadsheet is read whole, so a larger one must come as CSV
LONGEST_HEADER = 1 << 20


@dataclass
class Table:
    """An open table. `size` and `done` measure progress in units of its own (bytes of a CSV, rows of an XLSX)."""

    header: list[Cell]
    rows: Iterator[Numbered]
    size: int
    done: int = 0


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The table in a file. Raises Invalid in plain words for what is no table."""
    start = first_bytes(path)
    if start == b"PK\x03\x04":
        yield _open_workbook(path)
        return
    if start == b"\xd0\xcf\x11\xe0":
        raise Invalid(f"{path.name} is an old XLS file: save it as XLSX or CSV.")
    with path.open(encoding=_encoding(path), newline="", errors="strict") as text:
        yield _open_csv(path, text)


def _encoding(path: Path) -> str:
    try:
        return encoding_of(path)
    except Invalid:
        if path.suffix.lower() != ".xlsx":
            raise
        raise Invalid(f"{path.name} is not an XLSX file, or it is damaged: save it again as XLSX or CSV.") from None


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file. Raises Invalid where it cannot be read or is empty."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except IsADirectoryError:
        raise Invalid(f"{path} is a folder, not a file.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}.") from None
    if not start:
        raise Invalid(f"{path.name} is empty.")
    return start


def _open_csv(path: Path, text: IO[str]) -> Table:
    first = text.readline(LONGEST_HEADER)
    separator = separator_of(first)
    text.seek(0)
    table = Table([], iter(()), path.stat().st_size)

    def numbered() -> Iterator[Numbered]:
        for number, cells in enumerate(csv_rows(text, separator), start=1):
            table.done = text.buffer.tell() if hasattr(text, "buffer") else 0
            yield number, cells

    table.rows = numbered()
    return _with_header(path, table)


def _open_workbook(path: Path) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST_WORKBOOK:
            raise Invalid(f"{path.name} is too large for a spreadsheet: save it as CSV.")
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (zipfile.BadZipFile, CalamineError, OSError, IndexError, ValueError):
        raise Invalid(f"{path.name} is not a spreadsheet that can be read: save it as XLSX or CSV.") from None
    table = Table([], iter(()), sheet.total_height)

    def numbered() -> Iterator[Numbered]:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            table.done = number
            yield number, list(cells)

    table.rows = numbered()
    return _with_header(path, table)


def _with_header(path: Path, table: Table) -> Table:
    for _, cells in table.rows:
        if isinstance(cells, UnreadableLine):
            raise Invalid(f"{path.name} is not a table: its first row {cells.reason}.")
        if any(cell not in (None, "") for cell in cells):
            table.header = list(cells)
            return table
    raise Invalid(f"{path.name} is empty.")
