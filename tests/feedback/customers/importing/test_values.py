from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.customers.importing.rejected import guarded
from feedback.customers.importing.tables import Cell
from feedback.customers.importing.values import day, moment, plain_amount, text
from feedback.customers.money import decimal_text, smallest_units

SOFIA = ZoneInfo("Europe/Sofia")


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("12900", 1290000), ("12900.5", 1290050), ("12900,50", 1290050), ("12 900,50", 1290050),
        ("12\u00a0900,50", 1290050), ("12\u202f900.50", 1290050),
        ("1.234.567,89", 123456789), ("1,234,567.89", 123456789),
        ("1.234.567", 123456700), (12900, 1290000), (12900.5, 1290050), (0.1, 10), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(cell: Cell, units: int) -> None:
    assert smallest_units(plain_amount(cell), "RUB") == units


@pytest.mark.parametrize(
    "cell", ["", "abc", "1,2,3", "12.34.56", "1e5", "12900 руб", "½", "1,234", "--5", "12.345,6,7", float("nan")]
)
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        smallest_units(plain_amount(cell), "RUB")


@given(st.integers(min_value=0, max_value=10**14), st.sampled_from(["RUB", "EUR", "JPY", "KWD"]))
def test_an_amount_written_and_read_is_the_same(units: int, currency: str) -> None:
    written = decimal_text(units, currency)
    assert smallest_units(written, currency) == units
    if currency != "KWD":  # three decimals after a comma would look like thousands
        assert smallest_units(plain_amount(written.replace(".", ",")), currency) == units


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_thousands_may_be_set_apart(value: Decimal) -> None:
    for written in (
        f"{value:,}",
        f"{value:,}".replace(",", " ").replace(".", ","),
        f"{value:,}".replace(",", "\u00a0"),
    ):
        assert smallest_units(plain_amount(written), "RUB") == int(value * 100)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-11T10:00:00+00:00", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("2026-03-11T10:00:00Z", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("2026-03-11 12:00", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("2026-03-11", datetime(2026, 3, 10, 22, tzinfo=UTC)),
        ("11.03.2026", datetime(2026, 3, 10, 22, tzinfo=UTC)),
        ("11.03.2026 12:00", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("1.7.2026 12:00:30", datetime(2026, 7, 1, 9, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 11, 12), datetime(2026, 3, 11, 10, tzinfo=UTC)),  # noqa: DTZ001
        (date(2026, 3, 11), datetime(2026, 3, 10, 22, tzinfo=UTC)),
    ],
)
def test_moments_without_a_zone_are_the_companys(cell: Cell, expected: datetime) -> None:
    assert moment(cell, SOFIA) == expected


@pytest.mark.parametrize("cell", ["", "вчера", "32.01.2026", "2026-13-01", "11/03/2026", 46000.5, "11.03.26"])
def test_what_is_no_date_is_refused(cell: Cell) -> None:
    for read in (lambda: moment(cell, SOFIA), lambda: day(cell)):
        with pytest.raises(ValueError, match="not a date"):
            read()


def test_days_are_read_from_dates_and_moments() -> None:
    assert [day(c) for c in ("1990-02-28", "28.02.1990", datetime(1990, 2, 28, 5))] == [date(1990, 2, 28)] * 3  # noqa: DTZ001


def test_whole_numbers_of_spreadsheets_are_texts_without_a_point() -> None:
    assert [text(c) for c in (1001.0, 79123456789.0, 12, " x ", "", None, True)] == [
        "1001",
        "79123456789",
        "12",
        "x",
        None,
        None,
        "True",
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+79123456789", "-5", "@x", "=cmd|' /C calc'!A0"])
def test_formulas_are_guarded_and_read_back_as_they_were(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert text(guarded(cell)) == cell
