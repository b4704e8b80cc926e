"""The terms of a draw: what the law wants to be said before it opens. Only a planned draw can be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.models import Draw, DrawEditor
from feedback.errors import Conflict, Invalid, NotFound

MODES = ("contest", "draw", "shortlist_draw")
LANGUAGES = ("ru", "bg", "en")
CURRENCIES = ("RUB", "BGN", "EUR")
MOST_PRIZES, MOST_OF_A_KIND, MOST_VALUE = 10, 100, 10**12
LONGEST_NAME, LONGEST_TEXT = 200, 20_000
COPIED = ("mode", "organiser", "rules", "prizes", "place", "receipts", "shortlist_size")


@dataclass(frozen=True)
class Prize:
    """A prize and how many of it there are; ``value`` of one, in the smallest unit of the currency."""

    names: Mapping[str, str]
    count: int
    value: int
    currency: str

    def name(self, language: str) -> str:
        """In this language, else in any."""
        return self.names.get(language) or next(iter(self.names.values()))


@dataclass(frozen=True)
class Terms:
    """What is set before opening; empty where it is not known yet."""

    mode: str
    organiser: str
    rules: Mapping[str, str]
    prizes: Sequence[Prize]
    place: str
    receipts: Mapping[str, str]
    closes_on: date | None
    publish_by: date | None
    shortlist_size: int


def get_draw(session: Session, draw_id: int) -> Draw:
    """The draw. Raises NotFound."""
    draw = session.get(Draw, draw_id)
    if draw is None:
        raise NotFound("There is no such draw.")
    return draw


def locked_draw(session: Session, draw_id: int) -> Draw:
    """The draw, held until the end of the transaction, so that two acts on it follow each other."""
    query = select(Draw).where(Draw.id == draw_id).with_for_update().execution_options(populate_existing=True)
    draw = session.scalar(query)
    if draw is None:
        raise NotFound("There is no such draw.")
    return draw


def edit_terms(session: Session, draw_id: int, terms: Terms, user_id: int) -> Draw:
    """Change a planned draw; who does so can no longer run it. Raises Conflict once it is open, Invalid."""
    draw = locked_draw(session, draw_id)
    _must_be_planned(draw)
    errors = faults(terms, draw.month)
    if errors:
        raise Invalid("Please check the form.", errors)
    draw.mode, draw.shortlist_size = terms.mode, terms.shortlist_size
    draw.organiser, draw.place = terms.organiser.strip() or None, terms.place.strip() or None
    draw.rules, draw.receipts = _texts(terms.rules), _texts(terms.receipts)
    draw.prizes = [_stored(prize) for prize in terms.prizes] or None
    draw.closes_on, draw.publish_by = terms.closes_on, terms.publish_by
    _note_editor(session, draw_id, user_id)
    session.flush()
    return draw


def copy_terms(session: Session, draw_id: int, user_id: int) -> bool:
    """Take over the terms of the newest earlier draw that has any; False where there is none."""
    draw = locked_draw(session, draw_id)
    _must_be_planned(draw)
    query = select(Draw).where(Draw.month < draw.month, Draw.organiser.is_not(None)).order_by(Draw.month.desc())
    earlier = session.scalars(query.limit(1)).first()
    if earlier is None:
        return False
    for name in COPIED:
        setattr(draw, name, getattr(earlier, name))
    _note_editor(session, draw_id, user_id)
    session.flush()
    return True


def missing(draw: Draw) -> list[str]:
    """What a draw lacks to be opened, by field."""
    wanted = {
        "organiser": bool(draw.organiser),
        "rules": _is_whole(draw.rules),
        "prizes": bool(draw.prizes),
        "place": bool(draw.place),
        "receipts": _is_whole(draw.receipts),
        "closes_on": draw.closes_on is not None,
        "publish_by": draw.publish_by is not None,
    }
    return [field for field, is_there in wanted.items() if not is_there]


def faults(terms: Terms, month: date) -> dict[str, str]:
    """What is wrong with the given values, by field; what is only missing is no fault yet."""
    errors = {}
    if terms.mode not in MODES:
        errors["mode"] = "unknown"
    if max(len(terms.organiser), len(terms.place)) > LONGEST_NAME:
        errors["organiser" if len(terms.organiser) > LONGEST_NAME else "place"] = "too long"
    for field, texts in (("rules", terms.rules), ("receipts", terms.receipts)):
        if any(len(text) > LONGEST_TEXT for text in texts.values()):
            errors[field] = "too long"
    if len(terms.prizes) > MOST_PRIZES or not all(map(_is_prize, terms.prizes)):
        errors["prizes"] = "wrong"
    if terms.closes_on is not None and not month <= terms.closes_on:
        errors["closes_on"] = "too early"
    if terms.publish_by is not None and terms.closes_on is not None and terms.publish_by <= terms.closes_on:
        errors["publish_by"] = "too early"
    if not 1 <= terms.shortlist_size <= 1000:
        errors["shortlist_size"] = "out of range"
    return errors


def prizes_of(draw: Draw) -> list[Prize]:
    """The kinds of prizes, the first first."""
    return [Prize(row["names"], row["count"], row["value"], row["currency"]) for row in draw.prizes or ()]


def places_of(draw: Draw) -> list[Prize]:
    """One prize a place: a kind that is given three times stands for three places."""
    return [prize for prize in prizes_of(draw) for _ in range(prize.count)]


def required_note(text: str, field: str) -> str:
    """The trimmed text. Raises Invalid when it is empty or too long."""
    trimmed = " ".join(text.split())
    if not trimmed or len(trimmed) > LONGEST_NAME:
        problem = "This text is too long." if trimmed else "Please write something."
        raise Invalid(problem, {field: problem})
    return trimmed


def _must_be_planned(draw: Draw) -> None:
    if draw.state != "planned":
        raise Conflict("The draw is open: its terms cannot be changed any more.")


def _note_editor(session: Session, draw_id: int, user_id: int) -> None:
    known = select(DrawEditor.user_id).where(DrawEditor.draw_id == draw_id, DrawEditor.user_id == user_id)
    if session.scalar(known) is None:
        session.add(DrawEditor(draw_id=draw_id, user_id=user_id))


def _texts(texts: Mapping[str, str]) -> dict[str, Any] | None:
    kept = {language: text.strip() for language, text in texts.items() if language in LANGUAGES and text.strip()}
    return kept or None


def _is_whole(texts: Mapping[str, Any] | None) -> bool:
    return bool(texts) and all((texts or {}).get(language) for language in LANGUAGES)


def _is_prize(prize: Prize) -> bool:
    has_names = all(0 < len(prize.names.get(language, "").strip()) <= LONGEST_NAME for language in LANGUAGES)
    return (
        has_names
        and 1 <= prize.count <= MOST_OF_A_KIND
        and 0 <= prize.value <= MOST_VALUE
        and prize.currency in CURRENCIES
    )


def _stored(prize: Prize) -> dict[str, Any]:
    names = {language: prize.names[language].strip() for language in LANGUAGES}
    return {"names": names, "count": prize.count, "value": prize.value, "currency": prize.currency}
