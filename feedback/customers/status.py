"""The lifecycle of a customer. Pure: dates and scores in, a status out.

`prospective` and `lost` are said by people; purchases and judgements decide the rest.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from feedback.customers.models import LifecycleStatus

RHYTHM_FROM = 3  # purchases: two gaps are the least that can repeat
LEAST_SILENCE = timedelta(days=90)
GOOD_SCORE = 7  # the lowest NPS score that is not a detractor's

BEFORE_BUYING = (LifecycleStatus.POTENTIAL, LifecycleStatus.PROSPECTIVE)
BACK_BY_BUYING = (*BEFORE_BUYING, LifecycleStatus.LOST)


def status_of(current: str, bought: Sequence[datetime], scores: Sequence[int], now: datetime) -> LifecycleStatus:
    """The status by all purchases and the NPS scores of the customer's answers, each oldest first.

    Regular: at least three purchases in a rhythm that is kept, and a last judgement that is not a detractor's.
    Sleeping: was regular and is silent longer than max(90 days, 2 x own median gap).
    """
    if not bought or current == LifecycleStatus.LOST:
        return LifecycleStatus(current)
    is_silent = now - max(bought) > longest_silence(bought)
    if current in (LifecycleStatus.REGULAR, LifecycleStatus.SLEEPING) and is_silent:
        return LifecycleStatus.SLEEPING
    has_rhythm = len(bought) >= RHYTHM_FROM and not is_silent
    judges_well = bool(scores) and scores[-1] >= GOOD_SCORE
    return LifecycleStatus.REGULAR if has_rhythm and judges_well else LifecycleStatus.CUSTOMER


def longest_silence(bought: Sequence[datetime]) -> timedelta:
    """How long a customer with these purchases may be silent before it means something."""
    days = sorted(bought)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(days)]
    return max(LEAST_SILENCE, timedelta(seconds=2 * median(gaps))) if gaps else LEAST_SILENCE
