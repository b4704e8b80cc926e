"""Results before and after, side by side."""

from typing import Any

from feedback.conversations.comparing import compare_results


def result(sentiment: str, *flags: str, **more: Any) -> dict[str, Any]:
    return {
        "model_name": "a", "model_version": "1", "language": "ru", "sentiment": sentiment, "is_unsure": False,
        "aspects": {}, "flags": list(flags), **more,
    }  # fmt: skip


def test_it_works() -> None:
    found = compare_results([
        (result("negative", "refund", "churn_intent"), result("negative", "refund")),
        (result("neutral", is_unsure=True), result("negative", "refund", language="bg")),
        (result("positive", ended_badly=False), result("positive", aspects={"price": "positive"}, ended_badly=True)),
    ])  # fmt: skip
    assert (found.read, found.other_mood, found.other_language, found.other_aspects) == (3, 1, 1, 1)
    assert found.flags == {"churn_intent": (1, 0, 0), "refund": (1, 2, 1)}
    assert (found.unsure, found.ended_badly) == ((1, 0), (0, 1))
    assert found.models == {"a 1": 3}


def test_nothing_to_compare() -> None:
    found = compare_results([])
    assert (found.read, found.other_mood, found.flags) == (0, 0, {})
