"""Numbers of rows in addresses. One that no row can have names nothing; the databases would break on it instead."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, ValidationError

from feedback.db.base import LARGEST_ID

MOST_DIGITS = len(str(LARGEST_ID))


class RowIdConverter(IntegerConverter):
    """`<int:...>` in the addresses of views: numbers above the largest id are unknown pages."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID, **kwargs})

    def to_python(self, value: str) -> Any:
        """The number. Raises ValidationError, which the router reads as 404."""
        if len(value) > MOST_DIGITS:
            raise ValidationError
        return super().to_python(value)


def install(app: Flask) -> None:
    """Let `<int:...>` mean the id of a row; must stand before the views."""
    app.url_map.converters["int"] = RowIdConverter


def row_id(text: str | None) -> int | None:
    """The id that a parameter or a field names; None for anything that cannot be one."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None
