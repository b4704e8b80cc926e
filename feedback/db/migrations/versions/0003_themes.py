"""Themes that people define, the texts and chats that have them, and people's judgements of the analysis."""

import sqlalchemy as sa
from alembic import op
from feedback.db.base import UtcDateTime
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('themes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('aspect', sa.String(length=40), nullable=False),
    sa.Column('includes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('excludes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_themes'))
    )
    with op.batch_alter_table('themes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_themes_position_id'), ['position', 'id'], unique=False)

    op.create_table('conversation_judgements',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('sentiment', sa.String(length=40), nullable=False),
    sa.Column('aspects', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('themes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('model_name', sa.String(length=100), nullable=True),
    sa.Column('model_version', sa.String(length=40), nullable=True),
    sa.Column('model_sentiment', sa.String(length=40), nullable=True),
    sa.Column('model_aspects', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('model_flags', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('model_themes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_judgements_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undone_by_id'], ['users.id'], name=op.f('fk_conversation_judgements_undone_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_conversation_judgements_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation_judgements'))
    )
    with op.batch_alter_table('conversation_judgements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_judgements_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_judgements_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('uq_conversation_judgements_held', ['conversation_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('conversation_themes',
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_themes_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['themes.id'], name=op.f('fk_conversation_themes_theme_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('conversation_id', 'theme_id', name=op.f('pk_conversation_themes'))
    )
    with op.batch_alter_table('conversation_themes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_themes_theme_id'), ['theme_id'], unique=False)

    op.create_table('answer_judgements',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('sentiment', sa.String(length=40), nullable=False),
    sa.Column('aspects', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('themes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=False),
    sa.Column('model_name', sa.String(length=100), nullable=True),
    sa.Column('model_version', sa.String(length=40), nullable=True),
    sa.Column('model_sentiment', sa.String(length=40), nullable=True),
    sa.Column('model_aspects', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('model_flags', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('model_themes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_answer_judgements_answer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undone_by_id'], ['users.id'], name=op.f('fk_answer_judgements_undone_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_answer_judgements_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_judgements'))
    )
    with op.batch_alter_table('answer_judgements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_judgements_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_judgements_at'), ['at'], unique=False)
        batch_op.create_index('uq_answer_judgements_held', ['answer_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('answer_themes',
    sa.Column('answer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_answer_themes_answer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['themes.id'], name=op.f('fk_answer_themes_theme_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('answer_id', 'theme_id', name=op.f('pk_answer_themes'))
    )
    with op.batch_alter_table('answer_themes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_themes_theme_id'), ['theme_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('answer_themes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_themes_theme_id'))

    op.drop_table('answer_themes')
    with op.batch_alter_table('answer_judgements', schema=None) as batch_op:
        batch_op.drop_index('uq_answer_judgements_held', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_answer_judgements_at'))
        batch_op.drop_index(batch_op.f('ix_answer_judgements_answer_id'))

    op.drop_table('answer_judgements')
    with op.batch_alter_table('conversation_themes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_themes_theme_id'))

    op.drop_table('conversation_themes')
    with op.batch_alter_table('conversation_judgements', schema=None) as batch_op:
        batch_op.drop_index('uq_conversation_judgements_held', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_conversation_judgements_conversation_id'))
        batch_op.drop_index(batch_op.f('ix_conversation_judgements_at'))

    op.drop_table('conversation_judgements')
    with op.batch_alter_table('themes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_themes_position_id'))

    op.drop_table('themes')
