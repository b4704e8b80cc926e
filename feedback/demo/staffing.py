"""The company's own people and settings: invented names, and one password for all, derived from the secret."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.demo.content import FOLDER, Content
from feedback.recovery.acting import Worker
from feedback.secrets import derive_key
from feedback.staff import accounts
from feedback.staff.company import change_company
from feedback.staff.models import User
from feedback.staff.permissions import Act, may
from feedback.themes.rules import GivenTheme, add_theme


@dataclass(frozen=True)
class Colleague:
    """Somebody who works cases."""

    worker: Worker
    name: str
    language: str


def casework_texts() -> dict[str, Any]:
    """What staff write: letters by trouble, notes, calls, how cases end."""
    texts: dict[str, Any] = json.loads((FOLDER / "casework.json").read_text(encoding="utf-8"))
    return texts


def demo_password(secret: str) -> str:
    """The password of all demo accounts: the same for one installation, guessable for none."""
    letters = (
        base64.b32encode(derive_key(secret, "demo password")).decode().lower().translate(str.maketrans("", "", "li"))
    )
    return "-".join(letters[n : n + 4] for n in (0, 4, 8))


def found_company(session: Session, content: Content, secret: str, now: datetime) -> None:
    """Name the company, add its staff and its themes."""
    texts = casework_texts()
    settings = {"names": dict(content.names), "signature": texts["signature"], "address": texts["address"]}
    own = {"language": "ru", "timezone": "Europe/Moscow", "country": "RU", "assumes_processing_consent": False}
    change_company(session, settings | own, now)
    password = demo_password(secret)
    for person in texts["staff"]:
        accounts.add_user(
            session, person["email"], person["roles"], password, now,
            name=person["name"], language=person["language"], timezone=person["timezone"],
        )  # fmt: skip
    for theme in texts["themes"]:
        given = GivenTheme(theme["names"], theme["aspect"], tuple(theme["includes"]), tuple(theme["excludes"]))
        add_theme(session, given, now)


def case_workers(session: Session) -> list[Colleague]:
    """Staff who may work cases, leads first."""
    found = []
    for user in session.scalars(select(User).where(User.active).order_by(User.id)):
        roles = frozenset(role.name for role in user.roles)
        if may(roles, Act.WORK_CASE):
            worker = Worker(user.id, roles, is_lead=may(roles, Act.ASSIGN_CASE))
            found.append(Colleague(worker, user.name, user.language))
    return sorted(found, key=lambda colleague: not colleague.worker.is_lead)


def logins() -> list[tuple[str, str]]:
    """E-mail addresses of the demo accounts with their roles."""
    return [(person["email"], ", ".join(person["roles"])) for person in casework_texts()["staff"]]
