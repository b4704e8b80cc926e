"""Every act that the code writes to the audit has words."""

import ast
from pathlib import Path

from flask import Flask

from feedback.web.audit_words import _ACT, act_words, object_words

ROOT = Path(__file__).parents[3]
WRITERS = {"record", "note", "_note", "told"}


def acts_written() -> set[str]:
    """Acts named in calls that write to the audit."""
    calls = [
        node
        for folder in ("feedback", "surveys")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS
    ]
    named = [text for call in calls for given in call.args[1:] for text in ast.walk(given)]
    texts = {node.value for node in named if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if "_" in text and not text.endswith("_")} - {"api_key"}


def test_every_act_has_words() -> None:
    written = acts_written()
    assert {"read_case", "api_read_points", "disable_theme"} <= written
    assert written - set(_ACT) == set()


def test_words_in_the_language_of_the_page_and_unknown_acts_as_they_are(app: Flask) -> None:
    with app.test_request_context("/?lang=bg"):
        assert act_words("case_closed") == "приключи случай"
        assert act_words("of_another_version") == "of_another_version"
        assert (object_words("user"), object_words(None), object_words("other")) == ("профил", "", "other")
