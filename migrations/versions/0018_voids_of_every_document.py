"""Let payment vouchers, hand-overs of money and operations without a paper be voided, and let a change of plan settle debts.

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# What may be voided besides a receipt: the column that names it, and its table.
REVERSED = {"handover_id": "handover", "event_id": "subscription_event"}
ASKED = {"voucher_id": "voucher", **REVERSED}
ONE = "num_nonnulls(receipt_id, voucher_id, handover_id, event_id) = 1"
# What the version before has no place for.
UNDONE = """
SELECT EXISTS (SELECT FROM reversal WHERE num_nonnulls(handover_id, event_id) > 0) OR EXISTS (SELECT FROM approval WHERE receipt_id IS NULL)
"""


def upgrade() -> None:
    for column, table in REVERSED.items():
        _point("reversal", column, table)
        op.create_unique_constraint(op.f(f"uq_reversal_{column}"), "reversal", [column])
    op.drop_constraint(op.f("ck_reversal_one_document"), "reversal", type_="check")
    op.create_check_constraint(op.f("ck_reversal_one_document"), "reversal", ONE)
    op.alter_column("approval", "receipt_id", existing_type=sa.Integer(), nullable=True)
    for column, table in ASKED.items():
        _point("approval", column, table)
        op.create_index(f"uq_approval_waiting_{table}", "approval", [column], unique=True, postgresql_where=sa.text("status = 'waiting'"))
    op.create_check_constraint(op.f("ck_approval_one_document"), "approval", ONE)
    _point("plan_change", "set_off_receipt_id", "receipt")
    _point("plan_change", "turned_by_event_id", "subscription_event")


def downgrade() -> None:
    if op.get_bind().execute(sa.text(UNDONE)).scalar():
        raise CommandError(
            "Hand-overs, vouchers or operations were voided, and the version before has no place for that. "
            "Restore a backup that was made before the upgrade, with the program of that time."
        )
    for column in ("turned_by_event_id", "set_off_receipt_id"):
        _leave("plan_change", column)
    op.drop_constraint(op.f("ck_approval_one_document"), "approval", type_="check")
    for column, table in reversed(ASKED.items()):
        op.drop_index(f"uq_approval_waiting_{table}", table_name="approval")
        _leave("approval", column)
    op.alter_column("approval", "receipt_id", existing_type=sa.Integer(), nullable=False)
    op.drop_constraint(op.f("ck_reversal_one_document"), "reversal", type_="check")
    op.create_check_constraint(op.f("ck_reversal_one_document"), "reversal", "num_nonnulls(receipt_id, voucher_id) = 1")
    for column in reversed(REVERSED):
        op.drop_constraint(op.f(f"uq_reversal_{column}"), "reversal", type_="unique")
        _leave("reversal", column)


def _point(table: str, column: str, target: str) -> None:
    op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_office_id_{column}"), table, target, ["office_id", column], ["office_id", "id"], ondelete="RESTRICT"
    )


def _leave(table: str, column: str) -> None:
    op.drop_constraint(op.f(f"fk_{table}_office_id_{column}"), table, type_="foreignkey")
    op.drop_column(table, column)
