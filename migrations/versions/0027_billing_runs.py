"""Keep billing periods, runs with what they propose, and what the charges of services were worked out from.

Revision: 0027, after 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects.postgresql import JSONB

from migrations.losing import require_empty

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

FIRST_OF_MONTH = "extract(day FROM month) = 1"
UNDER_WAY = "run_state IN ('calculating', 'review', 'posting')"
RUN_STATES = "run_state IN ('calculating', 'review', 'posting', 'posted', 'replaced', 'cancelled')"
FEE_KINDS = ("regular", "construction", "resumption", "relocation", "transfer", "suspension", "deposit")
NEW_FEE_KINDS = ("electricity", "air_conditioning", "water", "gas", "management")
LINE_CODES = (
    *("plan", "maintenance", "other", "discount", "arrears", "late_fee", "gift", "installation", "handling", "labour_material"),
    *("material_works", "suspension", "resumption", "relocation", "transfer", "plan_change", "plan_credit", "deposit", "damage"),
)
# table, name of the check, column, what it knew, what is new
WIDENED = (
    ("posting", "feekind", "fee_kind", (*FEE_KINDS, "other"), NEW_FEE_KINDS),
    ("charge", "feekind", "fee_kind", (*FEE_KINDS, "other"), NEW_FEE_KINDS),
    ("voucher_line", "feekind", "fee_kind", (*FEE_KINDS, "other"), NEW_FEE_KINDS),
    ("charge_line", "linecode", "code", LINE_CODES, ("service",)),
)
VOIDABLE = ("receipt_id", "voucher_id", "handover_id", "event_id")
UNDONE = "SELECT EXISTS (SELECT FROM reversal WHERE service_charge_id IS NOT NULL)"
DAYS = (
    "ALTER TABLE billing_period ADD CONSTRAINT ex_billing_period_days "
    "EXCLUDE USING gist (building_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
)


def upgrade() -> None:
    _make_periods()
    _make_runs()
    _make_results()
    _make_charges()
    op.execute(DAYS)
    op.execute(
        "CREATE TRIGGER service_charge_is_frozen BEFORE UPDATE OR DELETE ON service_charge FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change('reversal_id')"
    )
    op.execute(
        "CREATE TRIGGER service_charge_is_kept BEFORE TRUNCATE ON service_charge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER billing_period_is_traced AFTER UPDATE OR DELETE ON billing_period "
        "FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
    )
    for table, name, column, known, new in WIDENED:
        _say(table, name, column, (*known, *new))
    for table in ("reversal", "approval"):
        op.add_column(table, sa.Column("service_charge_id", sa.Integer(), nullable=True))
        name = op.f(f"fk_{table}_office_id_service_charge_id")
        op.create_foreign_key(name, table, "service_charge", ["office_id", "service_charge_id"], ["office_id", "id"], ondelete="RESTRICT")
        _one_document(table, (*VOIDABLE, "service_charge_id"))
    op.create_unique_constraint(op.f("uq_reversal_service_charge_id"), "reversal", ["service_charge_id"])
    op.create_index(
        "uq_approval_waiting_service_charge", "approval", ["service_charge_id"], unique=True, postgresql_where=sa.text("status = 'waiting'")
    )


def downgrade() -> None:
    require_empty("service_charge", "billing_run", "billing_period")  # what was billed, and on what it was worked out
    if op.get_bind().execute(sa.text(UNDONE)).scalar():
        raise CommandError("Charges of services were withdrawn, and the version before has no place for that.")
    op.drop_index("uq_approval_waiting_service_charge", table_name="approval")
    op.drop_constraint(op.f("uq_reversal_service_charge_id"), "reversal", type_="unique")
    for table in ("approval", "reversal"):
        _one_document(table, VOIDABLE)
        op.drop_constraint(op.f(f"fk_{table}_office_id_service_charge_id"), table, type_="foreignkey")
        op.drop_column(table, "service_charge_id")
    for table, name, column, known, _new in WIDENED:
        _say(table, name, column, known)
    for table in ("service_charge", "run_result", "run_service", "billing_run", "billing_period"):
        op.drop_table(table)


def _make_periods() -> None:
    op.create_table(
        "billing_period",
        *_first(),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("period_state", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_reason", sa.String(length=200), nullable=False),
        *_made(),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("billing_period", building_id="building"),
        _made_by("billing_period"),
        _person("billing_period", "closed_by_id"),
        sa.UniqueConstraint("building_id", "month", name=op.f("uq_billing_period_building_id_month")),
        sa.CheckConstraint("period_state IN ('open', 'closed')", name=op.f("ck_billing_period_periodstate")),
        sa.CheckConstraint("(period_state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_billing_period_closed_has_a_time")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_billing_period_ends_after_it_starts")),
        sa.CheckConstraint(FIRST_OF_MONTH, name=op.f("ck_billing_period_month_by_its_first_day")),
    )
    op.create_index(op.f("ix_billing_period_office_id"), "billing_period", ["office_id"])
    op.create_index("ix_billing_period_month", "billing_period", ["office_id", "month"])


def _make_runs() -> None:
    op.create_table(
        "billing_run",
        *_first(),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("run_state", sa.String(length=32), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("billed", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.Column("posted_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_by_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        *_made(),
        *_keys("billing_run", building_id="building"),
        _made_by("billing_run"),
        _person("billing_run", "posted_by_id"),
        sa.ForeignKeyConstraint(["job_id"], ["background_job.id"], name=op.f("fk_billing_run_job_id"), ondelete="SET NULL"),
        sa.CheckConstraint(RUN_STATES, name=op.f("ck_billing_run_runstate")),
        sa.CheckConstraint("(run_state = 'posted') = (posted_at IS NOT NULL)", name=op.f("ck_billing_run_posted_has_a_time")),
        sa.CheckConstraint("least(billed, faulty, posted) >= 0 AND posted <= billed", name=op.f("ck_billing_run_counts")),
        sa.CheckConstraint(FIRST_OF_MONTH, name=op.f("ck_billing_run_month_by_its_first_day")),
    )
    op.create_index(op.f("ix_billing_run_office_id"), "billing_run", ["office_id"])
    op.create_index(op.f("ix_billing_run_building_id"), "billing_run", ["building_id"])
    op.create_index("ix_billing_run_created_at", "billing_run", ["office_id", "created_at"])
    op.create_index(
        "uq_billing_run_under_way", "billing_run", ["office_id", "month", "building_id"], unique=True, postgresql_where=sa.text(UNDER_WAY),
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.create_table(
        "run_service",
        *_first(),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        *_keys("run_service", run_id="billing_run", service_id="service"),
        sa.UniqueConstraint("run_id", "service_id", name=op.f("uq_run_service_run_id_service_id")),
    )
    op.create_index(op.f("ix_run_service_office_id"), "run_service", ["office_id"])
    op.create_index(op.f("ix_run_service_service_id"), "run_service", ["service_id"])


def _make_results() -> None:
    op.create_table(
        "run_result",
        *_first(),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        *_worked_out(),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("before", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("fault", sa.String(length=2000), nullable=False),
        sa.Column("fault_facts", JSONB(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        *_keys(
            "run_result", run_id="billing_run", period_id="billing_period", service_id="service", unit_id="unit", customer_id="customer",
            charge_id="charge",
        ),
        sa.UniqueConstraint(
            "run_id", "unit_id", "service_id", "part_start", name=op.f("uq_run_result_run_id_unit_id_service_id_part_start")
        ),
        sa.CheckConstraint("(fault = '') = (total IS NOT NULL)", name=op.f("ck_run_result_bill_or_fault")),
        sa.CheckConstraint("charge_id IS NULL OR fault = ''", name=op.f("ck_run_result_only_bills_become_charges")),
        sa.CheckConstraint("fault <> '' OR customer_id IS NOT NULL", name=op.f("ck_run_result_bill_has_a_customer")),
        sa.CheckConstraint("part_end >= part_start", name=op.f("ck_run_result_ends_after_it_starts")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_run_result_total_not_negative")),
    )  # fmt: skip
    op.create_index(op.f("ix_run_result_office_id"), "run_result", ["office_id"])
    op.create_index(op.f("ix_run_result_unit_id"), "run_result", ["unit_id"])
    op.create_index(op.f("ix_run_result_charge_id"), "run_result", ["charge_id"])
    op.create_index("ix_run_result_run_id", "run_result", ["run_id", "id"])
    waiting = sa.text("charge_id IS NULL AND fault = ''")
    op.create_index("ix_run_result_waiting", "run_result", ["run_id", "id"], postgresql_where=waiting)


def _make_charges() -> None:
    op.create_table(
        "service_charge",
        *_first(),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *_worked_out(),
        sa.Column("total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("reversal_id", sa.Integer(), nullable=True),
        *_made(),
        *_keys(
            "service_charge", charge_id="charge", run_id="billing_run", period_id="billing_period", service_id="service", unit_id="unit",
            reversal_id="reversal",
        ),
        _made_by("service_charge"),
        sa.UniqueConstraint("charge_id", name=op.f("uq_service_charge_charge_id")),
        sa.CheckConstraint("part_end >= part_start", name=op.f("ck_service_charge_ends_after_it_starts")),
    )  # fmt: skip
    op.create_index(op.f("ix_service_charge_office_id"), "service_charge", ["office_id"])
    op.create_index("ix_service_charge_period_id", "service_charge", ["period_id", "service_id"])
    op.create_index("ix_service_charge_run_id", "service_charge", ["run_id"])
    op.create_index(
        "uq_service_charge_live", "service_charge", ["unit_id", "service_id", "part_start"], unique=True,
        postgresql_where=sa.text("reversal_id IS NULL"),
    )  # fmt: skip


def _worked_out() -> tuple[sa.Column, ...]:
    """Return the columns of what a bill was worked out from."""
    return (
        sa.Column("part_start", sa.Date(), nullable=False),
        sa.Column("part_end", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("versions", JSONB(), nullable=False),
        sa.Column("readings", JSONB(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("bill", JSONB(), nullable=False),
    )


def _say(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN ({listed})")


def _one_document(table: str, columns: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_one_document"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_one_document"), table, f"num_nonnulls({', '.join(columns)}) = 1")


def _first() -> tuple[sa.Column, ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _made() -> tuple[sa.Column, ...]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False), sa.Column("created_by_id", sa.Integer(), nullable=True)


def _made_by(table: str) -> sa.Constraint:
    return _person(table, "created_by_id")


def _person(table: str, column: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint([column], ["ab_user.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _keys(table: str, **parents: str) -> tuple[sa.Constraint, ...]:
    """Return the keys of a table: its own, the one that goes with the office, and those of its parents in the same office."""
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint(
                ["office_id", column],
                [f"{parent}.office_id", f"{parent}.id"],
                name=op.f(f"fk_{table}_office_id_{column}"),
                ondelete="RESTRICT",
            )
            for column, parent in parents.items()
        ),
    )
