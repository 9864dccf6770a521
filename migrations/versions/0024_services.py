"""Keep the services of buildings and how they are billed and watched, with the first ones in every office.

Revision: 0024, after 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.losing import require_empty

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = "kind IN ('electricity', 'air_conditioning', 'water', 'gas', 'management', 'other')"
FACT = "fact ~ '^[a-z][a-z0-9_]{0,29}$'"
LIMITS = (
    "least_difference > 0 AND 0 <= low_ratio AND low_ratio <= lowered_ratio AND lowered_ratio < 1 "
    "AND 1 < raised_ratio AND raised_ratio <= high_ratio"
)
# kind -> measure, fact, is it metered, decimals, least difference, names
FIRST = {
    "electricity": ("kWh", "kwh", True, 0, 50, {"en": "Electricity", "zh_Hans": "电", "zh_Hant": "電", "vi": "Điện"}),
    "air_conditioning": (
        *("kWh", "kwh", True, 0, 50),
        {"en": "Air-conditioning electricity", "zh_Hans": "空调用电", "zh_Hant": "空調用電", "vi": "Điện điều hòa"},
    ),
    "water": ("m³", "m3", True, 0, 5, {"en": "Water", "zh_Hans": "水", "zh_Hant": "水", "vi": "Nước"}),
    "gas": ("m³", "m3", True, 2, 5, {"en": "Gas", "zh_Hans": "燃气", "zh_Hant": "燃氣", "vi": "Gas"}),
    "management": (
        *("m²", "m2", False, 0, 5),
        {"en": "Management fee", "zh_Hans": "物业管理费", "zh_Hant": "物業管理費", "vi": "Phí quản lý"},
    ),
}
GIVE_TO_OFFICES = """
INSERT INTO service (office_id, code, name, kind, measure, fact, is_metered, decimals, due_days, position, is_active,
    least_difference, high_ratio, raised_ratio, lowered_ratio, low_ratio, created_at, version)
SELECT id, :kind, CASE language WHEN 'zh_Hans' THEN :zh_Hans WHEN 'zh_Hant' THEN :zh_Hant WHEN 'vi' THEN :vi ELSE :en END, :kind,
    :measure, :fact, :is_metered, :decimals, 15, :position, true, :least_difference, 2.0, 1.5, 0.6, 0.4, now(), 1
FROM office
"""


def upgrade() -> None:
    op.create_table(
        "service",
        *_first(),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("is_metered", sa.Boolean(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        *_limits(),
        *_last(),
        *_keys("service"),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_service_office_id_code")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_service_office_id_name")),
        sa.CheckConstraint(KINDS, name=op.f("ck_service_servicekind")),
        sa.CheckConstraint(FACT, name=op.f("ck_service_fact_is_a_name")),
        sa.CheckConstraint("decimals BETWEEN 0 AND 3", name=op.f("ck_service_decimals_are_few")),
        sa.CheckConstraint("due_days BETWEEN 0 AND 366", name=op.f("ck_service_due_days_in_a_year")),
        sa.CheckConstraint(LIMITS, name=op.f("ck_service_limits_rise")),
    )
    op.create_index(op.f("ix_service_office_id"), "service", ["office_id"])
    op.create_table(
        "service_setting",
        *_first(),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        *_limits(),
        *_last(),
        *_keys("service_setting", service_id="service", building_id="building"),
        sa.UniqueConstraint("service_id", "building_id", name=op.f("uq_service_setting_service_id_building_id")),
        sa.CheckConstraint("due_days BETWEEN 0 AND 366", name=op.f("ck_service_setting_due_days_in_a_year")),
        sa.CheckConstraint(LIMITS, name=op.f("ck_service_setting_limits_rise")),
    )
    op.create_index(op.f("ix_service_setting_office_id"), "service_setting", ["office_id"])
    op.create_index(op.f("ix_service_setting_building_id"), "service_setting", ["building_id"])
    for table in ("service", "service_setting"):
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
        )
    for position, (kind, (measure, fact, is_metered, decimals, least_difference, names)) in enumerate(FIRST.items(), start=1):
        terms = {"kind": kind, "measure": measure, "fact": fact, "is_metered": is_metered, "decimals": decimals, **names}
        op.execute(
            sa.text(GIVE_TO_OFFICES).bindparams(position=position, least_difference=least_difference, **terms),
        )


def downgrade() -> None:
    # What an office changed in its services' names and limits is made anew by an upgrade; what it set for a building is not.
    require_empty("service_setting")
    op.drop_table("service_setting")
    op.drop_table("service")


def _limits() -> tuple[sa.Column, ...]:
    ratios = ("high_ratio", "raised_ratio", "lowered_ratio", "low_ratio")
    return (
        sa.Column("least_difference", sa.Numeric(precision=18, scale=4), nullable=False),
        *(sa.Column(name, sa.Numeric(precision=6, scale=3), nullable=False) for name in ratios),
    )


def _first() -> tuple[sa.Column, ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _last() -> tuple[sa.Column, ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _keys(table: str, **parents: str) -> tuple[sa.Constraint, ...]:
    """Return the keys of a table: its own, the one that goes with the office, and those of its parents in the same office."""
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_created_by_id"), ondelete="RESTRICT"),
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
