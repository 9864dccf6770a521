"""Keep a log of what is no change of a row, and let the trace say the office and the job of a change.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = (
    *("changed", "deleted", "sign_in", "sign_in_failed", "sign_out", "account"),
    *("refused", "revealed", "printed", "exported", "imported", "maintenance"),
)
BY_OFFICE = (
    *("broadband_policy", "business_type", "community", "customer", "employee", "installer", "material"),
    *("plan", "price_list_item", "subscription", "work_order"),
)

# Without a person and without the name of a job, a change by the application's role was the program's; any other login wrote SQL itself.
WRITE_TRACE = """
CREATE OR REPLACE FUNCTION write_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD) - TG_ARGV;
    became jsonb;
    person integer := nullif(current_setting('app.user', true), '')::integer;
    job text := coalesce(current_setting('app.job', true), '');
BEGIN
    -- A new data key changes no value, only how it is written; the application's role cannot hide behind this.
    IF current_setting('app.new_key', true) = 'on' AND current_user <> 'feehouse_app' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        became := to_jsonb(NEW) - TG_ARGV;
        IF was = became THEN
            RETURN NULL;
        END IF;
        SELECT jsonb_object_agg(key, before.value), jsonb_object_agg(key, after.value) INTO was, became
        FROM jsonb_each(was) AS before JOIN jsonb_each(became) AS after USING (key) WHERE before.value <> after.value;
    END IF;
    IF job = '' AND person IS NULL AND current_user = 'feehouse_app' THEN
        job := 'program';
    END IF;
    INSERT INTO trace (of_table, row_id, recorded_at, user_id, before, after, of_office, job)
    VALUES (TG_TABLE_NAME, OLD.id, clock_timestamp(), person, was, became,
            CASE WHEN TG_TABLE_NAME = 'office' THEN OLD.id ELSE (to_jsonb(OLD)->>'office_id')::integer END, job);
    RETURN NULL;
END $$
"""

# Roles and offices of a person lie in tables of pairs; their change is one of the person. What he is made with is no change.
WRITE_TRACE_OF_RIGHTS = """
CREATE FUNCTION write_trace_of_rights() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    person integer := nullif(current_setting('app.user', true), '')::integer;
    job text := coalesce(current_setting('app.job', true), '');
    value text;
    field text := CASE TG_TABLE_NAME WHEN 'ab_user_role' THEN 'roles' ELSE 'offices' END;
BEGIN
    IF TG_OP = 'INSERT' AND (SELECT xmin::text::bigint FROM ab_user WHERE id = (pair->>'user_id')::integer)
            = mod(pg_current_xact_id()::text::numeric, 4294967296)::bigint THEN
        RETURN NULL;
    END IF;
    IF field = 'roles' THEN
        SELECT name INTO value FROM ab_role WHERE id = (pair->>'role_id')::integer;
    ELSE
        SELECT name INTO value FROM office WHERE id = (pair->>'office_id')::integer;
    END IF;
    IF job = '' AND person IS NULL AND current_user = 'feehouse_app' THEN
        job := 'program';
    END IF;
    INSERT INTO trace (of_table, row_id, recorded_at, user_id, before, after, job)
    VALUES ('ab_user', (pair->>'user_id')::integer, clock_timestamp(), person,
            jsonb_build_object(field, CASE WHEN TG_OP = 'DELETE' THEN value END),
            jsonb_build_object(field, CASE WHEN TG_OP = 'INSERT' THEN value END), job);
    RETURN NULL;
END $$
"""

WRITE_TRACE_BEFORE = """
CREATE OR REPLACE FUNCTION write_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD) - TG_ARGV;
    became jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        became := to_jsonb(NEW) - TG_ARGV;
        IF was = became THEN
            RETURN NULL;
        END IF;
        SELECT jsonb_object_agg(key, before.value), jsonb_object_agg(key, after.value) INTO was, became
        FROM jsonb_each(was) AS before JOIN jsonb_each(became) AS after USING (key) WHERE before.value <> after.value;
    END IF;
    INSERT INTO trace (of_table, row_id, recorded_at, user_id, before, after)
    VALUES (TG_TABLE_NAME, OLD.id, clock_timestamp(), nullif(current_setting('app.user', true), '')::integer, was, became);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="logkind", native_enum=False, length=32, create_constraint=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("office_ids", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("of_table", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("facts", document, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    op.create_index("ix_log_entry_recorded_at_id", "log_entry", ["recorded_at", "id"])
    op.create_index("ix_log_entry_user_id_recorded_at", "log_entry", ["user_id", "recorded_at"])
    op.create_index("ix_log_entry_of_table_row_id", "log_entry", ["of_table", "row_id"])
    op.execute("CREATE TRIGGER log_entry_is_frozen BEFORE UPDATE OR DELETE ON log_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER log_entry_is_kept BEFORE TRUNCATE ON log_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")

    op.add_column("trace", sa.Column("of_office", sa.Integer(), nullable=True))
    op.add_column("trace", sa.Column("job", sa.String(length=64), nullable=False, server_default=""))
    _fill_offices_of_trace()
    op.create_index("ix_trace_recorded_at_id", "trace", ["recorded_at", "id"])
    op.create_index("ix_trace_of_office_recorded_at_id", "trace", ["of_office", "recorded_at", "id"])
    op.create_index("ix_trace_user_id_recorded_at", "trace", ["user_id", "recorded_at"])
    op.create_index("ix_trace_deleted", "trace", ["of_table"], postgresql_where=sa.text("after IS NULL"))
    op.create_index("ix_printing_created_at_id", "printing", ["created_at", "id"])
    op.execute(WRITE_TRACE)
    op.execute(WRITE_TRACE_OF_RIGHTS)
    for table in ("ab_user_role", "user_office"):
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER INSERT OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace_of_rights()"
        )


def _fill_offices_of_trace() -> None:
    """Give the changes written so far the office of their row; of a deleted one the office stands in what it was."""
    op.execute("ALTER TABLE trace DISABLE TRIGGER trace_is_frozen")
    op.execute("UPDATE trace SET of_office = row_id WHERE of_table = 'office'")
    op.execute("UPDATE trace SET of_office = (before->>'office_id')::integer WHERE after IS NULL AND before ? 'office_id'")
    for table in BY_OFFICE:
        op.execute(
            f"UPDATE trace SET of_office = changed.office_id FROM {table} AS changed "
            f"WHERE trace.of_office IS NULL AND trace.of_table = '{table}' AND changed.id = trace.row_id"
        )
    op.execute("ALTER TABLE trace ENABLE TRIGGER trace_is_frozen")


def downgrade() -> None:
    for table in ("ab_user_role", "user_office"):
        op.execute(f"DROP TRIGGER {table}_is_traced ON {table}")
    op.execute("DROP FUNCTION write_trace_of_rights()")
    op.execute(WRITE_TRACE_BEFORE)
    op.drop_index("ix_printing_created_at_id", "printing")
    for name in ("ix_trace_deleted", "ix_trace_user_id_recorded_at", "ix_trace_of_office_recorded_at_id", "ix_trace_recorded_at_id"):
        op.drop_index(name, "trace")
    op.drop_column("trace", "job")
    op.drop_column("trace", "of_office")
    op.drop_table("log_entry")
