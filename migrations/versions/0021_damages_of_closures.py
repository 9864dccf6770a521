"""Tie the charge for equipment damaged or lost to the closure that asked for it, so that what stays open is a debt of the line.

Revision: 0021, after 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = "fk_closure_office_id_damage_charge_id"


def upgrade() -> None:
    op.add_column("closure", sa.Column("damage_charge_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(KEY), "closure", "charge", ["office_id", "damage_charge_id"], ["office_id", "id"], ondelete="RESTRICT")


def downgrade() -> None:
    op.drop_constraint(op.f(KEY), "closure", type_="foreignkey")
    op.drop_column("closure", "damage_charge_id")
