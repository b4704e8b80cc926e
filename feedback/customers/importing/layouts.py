"""Which columns each kind of file has, and how its rows become given customers, purchases and returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from feedback.customers.cleaning import Faults
from feedback.customers.given import GivenCustomer, GivenPurchase, GivenReturn
from feedback.customers.importing import values
from feedback.customers.importing.tables import Cell
from feedback.customers.money import currency_code, smallest_units
from feedback.errors import Invalid

Row = TypeVar("Row")
FROM_BEFORE = frozenset(
    {"rejected_row", "rejected_reason"}
)  # columns of a file of rejected rows, corrected and sent again
OF_CUSTOMER = "customer_"
CUSTOMER = ("external_id", "name", "email", "phone", "language", "timezone", "country", "birthday", "kind")


@dataclass(frozen=True)
class Header:
    """Where each known column stands, and the other ones by their own names."""

    places: dict[str, int]
    others: dict[str, int]
    width: int


@dataclass
class Cells:
    """One row under its header; wrong cells are noted in `faults`."""

    header: Header
    cells: Sequence[Cell]
    zone: ZoneInfo
    faults: Faults = field(default_factory=Faults)

    def get(self, name: str, understand: Callable[..., Any] = values.text, *args: Any) -> Any:
        """The column's value as `understand` reads it; None for an empty cell and a missing column."""
        place = self.header.places.get(name)
        cell = self.cells[place] if place is not None and place < len(self.cells) else None
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        return self.faults.check(name, understand, cell, *args)

    def need(self, name: str, understand: Callable[..., Any] = values.text, *args: Any) -> Any:
        """Like `get`, but an empty cell is wrong."""
        value = self.get(name, understand, *args)
        if value is None:
            self.faults.setdefault(name, "is missing")
        return value

    def others(self, prefix: str = "", without: str = "\n") -> dict[str, Any]:
        """Cells of the columns nobody knows, as texts; those with `prefix`, which is taken off."""
        return {
            name[len(prefix) :]: written
            for name, place in self.header.others.items()
            if name.startswith(prefix) and not name.startswith(without) and place < len(self.cells)
            if (written := values.text(self.cells[place])) is not None
        }


@dataclass(frozen=True)
class Layout(Generic[Row]):
    """A kind of file: its columns, those it cannot do without, and what its rows mean."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    one_of: tuple[str, ...]
    read: Callable[[Cells], Row]

    def header(self, cells: Sequence[Cell], name: str) -> Header:
        """Match the header's names, whatever their case and spaces. Raises Invalid saying what is missing."""
        places: dict[str, int] = {}
        others: dict[str, int] = {}
        for place, cell in enumerate(cells):
            given = values.text(cell)
            column = "_".join((given or "").lower().replace("-", " ").replace("_", " ").split())
            if column in places:
                raise Invalid(f"{name}: the column {column} is there twice.")
            if column in self.columns:
                places[column] = place
            elif given and column not in FROM_BEFORE:
                others[column[:100] if column.startswith(OF_CUSTOMER) else given[:100]] = place
        missing = [column for column in self.required if column not in places]
        if missing:
            raise Invalid(f"{name}: no column {', '.join(missing)}. Expected columns: {', '.join(self.columns)}.")
        if self.one_of and not any(column in places for column in self.one_of):
            raise Invalid(f"{name}: none of the columns {', '.join(self.one_of)} is there; one is needed.")
        return Header(places, others, len(cells))


def _purchase(cells: Cells) -> GivenPurchase:
    currency = cells.need("currency", lambda cell: currency_code(values.text(cell) or ""))
    amount = cells.need("amount", lambda cell: smallest_units(values.plain_amount(cell), currency or "XXX"))
    return GivenPurchase(
        external_id=cells.need("external_id") or "",
        purchased_at=cells.need("purchased_at", values.moment, cells.zone),
        delivered_at=cells.get("delivered_at", values.moment, cells.zone),
        amount=amount or 0,
        currency=currency or "",
        branch=cells.get("branch"),
        manager=cells.get("manager"),
        attributes=cells.others(without=OF_CUSTOMER),
        customer=_customer(cells, OF_CUSTOMER),
    )


def _customer(cells: Cells, prefix: str = "") -> GivenCustomer:
    return GivenCustomer(
        external_id=cells.get(f"{prefix}external_id"),
        name=cells.get(f"{prefix}name"),
        email=cells.get(f"{prefix}email"),
        phone=cells.get(f"{prefix}phone"),
        language=cells.get(f"{prefix}language"),
        timezone=cells.get(f"{prefix}timezone"),
        country=cells.get(f"{prefix}country"),
        birthday=cells.get(f"{prefix}birthday", values.day),
        kind=cells.get(f"{prefix}kind"),
        attributes=cells.others(prefix),
    )


def _return(cells: Cells) -> GivenReturn:
    return GivenReturn(
        external_id=cells.need("external_id") or "",
        purchase_external_id=cells.need("purchase_external_id") or "",
        returned_at=cells.need("returned_at", values.moment, cells.zone),
        amount=cells.get("amount", values.plain_amount),
    )


CONTACTS = ("external_id", "email", "phone")
PURCHASES = Layout(
    columns=("external_id", "purchased_at", "delivered_at", "amount", "currency", "branch", "manager",
             *(f"customer_{name}" for name in CUSTOMER)),
    required=("external_id", "purchased_at", "amount", "currency"),
    one_of=tuple(f"customer_{name}" for name in CONTACTS),
    read=_purchase,
)  # fmt: skip
CUSTOMERS = Layout(columns=CUSTOMER, required=(), one_of=CONTACTS, read=_customer)
RETURNS = Layout(
    columns=("external_id", "purchase_external_id", "amount", "returned_at"),
    required=("external_id", "purchase_external_id", "returned_at"),
    one_of=(),
    read=_return,
)
