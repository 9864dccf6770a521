"""Keep the papers of operations as they were then, and the results of operations on many lines for every reader's language.

A result was a sentence in the language of the person who asked; one of those stays as it is, without facts.

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
OPERATIONS = ("suspension", "forced_stop", "resumption", "relocation", "transfer", "plan_change", "line_grant", "closure")


def upgrade() -> None:
    for table in OPERATIONS:
        op.add_column(table, sa.Column("paper", DOCUMENT, nullable=True))
    op.add_column("bulk_row", sa.Column("facts", DOCUMENT, nullable=False, server_default="{}"))
    op.alter_column("bulk_row", "facts", server_default=None)
    op.drop_column("bulk_run", "language")


def downgrade() -> None:
    op.add_column("bulk_run", sa.Column("language", sa.String(length=32), nullable=False, server_default="en"))
    op.alter_column("bulk_run", "language", server_default=None)
    op.create_check_constraint(op.f("ck_bulk_run_language"), "bulk_run", "language IN ('en', 'zh_Hans', 'zh_Hant', 'vi')")
    op.drop_column("bulk_row", "facts")
    for table in OPERATIONS:
        op.drop_column(table, "paper")
