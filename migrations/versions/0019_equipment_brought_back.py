"""Note what an installer brought back from a removal, until the closure of the line settles it.

Revision: 0019, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("equipment", sa.Column("brought_on", sa.Date(), nullable=True))
    op.add_column("equipment", sa.Column("brought_state", sa.String(length=32), nullable=True))
    op.create_check_constraint(
        op.f("ck_equipment_equipmentstate_brought"), "equipment", "brought_state IN ('lent', 'good', 'damaged', 'lost')"
    )
    op.create_check_constraint(op.f("ck_equipment_brought_has_a_day"), "equipment", "(brought_state IS NULL) = (brought_on IS NULL)")


def downgrade() -> None:
    for name in ("brought_has_a_day", "equipmentstate_brought"):
        op.drop_constraint(op.f(f"ck_equipment_{name}"), "equipment", type_="check")
    op.drop_column("equipment", "brought_state")
    op.drop_column("equipment", "brought_on")
