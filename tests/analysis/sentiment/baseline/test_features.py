import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sentiment.baseline.features import BUCKET_BITS, hash_texts, normalise

KNOWN = [98855, 140582, 498176, 499985, 659111, 941773, 971844]


def buckets_of(text: str, language: str = "en") -> list[int]:
    return sorted(hash_texts([text], [language]).buckets.tolist())


def test_normalise() -> None:
    assert normalise("СУПЕРРРР!!! https://x.y 2024 @me Ещё") == " суперр ! ! 0 @ еще "


def test_the_same_text_hashes_the_same_wherever_it_stands() -> None:
    together = hash_texts(["one two", "", "bad day", "one two"], ["en"] * 4)
    parts = [
        together.buckets[first:last].tolist() for first, last in zip(together.starts, together.starts[1:], strict=False)
    ]
    assert sorted(parts[0]) == sorted(parts[3]) == buckets_of("one two")
    assert sorted(parts[2]) == buckets_of("bad day")
    assert parts[1] != []


def test_known_buckets_so_that_a_shipped_model_stays_readable() -> None:
    assert buckets_of("ok") == KNOWN


def test_words_of_two_languages_have_their_own_buckets() -> None:
    assert set(buckets_of("филм", "ru")) != set(buckets_of("филм", "bg"))


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(), max_size=60), min_size=1, max_size=5))
def test_every_text_has_buckets_within_the_table(texts: list[str]) -> None:
    hashed = hash_texts(texts, ["ru"] * len(texts))
    assert (np.diff(hashed.starts) > 0).all()
    assert ((hashed.buckets >= 0) & (hashed.buckets < 2**BUCKET_BITS)).all()
