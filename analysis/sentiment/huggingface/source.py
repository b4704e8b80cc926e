"""Where a model lies, and what its configuration alone says of it: whether it can be run, its name and its version."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analysis.sentiment.huggingface.labels import map_labels
from analysis.sentiment.protocol import ModelUnavailable

NAME_LENGTH = 100
VERSION_LENGTH = 12
READ_AT_ONCE = 1024 * 1024
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
# What a result depends on; a card or a training log beside them changes nothing.
FILES = ("config.json", *WEIGHTS, "tokenizer*", "vocab*", "merges.txt", "*.model", "special_tokens_map.json")
HUB_NAME = re.compile(r"^(?P<name>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[\w./-]+))?$")


@dataclass(frozen=True)
class Source:
    """A model that can be opened: ``place`` is a folder or a hub name, ``labels`` map its labels to sentiments."""

    name: str
    version: str
    place: str
    revision: str | None
    labels: Mapping[str, str]


def need_libraries() -> None:
    """Raise ModelUnavailable where what runs such models is not installed."""
    missing = [name for name in ("transformers", "torch") if find_spec(name) is None]
    if missing:
        raise ModelUnavailable(f"it needs {' and '.join(missing)}, which is not installed: pip install 'otklik[torch]'")


def name_of(model: str) -> str:
    """What results are signed with: the hub name, or the folder's own name wherever it lies."""
    folder = _folder(model)
    return (model.partition("@")[0] if folder is None else folder.resolve().name)[:NAME_LENGTH]


def find_source(model: str, given_labels: Mapping[str, str]) -> Source:
    """The model by its folder, or by its hub name with or without ``@revision``. Raises ModelUnavailable."""
    folder = _folder(model)
    if folder is not None:
        _check_folder(folder)
        place, revision = str(folder), None
        version = _hash_of(_contents(folder, given_labels))
        config = _read_config(folder)
    else:
        place, revision, cached = _find_in_hub(model)
        version = _hub_version(revision, given_labels)
        config = _read_config(cached)
    _check_architecture(config)
    return Source(name_of(model), version, place, revision, map_labels(config.id2label.values(), given_labels))


def _folder(model: str) -> Path | None:
    path = Path(model).expanduser()
    return path if path.is_dir() or path.is_absolute() or model.startswith((".", "~")) else None


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ModelUnavailable(f"there is no folder {folder}")
    if not (folder / "config.json").is_file():
        raise ModelUnavailable(f"the folder {folder} has no config.json")
    if not any(file for pattern in WEIGHTS for file in folder.glob(pattern)):
        raise ModelUnavailable(f"the folder {folder} has no weights ({' or '.join(WEIGHTS)})")


def _find_in_hub(model: str) -> tuple[str, str, Path]:
    """Hub name, commit and the folder of its configuration here; what was fetched once is found without a network."""
    match = HUB_NAME.match(model)
    if match is None:
        raise ModelUnavailable(f"{model} is neither a folder nor a name such as owner/model or owner/model@revision")
    # Heavy on purpose, as below.
    from huggingface_hub import hf_hub_download

    try:
        file = Path(hf_hub_download(match["name"], "config.json", revision=match["revision"]))
    except Exception as error:  # no such model, no right to it, no network
        raise ModelUnavailable(f"{model} cannot be fetched from the hub: {first_line(error)}") from error
    return match["name"], file.parent.name, file.parent


def _read_config(folder: Path) -> Any:
    # Heavy on purpose: only who runs such a model pays for it.
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(folder)
    except Exception as error:  # a kind nobody knows, a broken file: all mean the same here
        raise ModelUnavailable(f"the configuration in {folder} cannot be read: {first_line(error)}") from error


def _check_architecture(config: Any) -> None:
    """A model without a trained head would be given a random one."""
    kinds = config.architectures or ["nothing"]
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        raise ModelUnavailable(f"it is made for something else than the classification of texts ({', '.join(kinds)})")


def _contents(folder: Path, given_labels: Mapping[str, str]) -> Iterator[bytes]:
    names = sorted({file.name for pattern in FILES for file in folder.glob(pattern) if file.is_file()})
    for name in names:
        yield f"\n{name}\n".encode()
        with (folder / name).open("rb") as file:
            while piece := file.read(READ_AT_ONCE):
                yield piece
    yield _written(given_labels)


def _hub_version(commit: str, given_labels: Mapping[str, str]) -> str:
    return commit[:VERSION_LENGTH] + (f"+{_hash_of([_written(given_labels)])}" if given_labels else "")


def _written(given_labels: Mapping[str, str]) -> bytes:
    return "".join(f"{label}={sentiment}\n" for label, sentiment in sorted(given_labels.items())).encode()


def _hash_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()[:VERSION_LENGTH]


def first_line(error: BaseException) -> str:
    """What a library's error says, short enough for a terminal."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]
