"""The hand-written content of the demo company: complete, distinct, and only in the words of the product."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).parents[3] / "feedback" / "demo" / "content"
LANGUAGES = ("ru", "bg", "en")
SENTIMENTS = {"negative", "neutral", "positive"}
ASPECTS = {
    "invoice_speed", "shipping", "documents", "consultation", "support", "quality",
    "price", "delivery", "staff", "website", "packaging", "returns",
}  # fmt: skip
FLAGS = {"refund", "legal_threat", "safety", "churn_intent", "staff_conduct", "contact_request"}
EVENTS = {"delay", "stock_out", "outage", "wrong_item", "damaged", "cancelled", "lost"}
CYRILLIC = re.compile(r"[А-Яа-яЁёЍѝ]")


def load(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def load_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONTENT / name).read_text(encoding="utf-8").splitlines()]


def letters_only(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


@pytest.fixture(scope="module")
def company() -> dict[str, Any]:
    content: dict[str, Any] = load("company.json")
    return content


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def comments(language: str) -> list[dict[str, Any]]:
    return load_lines(f"comments.{language}.jsonl")


@pytest.fixture(scope="module")
def chats(language: str) -> list[dict[str, Any]]:
    return load_lines(f"chats.{language}.jsonl")


def test_branches_stand_in_both_countries(company: dict[str, Any]) -> None:
    branches = {branch["key"]: branch for branch in company["branches"]}
    assert len(branches) == len(company["branches"]) == 5
    assert {branch["country"] for branch in branches.values()} == {"RU", "BG"}
    assert company["problem"]["branch"] == "parnas" in branches
    for branch in branches.values():
        assert set(branch["names"]) == set(branch["city"]) == set(LANGUAGES)
        assert 2 <= len(branch["managers"]) <= 3
        assert branch["currency"] == company["currencies"][branch["country"]]


def test_products_have_names_and_prices(company: dict[str, Any]) -> None:
    products = company["products"]
    assert len(products) >= 40
    assert len({product["sku"] for product in products}) == len(products)
    assert {product["category"] for product in products} == set(company["categories"])
    for product in products:
        assert set(product["names"]) == set(LANGUAGES)
        assert all(product["prices"][currency] > 0 for currency in ("RUB", "EUR"))
        assert 0 < product["max_discount_percent"] <= 50


def test_names_make_enough_distinct_people(company: dict[str, Any], language: str) -> None:
    for pools in company["people"][language].values():
        assert all(len(pool) == len(set(pool)) for pool in pools.values())
        assert len(pools["first"]) * len(pools["last"]) >= 300
    assert sum(len(names) for names in company["businesses"].values()) >= 15


def test_comments_are_many_and_distinct(comments: list[dict[str, Any]]) -> None:
    assert len(comments) >= 230
    assert len({letters_only(comment["text"]) for comment in comments}) == len(comments)
    assert sum(comment.get("branch_problem", False) for comment in comments) >= 45


def test_comments_keep_to_the_words_of_the_product(comments: list[dict[str, Any]], company: dict[str, Any]) -> None:
    for comment in comments:
        assert comment["text"] == comment["text"].strip() != ""
        assert comment["sentiment"] in SENTIMENTS
        assert set(comment["aspects"]) <= ASPECTS
        assert set(comment["aspects"].values()) <= SENTIMENTS
        assert set(comment["flags"]) <= FLAGS
        assert len(set(comment["flags"])) == len(comment["flags"])
        assert comment.get("category") in {None, *company["categories"]}
        assert comment.get("gender") in {None, "female", "male"}


def test_scores_fit_the_scale_and_the_mood(comments: list[dict[str, Any]]) -> None:
    for comment in comments:
        low, high = comment["scores"]
        assert 0 <= low <= high <= 10
        if comment["sentiment"] == "positive":
            assert low >= 7
        if comment["sentiment"] == "negative":
            assert high <= 6 or "safety" in comment["flags"]


def test_problem_comments_speak_of_delivery(comments: list[dict[str, Any]]) -> None:
    for comment in comments:
        if comment.get("branch_problem"):
            assert comment["aspects"]["delivery"] == "negative"


def test_other_comments_are_mostly_happy(comments: list[dict[str, Any]]) -> None:
    others = [comment for comment in comments if not comment.get("branch_problem")]
    share = {mood: count / len(others) for mood, count in mood_counts(others).items()}
    assert share == {
        "positive": pytest.approx(0.55, abs=0.05),
        "neutral": pytest.approx(0.20, abs=0.05),
        "negative": pytest.approx(0.25, abs=0.05),
    }


def mood_counts(comments: list[dict[str, Any]]) -> Counter[str]:
    return Counter(comment["sentiment"] for comment in comments)


def test_every_aspect_and_flag_is_met(comments: list[dict[str, Any]]) -> None:
    aspects = Counter(aspect for comment in comments for aspect in comment["aspects"])
    flags = Counter(flag for comment in comments for flag in comment["flags"])
    assert set(aspects) == ASPECTS
    assert min(aspects.values()) >= 4
    assert set(flags) == FLAGS
    assert min(flags.values()) >= 3


def test_comments_are_in_their_own_script(comments: list[dict[str, Any]], language: str) -> None:
    texts = [comment["text"] for comment in comments]
    latin = [text for text in texts if not CYRILLIC.search(text)]
    if language == "en":
        assert len(latin) == len(texts)
    else:
        assert 3 <= len(latin) <= 15
    if language == "bg":
        assert not [text for text in texts if set(text.lower()) & set("ыэё")]
    if language == "ru":
        assert sum(bool(set(text.lower()) & set("ыэё")) for text in texts) > len(texts) / 2


def test_chats_are_conversations(chats: list[dict[str, Any]]) -> None:
    assert len(chats) >= 25
    for chat in chats:
        messages = chat["messages"]
        minutes = [message["minutes"] for message in messages]
        assert 4 <= len(messages) <= 12
        assert minutes == sorted(minutes)
        assert minutes[0] == 0
        assert {message["author"] for message in messages} <= {"customer", "staff", "bot"}
        assert messages[0]["author"] == "customer"
        assert all(message["text"].strip() for message in messages)


def test_chats_keep_to_the_words_of_the_product(chats: list[dict[str, Any]]) -> None:
    worse_to_better = ["negative", "neutral", "positive"]
    for chat in chats:
        moods = [worse_to_better.index(chat[moment]) for moment in ("start", "worst", "end")]
        assert moods[1] == min(moods)
        assert chat["channel"] in {"site", "viber", "telegram", "whatsapp"}
        assert set(chat["flags"]) <= FLAGS
        assert set(chat["aspects"]) <= ASPECTS
        assert set(chat["aspects"].values()) <= SENTIMENTS
        assert isinstance(chat["branch_problem"], bool)


def test_some_chats_end_badly(chats: list[dict[str, Any]]) -> None:
    badly = [chat for chat in chats if chat["ended_badly"]]
    assert 0.35 <= len(badly) / len(chats) <= 0.50
    assert any(chat["end"] == "neutral" for chat in badly), "a polite one that is not solved"


def test_events_have_details_in_every_language(language: str) -> None:
    events = load("order_events.json")
    assert set(events) == EVENTS
    for details in events.values():
        assert len(set(details[language])) == len(details[language]) >= 6
        assert all(bool(CYRILLIC.search(text)) == (language != "en") for text in details[language])
