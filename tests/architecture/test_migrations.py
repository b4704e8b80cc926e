"""The migrations make exactly the tables that the code describes, and undo themselves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.judging import Labels
from feedback.db import Base, db, transaction
from feedback.db.schema import MIGRATIONS, is_schema_current
from feedback.draws.models import Draw
from surveys.responses.analysing import analyse_answers
from surveys.responses.judging import judge_answer
from surveys.responses.models import AnswerAnalysis
from tests.builders import NOW, staff
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
