"""The mail channel alone, against a real server: what goes over the line."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from feedback.messages.channels import NotOurs, Parcel, Refused, Unavailable
from feedback.messages.channels.email import SmtpChannel
from feedback.messages.channels.file import FileChannel
from feedback.messages.channels.mime import compose
from feedback.messages.kinds import Letter, Outgoing
from feedback.messages.models import MessageKind
from tests.builders import NOW
from tests.feedback.messages.smtp_sink import SinkController, SmtpSink

MAIL_FROM = "Otklik <care@shop.example>"
TOKEN_URL = "https://feedback.a-rather-long-name-of-a-company.example/u/" + "x" * 27
LETTER = Letter("Как вам палатка?", "Здравствуйте!\n.\n.точка\n", "<p>Здравствуйте!</p>", unsubscribe_url=TOKEN_URL)
MESSAGE = Outgoing(
    id=1, key="k", kind=MessageKind.INVITATION, channel="email", customer_id=1, invitation_id=1, case_id=None,
    address="anna@shop.example", language="ru", subject=None, body=None, params={},
    message_id="<0000000001.64cbcb2f18800@feedback.a-rather-long-name-of-a-company-and-its-branch.example>",
    attempts=1, name="Анна Сергеевна", timezone="Europe/Moscow", link_nonce="n",
)  # fmt: skip
ELSEWHERE = "127.1"  # the same machine under a name that does not say so
PARCEL = Parcel(MESSAGE, LETTER, "Северный ветер", NOW)


def sent(sink: SmtpSink, parcel: Parcel, url: str | None = None) -> EmailMessage:
    channel = SmtpChannel(url or sink.url, MAIL_FROM)
    try:
        channel.send(parcel, lambda: True)
    finally:
        channel.close()
    return sink.received[-1]


def addressed(address: str = "anna@shop.example", name: str | None = "Анна") -> Parcel:
    return replace(PARCEL, message=replace(MESSAGE, address=address, name=name))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_it_was_written(sink: SmtpSink) -> None:
    mail = sent(sink, PARCEL)
    assert mail["Subject"] == "Как вам палатка?"
    assert mail["From"] == "Северный ветер <care@shop.example>"
    assert mail["To"] == "Анна Сергеевна <anna@shop.example>"
    assert mail["Content-Language"] == "ru"
    assert text_of(mail) == LETTER.text
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert sink.envelopes[-1].mail_from == "care@shop.example"
    assert sink.envelopes[-1].rcpt_tos == ["anna@shop.example"]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Ваш заказ задержался, и это наша вина", "Ольга Николаевна Шишкарёва"),
        ("Осушитель «Сушь» — как вам покупка?", "ООО «Тёплый дом» (Иванов, И. И.), склад № 48213, Санкт-Петербург"),
        ("Къмпинг фенер „Фар“ – как е покупката? " * 3, "Anna, the First"),
        ("Plain words only, so many of them that they do not go on a single line of a letter", "é № 1 наша вам; да"),
    ],
)
def test_long_headers_keep_every_space(sink: SmtpSink, subject: str, name: str) -> None:
    letter = replace(LETTER, subject=subject)
    sent(sink, replace(addressed(name=name), letter=letter))
    mail = message_from_bytes(bytes(sink.envelopes[-1].content or b""))  # as strict a reader as mail programs
    read = [str(make_header(decode_header(mail[header].replace("\r\n", "")))) for header in ("Subject", "To")]
    assert [line.replace('"', "") for line in read] == [subject.strip(), f"{name} <anna@shop.example>"]


def test_a_letter_taken_back_before_the_last_step_is_not_sent(sink: SmtpSink) -> None:
    channel = SmtpChannel(sink.url, MAIL_FROM)
    with pytest.raises(NotOurs):
        channel.send(PARCEL, lambda: False)
    channel.send(addressed("boris@shop.example"), lambda: True)
    channel.close()
    assert [envelope.rcpt_tos for envelope in sink.envelopes] == [["boris@shop.example"]]


def test_headers_of_a_mailing(sink: SmtpSink) -> None:
    sent(sink, PARCEL)
    raw = bytes(sink.envelopes[-1].content or b"")
    assert f"\r\nList-Unsubscribe: <{TOKEN_URL}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert f"\r\nMessage-ID: {MESSAGE.message_id}\r\n".encode() in raw
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in raw
    assert b"Feedback-ID" not in raw
    assert max(len(line) for line in raw.split(b"\r\n") if not line.startswith((b"List-Uns", b"Message-ID"))) <= 78


def test_a_letter_typed_by_a_person_is_no_mailing(sink: SmtpSink) -> None:
    mail = sent(sink, replace(PARCEL, letter=Letter("Здравствуйте", "Простите нас.", is_automatic=False)))
    assert {"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"}.isdisjoint(mail.keys())


@pytest.mark.parametrize(
    "name",
    ["Анна\r\nBcc: all@shop.example", "Anna\nX-Evil: yes", "\x00\x0bAnna\x85Bcc: b@b.example", 'A" <b@b.example>'],
)
def test_a_name_cannot_add_a_header_or_a_recipient(sink: SmtpSink, name: str) -> None:
    mail = sent(sink, addressed(name=name))
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert [a.addr_spec for a in mail["To"].addresses] == ["anna@shop.example"]
    assert sink.envelopes[-1].rcpt_tos == ["anna@shop.example"]


def test_a_subject_cannot_add_a_header(sink: SmtpSink) -> None:
    mail = sent(sink, replace(PARCEL, letter=Letter("Заказ\r\nBcc: all@shop.example", "Текст")))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Заказ Bcc: all@shop.example"


@pytest.mark.parametrize(
    "address", ["", "anna", "@shop.example", "a b@shop.example", "a@b@c.example", "a@shop.example\r\nRCPT TO:<b@b>",
                "a@shop.example,b@b.example", "<a@shop.example>", "a..b@shop.example", "a@",
                "x" * 250 + "@shop.example"]
)  # fmt: skip
def test_what_is_no_address_never_reaches_the_server(sink: SmtpSink, address: str) -> None:
    with pytest.raises(Refused) as caught:
        sent(sink, addressed(address))
    assert caught.value.is_address_dead
    assert sink.received == []


def test_addresses_beyond_ascii(sink: SmtpSink) -> None:
    sent(sink, addressed("anna@магазин.example"))
    assert sink.envelopes[-1].rcpt_tos == ["anna@xn--80aairftm.example"]
    assert "SMTPUTF8" not in sink.envelopes[-1].mail_options
    mail = sent(sink, addressed("анна@shop.example"))
    assert sink.envelopes[-1].rcpt_tos == ["анна@shop.example"]
    assert "SMTPUTF8" in sink.envelopes[-1].mail_options
    assert "анна@shop.example" in str(mail["To"])


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink.example")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOW - timedelta(days=999)).not_valid_after(NOW + timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    both = folder / "sink.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context


@pytest.fixture
def tls_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """A server that offers STARTTLS and asks for a login."""
    sink = SmtpSink()
    controller = SinkController(
        sink, certificate(tmp_path), auth_required=True, authenticator=sink.authenticate, require_starttls=True
    )
    controller.start()
    sink.port = controller.port
    yield sink
    controller.stop()


def test_tls_and_login_where_they_are_offered(tls_sink: SmtpSink) -> None:
    sent(tls_sink, PARCEL, f"smtp://care%40shop.example:right@127.0.0.1:{tls_sink.port}")
    assert tls_sink.is_tls
    assert tls_sink.logins == [(b"care@shop.example", b"right")]


def test_a_wrong_password_is_no_fault_of_the_message(tls_sink: SmtpSink) -> None:
    with pytest.raises(Unavailable) as caught:
        sent(tls_sink, PARCEL, f"smtp://care:wrong@127.0.0.1:{tls_sink.port}")
    assert "535" in caught.value.reason
    assert "wrong" not in caught.value.reason


def test_a_certificate_that_proves_nothing_is_refused(tls_sink: SmtpSink) -> None:
    with pytest.raises(Unavailable):
        sent(tls_sink, PARCEL, f"smtp://care:right@{ELSEWHERE}:{tls_sink.port}")
    sent(tls_sink, PARCEL, f"smtp://care:right@{ELSEWHERE}:{tls_sink.port}?tls=unverified")
    assert len(tls_sink.logins) == 1


def test_a_password_is_not_sent_in_the_clear(sink: SmtpSink) -> None:
    with pytest.raises(Unavailable) as caught:
        sent(sink, PARCEL, f"smtp://care:right@{ELSEWHERE}:{sink.port}")
    assert "encryption" in caught.value.reason
    assert sink.logins == []


def test_a_file_is_the_same_message(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "outbox", MAIL_FROM)
    channel.open()
    assert channel.send(PARCEL, bool) == channel.send(PARCEL, bool) == "0000000001.64cbcb2f18800.eml"
    [file] = (tmp_path / "outbox").iterdir()
    assert file.read_bytes() == compose(PARCEL, MAIL_FROM).as_bytes()
    assert message_from_bytes(file.read_bytes(), policy=default)["Message-ID"] == MESSAGE.message_id
