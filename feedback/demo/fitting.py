"""Which hand-written words fit which purchase: its goods, its customer, its branch and the season. Pure."""

import re
from datetime import datetime
from functools import cache

from feedback.demo.content import Branch, Comment, Content
from feedback.demo.shopping import Shopping

BULGARIAN_PLACES = re.compile(
    "Мальовиц|Девин|Белмекен|Родоп|Камчия|Боровец|Своге|Черни връх|Беглика|Варна|Софи|Бургас|Мусала|Вихрен|Рила|Пирин"
)
MONTHS = {
    "ru": "янва феврал март апрел ма[яйе]\\b июн июл август сентябр октябр ноябр декабр",
    "bg": "януари февруари март април майск юни юли август септември октомври ноември декември",
    "en": "January February March\\b April May\\b June July August September October November December",
}
FEASTS = {"Коледа": (12, 1), "Нов(ый|ая|ому|ого|ата|а) год": (12, 1), "Christmas": (12, 1), "Black Friday": (11, 12)}


class Fitting:
    """Knows whose names may stand in a comment: one that names a manager is about a purchase with that manager."""

    def __init__(self, content: Content) -> None:
        self._stems = [stem(name) for branch in content.branches for name in branch.managers]
        self._named: dict[str, frozenset[str]] = {}

    def fits(self, comment: Comment, shopping: Shopping, at: datetime) -> bool:
        """Whether this customer could write this about this purchase at this moment."""
        buyer = shopping.buyer
        return (
            comment.language == buyer.language
            and comment.category in (None, *shopping.categories)
            and comment.gender in (None, buyer.gender)
            and _fits_place(comment, shopping.branch)
            and self._fits_manager(comment, shopping.manager)
            and is_of_season(comment.text, comment.language, at)
        )

    def _fits_manager(self, comment: Comment, manager: str) -> bool:
        if comment.text not in self._named:
            self._named[comment.text] = frozenset(s for s in self._stems if re.search(rf"\b{s}", comment.text))
        named = self._named[comment.text]
        return not named or stem(manager) in named


def stem(manager: str) -> str:
    """The part of a first name that stays in every case."""
    first = manager.split()[0]
    return first[:-1] if first[-1] in "аяйо" else first


def _fits_place(comment: Comment, branch: Branch) -> bool:
    names_bulgaria = comment.language == "bg" and BULGARIAN_PLACES.search(comment.text) is not None
    return not names_bulgaria or branch.key in ("sofia", "varna")


def is_of_season(text: str, language: str, at: datetime) -> bool:
    """A text that names a month or a feast is written then or soon after."""
    months = months_named(text, language)
    return not months or bool(months & {at.month, (at.month - 2) % 12 + 1})


@cache
def months_named(text: str, language: str) -> frozenset[int]:
    """The months a text speaks of."""
    found = {n for n, name in enumerate(MONTHS[language].split(), 1) if re.search(rf"\b{name}", text, re.IGNORECASE)}
    return frozenset(found.union(*(months for feast, months in FEASTS.items() if re.search(feast, text))))
