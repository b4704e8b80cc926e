"""The rows of a file as given rows, a batch at a time, so that a file of any length needs little memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from feedback.customers.importing.csv_rows import UnreadableLine
from feedback.customers.importing.layouts import Cells, Header, Layout
from feedback.customers.importing.tables import Cell, Numbered

Row = TypeVar("Row")


@dataclass
class ReadRow(Generic[Row]):
    """One row of a file: its number, its cells as they stood, and what it says, or why it says nothing."""

    number: int
    cells: Sequence[Cell]
    given: Row | None
    errors: dict[str, str] = field(default_factory=dict)


def read_batches(
    layout: Layout[Row], header: Header, rows: Iterable[Numbered], zone: ZoneInfo, size: int
) -> Iterator[list[ReadRow[Row]]]:
    """The rows in batches of `size`; empty rows are left out."""
    batch: list[ReadRow[Row]] = []
    for number, cells in rows:
        if all(cell in (None, "") for cell in cells):
            continue
        batch.append(_read(layout, header, number, cells, zone))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(layout: Layout[Row], header: Header, number: int, cells: Sequence[Cell], zone: ZoneInfo) -> ReadRow[Row]:
    if isinstance(cells, UnreadableLine):
        return ReadRow(number, cells, None, {"row": cells.reason})
    if any(cell not in (None, "") for cell in cells[header.width :]):
        return ReadRow(number, cells, None, {"row": "has more cells than the header has columns"})
    row = Cells(header, cells, zone)
    given = layout.read(row)
    return ReadRow(number, cells, None if row.faults else given, dict(row.faults))
