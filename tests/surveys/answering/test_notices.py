"""The pages on reviews and privacy, and pages for errors."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import transaction
from feedback.staff.company import change_company
from tests.builders import NOW
from tests.surveys.answering.links import link, page, send


def test_it_counts_what_there_is(client: FlaskClient, session: Session, settings: Settings) -> None:
    first, second, third = (link(settings) for _ in range(3))
    link(settings)
    send(client, first, score="1")
    send(client, second, act="save", why="Потом")
    send(client, third, score="9", address2="spam")
    with transaction():
        change_company(session, {"review_points": 700, "names": {"ru": "Северный ветер"}}, NOW)
    shown = page(client.get("/how-we-collect-reviews?lang=ru"))
    assert "700 баллов" in shown
    assert "Северный ветер" in shown
    for words, count in (
        ("Отправлено приглашений", 4),
        ("Ответили полностью", 1),
        ("на полпути", 1),
        ("подозрительное", 1),
    ):
        row = shown[shown.index(words) :]
        assert f'<td class="n">{count}</td>' in row[: row.index("</tr>")]


@pytest.mark.parametrize("path", ["/how-we-collect-reviews", "/privacy"])
@pytest.mark.parametrize(("language", "word"), [("ru", "отзыв"), ("bg", "отзив"), ("en", "review")])
def test_in_three_languages_without_cookies(client: FlaskClient, path: str, language: str, word: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in page(answer)
    assert word in page(answer)
    assert "noindex" not in page(answer)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("language", "title"),
    [("ru", "Такой страницы нет"), ("bg", "Няма такава страница"), ("en", "There is no such page")],
)
def test_an_error_has_a_page_of_its_own(client: FlaskClient, language: str, title: str) -> None:
    answer = client.get("/nothing-here", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert f"<h1>{title}</h1>" in page(answer)
