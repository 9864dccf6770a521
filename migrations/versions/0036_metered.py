"""No day of a service is charged to a unit twice; bills whose readings were corrected; what readers report of meters.

Revision: 0036, after 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

AMOUNT = sa.Numeric(precision=18, scale=2)
QUANTITY = sa.Numeric(precision=18, scale=4)
# A unit's own bills and its parts of shared meters stand beside each other; what was voided is in nobody's way.
NO_DAY_TWICE = (
    "ALTER TABLE service_charge ADD CONSTRAINT ex_service_charge_days EXCLUDE USING gist (unit_id WITH =, service_id WITH =, "
    "coalesce(apportion_by, '') WITH =, daterange(part_start, part_end, '[]') WITH &&) WHERE (reversal_id IS NULL)"
)
CHARGED_TWICE = """
SELECT DISTINCT unit.code || ' ' || one.part_start
FROM service_charge AS one
JOIN service_charge AS other ON other.unit_id = one.unit_id AND other.service_id = one.service_id AND other.id > one.id
    AND other.apportion_by IS NOT DISTINCT FROM one.apportion_by AND other.reversal_id IS NULL
    AND daterange(other.part_start, other.part_end, '[]') && daterange(one.part_start, one.part_end, '[]')
JOIN unit ON unit.id = one.unit_id
WHERE one.reversal_id IS NULL ORDER BY 1 LIMIT 10
"""
HAS_EXTENSION = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')"
REPORTS = "'replaced', 'last_wrong', 'broken'"


def upgrade() -> None:
    _keep_days_apart()
    op.create_table(
        "bill_correction",
        *_first(),
        sa.Column("service_charge_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("quantity", QUANTITY, nullable=True),
        sa.Column("total", AMOUNT, nullable=True),
        sa.Column("difference", AMOUNT, nullable=True),
        sa.Column("adjustment_id", sa.Integer(), nullable=True),
        sa.Column("approval_id", sa.Integer(), nullable=True),
        *_settled(2000),
        *_keys(
            "bill_correction", service_charge_id="service_charge", reading_id="reading", adjustment_id="adjustment", approval_id="approval"
        ),
        sa.CheckConstraint("(total IS NULL) = (difference IS NULL)", name=op.f("ck_bill_correction_difference_of_a_total")),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_reason = '')", name=op.f("ck_bill_correction_settled_for_a_reason")),
    )
    for column in ("office_id", "service_charge_id", "reading_id", "adjustment_id", "approval_id"):
        op.create_index(op.f(f"ix_bill_correction_{column}"), "bill_correction", [column])
    op.create_index("ix_bill_correction_waiting", "bill_correction", ["office_id", "id"], postgresql_where=sa.text("settled_at IS NULL"))
    op.create_table(
        "meter_report",
        *_first(),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", QUANTITY, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("uuid", postgresql.UUID(as_uuid=True), nullable=False),
        *_settled(200),
        *_keys("meter_report", meter_id="meter"),
        sa.UniqueConstraint("uuid", "kind", name=op.f("uq_meter_report_uuid_kind")),
        sa.CheckConstraint(f"kind IN ({REPORTS})", name=op.f("ck_meter_report_reportkind")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_meter_report_value_not_negative")),
    )
    for column in ("office_id", "meter_id"):
        op.create_index(op.f(f"ix_meter_report_{column}"), "meter_report", [column])
    op.create_index("ix_meter_report_waiting", "meter_report", ["office_id", "id"], postgresql_where=sa.text("settled_at IS NULL"))
    for table in ("bill_correction", "meter_report"):
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('created_at')"
        )


def downgrade() -> None:
    require_empty("bill_correction", "meter_report")
    op.drop_table("meter_report")
    op.drop_table("bill_correction")
    op.execute("ALTER TABLE service_charge DROP CONSTRAINT ex_service_charge_days")


def _keep_days_apart() -> None:
    """Let the database refuse days that are charged twice. Raises CommandError, with a sentence, where it cannot or some are already."""
    connection = op.get_bind()
    if not connection.execute(sa.text(HAS_EXTENSION)).scalar():
        raise CommandError(
            "The database lacks the extension btree_gist, which comes with PostgreSQL's contrib package. "
            "Ask its administrator to install it and to run in this database: CREATE EXTENSION btree_gist;"
        )
    twice = list(connection.execute(sa.text(CHARGED_TWICE)).scalars())
    if twice:
        raise CommandError(
            f"Some days of a service are charged to a unit twice: {', '.join(twice)}. "
            "Void one of the two charges of each with the program of the version before, then upgrade again."
        )
    op.execute(NO_DAY_TWICE)


def _first() -> tuple[sa.Column[int], ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _settled(longest: int) -> tuple[sa.Column[object], ...]:
    """Return the columns that say when, by whom and why nothing more is to be done, and who made the row."""
    return (
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_reason", sa.String(length=longest), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
    )


def _keys(table: str, **parents: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint([person], ["ab_user.id"], name=op.f(f"fk_{table}_{person}"), ondelete="RESTRICT")
            for person in ("settled_by_id", "created_by_id")
        ),
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
