import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedback.customers.cleaning import is_written_out, normal_email, normal_phone, timezone


@given(st.from_regex(r"\+(7|359)[0-9]{5,12}", fullmatch=True))
def test_a_number_taken_as_written_is_what_parsing_would_give(text: str) -> None:
    if is_written_out(text):
        parsed = phonenumbers.parse(text, None)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text
        assert phonenumbers.is_possible_number(parsed)


@pytest.mark.parametrize(
    ("text", "hints", "expected"),
    [
        ("8 (912) 345-67-89", ("RU",), "+79123456789"),
        ("79123456789", ("RU",), "+79123456789"),
        ("0888 123 456", ("BG", "RU"), "+359888123456"),
        ("0888 123 456", (None, "BG", "RU"), "+359888123456"),
        ("+44 20 7946 0958", ("RU",), "+442079460958"),
        ("00359 888 123 456", ("BG",), "+359888123456"),
        ("  ", ("RU",), None),
    ],
)
def test_phones_are_read_by_the_likeliest_country(
    text: str, hints: tuple[str | None, ...], expected: str | None
) -> None:
    assert normal_phone(text, hints) == expected


@pytest.mark.parametrize("text", ["12", "позвоните", "+7912", "0888 123 456", "+99912345678", "\x00"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"phone|stored"):
        normal_phone(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Elena.Petrova+x@Shop.Example ", "elena.petrova+x@shop.example"),
        ("Иван@Почта.РФ", "иван@почта.рф"),
        ("a@xn--80a1acny.xn--p1ai", "a@почта.рф"),
        ("o'neil@shop.example", "o'neil@shop.example"),
        ("", None),
    ],
)
def test_one_mailbox_has_one_form(text: str, expected: str | None) -> None:
    assert normal_email(text) == expected


@pytest.mark.parametrize(
    "text", ["x", "x@", "@shop.example", "x@localhost", "a b@shop.example", "x@shop..example", ".x@shop.example",
             "x@-a.bg", "x@" + "a" * 64 + ".example", "x@" + "a.b" * 90 + ".bg", "x@y.z\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"e-mail|stored"):
        normal_email(text)


@given(st.text(max_size=80))
@example("a@b.c")
@example("\ud800@shop.example")
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        cleaned = normal_email(text)
    except ValueError:
        return
    assert cleaned is None or normal_email(cleaned) == cleaned


def test_time_zones_are_matched_whatever_their_case() -> None:
    assert timezone("europe/sofia") == "Europe/Sofia"
    for text in ("Moon/Base", "../../etc/passwd", "Europe", "\x00"):
        with pytest.raises(ValueError, match=r"time zone|stored"):
            timezone(text)
