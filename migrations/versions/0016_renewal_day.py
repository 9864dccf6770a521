"""Keep the day on which a customer agreed to renewals from his credit.

Revision: 0016, after 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("renewal_agreed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("subscription", "renewal_agreed_on")
