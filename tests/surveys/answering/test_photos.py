"""Photos in the form, and what is kept of them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from surveys.responses.models import Photo, Response
from surveys.responses.photos import photo_file
from tests.surveys.answering.links import Link, link, page, send
from tests.surveys.responses.pictures import picture


def attach(client: FlaskClient, to: Link, *files: tuple[bytes, str], **fields: Any) -> Any:
    """Post the form with files."""
    return send(client, to, photos=[(BytesIO(content), name) for content, name in files], **fields)


def photos(session: Session) -> list[Photo]:
    return list(session.scalars(select(Photo).order_by(Photo.id).execution_options(populate_existing=True)))


def test_it_works(client: FlaskClient, session: Session, settings: Settings) -> None:
    answer = attach(client, link(settings), (picture(), "a.jpg"), (picture("PNG", colour="red"), "b.png"), score="9")
    assert answer.status_code == 303
    stored = photos(session)
    response = session.scalars(select(Response)).one()
    assert [p.response_id for p in stored] == [response.id] * 2
    for photo in stored:
        file = photo_file(settings.uploads, photo)
        assert file.stat().st_size == photo.size
        with Image.open(file) as image:
            assert (image.format, image.size) == ("JPEG", (photo.width, photo.height))


def test_photos_survive_a_failed_submit(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    answer = attach(client, asked, (picture(), "a.jpg"), why="Без оценки")
    assert answer.status_code == 422
    (kept,) = photos(session)
    assert f'value="drop-{kept.id}"' in page(answer)
    assert f'value="drop-{kept.id}"' in page(client.get(asked.path))
    assert send(client, asked, score="7").status_code == 303
    assert [p.response_id for p in photos(session)] == [session.scalars(select(Response.id)).one()]


def test_a_kept_photo_can_be_removed(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked, other = link(settings), link(settings)
    attach(client, asked, (picture(), "a.jpg"))
    (kept,) = photos(session)
    file = photo_file(settings.uploads, kept)
    send(client, other, act=f"drop-{kept.id}")
    assert file.exists()
    answer = send(client, asked, act=f"drop-{kept.id}", score="4", why="Останется")
    assert answer.status_code == 200
    assert "Останется</textarea>" in page(answer)
    assert photos(session) == []
    assert not file.exists()


def test_a_file_of_two_customers_stays_for_the_other(client: FlaskClient, session: Session, settings: Settings) -> None:
    first, second = link(settings), link(settings)
    for asked in (first, second):
        attach(client, asked, (picture(), "a.jpg"))
    kept = photos(session)
    send(client, first, act=f"drop-{kept[0].id}")
    assert photo_file(settings.uploads, kept[1]).exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff" * (10 * 1024 * 1024 + 1), "занимает 11 МБ, а мы можем принять до 10 МБ"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "не похож на фотографию"),
        (b"", "не похож на фотографию"),
        (picture()[:300], "не похож на фотографию"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_beside_it(
    client: FlaskClient, session: Session, settings: Settings, content: bytes, words: str
) -> None:
    answer = attach(client, link(settings), (content, "IMG<1>.heic"), (picture(), "good.jpg"), score="9")
    assert answer.status_code == 422
    assert page(answer).count(words) == 2
    assert "IMG&lt;1&gt;.heic" in page(answer)
    assert 'value="9" id="score-9" required checked' in page(answer)
    assert len(photos(session)) == 1
    assert session.scalars(select(Response)).all() == []


def test_there_is_room_for_five(client: FlaskClient, session: Session, settings: Settings) -> None:
    files = [(picture(colour=colour), f"{colour}.jpg") for colour in ("red", "green", "blue", "white", "black", "gray")]
    answer = attach(client, link(settings), *files, score="9")
    assert answer.status_code == 422
    assert "не больше 5 фотографий" in page(answer)
    assert len(photos(session)) == 5


def test_no_more_files_are_looked_at_than_there_is_room_for(client: FlaskClient, settings: Settings) -> None:
    answer = page(attach(client, link(settings), *[(b"\xff\xd8 cut", f"{n}.jpg") for n in range(40)], score="9"))
    assert "Файл 4.jpg не похож на фотографию" in answer
    assert "5.jpg" not in answer
    assert "не больше 5 фотографий" in answer


def test_the_same_photo_twice_is_one(client: FlaskClient, session: Session, settings: Settings) -> None:
    attach(client, link(settings), (picture(), "a.jpg"), (picture(), "b.jpg"), score="9")
    assert len(photos(session)) == 1
    assert len(list(Path(settings.uploads).rglob("*.jpg"))) == 1
