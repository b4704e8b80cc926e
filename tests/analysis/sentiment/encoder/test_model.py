import json
from pathlib import Path

import numpy as np
import pytest

from analysis.sentiment.encoder import NAME, VERSION
from analysis.sentiment.encoder.model import BATCH_TEXTS, BATCH_TOKENS, EncoderModel, _batches, read_calibration
from analysis.sentiment.encoder.model import shipped_folder as folder
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES

LARGEST = 45 * 1000 * 1000


@pytest.fixture(scope="module")
def model() -> EncoderModel:
    return EncoderModel(folder(), threads=1)


def test_the_shipped_folder_is_whole_and_small() -> None:
    names = {path.name for path in folder().iterdir()}
    assert {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model.onnx",
        "model.onnx.data",
        "calibration.json",
        "README.md",
    } <= names
    assert sum(path.stat().st_size for path in folder().iterdir()) <= LARGEST


def test_the_weights_lie_apart_where_they_can_be_mapped() -> None:
    assert (folder() / "model.onnx").stat().st_size < 10**6 < (folder() / "model.onnx.data").stat().st_size


def test_the_calibration_names_every_language_and_label() -> None:
    calibration = read_calibration(folder())
    assert (calibration.name, calibration.version) == (NAME, VERSION)
    assert set(calibration.temperatures) == set(calibration.biases) == set(LANGUAGES)
    assert set(calibration.thresholds) == {*ASPECTS, *FLAGS, "ended_badly"}


def test_a_calibration_without_a_language_is_refused(tmp_path: Path) -> None:
    values = json.loads((folder() / "calibration.json").read_text(encoding="utf-8"))
    del values["temperatures"]["bg"]
    (tmp_path / "calibration.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ValueError, match="lacks bg"):
        read_calibration(tmp_path)


def test_order_is_kept_and_a_batch_changes_nothing_that_matters(model: EncoderModel) -> None:
    texts = ["Спасибо!", "The courier was two days late and nobody called " * 4, "ok", "Коробка мокрая"] * 20
    together = model.read(texts)
    assert len(together) == len(texts)
    for text, heads in zip(texts[:4], together[:4], strict=True):
        (alone,) = model.read([text])
        assert heads.moods == pytest.approx(alone.moods, abs=0.35)  # int8 scales are of the whole batch
        assert heads.moods.argmax() == alone.moods.argmax()
        assert len(heads.token_moods) == len(heads.offsets) == len(alone.token_moods)


def test_the_mean_of_the_tokens_is_the_text(model: EncoderModel) -> None:
    one, other = model.read(["Отличный магазин, всё пришло целым", "Ужас"])
    bias = one.moods - one.token_moods.mean(axis=0)
    assert other.moods - other.token_moods.mean(axis=0) == pytest.approx(bias, abs=0.01)


def test_a_text_of_any_length_is_read(model: EncoderModel) -> None:
    (heads,) = model.read(["слово " * 5000])
    assert np.isfinite(heads.moods).all()


def test_batches_are_of_like_length_and_bounded() -> None:
    lengths = [3, 120, 5, 120, 4] + [10] * 300 + [2] * 100
    assert BATCH_TOKENS >= 2 * 120
    batches = list(_batches(lengths))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    assert all(len(batch) <= BATCH_TEXTS for batch in batches)
    assert all(max(lengths[at] for at in batch) * len(batch) <= BATCH_TOKENS for batch in batches)
    assert sorted(batches[-1]) == [1, 3]
