"""Amounts of money and points as people of the page's language write them."""

from decimal import Decimal

from flask_babel import format_currency, format_decimal

from feedback.customers.money import decimals_of


def money_words(units: int, currency: str) -> str:
    """1290000 RUB -> "12 900 ₽"; decimals only where they are not zero."""
    value = Decimal(units).scaleb(-decimals_of(currency))
    if value == value.to_integral_value():
        return str(format_currency(value, currency, format="#,##0 ¤", currency_digits=False))
    return str(format_currency(value, currency))


def number_words(number: int) -> str:
    """12450 -> "12 450"."""
    return str(format_decimal(number))
