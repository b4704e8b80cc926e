"""What a reanalysis changed: results before and after, side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

AT_ONCE = 1000
WHAT = ("language", "sentiment", "is_unsure", "aspects", "flags", "ended_badly")


@dataclass
class Comparison:
    """Counts of one kind of thing. `moods` counts pairs of sentiment before and after; of `flags` the first number is
    before, the second after, and the third how many have it both times."""

    stale: int = 0
    kept: int = 0
    read: int = 0
    models: Counter[str] = field(default_factory=Counter)
    moods: Counter[tuple[str, str]] = field(default_factory=Counter)
    flags: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    other_language: int = 0
    other_aspects: int = 0
    unsure: tuple[int, int] = (0, 0)
    ended_badly: tuple[int, int] = (0, 0)

    @property
    def other_mood(self) -> int:
        return sum(count for (before, after), count in self.moods.items() if before != after)


def compare(session: Session, table: type[Any], reanalysis_id: int) -> Comparison:
    """How far a reanalysis has come with one table, and what it changed there."""
    own = table.reanalysis_id == reanalysis_id
    counts = select(
        func.count().filter(table.is_stale), func.count().filter(~table.is_stale & table.previous.is_(None))
    ).where(own)
    stale, kept = session.execute(counts).one()
    columns = [getattr(table, name) for name in WHAT if hasattr(table, name)]
    query = select(table.previous, *columns).where(own, ~table.is_stale, table.previous.is_not(None))
    rows = session.execute(query.execution_options(yield_per=AT_ONCE))
    found = compare_results((row.previous, row._asdict()) for row in rows)
    found.stale, found.kept = stale, kept
    return found


def compare_results(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Comparison:
    """Each result before and after."""
    found = Comparison()
    unsure, badly = [0, 0], [0, 0]
    flags: dict[str, list[int]] = {}
    for before, after in pairs:
        found.read += 1
        found.models[f"{before['model_name']} {before['model_version']}"] += 1
        found.moods[before["sentiment"], after["sentiment"]] += 1
        found.other_language += before["language"] != after["language"]
        found.other_aspects += before["aspects"] != after["aspects"]
        for at, result in enumerate((before, after)):
            unsure[at] += bool(result["is_unsure"])
            badly[at] += bool(result.get("ended_badly"))
        _count_flags(flags, before["flags"], after["flags"])
    found.unsure, found.ended_badly = (unsure[0], unsure[1]), (badly[0], badly[1])
    found.flags = {flag: (n[0], n[1], n[2]) for flag, n in sorted(flags.items())}
    return found


def _count_flags(counts: dict[str, list[int]], before: Sequence[str], after: Sequence[str]) -> None:
    for flag in {*before, *after}:
        count = counts.setdefault(flag, [0, 0, 0])
        count[0] += flag in before
        count[1] += flag in after
        count[2] += flag in before and flag in after
