"""Rejected rows, kept in a file beside the imported one: number, reason and the cells as they stood.

The file can be corrected and imported again. Cells that a spreadsheet would take for formulas are guarded.
"""

import csv
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from feedback.customers.importing.tables import Cell
from feedback.customers.importing.values import text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RejectedRows(AbstractContextManager["RejectedRows"]):
    """The file of rejected rows, made with the first of them. `trouble` says why it could not be written."""

    def __init__(self, imported: Path, header: Sequence[Cell]) -> None:
        self.path = imported.with_name(f"{imported.stem}.rejected.csv")
        self.header = header
        self.count = 0
        self.trouble: str | None = None
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, number: int, reason: str, cells: Sequence[Cell]) -> None:
        """Keep one row."""
        self.count += 1
        if self.trouble is None:
            try:
                self._write(number, reason, cells)
            except OSError as error:
                self.trouble = error.strerror or "unknown error"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, number: int, reason: str, cells: Sequence[Cell]) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", errors="replace", newline="")
            self._writer = csv.writer(self._file, delimiter=";")
            self._writer.writerow(["rejected_row", "rejected_reason", *map(guarded, self.header)])
        self._writer.writerow([number, guarded(reason), *map(guarded, cells)])


def guarded(cell: Cell) -> str:
    """The cell as text that no spreadsheet will run: an apostrophe stands before what looks like a formula."""
    written = text(cell) or ""
    return f"'{written}" if written.startswith(FORMULA_STARTS) else written
