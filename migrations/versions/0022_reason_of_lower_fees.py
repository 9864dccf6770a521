"""Keep why an order costs less than the price list.

Revision: 0022, after 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_order", sa.Column("fee_reason", sa.String(length=2000), nullable=False, server_default=""))
    op.alter_column("work_order", "fee_reason", server_default=None)


def downgrade() -> None:
    op.drop_column("work_order", "fee_reason")
