"""The model of the text analysis is heavy: only what analyses may load it."""

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "numpy", "onnxruntime", "transformers", "tokenizers", "analysis.sentiment.baseline.scorer",
    "pymorphy3", "simplemma",
)  # fmt: skip
SERVE_A_PAGE = """
import sys
from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.config import load_settings
app = create_app(load_settings())
with app.app_context():
    prepare_database()
client = app.test_client()
assert client.get("/healthz").status_code == 200
assert client.get("/s/no-such-token").status_code == 404
print(*sorted(set(sys.modules) & set({heavy!r})))
"""


def test_the_web_process_never_loads_the_model(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVE_A_PAGE.format(heavy=HEAVY)],
        env={"FEEDBACK_INSTANCE": str(tmp_path), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
