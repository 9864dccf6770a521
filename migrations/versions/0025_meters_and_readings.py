"""Keep meters, where they hang, what is read of them, and the water quotas of units.

Revision: 0025, after 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

APPORTION = "apportion_by IN ('by_area', 'by_head', 'by_consumption')"
KINDS = "kind IN ('regular', 'first', 'final', 'handover')"
SOURCES = "source IN ('manual', 'phone', 'imported', 'estimated')"
STATES = "state IN ('waiting', 'accepted', 'superseded', 'withdrawn')"
COLOURS = "colour IN ('red', 'amber', 'green', 'grey')"
ANOMALIES = "anomaly IN ('high', 'low', 'raised', 'lowered', 'zero', 'normal', 'unknown')"
EXPLANATIONS = "explanation IN ('rollover', 'replacement', 'correction', 'estimate')"
LIVE = "state IN ('waiting', 'accepted')"
CONSUMED = (
    "previous_on IS NULL AND previous_value IS NULL AND consumption = 0 AND days = 0 AND NOT rolled_over "
    "OR NOT rolled_over AND value >= previous_value AND consumption = (value - previous_value) * factor "
    "OR rolled_over AND value < previous_value AND consumption = (power(10::numeric, digits) - previous_value + value) * factor"
)
# Table -> the columns that may change; nothing is deleted.
FROZEN = {"meter_installation": ("removed_on",), "reading": ("state", "settled_reason", "settled_at", "settled_by_id")}


def upgrade() -> None:
    _make_meters()
    _make_installations()
    _make_readings()
    _make_quotas()
    op.execute(
        "ALTER TABLE meter_installation ADD CONSTRAINT ex_meter_installation_in_force "
        "EXCLUDE USING gist (meter_id WITH =, daterange(installed_on, removed_on, '[]') WITH &&)"
    )
    op.execute(
        "ALTER TABLE water_quota ADD CONSTRAINT ex_water_quota_in_force "
        "EXCLUDE USING gist (unit_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
    )
    for table in ("meter", "meter_installation", "reading", "water_quota"):
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
        )
    for table, columns in FROZEN.items():
        may_change = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change({may_change})"
        )
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    require_empty("reading", "meter_installation", "meter", "water_quota")  # what consumption was worked out from
    for table in ("water_quota", "reading", "meter_installation", "meter"):
        op.drop_table(table)


def _make_meters() -> None:
    op.create_table(
        "meter",
        *_first(),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("apportion_by", sa.String(length=32), nullable=True),
        sa.Column("seal_no", sa.String(length=64), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verification_due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(is_versioned=True),
        *_keys("meter", service_id="service", building_id="building"),
        sa.UniqueConstraint("office_id", "service_id", "serial", name=op.f("uq_meter_office_id_service_id_serial")),
        sa.CheckConstraint("digits BETWEEN 3 AND 10", name=op.f("ck_meter_digits_of_a_face")),
        sa.CheckConstraint("factor > 0", name=op.f("ck_meter_factor_is_positive")),
        sa.CheckConstraint("serial <> ''", name=op.f("ck_meter_serial_is_there")),
        sa.CheckConstraint("is_shared = (apportion_by IS NOT NULL)", name=op.f("ck_meter_shared_meters_are_apportioned")),
        sa.CheckConstraint("verification_due_on > verified_on", name=op.f("ck_meter_verified_before_it_is_due")),
        sa.CheckConstraint(APPORTION, name=op.f("ck_meter_apportionby")),
    )
    for column in ("office_id", "service_id", "building_id"):
        op.create_index(op.f(f"ix_meter_{column}"), "meter", [column])
    op.create_index("ix_meter_serial", "meter", ["office_id", "serial"])


def _make_installations() -> None:
    op.create_table(
        "meter_installation",
        *_first(),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        *_last(),
        *_keys("meter_installation", meter_id="meter", unit_id="unit", replaces_id="meter_installation"),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_meter_installation_replaces_id")),
        sa.CheckConstraint("removed_on > installed_on", name=op.f("ck_meter_installation_removed_after_installed")),
    )
    for column in ("office_id", "meter_id", "unit_id"):
        op.create_index(op.f(f"ix_meter_installation_{column}"), "meter_installation", [column])


def _make_readings() -> None:
    op.create_table(
        "reading",
        *_first(),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", _quantity(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("previous_on", sa.Date(), nullable=True),
        sa.Column("previous_value", _quantity(), nullable=True),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Numeric(precision=12, scale=4), nullable=False),
        sa.Column("rolled_over", sa.Boolean(), nullable=False),
        sa.Column("consumption", sa.Numeric(precision=24, scale=7), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("estimated_periods", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=32), nullable=False),
        sa.Column("anomaly", sa.String(length=32), nullable=False),
        sa.Column("mean", _quantity(), nullable=True),
        sa.Column("ratio", _quantity(), nullable=True),
        sa.Column("explanation", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("settled_reason", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uuid", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        *_last(),
        *_keys("reading", meter_id="meter", installation_id="meter_installation", supersedes_id="reading", photo_id="upload"),
        *(
            sa.ForeignKeyConstraint([column], ["ab_user.id"], name=op.f(f"fk_reading_{column}"), ondelete="RESTRICT")
            for column in ("settled_by_id", "read_by_id")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_reading_uuid")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_reading_supersedes_id")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_reading_{name}")) for name, rule in READING_RULES.items()),
    )
    for column in ("office_id", "meter_id", "photo_id"):
        op.create_index(op.f(f"ix_reading_{column}"), "reading", [column])
    once = {"live_on_a_day": (("meter_id", "read_on"), ""), "first": (("installation_id",), "kind = 'first' AND ")}
    for name, (columns, also) in (once | {"final": (("installation_id",), "kind = 'final' AND ")}).items():
        op.create_index(f"uq_reading_{name}", "reading", list(columns), unique=True, postgresql_where=sa.text(f"{also}{LIVE}"))
    op.create_index("ix_reading_installation_id", "reading", ["installation_id", "read_on"])
    op.create_index("ix_reading_read_on", "reading", ["office_id", "read_on"])
    op.create_index("ix_reading_waiting", "reading", ["office_id"], postgresql_where=sa.text("state = 'waiting'"))


READING_RULES = {
    "value_fits_the_face": "value >= 0 AND value < power(10::numeric, digits)",
    "only_the_first_has_none_before": "(kind = 'first') = (previous_on IS NULL)",
    "days_since_the_one_before": "days = coalesce(read_on - previous_on, 0) AND days >= 0",
    "consumption_follows_from_the_dial": CONSUMED,
    "estimated_periods_are_counted": "estimated_periods >= 0",
    "only_red_waits": "state <> 'waiting' OR colour = 'red'",
    "red_is_accepted_for_a_reason": "state <> 'accepted' OR colour <> 'red' OR settled_reason <> ''",
    "withdrawn_for_a_reason": "state <> 'withdrawn' OR settled_reason <> ''",
    "readingkind": KINDS,
    "readingsource": SOURCES,
    "readingstate": STATES,
    "warningcolour": COLOURS,
    "anomaly": ANOMALIES,
    "readingexplanation": EXPLANATIONS,
}


def _make_quotas() -> None:
    op.create_table(
        "water_quota",
        *_first(),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(is_versioned=True),
        *_keys("water_quota", unit_id="unit"),
        sa.CheckConstraint("members >= 0", name=op.f("ck_water_quota_members_are_counted")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_water_quota_ends_after_it_starts")),
    )
    op.create_index(op.f("ix_water_quota_office_id"), "water_quota", ["office_id"])
    op.create_index(op.f("ix_water_quota_unit_id"), "water_quota", ["unit_id"])
    op.create_index("ix_water_quota_starts_on", "water_quota", ["office_id", "starts_on"])


def _quantity() -> sa.Numeric:
    return sa.Numeric(precision=18, scale=4)


def _first() -> tuple[sa.Column, ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _last(*, is_versioned: bool = False) -> tuple[sa.Column, ...]:
    version = (sa.Column("version", sa.Integer(), nullable=False),) if is_versioned else ()
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        *version,
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
