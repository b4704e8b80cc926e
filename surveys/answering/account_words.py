"""Words of the own page for movements of points and for consents."""

from flask_babel import gettext as _
from markupsafe import Markup, escape

from feedback.customers.consents import ConsentAct
from feedback.customers.models import Purpose
from feedback.points.models import EntryKind
from surveys.answering.own_page import Entry
from surveys.answering.wording import whole


def entry_words(entry: Entry) -> Markup:
    """What a movement of points was for."""
    kinds = {
        EntryKind.SPEND: _("Paid with points"),
        EntryKind.REVERSE: _("Taken back after a return"),
        EntryKind.EXPIRE: _("Expired"),
        EntryKind.CORRECT: _("Correction"),
        EntryKind.RESTORE: _("Given back after a return"),
        EntryKind.MOVE: _("Moved from your other account"),
        EntryKind.OWE: _("Owed after a return: the points were spent already"),
        EntryKind.REPAY: _("Repaid after a return"),
    }
    rules = {
        "review": _("Answer to a survey"),
        "purchase": _("Purchase"),
        "compensation": _("Our apology"),
        "manual": _("Granted by our staff"),
        "membership": _("Days with us"),
        "birthday": _("Happy birthday!"),
        "holiday": _("Holiday greetings"),
        "visit": _("Visit to a presentation"),
    }
    words = rules.get(entry.rule) or _("Points")
    if entry.kind != EntryKind.AWARD:
        words = kinds.get(EntryKind(entry.kind), words)
    if not entry.order:
        return escape(words)
    return Markup(_("%(what)s, order %(number)s", what=escape(words), number=whole(entry.order)))


def purpose_words(purpose: Purpose) -> str:
    """The name of a consent."""
    return str(
        {
            Purpose.PROCESSING: _("Use of my data to serve me"),
            Purpose.ADVERTISING: _("Advertising and offers"),
            Purpose.PUBLICATION: _("Publication of my reviews and photos"),
        }[purpose]
    )


def consent_words(act: ConsentAct | None, is_assumed: bool) -> str:
    """Where a consent came from; where nothing was said, what holds."""
    if act is None:
        if is_assumed:
            return str(_("Given with the purchase."))
        return str(_("Not given."))
    sources = {
        "survey": _("in a survey"),
        "own_page": _("on this page"),
        "unsubscribe": _("by the link in a letter"),
        "one_click": _("by the button of the mail program"),
    }
    place = sources.get(act.source) or _("told by the company")
    words = _("Given, %(place)s,", place=place) if act.is_given else _("Taken back, %(place)s,", place=place)
    return str(words)
