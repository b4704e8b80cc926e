"""Triggers that keep ledgers and timelines append-only, whoever writes. Erasure may blank named text columns only."""

from collections.abc import Sequence


def append_only_statements(dialect: str, table: str, columns: Sequence[str], erasable: Sequence[str] = ()) -> list[str]:
    """SQL that refuses DELETE on `table`, and UPDATE of anything but setting an `erasable` column to NULL."""
    kept = [c for c in columns if c not in erasable]
    if dialect == "postgresql":
        return _postgresql(table, kept, erasable)
    return _sqlite(table, kept, erasable)


def _sqlite(table: str, kept: Sequence[str], erasable: Sequence[str]) -> list[str]:
    changed = [f"NEW.{c} IS NOT OLD.{c}" for c in kept]
    changed += [f"(NEW.{c} IS NOT OLD.{c} AND NEW.{c} IS NOT NULL)" for c in erasable]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {' OR '.join(changed)} {refuse}",
    ]


def _postgresql(table: str, kept: Sequence[str], erasable: Sequence[str]) -> list[str]:
    changed = [f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in kept]
    changed += [f"(NEW.{c} IS DISTINCT FROM OLD.{c} AND NEW.{c} IS NOT NULL)" for c in erasable]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({' OR '.join(changed)}) "
        f"EXECUTE FUNCTION {table}_refuse()",
    ]
