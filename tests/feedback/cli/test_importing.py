import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.examples import CHAT
from feedback.cli.main import feedback
from feedback.conversations.models import Conversation
from feedback.customers.models import Branch, Customer, Purchase, Return
from feedback.errors import Invalid

HEAD = (
    "external_id,purchased_at,delivered_at,amount,currency,branch,manager,customer_external_id,customer_name,"
    "customer_email,customer_phone,customer_language,customer_timezone,customer_birthday"
)
GOOD = (
    'P-1,2026-03-01,2026-03-04,"12900,50",RUB,Парнас,О. Рябинин,C-1,Елена,elena@shop.example,89123456789,ru,'
    "Europe/Moscow,17.05.1990"
)


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(feedback, ["import", *map(str, words)], obj=lambda: app)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def written(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def fresh(session: Session, table: Any) -> Any:
    session.rollback()
    session.expire_all()
    return session.scalars(select(table)).one()


def test_a_file_of_purchases_is_taken_in_once(run: Callable[..., Result], session: Session, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD, GOOD)
    assert run("purchases", file).stdout.splitlines()[:4] == ["new: 1", "seen before: 0", "updated: 0", "rejected: 0"]
    assert run("purchases", file).stdout.splitlines()[:2] == ["new: 0", "seen before: 1"]
    purchase, customer = fresh(session, Purchase), fresh(session, Customer)
    assert (purchase.amount, purchase.purchased_at) == (1290050, datetime(2026, 2, 28, 21, tzinfo=UTC))
    assert (customer.phone, f"{customer.birthday}") == ("+79123456789", "1990-05-17")
    assert not list(tmp_path.glob("*.rejected.csv"))


def test_headers_are_matched_whatever_their_case_and_spaces_and_other_columns_are_kept(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "a.csv",
        "External ID;PURCHASED-AT; Amount ;Currency;Customer Email;Customer City;Канал",
        "P-1;01.03.2026 10:00;12 900,50;rub;elena@shop.example;Пловдив;сайт",
        encoding="cp1251",
    )
    assert run("purchases", file).exit_code == 0
    assert fresh(session, Purchase).attributes == {"Канал": "сайт"}
    assert fresh(session, Customer).attributes == {"city": "Пловдив"}


def test_rejected_rows_are_kept_beside_with_reasons_and_the_good_ones_go_in(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "a.csv",
        HEAD,
        GOOD,
        "P-2,завтра,,abc,RUB,,,C-2,=HYPERLINK(1),,+7912,ru,,",
        "P-3,2026-03-01,,-5,RUB,,,,,,,,,",
        "P-4,2026-03-01,,5,RUB,,,C-4,,,,,,,and more",
        ",,,,,,,,,,,,,",
        "P-5,2026-03-01,,5,,,,C-5,,,,,,",
    )
    result = run("purchases", file)
    assert result.exit_code == 1
    assert "new: 1" in result.output
    assert "rejected: 4" in result.output
    assert str(tmp_path / "a.rejected.csv") in result.output
    with (tmp_path / "a.rejected.csv").open(encoding="utf-8-sig", newline="") as kept:
        head, *rows = csv.reader(kept, delimiter=";")
    assert head[:3] == ["rejected_row", "rejected_reason", "external_id"]
    assert [(row[0], row[1].split(";")[0]) for row in rows] == [
        ("3", "amount is not an amount (write it like 12900.50)"),
        ("4", "amount is below zero"),
        ("5", "row has more cells than the header has columns"),
        ("7", "currency is missing"),
    ]
    assert rows[0][10] == "'=HYPERLINK(1)"
    assert len(session.scalars(select(Purchase)).all()) == 1


def test_a_corrected_file_of_rejected_rows_can_be_imported(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    run(
        "purchases",
        written(tmp_path / "a.csv", HEAD, GOOD.replace("89123456789", "+79123456789").replace("RUB", "RUBLES")),
    )
    kept = tmp_path / "a.rejected.csv"
    kept.write_text(kept.read_text("utf-8-sig").replace("RUBLES", "RUB"), "utf-8")
    assert "new: 1" in run("purchases", kept).output
    assert fresh(session, Customer).phone == "+79123456789"
    assert fresh(session, Customer).attributes == {}


def test_a_spreadsheet_of_purchases_is_taken_in(run: Callable[..., Result], session: Session, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["external_id", "purchased_at", "amount", "currency", "branch", "customer_phone"])
        sheet.write_row(1, 0, [1001, datetime(2026, 3, 1, 12), 12900.5, "RUB", "Парнас", 79123456789])  # noqa: DTZ001
    assert "new: 1" in run("purchases", tmp_path / "a.xlsx").output
    purchase = fresh(session, Purchase)
    assert (purchase.external_id, purchase.amount) == ("1001", 1290050)
    assert purchase.purchased_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (fresh(session, Customer).phone, fresh(session, Branch).name) == ("+79123456789", "Парнас")


def test_customers_and_returns_are_taken_in(run: Callable[..., Result], session: Session, tmp_path: Path) -> None:
    people = written(
        tmp_path / "people.csv", "external_id,name,email,language,город", "C-1,Мария,maria@shop.example,bg,Русе"
    )
    assert "new: 1" in run("customers", people).output
    run("purchases", written(tmp_path / "a.csv", HEAD, GOOD))
    lines = ("R-1;P-1;900,50;05.03.2026", "R-2;P-1;;2026-03-06", "R-3;P-9;1;2026-03-06", "R-4;P-1;1;2026-03-06")
    back = written(tmp_path / "r.csv", "external_id;purchase_external_id;amount;returned_at", *lines)
    result = run("returns", back)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "new: 2")
    assert "row 4: purchase_external_id is not a purchase we know" in result.output
    assert "row 5: amount is more than is left of the purchase" in result.output
    assert run("returns", back).stdout.splitlines()[:2] == ["new: 0", "seen before: 2"]
    assert fresh(session, Purchase).returned_amount == 1290050
    assert sorted(session.scalars(select(Return.amount))) == [90050, 1200000]


def test_chats_are_taken_in_line_by_line(run: Callable[..., Result], session: Session, tmp_path: Path) -> None:
    good = json.dumps(CHAT, ensure_ascii=False)
    wrong = ["{", "5", json.dumps({**CHAT, "channel": 5}), json.dumps({**CHAT, "external_id": "CH-2", "messages": []})]
    file = written(tmp_path / "chats.jsonl", good, "", *wrong)
    result = run("chats", file)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "new: 1")
    assert "row 3: line is not JSON" in result.output
    assert "row 5: channel must be a text" in result.output
    assert run("chats", file).stdout.splitlines()[:2] == ["new: 0", "seen before: 1"]
    assert fresh(session, Conversation).external_id == "CH-1"
    with (tmp_path / "chats.rejected.csv").open(encoding="utf-8-sig", newline="") as kept:
        assert [row[2] for row in csv.reader(kept, delimiter=";")] == ["chat", *wrong]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["external_id,amount,customer_email", "1,2,3"], "no column purchased_at, currency"),
        (["external_id,purchased_at,amount,currency,name", "1,2,3,4,5"], "none of the columns customer_external_id"),
        ([f"{HEAD},External-ID", GOOD], "the column external_id is there twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    run: Callable[..., Result], session: Session, tmp_path: Path, lines: list[str], reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        run("purchases", written(tmp_path / "a.csv", *lines))
    assert not session.scalars(select(Purchase)).all()


def test_rows_that_cannot_be_written_beside_are_still_told(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", HEAD, GOOD, "P-2,2026-03-01,,x,RUB,,,C-1,,,,,,")
    (tmp_path / "a.rejected.csv").mkdir()
    result = run("purchases", file)
    assert result.exit_code == 1
    assert "row 3: amount is not an amount" in result.output
    assert "could not be written" in result.output
    assert fresh(session, Purchase).external_id == "P-1"


def test_a_line_that_cannot_be_read_keeps_no_other_out(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    broken = 'P-0,2026-03-01,,100,RUB,"Парнас,,C-0'
    result = run("purchases", written(tmp_path / "a.csv", HEAD, broken, GOOD))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == ["new: 1", "seen before: 0", "updated: 0", "rejected: 1"]
    assert "row 2: row has a quotation mark that is not closed" in result.output
    assert fresh(session, Purchase).external_id == "P-1"
    kept = list(csv.reader((tmp_path / "a.rejected.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert kept[1] == ["2", "row has a quotation mark that is not closed", broken]
