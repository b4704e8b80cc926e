"""Words for draws: modes, states, what is missing, why an entry is out, what becomes of a prize."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.draws.models import Draw
from feedback.draws.terms import missing

MODES = {
    "contest": _l("Contest: the jury’s best"),
    "draw": _l("Draw: the same chance for everybody"),
    "shortlist_draw": _l("Draw among the jury’s shortlist"),
}
STATES = {
    "planned": _l("being prepared"),
    "open": _l("takes entries"),
    "closed": _l("entrants frozen"),
    "drawn": _l("result computed"),
    "published": _l("published"),
}
FIELDS = {
    "organiser": _l("Organiser"),
    "rules": _l("Rules in three languages"),
    "prizes": _l("Prizes and their number"),
    "place": _l("Place"),
    "receipts": _l("How a prize is received, in three languages"),
    "closes_on": _l("Last day"),
    "publish_by": _l("Day of publication"),
}
EXCLUSIONS = {
    "staff": _l("works for us"),
    "family": _l("family of staff"),
    "duplicate": _l("the same person twice"),
    "rules": _l("against the rules"),
}
PRIZE_STATES = {
    "drawn": _l("waits to be claimed"),
    "claimed": _l("claimed"),
    "handed_over": _l("handed over"),
    "lapsed": _l("not claimed in time"),
    "passed_over": _l("passed over"),
}
CRITERIA = {
    "usefulness": (_l("Usefulness"), _l("Would it help somebody decide or avoid a mistake?")),
    "detail": (_l("Detail"), _l("Places, times, numbers, what was tried.")),
    "evidence": (_l("Evidence"), _l("Photos, documents, facts that can be checked.")),
}
LACKS = {
    "judges": _l("The jury needs at least two judges."),
    "marks": _l("The jury has not finished yet."),
    "second_judge": _l("Some entries have fewer than two judges: call another one."),
}


def was_missed(draw: Draw, today: date) -> bool:
    """Whether the month passed without the draw being opened: it can no longer be."""
    return draw.state == "planned" and draw.closes_on is not None and draw.closes_on < today


def state_word(draw: Draw, today: date) -> str:
    """How a draw stands."""
    return str(_("not held") if was_missed(draw, today) else STATES[draw.state])


def next_step(draw: Draw, today: date, has_prizes_left: bool) -> str:
    """What is to be done next with a draw, in one sentence; `has_prizes_left`: not every prize is handed over."""
    if was_missed(draw, today):
        return str(_("Nothing: it was not opened in its month."))
    if draw.state == "planned":
        return str(_("Fill in the terms.") if missing(draw) else _("Open it: the hash of its secret is published."))
    if draw.state == "open":
        return str(_("It closes by itself after its last day."))
    if draw.state == "closed":
        if draw.mode != "draw":
            return str(_("When the jury has finished, compute the result."))
        return str(_("Compute the result."))
    if draw.state == "drawn":
        return str(_("Publish the result: the winners get their letters."))
    return str(_("Hand the prizes over.") if has_prizes_left else _("Nothing: all is done."))


def error_words(errors: dict[str, str]) -> dict[str, str]:
    """What is wrong with the terms, by field, in words."""
    words = {
        "mode": _("Choose one of the list."),
        "organiser": _("This text is too long."),
        "place": _("This text is too long."),
        "rules": _("This text is too long."),
        "receipts": _("This text is too long."),
        "prizes": _("Each prize needs a name in three languages, a number from 1 to 100 and its value in money."),
        "closes_on": _("The last day cannot be before the month."),
        "publish_by": _("The result is published after the last day."),
        "shortlist_size": _("A whole number from %(least)s to %(most)s.", least=1, most=1000),
    }
    return {field: str(words[field]) for field in errors}
