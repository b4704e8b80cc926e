import io

import pytest

from feedback.customers.importing.csv_rows import UnreadableLine, csv_rows


def rows(text: str) -> list[tuple[list[str], str | None]]:
    """Rows, each with the reason where it could not be read."""
    found = csv_rows(io.StringIO(text, newline=""), ";")
    return [(list(row), row.reason if isinstance(row, UnreadableLine) else None) for row in found]


@pytest.mark.parametrize("following", [1, 3, 20_000])
def test_a_quote_that_is_never_closed_costs_its_own_line_alone(following: int) -> None:
    found = rows('a;b\nP-1;"Ромашка\n' + "P-2;Люлин\n" * following)
    assert found[1] == (['P-1;"Ромашка'], "has a quotation mark that is not closed")
    assert found[2:] == [(["P-2", "Люлин"], None)] * following


def test_a_cell_without_end_costs_its_own_line_alone() -> None:
    found = rows("a;b\nP-1;" + "x" * 200_000 + "\nP-2;Люлин\n")
    assert (len(found[1][0][0]), found[1][1]) == (200_004, "has a cell longer than 131072 characters")
    assert found[2] == (["P-2", "Люлин"], None)


def test_cells_of_several_lines_and_quotes_inside_of_words_are_read() -> None:
    assert rows('1;"а\nб"\n2;5" труба\n3;"в\nг"') == [
        (["1", "а\nб"], None), (["2", '5" труба'], None), (["3", "в\nг"], None),
    ]  # fmt: skip


def test_an_open_quote_does_not_join_its_row_with_a_quoted_one_behind() -> None:
    assert rows('1;"а\n2;"б"\n3;в\n') == [
        (['1;"а'], "has a quotation mark that is not closed"), (["2", "б"], None), (["3", "в"], None),
    ]  # fmt: skip
