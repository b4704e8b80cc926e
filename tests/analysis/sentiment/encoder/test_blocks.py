from analysis.sentences import Span
from analysis.sentiment.encoder.blocks import FIRST_BLOCKS, LAST_BLOCKS, LONGEST_BLOCK, prepare
from analysis.sentiment.protocol import TextInput


def test_a_short_text_is_one_block_with_its_sentences_in_place() -> None:
    text = "  Courier was late.\nThe box was fine! "
    (block,) = prepare(TextInput(text)).blocks
    assert block.text == text.strip()
    assert [text[span.start : span.end] for span in block.sentences] == ["Courier was late.", "The box was fine!"]
    assert [block.text[part.start : part.end] for part in block.parts] == ["Courier was late.", "The box was fine!"]


def test_latin_typed_text_is_read_in_cyrillic_and_keeps_its_sentences() -> None:
    text = "Mnogo losho obslujvane. Nikoi ne otgovarq!"
    prepared = prepare(TextInput(text))
    (block,) = prepared.blocks
    assert prepared.language == "bg"
    assert block.text == "много лошо обслужване. никои не отговаря!"
    assert [text[span.start : span.end] for span in block.sentences] == [
        "Mnogo losho obslujvane.",
        "Nikoi ne otgovarq!",
    ]
    assert [block.text[part.start : part.end] for part in block.parts] == [
        "много лошо обслужване.", "никои не отговаря!",
    ]  # fmt: skip


def test_a_long_text_is_several_blocks_and_nothing_is_lost() -> None:
    text = " ".join(f"Sentence number {number} says something." for number in range(100))
    blocks = prepare(TextInput(text)).blocks
    assert len(blocks) > 5
    assert all(len(block.text) <= LONGEST_BLOCK for block in blocks)
    assert " ".join(block.text for block in blocks) == text
    assert sum(len(block.sentences) for block in blocks) == 100


def test_nothing_said_is_no_block() -> None:
    assert prepare(TextInput(" \n ", "bg")).blocks == []
    assert prepare(TextInput("", "bg")).language == "bg"


def test_what_cannot_be_encoded_is_replaced() -> None:
    (block,) = prepare(TextInput("fine \ud800 really")).blocks
    assert block.text.encode() == "fine \ufffd really".encode()
    assert block.sentences == [Span(0, 13)]


def test_of_an_endless_text_both_ends_are_read() -> None:
    text = "First words. " + "It goes on and on without any end. " * 30_000 + "Last words."
    blocks = prepare(TextInput(text)).blocks
    assert len(blocks) == FIRST_BLOCKS + LAST_BLOCKS
    assert blocks[0].text.startswith("First words.")
    assert blocks[-1].text.endswith("Last words.")
