"""What customers think of their purchases, and in which words. No comment is used twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from feedback.demo.chance import EvenDice, dice, one_of
from feedback.demo.content import Comment, Content
from feedback.demo.fitting import Fitting
from feedback.demo.shopping import Shopping

MOODS = {
    "parnas": {"positive": 0.70, "neutral": 0.17, "negative": 0.13},
    "moscow": {"positive": 0.70, "neutral": 0.18, "negative": 0.12},
    "sofia": {"positive": 0.73, "neutral": 0.17, "negative": 0.10},
    "varna": {"positive": 0.66, "neutral": 0.21, "negative": 0.13},
    "online": {"positive": 0.68, "neutral": 0.19, "negative": 0.13},
}
AFTER_DELAY = {"problem": 0.84, "neutral": 0.09, "positive": 0.07}
SCORES = {"positive": (8, 10), "neutral": (6, 8), "negative": (1, 5), "problem": (0, 5)}
AFTER_RECOVERY = {"positive": 0.74, "neutral": 0.14, "negative": 0.12}
CALLS_BACK = {"positive": 0.01, "neutral": 0.02, "negative": 0.14, "problem": 0.16}


@dataclass(frozen=True)
class Opinion:
    """What somebody will say when asked: a score 0-10, the words if any, how single aspects were."""

    score: int
    mood: str
    comment: Comment | None = None
    aspects: dict[str, str] = field(default_factory=dict)
    wants_contact: bool = False
    judges_aspects: bool = True

    @property
    def text(self) -> str | None:
        return self.comment.text if self.comment else None


class Opinions:
    """The stock of words that nobody has used yet."""

    def __init__(self, content: Content, seed: int) -> None:
        self._seed = seed
        self._even = EvenDice(seed)
        self._said: dict[str, Opinion] = {}
        self._fitting = Fitting(content)
        shuffled = dice(seed, "comments").sample(content.comments, len(content.comments))
        self._stock: dict[tuple[str, str], list[Comment]] = {}
        for comment in shuffled:
            mood = "problem" if comment.is_about_problem else comment.sentiment
            self._stock.setdefault((comment.language, mood), []).append(comment)

    def about_purchase(self, shopping: Shopping, at: datetime) -> Opinion:
        """What the customer thinks of the purchase when the form lies before them."""
        rng = dice(self._seed, "opinion", shopping.key)
        key = shopping.branch.key
        mood = self._even.one_of((key, shopping.is_late), AFTER_DELAY if shopping.is_late else MOODS[key])
        wants_words = rng.random() < shopping.buyer.writes
        comment = self._take(shopping, mood, at, prefers_goods=rng.random() < 0.75) if wants_words else None
        low, high = comment.scores if comment else SCORES[mood]
        aspects = dict(comment.aspects) if comment else {}
        if shopping.is_late:
            aspects["delivery"] = "negative"
        asks = comment is not None and "contact_request" in comment.flags and rng.random() < 0.7
        self._said[shopping.key] = Opinion(
            score=rng.randint(low, high), mood=mood, comment=comment, aspects=aspects,
            wants_contact=asks or rng.random() < CALLS_BACK[mood], judges_aspects=rng.random() < 0.72,
        )  # fmt: skip
        return self._said[shopping.key]

    def told_about(self, purchase: str | None) -> Opinion | None:
        """What the customer said about a purchase, and will say again when somebody calls."""
        return self._said.get(purchase or "")

    def about_recovery(self, key: object) -> Opinion:
        """What the customer of a closed case thinks of how it was put right."""
        rng = dice(self._seed, "recovered", key)
        mood = one_of(rng, AFTER_RECOVERY)
        return Opinion(rng.randint(*SCORES[mood]), mood)

    def _take(self, shopping: Shopping, mood: str, at: datetime, *, prefers_goods: bool) -> Comment | None:
        stock = self._stock.get((shopping.buyer.language, mood), [])
        fitting = [comment for comment in stock if self._fitting.fits(comment, shopping, at)]
        chosen = next(_by_goods(fitting, prefers_goods), None)
        if chosen is not None:
            stock.remove(chosen)
        return chosen


def _by_goods(comments: list[Comment], prefers_goods: bool) -> Iterator[Comment]:
    """Remarks on the very goods first, or general ones first."""
    return iter(sorted(comments, key=lambda comment: (comment.category is None) == prefers_goods))
