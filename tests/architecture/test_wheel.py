"""The wheel carries everything: unpacked far from the source tree it serves pages in three languages."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
from feedback.app import create_app
from feedback.cli.context import prepare_database
app = create_app()
with app.app_context():
    prepare_database()
client = app.test_client()
for language in ("ru", "bg", "en"):
    page = client.get("/login", headers={"Accept-Language": language})
    assert page.status_code == 200, page.status
    print(page.text)
assert client.get("/static/css/tokens.css").status_code == 200
from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import TextInput
print("sentiment:", load_analyser().analyse_texts([TextInput("Всё отлично, спасибо!")])[0].sentiment)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_it_serves_away_from_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(unpacked)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FEEDBACK_")} | {"PYTHONPATH": str(unpacked)}
    where = [sys.executable, "-c", "import feedback; print(feedback.__file__)"]
    assert str(unpacked) in subprocess.run(where, env=environment, cwd=tmp_path, capture_output=True, text=True).stdout
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Войти" in done.stdout
    assert "Вход" in done.stdout
    assert "sentiment: positive" in done.stdout


def test_nothing_of_a_workplace_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "feedback/app.py" in names
    assert not [n for n in names if n.startswith(("tests", "benchmarks", "instance")) or n.endswith((".db", ".pyc"))]
