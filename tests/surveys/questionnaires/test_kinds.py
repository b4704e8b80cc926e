"""Each kind of question: what it reads, refuses, puts back and sums up."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from surveys.answering.form import AnswerForm, answered_count, refilled
from surveys.questionnaires.answers import GivenAnswer
from surveys.questionnaires.kinds import KINDS, Summary
from surveys.questionnaires.library import AFTER_PURCHASE
from surveys.questionnaires.reading import Questionnaire, read_questionnaire

TEXTS = {"ru": "Вопрос", "bg": "Въпрос", "en": "Question"}
OPTIONS = [{"key": "a", "text": TEXTS}, {"key": "b", "text": TEXTS}]
GIVEN: dict[str, tuple[dict[str, Any], dict[str, list[str]], list[GivenAnswer]]] = {
    "nps": ({}, {"q": ["10"]}, [GivenAnswer("q", "nps", number=10)]),
    "csat": ({}, {"q": ["5"]}, [GivenAnswer("q", "csat", number=5)]),
    "ces": ({}, {"q": ["7"]}, [GivenAnswer("q", "ces", number=7)]),
    "stars": ({}, {"q": ["1"]}, [GivenAnswer("q", "stars", number=1)]),
    "matrix": (
        {"items": ["price", "delivery"]},
        {"q-price": ["4"], "q-delivery": ["na"]},
        [GivenAnswer("q", "matrix", "price", 4), GivenAnswer("q", "matrix", "delivery", choices=("na",))],
    ),
    "single": ({"options": OPTIONS}, {"q": ["b"]}, [GivenAnswer("q", "single", choices=("b",))]),
    "multiple": ({"options": OPTIONS}, {"q": ["a", "b"]}, [GivenAnswer("q", "multiple", choices=("a", "b"))]),
    "text": ({}, {"q": ["Да, всё"]}, [GivenAnswer("q", "text", text="Да, всё")]),
    "date": ({}, {"q": ["2026-03-11"]}, [GivenAnswer("q", "date", text="2026-03-11")]),
    "contact": (
        {},
        {"q": ["yes"], "q_at": ["+7 900"], "q_when": ["вечером"]},
        [GivenAnswer("q", "contact", number=1, text="+7 900"), GivenAnswer("q", "contact", "when", text="вечером")],
    ),
    "consent": ({}, {"q": ["yes"]}, [GivenAnswer("q", "consent", number=1)]),
}
WRONG = [
    ("nps", {}, {"q": ["11"]}), ("nps", {}, {"q": ["-1"]}), ("nps", {}, {"q": ["девять"]}), ("csat", {}, {"q": ["0"]}),
    ("csat", {}, {"q": ["6"]}), ("ces", {}, {"q": ["8"]}), ("stars", {}, {"q": ["na"]}),
    ("matrix", {"items": ["price"]}, {"q-price": ["6"]}), ("single", {"options": OPTIONS}, {"q": ["c"]}),
    ("single", {"options": OPTIONS}, {"q": ["a", "b"]}), ("multiple", {"options": OPTIONS}, {"q": ["a", "c"]}),
    ("text", {"max_length": 3}, {"q": ["четыре"]}), ("date", {}, {"q": ["11.03.2026"]}),
    ("date", {}, {"q": ["2026-02-30"]}),
    ("contact", {}, {"q": ["yes"], "q_at": ["я" * 201]}),
]  # fmt: skip


def questionnaire(kind: str, **more: Any) -> Questionnaire:
    question = {"key": "q", "kind": kind, "text": TEXTS, **more}
    return read_questionnaire(1, {"title": TEXTS, "questions": [question]})


def form(asked: Questionnaire, typed: dict[str, list[str]]) -> AnswerForm:
    return AnswerForm(asked, MultiDict([(name, value) for name, values in typed.items() for value in values]))


def test_every_kind_is_tried() -> None:
    assert set(GIVEN) | {"photo"} == set(KINDS)


@pytest.mark.parametrize("kind", GIVEN)
def test_it_reads_and_puts_back(kind: str) -> None:
    more, typed, answers = GIVEN[kind]
    asked = questionnaire(kind, **more)
    read = form(asked, typed)
    assert list(read.answers) == answers
    assert read.problems(is_complete=True, can_be_reached=True) == []
    assert refilled(asked, answers) == typed


@pytest.mark.parametrize("kind", GIVEN)
def test_nothing_given_is_no_answer(kind: str) -> None:
    more, typed, _ = GIVEN[kind]
    asked = questionnaire(kind, **more)
    for empty in ({}, {name: [""] for name in typed}):
        assert form(asked, empty).answers == ()
        assert form(asked, empty).problems(is_complete=True, can_be_reached=True) == []
        assert answered_count(asked, form(asked, empty).typed, 0) == 0


@pytest.mark.parametrize("kind", [k for k in GIVEN if k != "consent"])
def test_a_required_one_is_asked_for_only_when_all_is_sent(kind: str) -> None:
    asked = questionnaire(kind, required=True, **GIVEN[kind][0])
    empty = form(asked, {})
    assert len(empty.problems(is_complete=True, can_be_reached=True)) == 1
    assert empty.problems(is_complete=False, can_be_reached=True) == []


@pytest.mark.parametrize(("kind", "more", "typed"), WRONG)
def test_what_cannot_be_taken_is_said(kind: str, more: dict[str, Any], typed: dict[str, list[str]]) -> None:
    wrong = form(questionnaire(kind, **more), typed)
    for is_complete in (True, False):
        (problem,) = wrong.problems(is_complete=is_complete, can_be_reached=True)
        assert problem.message
    assert wrong.typed == typed


def test_a_wish_for_contact_needs_a_place_only_where_none_is_known() -> None:
    wish = form(questionnaire("contact"), {"q": ["yes"]})
    assert wish.problems(is_complete=True, can_be_reached=True) == []
    (problem,) = wish.problems(is_complete=True, can_be_reached=False)
    assert problem.control == "q_at"


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("nps", [9, 9, 3], Summary(3, {"3": 1, "9": 2}, 7.0)),
        ("csat", [], Summary(0, {}, None)),
        ("stars", [5, 4], Summary(2, {"4": 1, "5": 1}, 4.5)),
    ],
)
def test_numbers_have_counts_and_a_mean(kind: str, answers: list[int], expected: Summary) -> None:
    assert KINDS[kind].summary(GivenAnswer("q", kind, number=n) for n in answers) == expected


def test_other_kinds_have_counts() -> None:
    choices = [GivenAnswer("q", "multiple", choices=c) for c in (("a",), ("a", "b"))]
    assert KINDS["multiple"].summary(choices) == Summary(2, {"a": 2, "b": 1})
    lines = [GivenAnswer("q", "matrix", "price", 4), GivenAnswer("q", "matrix", "price", choices=("na",))]
    assert KINDS["matrix"].summary(lines).items["price"] == Summary(1, {"4": 1}, 4.0)
    assert KINDS["text"].summary([GivenAnswer("q", "text", text="да")]).n == 1
    wish = [GivenAnswer("q", "contact", number=1), GivenAnswer("q", "contact", "when", text="завтра")]
    assert KINDS["contact"].summary(wish).n == 1
    assert KINDS["date"].summary([GivenAnswer("q", "date", text="2026-03-11")]).counts == {"2026-03-11": 1}


def test_the_ready_survey_is_read() -> None:
    read = read_questionnaire(1, AFTER_PURCHASE)
    assert [q.kind for q in read.questions] == ["nps", "text", "matrix", "contact", "photo", "consent"]
    assert [q.is_required for q in read.questions] == [True, False, False, False, False, False]
    matrix = read.question("aspects")
    assert matrix is not None
    assert all(option.text("ru") != option.key for option in matrix.options)
