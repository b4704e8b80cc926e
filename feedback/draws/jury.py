"""The jury: who judges, what they say, how far they are, how well they agree. Judges see neither score nor name.

An entry's mark is the mean over judges and criteria of their numbers from 1 to 5; a judge who knows the person says so
and does not count for that entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, func, select
from sqlalchemy.orm import Session, aliased

from feedback.draws.models import Draw, DrawEntry, DrawJudge, DrawMark
from feedback.draws.terms import locked_draw
from feedback.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.staff.models import User
from feedback.staff.permissions import Act, may

CRITERIA = ("usefulness", "detail", "evidence")
LEAST_JUDGES = 2
LONGEST_NOTE = 2000
_COUNTED = and_(DrawMark.entry_id == DrawEntry.id, ~DrawMark.is_conflict)


@dataclass(frozen=True)
class JudgeProgress:
    """How far a judge is; ``conflicts`` are part of ``done``."""

    user_id: int
    name: str
    done: int
    conflicts: int


@dataclass(frozen=True)
class Standing:
    """Where a jury stands: whether it has finished, else what it lacks (`judges`, `marks` or `second_judge`)."""

    judges: tuple[JudgeProgress, ...]
    entries: int
    short_of_judges: tuple[str, ...]

    @property
    def lacks(self) -> str | None:
        """What is missing before a result can be computed; None when nothing is."""
        if len(self.judges) < LEAST_JUDGES:
            return "judges"
        if any(judge.done < self.entries for judge in self.judges):
            return "marks"
        return "second_judge" if self.short_of_judges else None


def add_judge(session: Session, draw_id: int, user_id: int) -> None:
    """Call somebody who may see draws into the jury, before the result. Raises Conflict, Invalid."""
    _open_to_judging(locked_draw(session, draw_id))
    if user_id not in {user.id for user in people_who_may_judge(session)}:
        raise Invalid("This person cannot judge.", {"judge": "unknown"})
    known = session.get(DrawJudge, {"draw_id": draw_id, "user_id": user_id})
    if known is None:
        session.add(DrawJudge(draw_id=draw_id, user_id=user_id))
        session.flush()


def remove_judge(session: Session, draw_id: int, user_id: int) -> None:
    """Release somebody who has not judged anything yet. Raises Conflict."""
    _open_to_judging(locked_draw(session, draw_id))
    judged = select(DrawMark.entry_id).join(DrawEntry, DrawEntry.id == DrawMark.entry_id)
    if session.scalar(judged.where(DrawEntry.draw_id == draw_id, DrawMark.user_id == user_id).limit(1)) is not None:
        raise Conflict("This judge has already given marks.")
    session.execute(delete(DrawJudge).where(DrawJudge.draw_id == draw_id, DrawJudge.user_id == user_id))


def people_who_may_judge(session: Session) -> list[User]:
    """Active staff whose roles let them see draws, by name."""
    users = session.scalars(select(User).where(User.active).order_by(User.name, User.id))
    return [user for user in users if may([role.name for role in user.roles], Act.VIEW_DRAWS)]


def give_marks(
    session: Session, draw_id: int, entry_id: int, judge_id: int, marks: Mapping[str, int], note: str, now: datetime
) -> None:
    """A judge's three numbers; given again they replace the earlier ones. Raises Forbidden, Conflict, Invalid."""
    wrong = {name: "missing" for name in CRITERIA if not 1 <= marks.get(name, 0) <= 5}
    if wrong:
        raise Invalid("Give each mark, from 1 to 5.", wrong)
    mark = _mark_of(session, draw_id, entry_id, judge_id, now)
    mark.is_conflict = False
    mark.usefulness, mark.detail, mark.evidence = (marks[name] for name in CRITERIA)
    mark.note = note.strip()[:LONGEST_NOTE] or None
    session.flush()


def declare_conflict(session: Session, draw_id: int, entry_id: int, judge_id: int, now: datetime) -> None:
    """The judge knows the person: no marks of theirs count for this entry."""
    mark = _mark_of(session, draw_id, entry_id, judge_id, now)
    mark.is_conflict = True
    mark.usefulness = mark.detail = mark.evidence = None
    session.flush()


def is_judge(session: Session, draw_id: int, user_id: int) -> bool:
    """Whether somebody sits in the jury of this draw."""
    return session.get(DrawJudge, {"draw_id": draw_id, "user_id": user_id}) is not None


def jury_standing(session: Session, draw: Draw) -> Standing:
    """How far each judge is, and which entries fewer than two have judged when all are through."""
    is_in = and_(DrawEntry.draw_id == draw.id, DrawEntry.excluded_for.is_(None))
    entries = session.scalar(select(func.count()).select_from(DrawEntry).where(is_in)) or 0
    done = (
        select(DrawMark.user_id, func.count().label("done"), func.count(1).filter(DrawMark.is_conflict).label("cut"))
        .join(DrawEntry, DrawEntry.id == DrawMark.entry_id)
        .where(is_in)
        .group_by(DrawMark.user_id)
        .subquery()
    )
    rows = session.execute(
        select(User.id, User.name, User.email, func.coalesce(done.c.done, 0), func.coalesce(done.c.cut, 0))
        .join(DrawJudge, DrawJudge.user_id == User.id)
        .outerjoin(done, done.c.user_id == User.id)
        .where(DrawJudge.draw_id == draw.id)
        .order_by(User.name, User.id)
    )
    judges = tuple(JudgeProgress(user_id, name or email, *counts) for user_id, name, email, *counts in rows)
    short = session.scalars(
        select(DrawEntry.code)
        .outerjoin(DrawMark, _COUNTED)
        .where(is_in)
        .group_by(DrawEntry.code)
        .having(func.count(DrawMark.entry_id) < LEAST_JUDGES)
        .order_by(DrawEntry.code)
    )
    return Standing(judges, entries, tuple(short))


def marks_by_code(session: Session, draw_id: int) -> dict[str, list[int]]:
    """For each code the sum of its numbers and how many they are."""
    total = func.sum(DrawMark.usefulness + DrawMark.detail + DrawMark.evidence)
    query = (
        select(DrawEntry.code, total, func.count())
        .join(DrawMark, _COUNTED)
        .where(DrawEntry.draw_id == draw_id, DrawEntry.excluded_for.is_(None))
        .group_by(DrawEntry.code)
    )
    return {code: [int(total or 0), count * len(CRITERIA)] for code, total, count in session.execute(query)}


def agreement(session: Session, draw_id: int) -> tuple[int, int]:
    """Of all pairs of judges' numbers for one criterion of one entry: how many differ by at most one, and how many."""
    one, other = aliased(DrawMark), aliased(DrawMark)
    pairs = and_(other.entry_id == one.entry_id, other.user_id > one.user_id, ~other.is_conflict)
    near = [
        func.coalesce(func.sum(case((func.abs(getattr(one, name) - getattr(other, name)) <= 1, 1), else_=0)), 0)
        for name in CRITERIA
    ]
    query = (
        select(sum(near[1:], near[0]), func.count())
        .select_from(one)
        .join(other, pairs)
        .join(DrawEntry, DrawEntry.id == one.entry_id)
        .where(DrawEntry.draw_id == draw_id, ~one.is_conflict)
    )
    agreeing, count = session.execute(query).one()
    return int(agreeing), int(count) * len(CRITERIA)


def next_to_judge(session: Session, draw_id: int, judge_id: int, after: int = 0) -> int | None:
    """The next entry that this judge has said nothing of, going round from `after`; None when all are done."""
    mine = and_(DrawMark.entry_id == DrawEntry.id, DrawMark.user_id == judge_id)
    query = (
        select(DrawEntry.id)
        .outerjoin(DrawMark, mine)
        .where(DrawEntry.draw_id == draw_id, DrawEntry.excluded_for.is_(None), DrawMark.entry_id.is_(None))
        .order_by((DrawEntry.id <= after), DrawEntry.id)
        .limit(1)
    )
    return session.scalar(query)


def _mark_of(session: Session, draw_id: int, entry_id: int, judge_id: int, now: datetime) -> DrawMark:
    draw = locked_draw(session, draw_id)
    _open_to_judging(draw)
    if not is_judge(session, draw_id, judge_id):
        raise Forbidden("You are not in the jury of this draw.")
    entry = session.get(DrawEntry, entry_id)
    if entry is None or entry.draw_id != draw_id or entry.excluded_for is not None:
        raise NotFound("There is no such entry.")
    mark = session.get(DrawMark, {"entry_id": entry_id, "user_id": judge_id})
    if mark is None:
        mark = DrawMark(entry_id=entry_id, user_id=judge_id, is_conflict=True)
        session.add(mark)
    mark.marked_at = now
    return mark


def _open_to_judging(draw: Draw) -> None:
    is_shortlisted = draw.mode == "shortlist_draw" and draw.list_hash is not None
    if draw.state in ("drawn", "published") or is_shortlisted:
        raise Conflict("The jury has finished.")
