"""Points are spent, taken back and owed; rules, members and sweeps of the programme."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from feedback.db.append_only import append_only_statements
from feedback.db.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
OPEN = sa.text("remaining > 0")
BEFORE = "id idempotency_key customer_id lot_id kind rule points at purchase_id user_id"
AFTER = f"{BEFORE} debt_id reason"


def upgrade() -> None:
    _create_debts()
    _unguard()
    with op.batch_alter_table("points_entries") as batch_op:
        batch_op.alter_column("lot_id", existing_type=BIG, nullable=True)
        batch_op.add_column(sa.Column("debt_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=True))
        name = op.f("fk_points_entries_debt_id")
        batch_op.create_foreign_key(name, "points_debts", ["debt_id"], ["id"], ondelete="RESTRICT")
        batch_op.create_check_constraint(op.f("ck_points_entries_place"), "(lot_id IS NULL) <> (debt_id IS NULL)")
        batch_op.create_index(op.f("ix_points_entries_debt_id"), ["debt_id"])
        batch_op.create_index(op.f("ix_points_entries_purchase_id"), ["purchase_id"])
    _guard(AFTER.split())
    with op.batch_alter_table("points_lots") as batch_op:
        batch_op.add_column(sa.Column("held_for", JSON, nullable=True))
        batch_op.create_index("ix_points_lots_due", ["expires_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    for table in ("purchases", "returns"):
        _count_as_accrued(table)
    _create_rules()
    _create_members()
    _create_sweeps()


def _count_as_accrued(table: str) -> None:
    """What was there before the programme could see it earns nothing afterwards, and takes nothing back."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column("is_accrued", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("is_accrued", existing_type=sa.Boolean(), server_default=None)
        where = sa.text("NOT is_accrued")
        batch_op.create_index(f"ix_{table}_unaccrued", ["id"], sqlite_where=where, postgresql_where=where)


def _create_debts() -> None:
    op.create_table(
        "points_debts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("purchase_id", BIG, nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("remaining >= 0 AND remaining <= points", name=op.f("ck_points_debts_remaining")),
        _key("points_debts", "customer_id", "customers"),
        _key("points_debts", "purchase_id", "purchases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_debts")),
    )
    op.create_index("ix_points_debts_open", "points_debts", ["customer_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def _create_rules() -> None:
    op.create_table(
        "points_rules",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        _key("points_rules", "created_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_rules")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_points_rules_code_version")),
    )


def _create_members() -> None:
    op.create_table(
        "points_members",
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("paid_until", sa.Date(), nullable=False),
        sa.Column("purchases", sa.Integer(), nullable=False),
        sa.Column("birthday_number", sa.Integer(), nullable=True),
        sa.Column("birthday_told_on", sa.Date(), nullable=True),
        sa.Column("birthday_paid_on", sa.Date(), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        _key("points_members", "customer_id", "customers"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_points_members")),
    )
    op.create_index(op.f("ix_points_members_birthday_number"), "points_members", ["birthday_number"])
    op.create_index(op.f("ix_points_members_mailbox_hash"), "points_members", ["mailbox_hash"])
    op.create_index(op.f("ix_points_members_purchases"), "points_members", ["purchases"])


def _create_sweeps() -> None:
    op.create_table(
        "points_sweeps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_sweeps")),
        sa.UniqueConstraint("kind", "day", name=op.f("uq_points_sweeps_kind_day")),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _guard(columns: Sequence[str]) -> None:
    for statement in append_only_statements(op.get_bind().dialect.name, "points_entries", columns):
        op.get_bind().exec_driver_sql(statement)


def _unguard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION points_entries_refuse() CASCADE")
    else:
        op.execute("DROP TRIGGER points_entries_no_delete")
        op.execute("DROP TRIGGER points_entries_no_update")


def downgrade() -> None:
    """Entries of debts have no place in the older tables: with a debt in the ledger this is refused."""
    debts = op.get_bind().scalar(sa.text("SELECT count(*) FROM points_entries WHERE debt_id IS NOT NULL"))
    if debts:
        raise RuntimeError("points are owed: the older version cannot keep them")
    for table in ("points_sweeps", "points_members", "points_rules"):
        op.drop_table(table)
    for table in ("returns", "purchases"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(f"ix_{table}_unaccrued")
            batch_op.drop_column("is_accrued")
    with op.batch_alter_table("points_lots") as batch_op:
        batch_op.drop_index("ix_points_lots_due")
        batch_op.drop_column("held_for")
    _unguard()
    with op.batch_alter_table("points_entries") as batch_op:
        batch_op.drop_index(op.f("ix_points_entries_purchase_id"))
        batch_op.drop_index(op.f("ix_points_entries_debt_id"))
        batch_op.drop_constraint(op.f("ck_points_entries_place"), type_="check")
        batch_op.drop_constraint(op.f("fk_points_entries_debt_id"), type_="foreignkey")
        batch_op.drop_column("reason")
        batch_op.drop_column("debt_id")
        batch_op.alter_column("lot_id", existing_type=BIG, nullable=False)
    _guard(BEFORE.split())
    op.drop_table("points_debts")
