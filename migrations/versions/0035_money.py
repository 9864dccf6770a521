"""Credit paid out, write-offs of every charge, who owns an adjustment.

Revision: 0035, after 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

AMOUNT = sa.Numeric(precision=18, scale=2)
VOUCHER_KINDS = ("refund", "deposit", "expense")
# Below it no reminder is worth its paper, by the office's currency.
LEAST_REMINDER = """
UPDATE debt_policy SET remind_min_debt = CASE currency WHEN 'VND' THEN 10000 WHEN 'USD' THEN 1 ELSE 5 END
FROM office WHERE office.id = debt_policy.office_id
"""
# What the version before has no place for: question, sentence.
LOST = (
    ("SELECT FROM voucher WHERE kind = 'credit'", "Credit was paid out to customers"),
    ("SELECT FROM adjustment WHERE taken_with_id IS NOT NULL", "Late interest was written off with its charges"),
    ("SELECT FROM approval WHERE interest_amount IS NOT NULL", "Write-offs with their late interest were asked for"),
)


def upgrade() -> None:
    _allow(*VOUCHER_KINDS, "credit")
    # One index serves who asks for a customer's charges, and the key that holds an adjustment to who owes its charge.
    op.drop_index("ix_charge_customer_id", table_name="charge")
    op.create_unique_constraint(op.f("uq_charge_customer_id_id_office_id"), "charge", ["customer_id", "id", "office_id"])
    op.create_foreign_key(
        op.f("fk_adjustment_office_id_customer_id_charge_id"),
        "adjustment",
        "charge",
        ["office_id", "customer_id", "charge_id"],
        ["office_id", "customer_id", "id"],
        ondelete="RESTRICT",
    )
    op.add_column("adjustment", sa.Column("taken_with_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_adjustment_taken_with_id"), "adjustment", ["taken_with_id"])
    op.create_foreign_key(
        op.f("fk_adjustment_office_id_taken_with_id"),
        "adjustment",
        "adjustment",
        ["office_id", "taken_with_id"],
        ["office_id", "id"],
        ondelete="RESTRICT",
    )
    op.create_check_constraint(
        op.f("ck_adjustment_taken_with_a_write_off"), "adjustment", "taken_with_id IS NULL OR (kind = 'write_off' AND taken_with_id <> id)"
    )
    op.add_column("approval", sa.Column("interest_amount", AMOUNT, nullable=True))
    op.create_check_constraint(
        op.f("ck_approval_interest_of_a_write_off"),
        "approval",
        "interest_amount IS NULL OR (adjustment_kind IS NOT DISTINCT FROM 'write_off' AND interest_amount > 0)",
    )
    op.add_column("debt_policy", sa.Column("remind_min_debt", AMOUNT, nullable=False, server_default="0"))
    op.alter_column("debt_policy", "remind_min_debt", server_default=None)
    # Nobody changed a setting: the trace has nothing to tell.
    op.execute("ALTER TABLE debt_policy DISABLE TRIGGER debt_policy_is_traced")
    op.execute(LEAST_REMINDER)
    op.execute("ALTER TABLE debt_policy ENABLE TRIGGER debt_policy_is_traced")
    op.create_check_constraint(op.f("ck_debt_policy_reminding"), "debt_policy", "remind_min_debt >= 0")


def downgrade() -> None:
    for question, sentence in LOST:
        if op.get_bind().execute(sa.text(f"SELECT EXISTS ({question})")).scalar():
            raise CommandError(f"{sentence}, and the version before has no place for that.")
    op.drop_column("debt_policy", "remind_min_debt")
    op.drop_column("approval", "interest_amount")
    op.drop_column("adjustment", "taken_with_id")
    op.drop_constraint(op.f("fk_adjustment_office_id_customer_id_charge_id"), "adjustment", type_="foreignkey")
    op.drop_constraint(op.f("uq_charge_customer_id_id_office_id"), "charge", type_="unique")
    op.create_index("ix_charge_customer_id", "charge", ["customer_id"])
    _allow(*VOUCHER_KINDS)


def _allow(*kinds: str) -> None:
    """Let a payment voucher be of ``kinds``."""
    name = op.f("ck_voucher_voucherkind")
    op.drop_constraint(name, "voucher", type_="check")
    op.create_check_constraint(name, "voucher", f"kind IN ({', '.join(repr(kind) for kind in kinds)})")
