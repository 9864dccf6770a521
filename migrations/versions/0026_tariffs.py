"""Keep tariffs and their versions: examined, approved by a second person, on no day two at once, never changed afterwards.

Revision: 0026, after 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.losing import require_empty

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UNIT_KINDS = "unit_kind IN ('apartment', 'shop', 'office', 'common', 'parking', 'other')"
STATES = "state IN ('draft', 'checked', 'approved', 'withdrawn')"
RULES = {
    "checked_is_said": "(state IN ('draft', 'withdrawn')) OR checked_at IS NOT NULL",
    "approved_is_said": "(approved_by_id IS NULL) = (approved_at IS NULL)",
    "approved_has_its_day": "state <> 'approved' OR (approved_at IS NOT NULL AND valid_from IS NOT NULL)",
    "withdrawn_is_said": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
    "days_in_order": "valid_to >= valid_from",
    "maker_is_not_checker": (
        "approved_by_id IS NULL OR second_person_off "
        "OR (approved_by_id IS DISTINCT FROM created_by_id AND approved_by_id IS DISTINCT FROM written_by_id)"
    ),
}
ONE_AT_A_TIME = """
ALTER TABLE tariff_version ADD CONSTRAINT ex_tariff_version_in_force
EXCLUDE USING gist (tariff_id WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (state = 'approved')
"""
# What may still change in a version of each state, and what it may become.
GUARD = """
CREATE FUNCTION guard_tariff_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['version'];
    may_become text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A version of a tariff is withdrawn, never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'A version of a tariff begins as a draft.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    may_become := CASE OLD.state
        WHEN 'draft' THEN ARRAY['draft', 'checked', 'withdrawn']
        WHEN 'checked' THEN ARRAY['draft', 'checked', 'approved', 'withdrawn']
        WHEN 'approved' THEN ARRAY['approved', 'withdrawn']
        ELSE ARRAY['withdrawn'] END;
    IF NOT NEW.state = ANY(may_become) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'A version of a tariff that is ' || OLD.state || ' does not become ' || NEW.state || '.';
    END IF;
    IF OLD.state = 'draft' THEN
        may_change := may_change || ARRAY['valid_from', 'recipe', 'examples', 'source', 'note', 'written_by_id'];
    END IF;
    IF OLD.state IN ('draft', 'checked') THEN
        may_change := may_change || ARRAY['valid_from', 'checked_at', 'checked_by_id'];
    END IF;
    IF OLD.state = 'checked' AND NEW.state = 'approved' THEN
        may_change := may_change || ARRAY['valid_to', 'approved_at', 'approved_by_id', 'second_person_off'];
    END IF;
    IF OLD.state = 'approved' THEN
        may_change := may_change || ARRAY['valid_to'];
    END IF;
    IF NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn' THEN
        may_change := may_change || ARRAY['withdrawn_at', 'withdrawn_by_id', 'reason'];
    END IF;
    IF NEW.state <> OLD.state THEN
        may_change := may_change || ARRAY['state'];
    END IF;
    IF (to_jsonb(NEW) - may_change) <> (to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'A version of a tariff that is ' || OLD.state || ' is not changed; make a new draft.';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _make_tariffs()
    _make_versions()
    op.execute(ONE_AT_A_TIME)
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER tariff_version_is_guarded BEFORE INSERT OR UPDATE OR DELETE ON tariff_version "
        "FOR EACH ROW EXECUTE FUNCTION guard_tariff_version()"
    )
    op.execute(
        "CREATE TRIGGER tariff_is_frozen BEFORE UPDATE OR DELETE ON tariff FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change('name', 'note', 'version')"
    )
    for table in ("tariff", "tariff_version"):
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
        )


def downgrade() -> None:
    require_empty("tariff_version", "tariff")  # what bills were made by
    op.drop_table("tariff_version")
    op.execute("DROP FUNCTION guard_tariff_version()")
    op.drop_table("tariff")


def _make_tariffs() -> None:
    op.create_table(
        "tariff",
        *_first(),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_kind", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_last(),
        *_keys("tariff", service_id="service", building_id="building"),
        sa.UniqueConstraint(
            "service_id",
            "building_id",
            "unit_kind",
            name=op.f("uq_tariff_service_id_building_id_unit_kind"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_tariff_office_id_name")),
        sa.CheckConstraint(UNIT_KINDS, name=op.f("ck_tariff_unitkind")),
    )
    op.create_index(op.f("ix_tariff_office_id"), "tariff", ["office_id"])
    op.create_index(op.f("ix_tariff_building_id"), "tariff", ["building_id"])


def _make_versions() -> None:
    op.create_table(
        "tariff_version",
        *_first(),
        sa.Column("tariff_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recipe", JSONB(), nullable=False),
        sa.Column("examples", JSONB(), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        *_step("written", at=False),
        *_step("checked"),
        *_step("approved"),
        sa.Column("second_person_off", sa.Boolean(), nullable=False),
        *_step("withdrawn"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        *_last(),
        *_keys("tariff_version", tariff_id="tariff"),
        *(
            sa.ForeignKeyConstraint([column], ["ab_user.id"], name=op.f(f"fk_tariff_version_{column}"), ondelete="RESTRICT")
            for column in ("written_by_id", "checked_by_id", "approved_by_id", "withdrawn_by_id")
        ),
        sa.UniqueConstraint("tariff_id", "number", name=op.f("uq_tariff_version_tariff_id_number")),
        sa.CheckConstraint(STATES, name=op.f("ck_tariff_version_versionstate")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_tariff_version_{name}")) for name, rule in RULES.items()),
    )
    op.create_index(op.f("ix_tariff_version_office_id"), "tariff_version", ["office_id"])
    op.create_index("ix_tariff_version_state", "tariff_version", ["office_id", "state"])
    op.create_index("ix_tariff_version_valid_from", "tariff_version", ["office_id", "valid_from"])


def _step(name: str, *, at: bool = True) -> tuple[sa.Column, ...]:
    by = sa.Column(f"{name}_by_id", sa.Integer(), nullable=True)
    return (sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True), by) if at else (by,)


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
