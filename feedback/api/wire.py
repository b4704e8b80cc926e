"""Values and customers as they stand in JSON: strict types, with what OpenAPI says of them."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema

from feedback.customers.cleaning import Faults
from feedback.customers.given import GivenConsent, GivenCustomer
from feedback.errors import Invalid


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be a text such as 2026-03-11T10:00:00+03:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be an ISO 8601 moment such as 2026-03-11T10:00:00+03:00") from None
    if moment.tzinfo is None:
        raise ValueError("must have a time zone, such as 2026-03-11T10:00:00+03:00")
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not a moment that can be kept") from None
    return moment


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-03-11"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("must be a day such as 2026-03-11")


def _amount(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(AMOUNT, value):
        raise ValueError("must be a decimal number in a text, such as 12900.50")
    return value


def _currency(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(CURRENCY, value):
        raise ValueError("must be a currency code of three letters, such as EUR")
    return value


AMOUNT, CURRENCY = r"^[0-9]{1,13}(\.[0-9]{1,6})?$", r"^[A-Za-z]{3}$"
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-11T10:00:00+03:00"]}),
]
Day = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["1990-05-17"]})
]
Key = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Short = Annotated[str, StringConstraints(strict=True, max_length=200)]
Word = Annotated[str, StringConstraints(strict=True, max_length=40)]
Amount = Annotated[str, BeforeValidator(_amount), StringConstraints(strict=True, pattern=AMOUNT)]
Currency = Annotated[str, BeforeValidator(_currency), StringConstraints(strict=True, pattern=CURRENCY)]
Scalar = Annotated[str, Field(strict=True)] | bool | int | float | None
Attributes = dict[str, Scalar]


class Wire(BaseModel):
    """A JSON object without surprises: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ConsentIn(Wire):
    """One act of consent, or of its withdrawal."""

    purpose: Literal["processing", "advertising", "publication"]
    is_given: bool
    channel: Word = "any"
    at: Moment | None = None
    text_version: Word | None = None


class CustomerIn(Wire):
    """A customer: at least an external id, an e-mail or a phone. What is left out erases nothing."""

    external_id: Key | None = None
    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None
    language: Word | None = Field(None, description="ru, bg or en", examples=["bg"])
    timezone: Word | None = Field(None, description="IANA name", examples=["Europe/Sofia"])
    country: Word | None = Field(None, description="two letters", examples=["BG"])
    birthday: Day | None = None
    kind: Literal["person", "business"] | None = None
    consents: list[ConsentIn] | dict[Literal["processing", "advertising", "publication"], bool] | None = Field(
        None, description="Acts of consent; or, in short, purpose -> given or withdrawn now."
    )
    attributes: Attributes | None = None

    def to_given(self) -> GivenCustomer:
        """As plain values."""
        values = self.model_dump(exclude={"consents", "attributes"})
        return GivenCustomer(**values, consents=self._consents(), attributes=self.attributes or {})

    def _consents(self) -> tuple[GivenConsent, ...]:
        if isinstance(self.consents, dict):
            return tuple(GivenConsent(purpose, is_given) for purpose, is_given in self.consents.items())
        return tuple(GivenConsent(**consent.model_dump()) for consent in self.consents or [])


class TakenOut(BaseModel):
    """What became of a thing sent."""

    external_id: str
    status: Literal["new", "seen", "updated"]
    filled: list[str] = Field(default_factory=list, description="Fields that were missing and are filled in now.")
    differs: list[str] = Field(
        default_factory=list, description="Fields that came with another value; the first is kept."
    )


def faults_of(error: ValidationError) -> dict[str, str]:
    """What a model refuses, field by field."""
    found = error.errors(include_url=False)
    return {".".join(map(str, one["loc"])) or "body": plain_reason(one["msg"]) for one in found}


_PLAIN = {
    "Field required": "is missing",
    "Extra inputs are not permitted": "is not a known field",
    "Input should be a valid string": "must be a text",
    "Input should be a valid list": "must be a list",
}


def plain_reason(message: str) -> str:
    """What is wrong, in our words where the library's are those of a programmer."""
    if message.startswith("Input should be a valid dictionary"):
        return "must be an object"
    return _PLAIN.get(message) or message.removeprefix("Value error, ")


def refuse(faults: Faults) -> None:
    """Raise Invalid where something was found wrong."""
    if faults:
        raise Invalid("The request has wrong values.", faults)
