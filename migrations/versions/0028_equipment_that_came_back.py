"""Call equipment that an installer brought back returned, also before the closure of its line settles it.

Revision: 0028, after 0027
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

CHECK = "ck_equipment_returned_has_a_day"


def upgrade() -> None:
    op.drop_constraint(op.f(CHECK), "equipment", type_="check")
    op.execute("UPDATE equipment SET state = brought_state WHERE state = 'lent' AND brought_state IS NOT NULL")
    op.create_check_constraint(op.f(CHECK), "equipment", "(state = 'lent') = (returned_on IS NULL AND brought_on IS NULL)")


def downgrade() -> None:
    op.drop_constraint(op.f(CHECK), "equipment", type_="check")
    op.execute("UPDATE equipment SET state = 'lent' WHERE returned_on IS NULL")
    op.create_check_constraint(op.f(CHECK), "equipment", "(state = 'lent') = (returned_on IS NULL)")
