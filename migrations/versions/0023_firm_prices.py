"""Let an office say that its prices are firm.

Revision: 0023, after 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("prices_are_firm", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("office", "prices_are_firm", server_default=None)


def downgrade() -> None:
    op.drop_column("office", "prices_are_firm")
