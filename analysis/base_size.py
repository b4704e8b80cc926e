"""How many answers a figure needs before it is shown, ranked or tied to a named person."""

from dataclasses import dataclass
from typing import Literal

Visibility = Literal["hidden", "indicative", "shown"]

# A promise to employees: no setting may go below it.
NAMED_STAFF_FLOOR = 5


@dataclass(frozen=True)
class BaseSizeRules:
    """The thresholds; an installation may edit all but the floor for named staff."""

    indicative_from: int = 10
    shown_from: int = 30
    ranked_from: int = 100
    named_staff_from: int = NAMED_STAFF_FLOOR

    def __post_init__(self) -> None:
        if not 0 < self.indicative_from <= self.shown_from <= self.ranked_from:
            raise ValueError(f"thresholds must rise: {self}")
        if self.named_staff_from < NAMED_STAFF_FLOOR:
            raise ValueError(f"named staff are never shown below {NAMED_STAFF_FLOOR} answers")


DEFAULT_RULES = BaseSizeRules()


def visibility(n: int, rules: BaseSizeRules = DEFAULT_RULES) -> Visibility:
    """How a figure from ``n`` answers is shown: not at all, grey and "indicative", or plainly."""
    if n >= rules.shown_from:
        return "shown"
    return "indicative" if n >= rules.indicative_from else "hidden"


def is_rankable(n: int, rules: BaseSizeRules = DEFAULT_RULES) -> bool:
    """Whether a branch or a member of staff with ``n`` answers may stand in a ranking."""
    return n >= rules.ranked_from


def is_named_staff_allowed(n: int, rules: BaseSizeRules = DEFAULT_RULES) -> bool:
    """Whether anything drawn from ``n`` answers may carry the name of a member of staff."""
    return n >= rules.named_staff_from
