"""Every refusal that people can meet on staff pages has its words in three languages."""

import ast
from pathlib import Path

import feedback
from feedback.web.problems import KNOWN

ROOT = Path(feedback.__file__).parent
SOURCES = [
    *(ROOT / "recovery" / f"{name}.py" for name in ("acting", "queue", "contact", "closing")),
    ROOT / "staff" / "accounts.py",
    ROOT / "web" / "case_story.py",
    *(ROOT / "draws" / f"{name}.py" for name in ("terms", "opening", "jury", "drawing", "winners")),
    ROOT / "reports" / "jury_texts.py",
    ROOT / "web" / "draws_jury.py",
    ROOT / "http" / "csrf.py",
    ROOT / "http" / "auth.py",
]
RAISED = {"NotFound", "Conflict", "Forbidden", "Invalid"}


def test_every_refusal_can_be_translated() -> None:
    known = {str(text._args[0]) for text in KNOWN}
    missing = [f"{path.name}: {text}" for path in SOURCES for text in _texts(path) if text not in known]
    assert not missing


def _texts(path: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in RAISED]
    constants = [part for call in raised for arg in call.args for part in ast.walk(arg)]
    texts = [part.value for part in constants if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return [text for text in texts if text.endswith(".")]
