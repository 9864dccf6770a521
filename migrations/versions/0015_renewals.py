"""Renew lines from their customers' credit, where they agreed to it.

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("renewal_agreed_by_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_subscription_renewal_agreed_by_id"), "subscription", "ab_user", ["renewal_agreed_by_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_check_constraint(
        op.f("ck_subscription_renewal_was_agreed"), "subscription", "NOT renews_from_credit OR renewal_agreed_by_id IS NOT NULL"
    )
    op.create_index(
        "ix_subscription_renewing",
        "subscription",
        ["office_id", "stops_on"],
        postgresql_where=sa.text("renews_from_credit AND state = 'active'"),
    )


def downgrade() -> None:
    op.drop_index("ix_subscription_renewing", table_name="subscription")
    op.drop_constraint(op.f("ck_subscription_renewal_was_agreed"), "subscription", type_="check")
    op.drop_constraint(op.f("fk_subscription_renewal_agreed_by_id"), "subscription", type_="foreignkey")
    op.drop_column("subscription", "renewal_agreed_by_id")
