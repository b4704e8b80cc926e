"""An opinion typed into a questionnaire, as a browser would send it. Pure."""

import random
from collections.abc import Iterator

from feedback.demo.opinions import Opinion
from feedback.demo.people import Buyer
from surveys.questionnaires.bands import LIMITS
from surveys.questionnaires.fields import NOT_APPLICABLE
from surveys.questionnaires.kinds import Typed
from surveys.questionnaires.reading import Question, Questionnaire

SAME = {"shipping": "delivery", "invoice_speed": "documents", "staff": "consultation"}
LEVELS = {"positive": (5, 5, 4), "neutral": (3, 3, 4), "negative": (1, 2, 2)}
OTHERWISE = {"positive": (5, 5, 4), "neutral": (4, 4, 3), "negative": (3, 4, 4), "problem": (4, 4, 5)}
LATER = {
    "ru": ("после шести", "в любое время", "лучше с утра"),
    "bg": ("след шест", "по всяко време", "по-добре сутрин"),
    "en": ("after six", "any time", "mornings are best"),
}


def typed_answers(
    questionnaire: Questionnaire, opinion: Opinion, rng: random.Random, buyer: Buyer, *, is_whole: bool
) -> Typed:
    """What this customer types; somebody who stops half-way gets no further than the score."""
    typed: Typed = {}
    for question in questionnaire.questions:
        if is_whole or question.kind in LIMITS:
            typed |= dict(_typed(question, opinion, rng, buyer))
    return typed


def _typed(question: Question, opinion: Opinion, rng: random.Random, buyer: Buyer) -> Iterator[tuple[str, list[str]]]:
    key = question.key
    if question.kind in LIMITS:
        yield key, [str(_on_scale(question.kind, opinion.score))]
    elif question.kind == "text" and opinion.text:
        yield key, [opinion.text]
    elif question.kind == "matrix" and opinion.judges_aspects:
        for option in question.options:
            yield f"{key}-{option.key}", [_judged(option.key, opinion, rng)]
    elif question.kind == "single" and question.is_required:
        yield key, [rng.choice(question.options).key]
    elif question.kind == "contact" and opinion.wants_contact:
        yield key, ["yes"]
        yield f"{key}_at", [buyer.given.phone or buyer.given.email or ""]
        if rng.random() < 0.6:
            yield f"{key}_when", [rng.choice(LATER[buyer.language])]
    elif question.kind == "consent" and opinion.mood == "positive" and rng.random() < 0.4:
        yield key, ["yes"]


def _on_scale(kind: str, score: int) -> int:
    low, high = LIMITS[kind]
    return low + round(score / 10 * (high - low))


def _judged(item: str, opinion: Opinion, rng: random.Random) -> str:
    said = {SAME.get(aspect, aspect): mood for aspect, mood in opinion.aspects.items()}
    if item in said:
        return str(rng.choice(LEVELS[said[item]]))
    if rng.random() < 0.12:
        return NOT_APPLICABLE
    return str(rng.choice(OTHERWISE[opinion.mood]))
