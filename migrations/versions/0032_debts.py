"""Late interest with its watermark, adjustments and the debt policy of an office.

Revision: 0032, after 0031
"""

from __future__ import annotations

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
