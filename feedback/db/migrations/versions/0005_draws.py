"""A draw has terms, judges, marks and winners; entries can be excluded with a reason."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from feedback.db.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
HELD = sa.text("state NOT IN ('lapsed', 'passed_over')")


def upgrade() -> None:
    with op.batch_alter_table("draws") as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("closes_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("publish_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("shortlist_size", sa.Integer(), nullable=False, server_default="24"))
        batch_op.add_column(sa.Column("secret", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("entrants_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("drawn_list", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("marks", JSON, nullable=True))
        batch_op.add_column(sa.Column("drawn_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("receipts", JSON, nullable=True))
    _give_receipts_a_language()
    with op.batch_alter_table("draws") as batch_op:
        batch_op.drop_column("receipt")
    with op.batch_alter_table("draw_entries") as batch_op:
        batch_op.add_column(sa.Column("excluded_for", sa.String(length=40), nullable=True))
        batch_op.create_index(op.f("ix_draw_entries_customer_id_entered_at"), ["customer_id", "entered_at"])
    for table in ("draw_editors", "draw_judges"):
        op.create_table(
            table,
            sa.Column("draw_id", BIG, nullable=False),
            sa.Column("user_id", BIG, nullable=False),
            _key(table, "draw_id", "draws"),
            _key(table, "user_id", "users"),
            sa.PrimaryKeyConstraint("draw_id", "user_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    _create_marks()
    _create_winners()


def _give_receipts_a_language() -> None:
    """How prizes are received is told in three languages now; what there was is kept in each."""
    draws = sa.table("draws", sa.column("id", BIG), sa.column("receipt", sa.Text()), sa.column("receipts", JSON))
    told = sa.select(draws.c.id, draws.c.receipt).where(draws.c.receipt.is_not(None))
    for draw_id, receipt in op.get_bind().execute(told).all():
        texts = dict.fromkeys(("ru", "bg", "en"), receipt)
        op.get_bind().execute(draws.update().where(draws.c.id == draw_id).values(receipts=texts))


def _create_marks() -> None:
    op.create_table(
        "draw_marks",
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Integer(), nullable=True),
        sa.Column("is_conflict", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "is_conflict OR (usefulness BETWEEN 1 AND 5 AND detail BETWEEN 1 AND 5 AND evidence BETWEEN 1 AND 5)",
            name=op.f("ck_draw_marks_range"),
        ),
        _key("draw_marks", "entry_id", "draw_entries"),
        _key("draw_marks", "user_id", "users"),
        sa.PrimaryKeyConstraint("entry_id", "user_id", name=op.f("pk_draw_marks")),
    )
    op.create_index(op.f("ix_draw_marks_user_id"), "draw_marks", ["user_id"])


def _create_winners() -> None:
    op.create_table(
        "draw_winners",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prize", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("claim_until", UtcDateTime(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("shown_name", sa.String(length=200), nullable=True),
        sa.Column("given_up_for", sa.String(length=200), nullable=True),
        sa.Column("handed_over_at", UtcDateTime(), nullable=True),
        sa.Column("handed_over_by_id", BIG, nullable=True),
        sa.Column("receipt_note", sa.String(length=200), nullable=True),
        _key("draw_winners", "draw_id", "draws"),
        _key("draw_winners", "entry_id", "draw_entries"),
        _key("draw_winners", "customer_id", "customers"),
        _key("draw_winners", "handed_over_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_winners")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_draw_winners_draw_id_position")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_draw_winners_entry_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draw_winners_token_hash")),
    )
    op.create_index("uq_draw_winners_held", "draw_winners", ["draw_id", "prize"], unique=True,
                    sqlite_where=HELD, postgresql_where=HELD)  # fmt: skip
    op.create_index("ix_draw_winners_due", "draw_winners", ["state", "claim_until"])
    op.create_index(op.f("ix_draw_winners_customer_id"), "draw_winners", ["customer_id"])


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in ("draw_winners", "draw_marks", "draw_judges", "draw_editors"):
        op.drop_table(table)
    with op.batch_alter_table("draw_entries") as batch_op:
        batch_op.drop_index(op.f("ix_draw_entries_customer_id_entered_at"))
        batch_op.drop_column("excluded_for")
    with op.batch_alter_table("draws") as batch_op:
        batch_op.add_column(sa.Column("receipt", sa.Text(), nullable=True))
        for column in ("receipts", "drawn_at", "marks", "drawn_list", "entrants_hash", "secret", "shortlist_size", "publish_by",
                       "closes_on", "place"):  # fmt: skip
            batch_op.drop_column(column)
