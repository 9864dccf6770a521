"""Let people sign in with a second factor, offices ask for it, and a form outlive its session.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BY_NAME = "ck_office_session_limits"


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=500), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_second_factor_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("second_factor_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["second_factor_id"], ["second_factor.id"], name=op.f("fk_recovery_code_second_factor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("second_factor_id", "code_hash", name=op.f("uq_recovery_code_second_factor_id_code_hash")),
    )
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_kept_form_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kept_form_token_hash")),
    )
    op.create_index(op.f("ix_kept_form_user_id"), "kept_form", ["user_id"])
    op.add_column("ab_user", sa.Column("requires_second_factor", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("office", sa.Column("requires_second_factor", sa.Boolean(), server_default="false", nullable=False))
    op.alter_column("office", "requires_second_factor", server_default=None)
    op.drop_constraint(op.f(BY_NAME), "office", type_="check")
    op.execute(
        "UPDATE office SET idle_minutes = least(greatest(idle_minutes, 5), 240), absolute_hours = least(greatest(absolute_hours, 1), 24) "
        "WHERE idle_minutes NOT BETWEEN 5 AND 240 OR absolute_hours NOT BETWEEN 1 AND 24"
    )
    op.create_check_constraint(op.f(BY_NAME), "office", "idle_minutes BETWEEN 5 AND 240 AND absolute_hours BETWEEN 1 AND 24")


def downgrade() -> None:
    op.drop_constraint(op.f(BY_NAME), "office", type_="check")
    op.create_check_constraint(op.f(BY_NAME), "office", "idle_minutes BETWEEN 1 AND 1440 AND absolute_hours BETWEEN 1 AND 168")
    op.drop_column("office", "requires_second_factor")
    op.drop_column("ab_user", "requires_second_factor")
    op.drop_table("kept_form")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
