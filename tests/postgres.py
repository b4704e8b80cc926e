"""The PostgreSQL database of one test process: made once, and brought back to its first rows before each test.

Emptying the few tables that a test has filled costs milliseconds, where making a database copies hundreds of files.
"""

from uuid import uuid4

import psycopg
from psycopg import sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SEQUENCES = "SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


class TestDatabase:
    """A copy of `template` on the server at `server`."""

    __test__ = False  # a name for people, not a test class

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._make()

    def fresh(self) -> str:
        """The address, with the rows of a new database and nobody connected."""
        try:
            self._admin.execute(CUT_OFF, [self._admin.info.backend_pid])
            self._admin.execute(self._renewal)
        except psycopg.Error:  # a test that was broken off left the schema half-way
            self.drop()
            self._make()
        return self.address

    def drop(self) -> None:
        """Remove the database."""
        self._admin.close()
        run(self._server, f"DROP DATABASE {self._name} WITH (FORCE)")

    def _make(self) -> None:
        self._name = f"test_{uuid4().hex}"
        self.address = with_database(self._server, self._name)
        run(self._server, f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        self._admin = psycopg.connect(self.address, autocommit=True)
        self._renewal = self._keep_first_rows()

    def _keep_first_rows(self) -> sql.Composed:
        """Copy the first rows aside; returns the statements that bring them back, triggers and foreign keys off."""
        tables = [sql.Identifier(name) for (name,) in self._admin.execute(TABLES).fetchall()]
        self._admin.execute("CREATE SCHEMA first_rows")
        back = [sql.SQL("BEGIN; SET LOCAL session_replication_role = replica")]
        back += [sql.SQL("DELETE FROM {}").format(table) for table in tables]
        for table in tables:
            made = sql.SQL("CREATE TABLE first_rows.{0} AS SELECT * FROM {0}").format(table)
            if self._admin.execute(made).rowcount:
                back.append(sql.SQL("INSERT INTO {0} SELECT * FROM first_rows.{0}").format(table))
        for name, start, last in self._admin.execute(SEQUENCES).fetchall():
            place = sql.Literal(start if last is None else last), sql.Literal(last is not None)
            back.append(sql.SQL("SELECT setval({}, {}, {})").format(sql.Literal(name), *place))
        return sql.SQL("; ").join([*back, sql.SQL("COMMIT")])


def with_database(address: str, name: str) -> str:
    """`address` with its database's name replaced."""
    head, _, tail = address.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{tail}" if tail else "")


def run(address: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
