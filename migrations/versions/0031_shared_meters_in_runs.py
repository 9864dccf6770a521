"""What billing runs keep of shared meters and of the days of a bill; one run of a building under way, of its own or of the whole office.

Revision: 0031, after 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

UNDER_WAY = "run_state IN ('calculating', 'review', 'posting')"
# The range of an office's run, which names no building, has no bounds: it meets that of every building.
ONE_RUN = (
    "ALTER TABLE billing_run ADD CONSTRAINT ex_billing_run_under_way "
    "EXCLUDE USING gist (office_id WITH =, month WITH =, int4range(building_id, building_id, '[]') WITH &&) "
    f"WHERE ({UNDER_WAY})"
)
KEYS = "apportion_by IN ('by_area', 'by_head', 'by_consumption')"
PROPOSED = "uq_run_result_run_id_unit_id_service_id_part_start"
SHARED = "SELECT EXISTS (SELECT FROM service_charge WHERE apportion_by IS NOT NULL)"


def upgrade() -> None:
    op.drop_index("uq_billing_run_under_way", table_name="billing_run")
    op.execute(ONE_RUN)
    op.add_column("billing_run", sa.Column("shared_reached", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("billing_run", "shared_reached", server_default=None)
    for table in ("run_result", "service_charge"):
        op.add_column(table, sa.Column("apportion_by", sa.String(length=32), nullable=True))
        op.add_column(table, sa.Column("share", JSONB(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_apportionby"), table, KEYS)
    op.create_check_constraint(op.f("ck_service_charge_share_is_explained"), "service_charge", "(apportion_by IS NULL) = (share IS NULL)")
    op.drop_constraint(op.f(PROPOSED), "run_result", type_="unique")
    op.create_index(
        "uq_run_result_part", "run_result", ["run_id", "unit_id", "service_id", "part_start", "apportion_by"], unique=True,
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.drop_index("uq_service_charge_live", table_name="service_charge")
    op.create_index(
        "uq_service_charge_live", "service_charge", ["unit_id", "service_id", "part_start", "apportion_by"], unique=True,
        postgresql_where=sa.text("reversal_id IS NULL"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip


def downgrade() -> None:
    if op.get_bind().execute(sa.text(SHARED)).scalar():
        raise CommandError("Parts of shared meters were charged, and the version before has no place for them.")
    # Proposals are drafts: those of shared meters are worked out again.
    op.execute("DELETE FROM run_result WHERE apportion_by IS NOT NULL")
    op.drop_index("uq_service_charge_live", table_name="service_charge")
    op.create_index(
        "uq_service_charge_live", "service_charge", ["unit_id", "service_id", "part_start"], unique=True,
        postgresql_where=sa.text("reversal_id IS NULL"),
    )  # fmt: skip
    op.drop_index("uq_run_result_part", table_name="run_result")
    op.create_unique_constraint(op.f(PROPOSED), "run_result", ["run_id", "unit_id", "service_id", "part_start"])
    for table in ("service_charge", "run_result"):
        op.drop_column(table, "share")
        op.drop_column(table, "apportion_by")
    op.drop_column("billing_run", "shared_reached")
    op.execute("ALTER TABLE billing_run DROP CONSTRAINT ex_billing_run_under_way")
    op.create_index(
        "uq_billing_run_under_way", "billing_run", ["office_id", "month", "building_id"], unique=True,
        postgresql_where=sa.text(UNDER_WAY), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
