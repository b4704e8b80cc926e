"""Every setting and every command stands in the documentation, with its default."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from feedback.cli.main import feedback
from feedback.config import ENV_PREFIX, Settings

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<rest>.*) \|$", re.MULTILINE)
MADE_LATER = {"instance": "`instance` in the working folder", "secret_key": "made once", "database_url": "`sqlite:///",
              "sentiment_threads": "number of cores, at most 4"}  # fmt: skip


def rows(page: str) -> dict[str, str]:
    return {match["name"]: match["rest"] for match in ROW.finditer((DOCS / page).read_text(encoding="utf-8"))}


def commands(group: click.Group, words: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented_with_its_default(name: str) -> None:
    documented = rows("settings.md")
    assert ENV_PREFIX + name.upper() in documented
    default = Settings.model_fields[name].default
    shown = MADE_LATER.get(name) or (
        "not set" if default is None else f"`{str(default).lower() if default is False else default}`"
    )
    assert documented[ENV_PREFIX + name.upper()].startswith(str(shown))


def test_no_setting_is_documented_that_does_not_exist() -> None:
    assert set(rows("settings.md")) == {ENV_PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("words", sorted(commands(feedback, "feedback")))
def test_a_command_is_documented(words: str) -> None:
    assert words in rows("commands.md")


@pytest.mark.parametrize("words", sorted(commands(feedback, "feedback")))
def test_a_command_explains_itself(words: str) -> None:
    command: click.Command = feedback
    for word in words.split()[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert command.help
