"""Amounts of money: decimal text on the wire, integers of the currency's smallest unit inside. Pure."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision

LARGEST = 10**15  # smallest units: ten trillion with two decimals
PLAIN = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,6})?")


@lru_cache(maxsize=512)
def decimals_of(currency: str) -> int:
    """How many decimals a currency has. Raises ValueError for an unknown one."""
    if currency not in get_global("all_currencies"):
        raise ValueError("is not a currency code of three letters")
    return get_currency_precision(currency)


def currency_code(value: str) -> str:
    """A currency by its ISO 4217 code. Raises ValueError."""
    code = value.strip().upper()
    decimals_of(code)
    return code


def smallest_units(text: str, currency: str) -> int:
    """`12900.50` RUB -> 1290050. Raises ValueError for anything but a plain decimal of 0 or more."""
    if not PLAIN.fullmatch(text):
        raise ValueError("is not an amount (write it like 12900.50)")
    value = Decimal(text).scaleb(decimals_of(currency))
    if value != value.to_integral_value():
        raise ValueError(f"has more decimals than {currency} has")
    return checked_units(int(value))


def checked_units(units: int) -> int:
    """An amount that may stand on a purchase. Raises ValueError."""
    if units < 0:
        raise ValueError("is below zero")
    if units > LARGEST:
        raise ValueError("is too large")
    return units


def decimal_text(units: int, currency: str) -> str:
    """1290050 RUB -> `12900.50`."""
    decimals = decimals_of(currency)
    return f"{Decimal(units).scaleb(-decimals):.{decimals}f}"
