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
# A closure made its charges in one breath: that of the days used, which its event names, then that of the equipment; without the first
# the event names the second.
OF_THOSE_DONE = """
UPDATE closure SET damage_charge_id = (
    SELECT min(charge.id) FROM charge JOIN subscription_event AS event ON event.id = closure.event_id
    WHERE charge.office_id = closure.office_id AND charge.customer_id = closure.customer_id AND charge."on" = closure.closed_on
      AND charge.id >= coalesce(event.charge_id, 0)
      AND charge.total = (SELECT sum(compensation) FROM equipment WHERE equipment.closure_id = closure.id)
      AND EXISTS (SELECT FROM charge_line AS line WHERE line.charge_id = charge.id AND line.code = 'damage')
)
"""


def upgrade() -> None:
    op.add_column("closure", sa.Column("damage_charge_id", sa.Integer(), nullable=True))
    op.execute("ALTER TABLE closure DISABLE TRIGGER closure_is_frozen")
    op.execute(OF_THOSE_DONE)
    op.execute("ALTER TABLE closure ENABLE TRIGGER closure_is_frozen")
    op.create_foreign_key(op.f(KEY), "closure", "charge", ["office_id", "damage_charge_id"], ["office_id", "id"], ondelete="RESTRICT")


def downgrade() -> None:
    op.drop_constraint(op.f(KEY), "closure", type_="foreignkey")
    op.drop_column("closure", "damage_charge_id")
