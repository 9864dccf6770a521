"""Keep buildings with their units, the facts of a unit and who occupies it, each with its days.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.losing import require_empty

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = "kind IN ('apartment', 'shop', 'office', 'common', 'parking', 'other')"
STATUSES = "status IN ('occupied', 'vacant', 'closed')"
NAMES = "name IN ('persons', 'households', 'floor_band', 'm2', 'cars', 'bikes', 'price_group')"
ROLES = "role IN ('owner', 'tenant', 'payer')"
DAYS = "daterange(starts_on, ends_on, '[]') WITH &&"
# table -> what may happen once at a time
ONCE_AT_A_TIME = {"unit_fact": ("unit_fact_in_force", "name"), "occupancy": ("occupancy_in_force", "role")}
# What an import may have made, each before what it points at.
IMPORTED_BEFORE = ("service_period", "subscription", "customer", "community", "employee", "material")
IMPORTED = ("service_period", "subscription", "occupancy", "unit", *IMPORTED_BEFORE[2:])
REMOVE_IMPORTED = """
CREATE OR REPLACE FUNCTION remove_imported(batch integer, keeping integer[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET app.new_key = '' AS $$
DECLARE
    of_batch record;
    one text;
    removed integer := 0;
    counted integer;
BEGIN
    SELECT id, office_id INTO STRICT of_batch FROM import_batch WHERE id = batch AND state IN ('done', 'partly_undone', 'running');
    FOREACH one IN ARRAY ARRAY[{tables}] LOOP
        EXECUTE 'DELETE FROM ' || quote_ident(one) || ' AS made USING import_row AS mark WHERE mark.batch_id = $1 '
            'AND mark.of_table = $4 AND mark.removed_at IS NULL AND NOT mark.row_number = ANY($2) AND made.id = mark.record_id '
            'AND made.office_id = $3' || CASE WHEN one = 'service_period' THEN ' AND made.kind = ''taken_over''' ELSE '' END
            USING of_batch.id, keeping, of_batch.office_id, one;
        GET DIAGNOSTICS counted = ROW_COUNT;
        removed := removed + counted;
    END LOOP;
    RETURN removed;
END $$
"""


def upgrade() -> None:
    _make_buildings()
    _make_units()
    _make_facts()
    _make_occupancies()
    for table, (name, what) in ONCE_AT_A_TIME.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ex_{name} EXCLUDE USING gist (unit_id WITH =, {what} WITH =, {DAYS})")
    for table in ("building", "unit", "unit_fact", "occupancy"):
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
        )
    op.execute(REMOVE_IMPORTED.format(tables=_listed(IMPORTED)))


def downgrade() -> None:
    require_empty("building", "unit", "unit_fact", "occupancy")  # who lived where, and what fees were worked out from
    op.execute(REMOVE_IMPORTED.format(tables=_listed(IMPORTED_BEFORE)))
    for table in ("occupancy", "unit_fact", "unit", "building"):
        op.drop_table(table)


def _make_buildings() -> None:
    op.create_table(
        "building",
        *_first(),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(),
        *_keys("building", community_id="community"),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_building_office_id_code")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_building_office_id_name")),
    )
    op.create_index(op.f("ix_building_office_id"), "building", ["office_id"])
    op.create_index(op.f("ix_building_community_id"), "building", ["community_id"])


def _make_units() -> None:
    op.create_table(
        "unit",
        *_first(),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=129), nullable=False),
        sa.Column("floor", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("area", sa.Numeric(precision=10, scale=3), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(),
        *_keys("unit", building_id="building"),
        sa.UniqueConstraint("building_id", "number", name=op.f("uq_unit_building_id_number")),
        sa.CheckConstraint("area > 0", name=op.f("ck_unit_area_is_positive")),
        sa.CheckConstraint(KINDS, name=op.f("ck_unit_unitkind")),
        sa.CheckConstraint(STATUSES, name=op.f("ck_unit_unitstatus")),
    )
    op.create_index(op.f("ix_unit_office_id"), "unit", ["office_id"])
    # Lists of an office's units in floor order, and by their codes.
    op.create_index("ix_unit_position", "unit", ["office_id", "position"])
    op.create_index("ix_unit_code", "unit", ["office_id", "code"])


def _make_facts() -> None:
    op.create_table(
        "unit_fact",
        *_first(),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(),
        *_keys("unit_fact", unit_id="unit"),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_unit_fact_ends_after_it_starts")),
        sa.CheckConstraint(NAMES, name=op.f("ck_unit_fact_factname")),
    )
    op.create_index(op.f("ix_unit_fact_office_id"), "unit_fact", ["office_id"])
    op.create_index(op.f("ix_unit_fact_unit_id"), "unit_fact", ["unit_id"])
    op.create_index("ix_unit_fact_starts_on", "unit_fact", ["office_id", "starts_on"])


def _make_occupancies() -> None:
    op.create_table(
        "occupancy",
        *_first(),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(),
        *_keys("occupancy", unit_id="unit", customer_id="customer"),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_occupancy_ends_after_it_starts")),
        sa.CheckConstraint(ROLES, name=op.f("ck_occupancy_occupancyrole")),
    )
    op.create_index(op.f("ix_occupancy_office_id"), "occupancy", ["office_id"])
    op.create_index(op.f("ix_occupancy_unit_id"), "occupancy", ["unit_id"])
    op.create_index(op.f("ix_occupancy_customer_id"), "occupancy", ["customer_id"])
    op.create_index("ix_occupancy_starts_on", "occupancy", ["office_id", "starts_on"])


def _listed(tables: tuple[str, ...]) -> str:
    return ", ".join(f"'{table}'" for table in tables)


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
