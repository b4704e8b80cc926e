"""Measures an analyser and writes its card: ``python -m analysis.sentiment.training.card --data DIR [--output FILE]``.

Everything is measured from end to end, language not given: the public development texts, and the project's own groups
kept from learning. Texts in the card are our own alone. What no figure says stands in ``card.md`` beside this module.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from analysis.language import detect_language
from analysis.sentiment.corpus import CorpusText, read_chats, read_texts
from analysis.sentiment.encoder.model import shipped_folder
from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import Analyser, ChatInput, ChatMessage, TextInput, TextResult
from analysis.sentiment.training.measuring import (
    Judged,
    accuracy,
    confusion,
    count_sets,
    expected_calibration_error,
    macro_f1,
    side_of,
)
from analysis.sentiment.training.sources import OWN, WITHOUT_NEUTRAL, Example, read_examples
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES, SENTIMENTS

FEWEST_WORDS = 3
WORST = 20
AT_ONCE = 256


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the shipped analyser and write its card.")
    parser.add_argument("--data", type=Path, required=True, help="folder with dev.jsonl.gz")
    parser.add_argument("--output", type=Path, default=shipped_folder() / "README.md")
    arguments = parser.parse_args()
    write_card(load_analyser(), arguments.data, arguments.output)


def write_card(analyser: Analyser, data: Path, output: Path) -> None:
    """Writes ``output``."""
    words = resources.files(__package__).joinpath("card.md").read_text(encoding="utf-8")
    figures = "\n".join([*_public(analyser, data), *_own(analyser), *_chats(analyser)])
    output.write_text(words.replace("{name}", f"{analyser.name} {analyser.version}") + "\n" + figures + "\n", "utf-8")


def analyse(analyser: Analyser, texts: Sequence[str]) -> list[TextResult]:
    """Results of ``texts``, their language not given."""
    batches = (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
    return [result for batch in batches for result in analyser.analyse_texts([TextInput(text) for text in batch])]


def _public(analyser: Analyser, data: Path) -> Iterator[str]:
    examples = read_examples(data / "dev.jsonl.gz")
    judged: list[Judged] = list(zip(examples, analyse(analyser, [example.text for example in examples]), strict=True))
    yield f"## Public development texts ({len(examples)}, never learnt from)\n"
    yield "| language | macro-F1, three moods | positive against negative | ECE | language found, 3+ words |"
    yield "| --- | --- | --- | --- | --- |"
    for language in LANGUAGES:
        some = [pair for pair in judged if pair[0].language == language]
        three = [pair for pair in some if pair[0].source not in WITHOUT_NEUTRAL]
        yield (
            f"| {language} | {macro_f1(_moods(three)):.3f} ({len(three)}) | {accuracy(_sides(three)):.3f} "
            f"| {expected_calibration_error(three):.3f} | {_language_found([pair[0] for pair in some]):.4f} |"
        )
    yield "\n| source | texts | macro-F1 | positive against negative |\n| --- | --- | --- | --- |"
    for source in sorted({example.source for example in examples}):
        some = [pair for pair in judged if pair[0].source == source]
        score = "-" if source in WITHOUT_NEUTRAL else f"{macro_f1(_moods(some)):.3f}"
        yield f"| {source} | {len(some)} | {score} | {accuracy(_sides(some)):.3f} |"
    for language in LANGUAGES:
        three = [pair for pair in judged if pair[0].language == language and pair[0].source not in WITHOUT_NEUTRAL]
        yield from _confusion(f"Public texts, {language}", _moods(three))


def _own(analyser: Analyser) -> Iterator[str]:
    texts = [text for text in read_texts() if text.is_dev]
    results = analyse(analyser, [text.text for text in texts])
    yield f"\n## Our own comments ({len(texts)}, groups never learnt from)\n"
    yield "| language | texts | macro-F1 | ECE | aspects, micro-F1 | with their mood | language found, 3+ words |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    pairs = list(zip(texts, results, strict=True))
    for language in LANGUAGES:
        some = [pair for pair in pairs if pair[0].language == language]
        judged = [(_example(text), result) for text, result in some]
        aspects = count_sets(((text.aspects, result.aspects) for text, result in some), ASPECTS)
        moods = count_sets(
            ((_with_moods(text.aspects.items()), _with_moods(result.aspects.items())) for text, result in some),
            [f"{aspect}={mood}" for aspect in ASPECTS for mood in SENTIMENTS],
        )
        yield (
            f"| {language} | {len(some)} | {macro_f1(_moods(judged)):.3f} | {expected_calibration_error(judged):.3f} "
            f"| {aspects.f1:.3f} | {moods.f1:.3f} | {_language_found([example for example, _ in judged]):.4f} |"
        )
    yield from _labels(pairs)
    for language in LANGUAGES:
        judged = [(_example(text), result) for text, result in pairs if text.language == language]
        yield from _confusion(f"Our own comments, {language}", _moods(judged))
    for language in LANGUAGES:
        yield from _worst(language, [pair for pair in pairs if pair[0].language == language])


def _labels(pairs: Sequence[tuple[CorpusText, TextResult]]) -> Iterator[str]:
    yield "\nPrecision / recall (how many are there):\n"
    yield "| label | " + " | ".join(LANGUAGES) + " |\n| --- | --- | --- | --- |"
    for name in (*FLAGS, *ASPECTS):
        cells = []
        for language in LANGUAGES:
            some = [
                (text.flags, result.flags) if name in FLAGS else (text.aspects, result.aspects)
                for text, result in pairs
                if text.language == language
            ]
            counts = count_sets(some, [name])
            cells.append(f"{counts.precision:.2f} / {counts.recall:.2f} ({counts.right + counts.missed})")
        yield f"| `{name}` | " + " | ".join(cells) + " |"


def _chats(analyser: Analyser) -> Iterator[str]:
    chats = [chat for chat in read_chats() if chat.is_dev]
    inputs = [ChatInput([ChatMessage(author, text) for author, text in chat.messages]) for chat in chats]
    pairs = list(zip(chats, analyser.analyse_chats(inputs), strict=True))
    yield f"\n## Our own chats ({len(chats)}, groups never learnt from)\n"
    yield "| language | chats | ended badly: precision / recall / F1 | mood at start | worst | end |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for language in LANGUAGES:
        some = [pair for pair in pairs if pair[0].language == language]
        counts = count_sets((({"x"} & _if(c.ended_badly), {"x"} & _if(r.ended_badly)) for c, r in some), ["x"])
        moods = [
            accuracy([(chat.moods[at], (result.start, result.worst, result.end)[at]) for chat, result in some])
            for at in range(3)
        ]
        yield (
            f"| {language} | {len(some)} | {counts.precision:.2f} / {counts.recall:.2f} / {counts.f1:.3f} | "
            + " | ".join(f"{mood:.2f}" for mood in moods)
            + " |"
        )


def _if(is_so: bool) -> set[str]:
    return {"x"} if is_so else set()


def _confusion(title: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"\n{title}: wanted in rows, given in columns\n"
    yield "| | " + " | ".join(SENTIMENTS) + " |\n| --- | --- | --- | --- |"
    for wanted, row in zip(SENTIMENTS, confusion(pairs), strict=True):
        yield f"| {wanted} | " + " | ".join(str(count) for count in row) + " |"


def _worst(language: str, pairs: Sequence[tuple[CorpusText, TextResult]]) -> Iterator[str]:
    wrong = [pair for pair in pairs if pair[0].sentiment != pair[1].sentiment]
    wrong.sort(key=lambda pair: getattr(pair[1].probabilities, pair[0].sentiment))
    yield f"\nThe worst errors among our own comments, {language} (wanted, given, chance of the wanted one)\n"
    for text, result in wrong[:WORST]:
        chance = getattr(result.probabilities, text.sentiment)
        yield f"- {text.sentiment}, {result.sentiment}, {chance:.2f}: {' '.join(text.text.split())}"


def _language_found(examples: Sequence[Example]) -> float:
    long_enough = [example for example in examples if len(example.text.split()) >= FEWEST_WORDS]
    return sum(detect_language(example.text) == example.language for example in long_enough) / len(long_enough)


def _example(text: CorpusText) -> Example:
    return Example(text.text, text.sentiment, text.language, OWN)


def _moods(judged: Iterable[Judged]) -> list[tuple[str, str]]:
    return [(example.label, result.sentiment) for example, result in judged]


def _sides(judged: Iterable[Judged]) -> list[tuple[str, str]]:
    return [(example.label, side_of(result.probabilities)) for example, result in judged if example.label != "neutral"]


def _with_moods(aspects: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{aspect}={mood}" for aspect, mood in aspects]


if __name__ == "__main__":
    main()
