"""Rows of CSV text. A line that cannot be read costs itself alone: the lines after it are read as if it was not there.

A quotation mark that is never closed would otherwise swallow everything behind it.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator


class UnreadableLine(list[str]):
    """What stands for a line that is no row: its text as the only cell, and the `reason`."""

    def __init__(self, line: str, reason: str) -> None:
        super().__init__([line.rstrip("\r\n")])
        self.reason = reason


def csv_rows(text: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The rows of `text`; an UnreadableLine where there is none."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        lines.of_row.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = lines.give_up_first(_TOO_LONG if len(lines.of_row) == 1 else _OPEN_QUOTE)
        else:
            if len(lines.of_row) > 1 and lines.has_open_quote():
                cells = lines.give_up_first(_OPEN_QUOTE)
        yield cells


_TOO_LONG = f"has a cell longer than {csv.field_size_limit()} characters"
_OPEN_QUOTE = "has a quotation mark that is not closed"


class _Lines:
    """The lines of a text, which remembers those of the row being read and can give them out again."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self._again: deque[str] = deque()
        self.of_row: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        self.of_row.append(line)
        return line

    def give_up_first(self, reason: str) -> UnreadableLine:
        """The first line of the row is lost; the others are given out again."""
        self._again.extendleft(reversed(self.of_row[1:]))
        return UnreadableLine(self.of_row[0], reason)

    def has_open_quote(self) -> bool:
        """Whether the quotation marks of the row are odd in number."""
        return sum(line.count('"') for line in self.of_row) % 2 == 1
