"""The migrations make exactly the tables that the code describes, and undo themselves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.judging import Labels
from feedback.customers.models import Return
from feedback.db import Base, db, transaction
from feedback.db.schema import MIGRATIONS, is_schema_current
from feedback.draws.models import Draw
from feedback.points.debts import owe
from feedback.points.ledger import award
from feedback.points.rules import Rule, review_grant
from surveys.responses.analysing import analyse_answers
from surveys.responses.judging import judge_answer
from surveys.responses.models import AnswerAnalysis
from tests.builders import NOW, customer, purchase, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import chat
from tests.feedback.draws.draws import entrants, opened
from tests.feedback.themes.themes import theme
from tests.surveys.responses.test_analysing import answer


def test_migrations_and_models_agree(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_schema_current()


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    downgrade(directory=str(MIGRATIONS), revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade(directory=str(MIGRATIONS))
    assert is_schema_current()


def test_analyses_keep_their_results_through_the_tables_being_made_anew(app: Flask, session: Session) -> None:
    with transaction():
        answer(session, "negative #refund")
        chat(session, ("customer", "negative"))
        user_id = staff(session).id
        theme(session, "Негодное", "negative")
    analyse_answers(NOW, ScriptedAnalyser())
    analyse_chats(NOW, ScriptedAnalyser())
    with transaction():
        judge_answer(session, session.scalars(select(AnswerAnalysis.answer_id)).one(), Labels("positive"), user_id, NOW)
    tables = [table for table in Base.metadata.sorted_tables if "analys" in table.name or "judge" in table.name]
    tables += [table for table in Base.metadata.sorted_tables if table.name.endswith("_themes")]
    before = contents(tables)
    assert {name for name, rows in before.items() if rows} >= {
        "answer_analyses", "conversation_analyses", "answer_judgements", "conversation_themes",
    }  # fmt: skip
    session.rollback()
    downgrade(directory=str(MIGRATIONS), revision="0003")
    upgrade(directory=str(MIGRATIONS))
    assert contents(tables) == before


def test_points_are_kept_and_what_was_there_before_the_programme_earns_nothing(app: Flask, session: Session) -> None:
    with transaction():
        owner = customer(session)
        bought = purchase(session, owner, is_accrued=False)
        award(session, owner.id, review_grant(1000, NOW, is_held=False), "k", NOW)
        session.add(Return(external_id="R-1", purchase_id=bought.id, amount=100, returned_at=NOW, created_at=NOW))
    tables = [Base.metadata.tables[name] for name in ("points_lots", "points_entries", "purchases", "returns")]
    before = contents(tables)
    session.rollback()
    downgrade(directory=str(MIGRATIONS), revision="0005")
    upgrade(directory=str(MIGRATIONS))
    known = {"is_accrued": True}
    expected = before | {name: [row | known for row in before[name]] for name in ("purchases", "returns")}
    assert contents(tables) == expected
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE points_entries SET points = 1")


def test_an_older_version_cannot_keep_what_is_owed(app: Flask, session: Session) -> None:
    with transaction():
        owe(session, customer(session).id, 5, Rule.PURCHASE, None, "k", NOW)
    session.rollback()
    with pytest.raises(SystemExit):  # says "points are owed: the older version cannot keep them"
        downgrade(directory=str(MIGRATIONS), revision="0005")
    assert is_schema_current()


def contents(tables: Sequence[Table]) -> dict[str, list[Any]]:
    with db.engine.connect() as connection:
        return {table.name: [row._asdict() for row in connection.execute(select(table))] for table in tables}


def test_migrations_stand_in_one_line() -> None:
    names = sorted(p.name for p in Path(MIGRATIONS, "versions").glob("*.py"))
    assert [n[:4] for n in names] == [f"{i:04}" for i in range(1, len(names) + 1)]


def test_draws_keep_their_entries_and_how_prizes_are_received(app: Flask, session: Session) -> None:
    with transaction():
        entrants(session, opened(session), "AAA", "BBB")
    tables = [Base.metadata.tables[name] for name in ("draws", "draw_entries")]
    before = contents(tables)
    session.rollback()
    downgrade(directory=str(MIGRATIONS), revision="0004")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE draws SET receipt = 'По почте'")
    upgrade(directory=str(MIGRATIONS))
    after = contents(tables)
    assert after["draw_entries"] == before["draw_entries"]
    with db.engine.connect() as connection:
        row = connection.execute(select(Draw.slug, Draw.organiser, Draw.state, Draw.receipts)).one()
    assert tuple(row) == ("2026-03", "«Северный ветер»", "open", dict.fromkeys(("ru", "bg", "en"), "По почте"))
