"""The terms of a rule as a form: what a browser sends, and what is shown again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from feedback.points.programme import TIERS, RuleKind, RuleVersion


def read_terms(kind: RuleKind, form: Mapping[str, str]) -> dict[str, Any]:
    """What the form says; what cannot be read becomes a value that is refused."""
    if kind == RuleKind.PURCHASE:
        return {"percent": whole(form.get("percent")), "late_days": whole(form.get("late_days")),
                "categories": _categories(form.get("categories", ""))}  # fmt: skip
    if kind == RuleKind.TIERS:
        return {tier: whole(form.get(tier)) for tier in TIERS}
    if kind == RuleKind.REDEMPTION:
        return {
            "shares": {tier: whole(form.get(tier)) for tier in TIERS},
            "default_max_discount_percent": whole(form.get("default_max_discount_percent")),
            "gifts": form.get("gifts", "").splitlines(),
        }
    terms: dict[str, Any] = {"points": whole(form.get("points"))}
    if kind == RuleKind.HOLIDAY:
        terms |= {"country": form.get("country", ""), "month": whole(form.get("month")), "day": whole(form.get("day"))}
    return terms


def filled(rule: RuleVersion, today: date) -> dict[str, Any]:
    """The form of a rule as it stands; a change begins today."""
    terms = dict(rule.terms)
    given: dict[str, Any] = {key: value for key, value in terms.items() if isinstance(value, int | str)} | terms.get(
        "shares", {}
    )
    if "categories" in terms:
        given["categories"] = "\n".join(f"{name} = {percent}" for name, percent in terms["categories"].items())
    if "gifts" in terms:
        given["gifts"] = "\n".join(terms["gifts"])
    return given | {"starts_on": today.isoformat(), "ends_on": rule.ends_on.isoformat() if rule.ends_on else ""}


def whole(text: str | None) -> int:
    """A whole number; -1, which no rule allows, where it is none."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


def day(text: str | None) -> date | None:
    """A day as browsers send it; None where it is none."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def _categories(text: str) -> dict[str, int]:
    """Lines such as `tyres = 7`."""
    found = {}
    for line in text.splitlines():
        if line.strip():
            name, _, percent = line.rpartition("=")
            found[name.strip()] = whole(percent)
    return found
