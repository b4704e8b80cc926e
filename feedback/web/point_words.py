"""Words of the points programme: rules in sentences, signs of fraud, refusals, what is wrong with a field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.errors import Conflict, Forbidden
from feedback.points.guard import Sign
from feedback.points.programme import RuleKind, RuleVersion
from feedback.web.customer_words import tier_word
from feedback.web.money import number_words

SIGNS: dict[str, Any] = {
    Sign.BOT: _l("the form was filled like a program fills it"),
    Sign.SAME_PHONE: _l("another customer has the same phone"),
    Sign.SAME_MAILBOX: _l("another customer’s letters arrive in the same mailbox"),
    Sign.STAFF: _l("the address is that of a member of staff"),
    Sign.STAFF_DOMAIN: _l("the address is of the company’s domain"),
    Sign.VELOCITY: _l("more than three answers within a day"),
    Sign.RETURNS: _l("three purchases or more returned whole within 90 days"),
}

TITLES: dict[str, Any] = {
    "purchase": _l("For purchases"),
    "membership": _l("For each day with the company"),
    "birthday": _l("For a birthday"),
    "visit": _l("For a visit to a presentation"),
    "tiers": _l("Tiers"),
    "redemption": _l("Paying with points"),
}


def rule_title(rule: RuleVersion) -> str:
    """What a rule is called."""
    if rule.kind == RuleKind.HOLIDAY:
        locale = get_locale() or Locale("en")
        country = locale.territories.get(rule.terms["country"], rule.terms["country"])
        day = format_date(date(2024, rule.terms["month"], rule.terms["day"]), "d MMMM")
        return str(_("For a holiday: %(day)s, %(country)s", day=day, country=country))
    return str(TITLES.get(rule.code, rule.code))


def rule_sentence(rule: RuleVersion) -> str:
    """What a rule says, in one sentence."""
    return _SENTENCES[rule.kind](rule.terms)


def sign_word(sign: str) -> str:
    """Why points are held."""
    return str(SIGNS.get(sign, sign))


def refusal_words(error: Conflict | Forbidden) -> str:
    """Why points cannot be spent or granted."""
    details = error.details
    if "limit" in details:
        return str(_("Your limit is %(limit)s points at a time.", limit=number_words(_int(details["limit"]))))
    reason = details.get("reason")
    if reason == "cap":
        most = number_words(_int(details["most"]))
        return str(_("At most %(most)s points can pay for this purchase now.", most=most))
    return str(_REFUSALS.get(str(reason), _(error.message)))


_REFUSALS: dict[str, Any] = {
    "balance": _l("The customer has fewer points than that."),
    "other_customer": _l("This purchase is another customer’s."),
    "returned": _l("This purchase was returned."),
    "erased": _l("This customer was erased."),
    "key_used": _l("This form was sent before with other values. Reload the page."),
    "not_held": _l("Somebody has looked at these points already."),
}

ERRORS: dict[str, Any] = {
    "starts_on": _l("Choose today or a later day: what was credited stays."),
    "ends_on": _l("The last day cannot lie before the first."),
    "categories": _l("One category a line, such as: tyres = 7. Whole percents from 0 to 100."),
    "gold": _l("Each tier begins later than the one before it."),
    "gifts": _l("At most 500 articles, one a line."),
    "country": _l("Choose one of the list."),
    "day": _l("There is no such day, or it has its greeting already."),
}


def error_words(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field of a rule's form."""
    return {
        field: _range(told) or str(ERRORS.get(field, _("Please check the form."))) for field, told in errors.items()
    }


def _range(told: str) -> str | None:
    least, dots, most = told.partition("..")
    if not dots or not least.isdigit() or not most.isdigit():
        return None
    return str(_("A whole number from %(least)s to %(most)s.", least=least, most=number_words(int(most))))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _points(terms: Mapping[str, Any]) -> str:
    return str(ngettext("%(num)s point", "%(num)s points", terms["points"])).replace(
        str(terms["points"]), number_words(terms["points"])
    )


def _purchase(terms: Mapping[str, Any]) -> str:
    words = _("%(percent)s %% of the amount, open 14 days after purchase or delivery", percent=terms["percent"])
    others = ", ".join(f"{name} {percent} %" for name, percent in terms["categories"].items())
    return f"{words}; {others}" if others else str(words)


def _holiday(terms: Mapping[str, Any]) -> str:
    return str(_("%(points)s to every member in the country", points=_points(terms)))


def _tiers(terms: Mapping[str, Any]) -> str:
    told = [_("%(tier)s from purchase %(number)s", tier=tier_word(t), number=n) for t, n in terms.items()]
    return "; ".join(told)


def _redemption(terms: Mapping[str, Any]) -> str:
    shares = ", ".join(f"{tier_word(tier)} {share} %" for tier, share in terms["shares"].items())
    words = [
        _("of the maximum discount: %(shares)s", shares=shares),
        _("where an article tells no maximum: %(percent)s %%", percent=terms["default_max_discount_percent"]),
    ]
    if terms["gifts"]:
        words.append(ngettext("%(num)s gift paid in full", "%(num)s gifts paid in full", len(terms["gifts"])))
    return "; ".join(map(str, words))


_SENTENCES = {
    RuleKind.PURCHASE: _purchase,
    RuleKind.MEMBERSHIP: lambda terms: str(
        _("%(points)s a day, credited on the 1st and the 15th", points=_points(terms))
    ),
    RuleKind.BIRTHDAY: lambda terms: str(
        _("%(points)s once a year; the birthday must be known 30 days before", points=_points(terms))
    ),
    RuleKind.HOLIDAY: _holiday,
    RuleKind.VISIT: lambda terms: str(_("%(points)s, once a day", points=_points(terms))),
    RuleKind.TIERS: _tiers,
    RuleKind.REDEMPTION: _redemption,
}
