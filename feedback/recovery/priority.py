"""How urgent a case is: severity x customer's value x reach, each 1 to 5, explained by its own factors. Pure."""

from feedback.recovery.models import Priority

URGENT_FROM, HIGH_FROM = 40, 12
CLOCK_HOURS = {Priority.URGENT: 4, Priority.HIGH: 8, Priority.NORMAL: 16}
RESOLUTION_DAYS = 5


def priority_of(severity: int, customer_value: int, reach: int, *, is_urgent: bool) -> Priority:
    """The priority by the product of the three factors; some signals are urgent whatever the product."""
    product = severity * customer_value * reach
    if is_urgent or product >= URGENT_FROM:
        return Priority.URGENT
    return Priority.HIGH if product >= HIGH_FROM else Priority.NORMAL


def customer_value(purchases_in_year: int, spent_rank_percent: float | None) -> int:
    """1 to 5: by rank of what was spent where known (top 5 % -> 5), else by the number of purchases in a year."""
    if spent_rank_percent is not None:
        return 5 if spent_rank_percent <= 5 else 4 if spent_rank_percent <= 10 else 3 if spent_rank_percent <= 30 else 2
    return 4 if purchases_in_year >= 7 else 3 if purchases_in_year >= 5 else 2 if purchases_in_year >= 2 else 1


def reach_of(same_trouble_last_week: int) -> int:
    """1 to 5: how many other customers of the branch had an open case in the last seven days."""
    return (
        5
        if same_trouble_last_week >= 20
        else 4
        if same_trouble_last_week >= 10
        else 3
        if same_trouble_last_week >= 5
        else 2
        if same_trouble_last_week >= 2
        else 1
    )
