import pytest

from analysis.sentiment.loading import load_baseline
from analysis.sentiment.protocol import TextInput


@pytest.mark.parametrize(("text", "aspects"), [
    ("Delivery was late but the packaging is excellent.", {"delivery": "negative", "packaging": "positive"}),
    ("Доставка быстрая, но упаковка порвана.", {"delivery": "positive", "packaging": "negative"}),
    ("Доставката е бърза, но опаковката е скъсана.", {"delivery": "positive", "packaging": "negative"}),
    ("The courier was on time. A week later the courier lost my second parcel.", {"delivery": "negative"}),
    ("I will return to this shop, excellent!", {}),
])  # fmt: skip
def test_an_aspect_is_judged_by_its_own_clause(text: str, aspects: dict[str, str]) -> None:
    assert load_baseline().analyse_texts([TextInput(text)])[0].aspects == aspects
