"""What is known of a model before torch is needed: where it lies, its name, its version, what it lacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.sentiment.huggingface import source
from analysis.sentiment.huggingface.source import find_source, name_of, need_libraries
from analysis.sentiment.protocol import ModelUnavailable
from tests.analysis.sentiment.huggingface.tiny import folder

ROOT = Path(__file__).parents[4]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_folder(tmp_path: Path) -> None:
    found = find_source(str(folder(tmp_path / "mood")), {})
    assert (found.name, found.place, found.revision) == ("mood", str(tmp_path / "mood"), None)
    assert found.labels == {"negative": "negative", "neutral": "neutral", "positive": "positive"}
    assert len(found.version) == 12


def test_the_version_is_that_of_the_contents_wherever_they_lie(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a" / "mood"), folder(tmp_path / "b" / "mood")
    before = find_source(str(first), {})
    assert before.version == find_source(str(second), {}).version
    (first / "README.md").write_text("a card")
    assert find_source(str(first), {}).version == before.version
    (first / "model.safetensors").write_bytes(b"other weights")
    assert find_source(str(first), {}).version != before.version
    assert find_source(str(second), {"neutral": "negative"}).version != before.version


def test_a_folder_named_in_other_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "mood")
    monkeypatch.chdir(tmp_path)
    assert {name_of(way) for way in ("mood", "./mood", "mood/", str(tmp_path / "mood"))} == {"mood"}
    assert find_source("mood", {}).version == find_source("./mood", {}).version


@pytest.mark.parametrize(("given", "reason"), [
    ("/no/such/folder", "there is no folder /no/such/folder"), ("./no", "there is no folder no"),
    ("two words", "neither a folder nor a name"), ("a/b/c", "neither a folder nor a name"),
])  # fmt: skip
def test_a_model_that_is_nowhere(given: str, reason: str) -> None:
    with pytest.raises(ModelUnavailable, match=reason):
        find_source(given, {})


def test_a_folder_that_lacks_something(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match=r"has no config\.json"):
        find_source(str(tmp_path / "empty"), {})
    (folder(tmp_path / "weightless") / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match="has no weights"):
        find_source(str(tmp_path / "weightless"), {})
    (folder(tmp_path / "broken") / "config.json").write_text("{")
    with pytest.raises(ModelUnavailable, match=r"configuration in .*broken cannot be read"):
        find_source(str(tmp_path / "broken"), {})
    with pytest.raises(ModelUnavailable, match=r"something else .*\(BertForMaskedLM\)"):
        find_source(str(folder(tmp_path / "headless", architectures=["BertForMaskedLM"])), {})
    with pytest.raises(ModelUnavailable, match="joy, anger"):
        find_source(str(folder(tmp_path / "feelings", labels={0: "joy", 1: "anger"})), {})


def test_missing_libraries_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_spec", lambda name: None if name == "torch" else object())
    with pytest.raises(ModelUnavailable, match=r"needs torch, which is not installed: pip install 'otklik\[torch\]'"):
        need_libraries()
    monkeypatch.setattr(source, "find_spec", lambda name: object())
    need_libraries()


def in_hub(home: Path, code: str) -> str:
    """What code prints where the hub can be reached in its cache alone."""
    lead = "from analysis.sentiment.huggingface.source import *\n"
    environment = {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    words = [sys.executable, "-c", lead + code]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_a_model_of_the_hub(tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--shop--mood"
    folder(cached / "snapshots" / COMMIT)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(COMMIT)
    show = "import dataclasses, json; print(json.dumps(dataclasses.asdict(found)))"
    found = json.loads(in_hub(tmp_path, f"found = find_source('shop/mood', {{}}); {show}"))
    assert (found["name"], found["place"], found["version"]) == ("shop/mood", "shop/mood", COMMIT[:12])
    assert found["revision"] == COMMIT
    pinned = json.loads(in_hub(tmp_path, f"found = find_source('shop/mood@{COMMIT}', {{}}); {show}"))
    assert pinned == found
    renamed = f"found = find_source('shop/mood', {{'neutral': 'negative'}}); {show}"
    assert json.loads(in_hub(tmp_path, renamed))["version"].startswith(f"{COMMIT[:12]}+")


def test_a_model_that_the_hub_does_not_have(tmp_path: Path) -> None:
    code = "try:\n    find_source('shop/nothing', {})\nexcept ModelUnavailable as error:\n    print(error)"
    assert in_hub(tmp_path, code).startswith("shop/nothing cannot be fetched from the hub: ")
