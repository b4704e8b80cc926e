"""What was analysed can be read again by another model, while the old results stay readable."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from feedback.db.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("answer_analyses", "conversation_analyses")


def upgrade() -> None:
    op.create_table(
        "reanalyses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("model_name", sa.String(length=100), nullable=False),
        sa.Column("model_version", sa.String(length=40), nullable=False),
        sa.Column("may_route", sa.Boolean(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reanalyses")),
    )
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("is_stale", sa.Boolean(), nullable=False, server_default=sa.false()))
            batch_op.add_column(sa.Column("previous", JSON, nullable=True))
            batch_op.add_column(sa.Column("reanalysis_id", BIG, nullable=True))
            name = op.f(f"fk_{table}_reanalysis_id")
            batch_op.create_foreign_key(name, "reanalyses", ["reanalysis_id"], ["id"], ondelete="RESTRICT")
            batch_op.create_index(op.f(f"ix_{table}_reanalysis_id"), ["reanalysis_id"])
            where = {"sqlite_where": sa.text("is_stale = 1"), "postgresql_where": sa.text("is_stale")}
            batch_op.create_index(f"ix_{table}_stale", ["id"], **where)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(f"ix_{table}_stale")
            batch_op.drop_index(op.f(f"ix_{table}_reanalysis_id"))
            batch_op.drop_constraint(op.f(f"fk_{table}_reanalysis_id"), type_="foreignkey")
            for column in ("reanalysis_id", "previous", "is_stale"):
                batch_op.drop_column(column)
    op.drop_table("reanalyses")
