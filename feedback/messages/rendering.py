"""Writing letters: by the subject of their kind, or here for those that bring their text with them."""

import logging
import re
from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback.messages.kinds import Letter, Outgoing, Sender, Subject, subject_of
from feedback.messages.models import MessageKind
from feedback.secrets import link_token

LINE_LENGTH = 76
log = logging.getLogger(__name__)


def write_letters(session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
    """The letters by message id; one that cannot be written is left out and logged."""
    written: dict[int, Letter] = {}
    by_subject: dict[Subject | None, list[Outgoing]] = {}
    for message in messages:
        by_subject.setdefault(subject_of(message.kind), []).append(message)
    for subject, group in by_subject.items():
        written |= _plain_letters(group, sender) if subject is None else subject.letters(session, group, sender)
    return written


def each_letter(messages: Sequence[Outgoing], write: Callable[[Outgoing], Letter]) -> dict[int, Letter]:
    """`write` for each message in its language; one that fails is logged and left out, the others go on."""
    written = {}
    for message in messages:
        try:
            with force_locale(message.language):
                written[message.id] = write(message)
        except Exception:
            log.exception("message %s (%s) could not be written", message.id, message.kind)
    return written


def render_both(template: str, language: str, sender: Sender, **values: Any) -> tuple[str, str]:
    """The text and the HTML of `templates/emails/<template>.txt` and `.html`."""
    values |= {"language": language, "company": sender.company, "base_url": sender.base_url, "paragraphs": paragraphs}
    text = render_template(f"emails/{template}.txt", **values)
    return tidy(text), render_template(f"emails/{template}.html", **values)


def greeting(name: str | None) -> str:
    """The first line of a letter, in the present language."""
    return str(_("Hello %(name)s,", name=name) if name else _("Hello,"))


def tidy(text: str) -> str:
    """Plain text in lines of a readable length, with at most one empty line in a row. Links are never broken."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line == "--":  # the sign before a signature ends in a space
            lines.append("-- ")
        elif line:
            lines += wrap(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines) + "\n"


def paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of a plain text, each with the lines its writer began; an HTML letter breaks long ones itself."""
    parts = re.split(r"\n\s*\n", "\n".join(text.strip().splitlines()))
    return [[line.strip() for line in part.split("\n")] for part in parts]


def _plain_letters(messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
    return each_letter(messages, lambda message: _plain_letter(message, sender))


def _plain_letter(message: Outgoing, sender: Sender) -> Letter:
    page = f"{sender.base_url}/m/{link_token(sender.secret, 'm', message.link_nonce)}"
    if message.kind == MessageKind.ACCESS_LINK:
        text, html = render_both(
            "access_link", message.language, sender, greeting=greeting(message.name), page_url=page
        )
        return Letter(_("Your page at %(company)s", company=sender.company.name(message.language)), text, html)
    if message.body is None:
        raise ValueError(f"a message of kind {message.kind} without text")
    text, html = render_both("recovery", message.language, sender, message=message, page_url=page)
    subject = message.subject or _("A letter from %(company)s", company=sender.company.name(message.language))
    return Letter(subject, text, html, is_automatic=message.kind != MessageKind.RECOVERY)
