"""Keep the life of a line: operations, what they did to dates and money, rows cut by a plan change.

Revision: 0011, after 0010
"""

from __future__ import annotations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
