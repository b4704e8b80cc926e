"""The days pass: what arrives is taken, customers answer, staff work, and the jobs do what is due at that moment.

Nothing is inserted as a result. The jobs are those of `feedback worker`, each called with the moment of the story.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.demo.agenda import Agenda
from feedback.demo.answering import Customers
from feedback.demo.arrivals import parcels
from feedback.demo.casework import Staff
from feedback.demo.chance import dice
from feedback.demo.opinions import Opinions
from feedback.demo.prizes import Prizes
from feedback.demo.staffing import found_company
from feedback.demo.story import Story
from feedback.jobs.registry import JOBS
from feedback.jobs.running import Turn
from surveys.questionnaires.library import ensure_default_survey

NOON = (time(11, 30),)  # UTC: a moment at which nobody's night disturbs the letters, from London to the Urals
LATELY = (time(7, 0), time(11, 30), time(15, 40))
LATELY_DAYS = 10
FULL = 24  # a job that did so much may have more to do; less is the end of its work
DAILY = frozenset(
    {"expire_invitations", "confirm_arrivals", "match_themes", "enter_draws", "sweep_rate_counters"}
)  # can wait for the evening
Told = Callable[[int, int], None]


def run_story(story: Story, settings: Settings, told: Told = lambda _done, _all: None) -> None:
    """Live through the story up to its `now`, in the pushed application context. `told` hears of the progress."""
    with transaction() as session:
        ensure_default_survey(session, story.year.start)
        found_company(session, story.content, settings.secret_key, story.year.start)
    agenda, opinions = Agenda(), Opinions(story.content, story.size.seed)
    purchases = {shopping.key: shopping for shopping in story.purchases}
    customers = Customers(purchases, opinions, agenda, story.size.seed, settings.secret_key, settings.uploads)
    staff = Staff(agenda, opinions, story.size.seed, story.year.now)
    Prizes(agenda, story.year.start, story.year.now, settings.secret_key)
    ticks = list(_ticks(story))
    for n, (tick, parcel) in enumerate(zip(ticks, parcels(story, ticks), strict=True), 1):
        if not parcel.is_empty:
            with transaction() as session:
                parcel.take(session, tick, settings.secret_key)
        for at, act in agenda.due(tick):
            act(at)
        ends_day = n == len(ticks) or ticks[n].date() > tick.date()
        do_what_is_due(tick, settings, without=frozenset() if ends_day else DAILY)
        customers.look_into_mailboxes()
        staff.look_into_queue(story.countries)
        db.session.expunge_all()
        told(n, len(ticks))


def do_what_is_due(now: datetime, settings: Settings, without: frozenset[str] = frozenset()) -> None:
    """The jobs, in their order, until none has more to do at `now`."""
    turn = Turn(now, settings)
    waiting = [job for job in JOBS if job.name not in without]
    while waiting:
        waiting = [job for job in waiting if job.run(turn) >= FULL]


def _ticks(story: Story) -> Iterator[datetime]:
    """A moment a day, lately more, never the same minute; and at last `now` itself."""
    day, last = story.year.start.date(), story.year.now
    while day <= last.date():
        for tick in LATELY if (last.date() - day).days <= LATELY_DAYS else NOON:
            rng = dice(story.size.seed, "tick", day, tick)
            moment = datetime.combine(day, tick, UTC) + timedelta(
                minutes=rng.randint(-20, 20), seconds=rng.randrange(60)
            )
            if story.year.start < moment < last:
                yield moment
        day += timedelta(days=1)
    yield last
