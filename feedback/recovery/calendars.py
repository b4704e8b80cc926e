"""The company's working calendar: Mon-Fri 9-18 in its zone, without the public holidays of its country."""

from datetime import date
from functools import lru_cache

import holidays

from feedback.recovery.working_time import WorkingCalendar
from feedback.staff.company import Company


def company_calendar(company: Company, year: int) -> WorkingCalendar:
    """The calendar for clocks that start in `year` (holidays of that year and the next)."""
    return _calendar(company.timezone, company.country, year)


@lru_cache(maxsize=64)
def _calendar(timezone: str, country: str, year: int) -> WorkingCalendar:
    free: frozenset[date] = frozenset(holidays.country_holidays(country, years=(year, year + 1)))
    return WorkingCalendar(timezone=timezone, holidays=free)
