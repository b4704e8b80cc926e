"""Small words of the staff's templates."""

import pytest

from feedback.web.filters import mail_address, sentence_start


@pytest.mark.parametrize(
    ("words", "expected"),
    [("e-mail", "E-mail"), ("сайт", "Сайт"), ("SMS", "SMS"), ("WhatsApp", "WhatsApp"), ("", "")],
)
def test_a_capital_at_the_start_alone(words: str, expected: str) -> None:
    assert sentence_start(words) == expected


def test_an_address_breaks_behind_the_sign_and_stays_harmless() -> None:
    assert mail_address("<b>@shop.example") == "&lt;b&gt;@<wbr>shop.example"
