"""Triggers: ledgers and timelines become append-only (erasure may blank a line's text); answers keep their weight."""

from alembic import op

from feedback.db.append_only import append_only_statements
from feedback.db.weighing import unweighing_statements, weighing_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDED = {
    "points_entries": ("id idempotency_key customer_id lot_id kind rule points at purchase_id user_id", ""),
    "consents": ("id customer_id purpose channel is_given at text_version source", ""),
    "audit_entries": ("id at user_id api_key_id act object_kind object_id", ""),
    "case_events": ("id case_id kind at user_id message_id body", "body"),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, (columns, erasable) in GUARDED.items():
        for statement in append_only_statements(dialect, table, columns.split(), erasable.split()):
            op.get_bind().exec_driver_sql(statement)
    for statement in weighing_statements(dialect):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in unweighing_statements(dialect):
        op.get_bind().exec_driver_sql(statement)
    for table in GUARDED:
        if dialect == "postgresql":
            op.execute(f"DROP FUNCTION {table}_refuse() CASCADE")
        else:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(f"DROP TRIGGER {table}_no_update")
