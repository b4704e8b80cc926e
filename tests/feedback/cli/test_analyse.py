"""`feedback analyse`, as somebody types it and pipes it on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedback.cli.main import feedback

ROOT = Path(__file__).parents[3]
COMMAND = "import sys; sys.argv = ['feedback', 'analyse']; from feedback.app import main; main()"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"FEEDBACK_INSTANCE": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


def test_it_works() -> None:
    chat = '{"messages": [{"author": "customer", "text": "Ok"}]}'
    lines = ["Спасибо, всё отлично!", '{"text": "Ужасно, верните деньги"}', "", chat]
    result = CliRunner().invoke(feedback, ["analyse"], input="\n".join(lines), obj=None)
    assert result.exit_code == 0
    good, bad, empty, talk = (json.loads(line) for line in result.stdout.splitlines())
    assert (good["sentiment"], bad["sentiment"], list(empty)) == ("positive", "negative", ["error"])
    assert set(talk) >= {"start", "worst", "end", "ended_badly"}
    assert "4 analysed" in result.stderr


def test_a_reader_that_has_seen_enough_ends_it_quietly(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr, process.stdin:
        process.stdin.write(b"fine\n" * 64)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["language"] == "en"
        process.stdout.close()
        process.stdin.write(b"fine\n" * 1000)
        process.stdin.close()
        assert all(line.endswith(b" analysed") for line in process.stderr.read().splitlines())  # progress alone
        assert process.wait(120) == 0


def test_a_model_that_is_not_there_is_one_line_and_exit_code_2(environment: dict[str, str]) -> None:
    environment["FEEDBACK_SENTIMENT_MODEL"] = "/no/such/model"
    words = [sys.executable, "-c", COMMAND]
    done = subprocess.run(words, env=environment, input="fine\n", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("feedback: FEEDBACK_SENTIMENT_MODEL: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_closed_end_is_told(environment: dict[str, str], closed: str) -> None:
    words = ["bash", "-c", f'"$0" -c "$1" </dev/null {closed}', sys.executable, COMMAND]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: standard input and output must be open\n")
