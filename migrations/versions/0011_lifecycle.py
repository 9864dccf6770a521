"""Keep the life of a line: operations, what they did to dates and money, rows cut by a plan change.

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

METHODS = ("cash", "bank_transfer", "qr_transfer", "card", "wechat_pay", "alipay", "fps", "cheque", "credit")
ACCOUNTS = (
    "cash",
    "bank_transfer",
    "qr_transfer",
    "card",
    "wechat_pay",
    "alipay",
    "fps",
    "cheque",
    "credit",
    "receivable",
    "revenue",
    "refunded",
    "expense",
    "deposit",
)
FEE_KINDS = ("regular", "construction", "resumption", "relocation", "transfer", "suspension", "other")
LINE_CODES = (
    "plan",
    "maintenance",
    "other",
    "discount",
    "arrears",
    "late_fee",
    "gift",
    "installation",
    "handling",
    "labour_material",
    "material_works",
    "suspension",
    "resumption",
    "relocation",
    "transfer",
)

# What these columns may hold, with what is new: table, CHECK, column, values before, values added.
CHOICES = (
    ("receipt_method", "method", "method", METHODS, ("door",)),
    ("voucher_method", "method", "method", METHODS, ("door",)),
    ("posting", "ledgeraccount", "account", ACCOUNTS, ("door",)),
    ("posting", "feekind", "fee_kind", FEE_KINDS, ("deposit",)),
    ("charge", "feekind", "fee_kind", FEE_KINDS, ("deposit",)),
    ("voucher_line", "feekind", "fee_kind", FEE_KINDS, ("deposit",)),
    ("charge_line", "linecode", "code", LINE_CODES, ("plan_change", "plan_credit", "deposit", "damage")),
)

# Written once; what may change afterwards.
FROZEN = {
    "subscription_event": ("reversal_id",),
    "suspension": (),
    "forced_stop": (),
    "resumption": (),
    "relocation": (),
    "transfer": (),
    "line_grant": (),
    "closure": (),
}
LIFE = (
    "subscription_event",
    "suspension",
    "forced_stop",
    "resumption",
    "relocation",
    "transfer",
    "plan_change",
    "line_grant",
    "closure",
    "equipment",
    "line_proposal",
)
TRACED = ("plan_change", "equipment", "line_proposal")
IN_FORCE = "ended_by_reversal_id IS NULL AND ended_by_event_id IS NULL"


def upgrade() -> None:
    _life()
    for table, check, column, before, added in CHOICES:
        _allow(table, check, column, (*before, *added))
    op.add_column("subscription", sa.Column("planned_resume_on", sa.Date(), nullable=True))
    op.add_column("subscription", sa.Column("renews_from_credit", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("subscription", "renews_from_credit", server_default=None)
    op.create_check_constraint(
        op.f("ck_subscription_planned_while_suspended"), "subscription", "planned_resume_on IS NULL OR state = 'suspended'"
    )
    _periods()
    for table, columns in FROZEN.items():
        _freeze(table, columns)
    for table in TRACED:
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
        )


def _allow(table: str, check: str, column: str, values: tuple[str, ...]) -> None:
    """Let a column of choices hold ``values``."""
    name = op.f(f"ck_{table}_{check}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({', '.join(repr(value) for value in values)})")


def _freeze(table: str, columns: tuple[str, ...]) -> None:
    may_change = ", ".join(f"'{column}'" for column in columns)
    op.execute(
        f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change({may_change})"
    )
    op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def _periods() -> None:
    """Let an operation sell a service period and take one out of force."""
    for column in ("cut_from_days", "sold_by_event_id", "ended_by_event_id"):
        op.add_column("service_period", sa.Column(column, sa.Integer(), nullable=True))
    for column in ("sold_by_event_id", "ended_by_event_id"):
        op.create_foreign_key(
            op.f(f"fk_service_period_office_id_{column}"),
            "service_period",
            "subscription_event",
            ["office_id", column],
            ["office_id", "id"],
            ondelete="RESTRICT",
        )
        op.create_index(op.f(f"ix_service_period_{column}"), "service_period", [column])
    op.create_check_constraint(
        op.f("ck_service_period_sold_once"), "service_period", "regular_payment_id IS NULL OR sold_by_event_id IS NULL"
    )
    op.create_check_constraint(op.f("ck_service_period_cut_is_shorter"), "service_period", "cut_from_days > of_days")
    _keep_apart(IN_FORCE, ("ended_by_reversal_id", "ended_by_event_id"))


def _keep_apart(in_force: str, may_change: tuple[str, ...]) -> None:
    """Let rows in force never overlap, and only what takes them out of force change."""
    op.execute("ALTER TABLE service_period DROP CONSTRAINT ex_service_period_in_force")
    op.execute(
        "ALTER TABLE service_period ADD CONSTRAINT ex_service_period_in_force EXCLUDE USING gist "
        f"(subscription_id WITH =, daterange(start, stop, '[]') WITH &&) WHERE ({in_force})"
    )
    op.execute("DROP TRIGGER service_period_is_frozen ON service_period")
    columns = ", ".join(f"'{column}'" for column in may_change)
    op.execute(
        f"CREATE TRIGGER service_period_is_frozen BEFORE UPDATE ON service_period FOR EACH ROW EXECUTE FUNCTION refuse_change({columns})"
    )


def downgrade() -> None:
    _keep_apart("ended_by_reversal_id IS NULL", ("ended_by_reversal_id",))
    for check in ("sold_once", "cut_is_shorter"):
        op.drop_constraint(op.f(f"ck_service_period_{check}"), "service_period", type_="check")
    for column in ("ended_by_event_id", "sold_by_event_id", "cut_from_days"):
        op.drop_column("service_period", column)
    op.drop_constraint(op.f("ck_subscription_planned_while_suspended"), "subscription", type_="check")
    op.drop_column("subscription", "renews_from_credit")
    op.drop_column("subscription", "planned_resume_on")
    for table, check, column, before, _ in CHOICES:
        _allow(table, check, column, before)
    for table in reversed(LIFE):
        op.drop_table(table)


def _life() -> None:
    op.create_table(
        "subscription_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "complete",
                "pay",
                "suspend",
                "resume",
                "force_stop",
                "relocate",
                "transfer",
                "change_plan",
                "close",
                "gift",
                "compensate",
                name="subscriptionoperation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("after_payment_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "state_before",
            sa.Enum(
                "pending",
                "active",
                "suspended",
                "forced",
                "closed",
                name="subscriptionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stops_on_before", sa.Date(), nullable=True),
        sa.Column("halted_on_before", sa.Date(), nullable=True),
        sa.Column(
            "stop_reason_before",
            sa.Enum("arrears", "violation", "operator", name="stopreason", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("planned_resume_on_before", sa.Date(), nullable=True),
        sa.Column(
            "state_after",
            sa.Enum(
                "pending",
                "active",
                "suspended",
                "forced",
                "closed",
                name="subscriptionstate_after",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stops_on_after", sa.Date(), nullable=True),
        sa.Column("shift_days", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("reversal_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("receipt_id IS NULL OR charge_id IS NOT NULL", name=op.f("ck_subscription_event_receipt_pays_a_charge")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_subscription_event_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "after_payment_id"],
            ["regular_payment.office_id", "regular_payment.id"],
            name=op.f("fk_subscription_event_office_id_after_payment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "charge_id"],
            ["charge.office_id", "charge.id"],
            name=op.f("fk_subscription_event_office_id_charge_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_subscription_event_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_subscription_event_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "plan_id"],
            ["plan.office_id", "plan.id"],
            name=op.f("fk_subscription_event_office_id_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "receipt_id"],
            ["receipt.office_id", "receipt.id"],
            name=op.f("fk_subscription_event_office_id_receipt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "reversal_id"],
            ["reversal.office_id", "reversal.id"],
            name=op.f("fk_subscription_event_office_id_reversal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_subscription_event_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "voucher_id"],
            ["voucher.office_id", "voucher.id"],
            name=op.f("fk_subscription_event_office_id_voucher_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_subscription_event_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_event")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_subscription_event_office_id_id")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_subscription_event_receipt_id")),
    )
    op.create_index("ix_subscription_event_charge_id", "subscription_event", ["charge_id"], unique=False)
    op.create_index(op.f("ix_subscription_event_customer_id"), "subscription_event", ["customer_id"], unique=False)
    op.create_index(op.f("ix_subscription_event_office_id"), "subscription_event", ["office_id"], unique=False)
    op.create_index("ix_subscription_event_office_id_operation", "subscription_event", ["office_id", "operation", "on"], unique=False)
    op.create_index("ix_subscription_event_subscription_id", "subscription_event", ["subscription_id", "id"], unique=False)
    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=False),
        sa.Column("planned_resume_on", sa.Date(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_suspension_fee_not_negative")),
        sa.CheckConstraint("planned_resume_on > suspended_on", name=op.f("ck_suspension_planned_after_suspension")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_suspension_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_suspension_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_suspension_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_suspension_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_suspension_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_suspension_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        sa.UniqueConstraint("event_id", name=op.f("uq_suspension_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_suspension_office_id_id")),
    )
    op.create_index(op.f("ix_suspension_customer_id"), "suspension", ["customer_id"], unique=False)
    op.create_index(op.f("ix_suspension_office_id"), "suspension", ["office_id"], unique=False)
    op.create_index("ix_suspension_office_id_suspended_on", "suspension", ["office_id", "suspended_on", "id"], unique=False)
    op.create_index(op.f("ix_suspension_subscription_id"), "suspension", ["subscription_id"], unique=False)
    op.create_table(
        "forced_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=False),
        sa.Column(
            "stop_reason",
            sa.Enum("arrears", "violation", "operator", name="stopreason", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_forced_stop_fee_not_negative")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_forced_stop_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_forced_stop_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_forced_stop_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_forced_stop_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_forced_stop_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_forced_stop_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forced_stop")),
        sa.UniqueConstraint("event_id", name=op.f("uq_forced_stop_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_forced_stop_office_id_id")),
    )
    op.create_index(op.f("ix_forced_stop_customer_id"), "forced_stop", ["customer_id"], unique=False)
    op.create_index(op.f("ix_forced_stop_office_id"), "forced_stop", ["office_id"], unique=False)
    op.create_index("ix_forced_stop_office_id_stopped_on", "forced_stop", ["office_id", "stopped_on", "id"], unique=False)
    op.create_index(op.f("ix_forced_stop_subscription_id"), "forced_stop", ["subscription_id"], unique=False)
    op.create_table(
        "resumption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=False),
        sa.Column("halted_on", sa.Date(), nullable=False),
        sa.Column("days_off", sa.Integer(), nullable=False),
        sa.Column("days_shifted", sa.Integer(), nullable=False),
        sa.Column("is_extended_anyway", sa.Boolean(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days_off >= 0 AND days_shifted BETWEEN 0 AND days_off", name=op.f("ck_resumption_days")),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_resumption_fee_not_negative")),
        sa.CheckConstraint("resumed_on = halted_on + days_off", name=op.f("ck_resumption_days_off_counted")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_resumption_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_resumption_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_resumption_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_resumption_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_resumption_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_resumption_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resumption")),
        sa.UniqueConstraint("event_id", name=op.f("uq_resumption_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_resumption_office_id_id")),
    )
    op.create_index(op.f("ix_resumption_customer_id"), "resumption", ["customer_id"], unique=False)
    op.create_index(op.f("ix_resumption_office_id"), "resumption", ["office_id"], unique=False)
    op.create_index("ix_resumption_office_id_resumed_on", "resumption", ["office_id", "resumed_on", "id"], unique=False)
    op.create_index(op.f("ix_resumption_subscription_id"), "resumption", ["subscription_id"], unique=False)
    op.create_table(
        "relocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("relocated_on", sa.Date(), nullable=False),
        sa.Column("new_community_id", sa.Integer(), nullable=False),
        sa.Column("new_address", sa.String(length=200), nullable=False),
        sa.Column("new_telephone", sa.String(length=64), nullable=False),
        sa.Column("compensation_days", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("compensation_days BETWEEN 0 AND 366", name=op.f("ck_relocation_compensation_days_in_range")),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_relocation_fee_not_negative")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_relocation_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_relocation_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_relocation_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_relocation_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "new_community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_relocation_office_id_new_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_relocation_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "work_order_id"],
            ["work_order.office_id", "work_order.id"],
            name=op.f("fk_relocation_office_id_work_order_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_relocation_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation")),
        sa.UniqueConstraint("event_id", name=op.f("uq_relocation_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_relocation_office_id_id")),
    )
    op.create_index(op.f("ix_relocation_customer_id"), "relocation", ["customer_id"], unique=False)
    op.create_index(op.f("ix_relocation_office_id"), "relocation", ["office_id"], unique=False)
    op.create_index("ix_relocation_office_id_relocated_on", "relocation", ["office_id", "relocated_on", "id"], unique=False)
    op.create_index(op.f("ix_relocation_subscription_id"), "relocation", ["subscription_id"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("transferred_on", sa.Date(), nullable=False),
        sa.Column("new_customer_id", sa.Integer(), nullable=False),
        sa.Column("new_community_id", sa.Integer(), nullable=False),
        sa.Column("new_address", sa.String(length=200), nullable=False),
        sa.Column("new_telephone", sa.String(length=64), nullable=False),
        sa.Column("new_contact_phone", sa.String(length=64), nullable=False),
        sa.Column("password_before", sa.String(length=500), nullable=True),
        sa.Column("renews_from_credit_before", sa.Boolean(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_transfer_fee_not_negative")),
        sa.CheckConstraint("new_customer_id <> customer_id", name=op.f("ck_transfer_to_somebody_else")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_transfer_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_transfer_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_transfer_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_transfer_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "new_community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_transfer_office_id_new_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "new_customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_transfer_office_id_new_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_transfer_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_transfer_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("event_id", name=op.f("uq_transfer_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_transfer_office_id_id")),
    )
    op.create_index(op.f("ix_transfer_customer_id"), "transfer", ["customer_id"], unique=False)
    op.create_index("ix_transfer_new_customer_id", "transfer", ["new_customer_id"], unique=False)
    op.create_index(op.f("ix_transfer_office_id"), "transfer", ["office_id"], unique=False)
    op.create_index("ix_transfer_office_id_transferred_on", "transfer", ["office_id", "transferred_on", "id"], unique=False)
    op.create_index(op.f("ix_transfer_subscription_id"), "transfer", ["subscription_id"], unique=False)
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum("money", "period_end", name="planchangemode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "change_status",
            sa.Enum("booked", "applied", "withdrawn", name="planchangestatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("old_plan_id", sa.Integer(), nullable=False),
        sa.Column("new_plan_id", sa.Integer(), nullable=False),
        sa.Column("credit", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("charge", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("difference", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("applied_event_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(change_status = 'applied') = (changed_on IS NOT NULL)", name=op.f("ck_plan_change_applied_has_a_day")),
        sa.CheckConstraint("(credit IS NULL) = (charge IS NULL) AND credit >= 0 AND charge >= 0", name=op.f("ck_plan_change_amounts")),
        sa.CheckConstraint("difference = charge - credit", name=op.f("ck_plan_change_difference_is_counted")),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_plan_change_fee_not_negative")),
        sa.CheckConstraint("new_plan_id <> old_plan_id", name=op.f("ck_plan_change_to_another_plan")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_plan_change_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "applied_event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_plan_change_office_id_applied_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_plan_change_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_plan_change_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_plan_change_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "new_plan_id"],
            ["plan.office_id", "plan.id"],
            name=op.f("fk_plan_change_office_id_new_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "old_plan_id"],
            ["plan.office_id", "plan.id"],
            name=op.f("fk_plan_change_office_id_old_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_plan_change_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_plan_change_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
        sa.UniqueConstraint("event_id", name=op.f("uq_plan_change_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_plan_change_office_id_id")),
    )
    op.create_index(op.f("ix_plan_change_customer_id"), "plan_change", ["customer_id"], unique=False)
    op.create_index(op.f("ix_plan_change_office_id"), "plan_change", ["office_id"], unique=False)
    op.create_index("ix_plan_change_office_id_asked_on", "plan_change", ["office_id", "asked_on", "id"], unique=False)
    op.create_index(op.f("ix_plan_change_subscription_id"), "plan_change", ["subscription_id"], unique=False)
    op.create_index(
        "uq_plan_change_booked", "plan_change", ["subscription_id"], unique=True, postgresql_where=sa.text("change_status = 'booked'")
    )
    op.create_table(
        "line_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("gift_months", sa.Integer(), nullable=False),
        sa.Column("compensation_days", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(gift_months > 0) <> (compensation_days > 0)", name=op.f("ck_line_grant_one_of_both")),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_line_grant_fee_not_negative")),
        sa.CheckConstraint("gift_months BETWEEN 0 AND 120 AND compensation_days BETWEEN 0 AND 366", name=op.f("ck_line_grant_in_range")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_line_grant_has_a_reason")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_line_grant_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_line_grant_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_line_grant_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_line_grant_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_line_grant_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_line_grant_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_grant")),
        sa.UniqueConstraint("event_id", name=op.f("uq_line_grant_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_line_grant_office_id_id")),
    )
    op.create_index(op.f("ix_line_grant_customer_id"), "line_grant", ["customer_id"], unique=False)
    op.create_index(op.f("ix_line_grant_office_id"), "line_grant", ["office_id"], unique=False)
    op.create_index("ix_line_grant_office_id_given_on", "line_grant", ["office_id", "given_on", "id"], unique=False)
    op.create_index(op.f("ix_line_grant_subscription_id"), "line_grant", ["subscription_id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column(
            "refund_policy",
            sa.Enum("by_day", "by_month", "none", name="refundpolicy", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("plan_refund", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("maintenance_refund", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("deposits", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("owed", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("set_off", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("refund", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("settlement", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("set_off_receipt_id", sa.Integer(), nullable=True),
        sa.Column("deposit_voucher_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_closure_fee_not_negative")),
        sa.CheckConstraint("least(plan_refund, maintenance_refund, deposits, owed, set_off, refund) >= 0", name=op.f("ck_closure_amounts")),
        sa.CheckConstraint("refund = plan_refund + maintenance_refund + deposits - set_off", name=op.f("ck_closure_refund_is_the_rest")),
        sa.CheckConstraint("set_off <= owed", name=op.f("ck_closure_set_off_within_debts")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_closure_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "community_id"],
            ["community.office_id", "community.id"],
            name=op.f("fk_closure_office_id_community_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "customer_id"],
            ["customer.office_id", "customer.id"],
            name=op.f("fk_closure_office_id_customer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "deposit_voucher_id"],
            ["voucher.office_id", "voucher.id"],
            name=op.f("fk_closure_office_id_deposit_voucher_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_closure_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "set_off_receipt_id"],
            ["receipt.office_id", "receipt.id"],
            name=op.f("fk_closure_office_id_set_off_receipt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_closure_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_closure_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("event_id", name=op.f("uq_closure_event_id")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_closure_office_id_id")),
    )
    op.create_index(op.f("ix_closure_customer_id"), "closure", ["customer_id"], unique=False)
    op.create_index(op.f("ix_closure_office_id"), "closure", ["office_id"], unique=False)
    op.create_index("ix_closure_office_id_closed_on", "closure", ["office_id", "closed_on", "id"], unique=False)
    op.create_index(op.f("ix_closure_subscription_id"), "closure", ["subscription_id"], unique=False)
    op.create_table(
        "equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("deposit", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("lent_on", sa.Date(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("lent", "good", "damaged", "lost", name="equipmentstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("compensation", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'lent') = (returned_on IS NULL)", name=op.f("ck_equipment_returned_has_a_day")),
        sa.CheckConstraint("deposit >= 0 AND compensation >= 0", name=op.f("ck_equipment_amounts")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_equipment_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "charge_id"],
            ["charge.office_id", "charge.id"],
            name=op.f("fk_equipment_office_id_charge_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "closure_id"],
            ["closure.office_id", "closure.id"],
            name=op.f("fk_equipment_office_id_closure_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_equipment_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_equipment_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_equipment_office_id_id")),
        sa.UniqueConstraint("office_id", "serial", name=op.f("uq_equipment_office_id_serial")),
    )
    op.create_index(op.f("ix_equipment_office_id"), "equipment", ["office_id"], unique=False)
    op.create_index("ix_equipment_subscription_id", "equipment", ["subscription_id"], unique=False)
    op.create_table(
        "line_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "complete",
                "pay",
                "suspend",
                "resume",
                "force_stop",
                "relocate",
                "transfer",
                "change_plan",
                "close",
                "gift",
                "compensate",
                name="subscriptionoperation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column(
            "proposal_status",
            sa.Enum(
                "waiting", "confirmed", "dismissed", "lapsed", name="proposalstatus", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(length=2000), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(proposal_status = 'waiting') = (decided_at IS NULL)", name=op.f("ck_line_proposal_decided_at_some_time")),
        sa.CheckConstraint("event_id IS NULL OR proposal_status = 'confirmed'", name=op.f("ck_line_proposal_only_confirmed_is_done")),
        sa.CheckConstraint("operation IN ('force_stop', 'close')", name=op.f("ck_line_proposal_operation_is_proposed")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_line_proposal_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["ab_user.id"], name=op.f("fk_line_proposal_decided_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["office_id", "event_id"],
            ["subscription_event.office_id", "subscription_event.id"],
            name=op.f("fk_line_proposal_office_id_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["office_id", "subscription_id"],
            ["subscription.office_id", "subscription.id"],
            name=op.f("fk_line_proposal_office_id_subscription_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_line_proposal_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_proposal")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_line_proposal_office_id_id")),
        sa.UniqueConstraint("subscription_id", "operation", "since", name=op.f("uq_line_proposal_subscription_id_operation_since")),
    )
    op.create_index(op.f("ix_line_proposal_office_id"), "line_proposal", ["office_id"], unique=False)
    op.create_index("ix_line_proposal_office_id_proposal_status", "line_proposal", ["office_id", "proposal_status", "id"], unique=False)
