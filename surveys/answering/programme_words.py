"""The programme in three sentences, made from the rules as they hold today: what earns, how it is spent, how long."""

from datetime import date

from flask_babel import format_decimal
from flask_babel import gettext as _

from feedback.points.programme import Programme, RuleKind
from feedback.points.rules import LIFE, RETURN_WINDOW


def programme_sentences(programme: Programme, review_points: int, today: date) -> list[str]:
    """Three sentences in the language of the page; a rule that is off is not named."""
    return [
        sentence
        for sentence in (_earning(programme, review_points, today), _spending(programme, today), _lasting())
        if sentence
    ]


def _earning(programme: Programme, review_points: int, today: date) -> str:
    parts = []
    if review_points:
        points = format_decimal(review_points)
        parts.append(
            _("%(points)s points for each completed answer about a purchase, the same for every score", points=points)
        )
    percent = (programme.terms("purchase", today) or {}).get("percent")
    if percent:
        window = RETURN_WINDOW.days
        parts.append(
            _("%(percent)s %% of each purchase in points, open after %(days)s days", percent=percent, days=window)
        )
    if daily := programme.points("membership", today):
        parts.append(_("%(points)s for each day with us", points=format_decimal(daily)))
    if birthday := programme.points("birthday", today):
        parts.append(_("%(points)s for your birthday", points=format_decimal(birthday)))
    holidays = [
        rule.terms["points"]
        for rule in programme.current(today)
        if rule.kind == RuleKind.HOLIDAY and rule.holds_on(today)
    ]
    if any(holidays):
        parts.append(_("%(points)s for some holidays", points=format_decimal(max(holidays))))
    return str(_("You get: %(list)s.", list="; ".join(map(str, parts)))) if parts else ""


def _spending(programme: Programme, today: date) -> str:
    terms, tiers = programme.terms("redemption", today), programme.terms("tiers", today)
    if not terms or not tiers:
        return ""
    return str(
        _(
            "Points pay for a part of the maximum discount of a product: %(silver)s %% from the first purchase on, "
            "%(gold)s %% from purchase %(gold_from)s, %(platinum)s %% from purchase %(platinum_from)s; "
            "one point is one unit of the currency.",
            silver=terms["shares"]["silver"], gold=terms["shares"]["gold"], platinum=terms["shares"]["platinum"],
            gold_from=tiers["gold"], platinum_from=tiers["platinum"],
        )
    )  # fmt: skip


def _lasting() -> str:
    return str(
        _(
            "Points live %(days)s days after they open, those that expire first are spent first, and goods that come "
            "back take their points back.",
            days=LIFE.days,
        )
    )
