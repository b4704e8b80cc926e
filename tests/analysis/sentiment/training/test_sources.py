import gzip
import json
from collections import Counter
from pathlib import Path

from analysis.sentiment.training.sources import SOURCE_WEIGHTS, WITHOUT_NEUTRAL, own_examples, read_examples
from analysis.vocabulary import LANGUAGES, SENTIMENTS

TEST_SENTENCES = Path(__file__).parents[1] / "sentences"


def test_our_own_sentences_cover_every_language_and_mood() -> None:
    counts = Counter((example.language, example.label) for example in own_examples())
    assert set(counts) == {(language, label) for language in LANGUAGES for label in SENTIMENTS}
    assert min(counts.values()) >= 50


def test_nothing_tested_on_is_learnt_from() -> None:
    learnt = {example.text.casefold() for example in own_examples()}
    for path in TEST_SENTENCES.glob("*.jsonl"):
        tested = {json.loads(line)["text"].casefold() for line in path.read_text(encoding="utf-8").splitlines()}
        assert tested & learnt == set()


def test_read_examples(tmp_path: Path) -> None:
    row = {"text": "Хорошо", "label": "positive", "lang": "ru", "source": "wb_reviews"}
    with gzip.open(tmp_path / "some.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    (example,) = read_examples(tmp_path / "some.jsonl.gz")
    assert (example.text, example.label, example.language, example.source) == tuple(row.values())


def test_sources_are_known() -> None:
    assert set(SOURCE_WEIGHTS) >= WITHOUT_NEUTRAL
