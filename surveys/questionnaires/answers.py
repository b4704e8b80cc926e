"""One answer as plain values: made by a kind of question from the form, stored by `surveys.responses`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GivenAnswer:
    """One answer; a matrix gives one per item. Only the field of its kind is filled."""

    question: str
    kind: str
    item: str = ""
    number: int | None = None
    text: str | None = None
    choices: tuple[str, ...] | None = None
