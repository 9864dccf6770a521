"""Keep a trace of changes: one trigger writes who changed or deleted which row, and the columns before and after.

A new row is its own trace (``created_by``, ``created_at``), and the books cannot be changed at all. Encrypted values stay encrypted.

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# table -> columns whose change alone is nothing that a person did: counters, what is derived, what the operations' own records tell
TRACED = {
    "ab_user": ("password", "last_login", "login_count", "fail_login_count", "changed_on", "changed_by_fk", "theme"),
    "broadband_policy": ("version",),
    "business_type": ("version",),
    "community": ("version",),
    "customer": ("version", "search_terms", "id_number_trace"),
    "employee": ("version",),
    "installer": ("version",),
    "material": ("version",),
    "office": ("version",),
    "plan": ("version",),
    "price_list_item": ("version",),
    "subscription": ("version", "search_terms", "stops_on"),
    "work_order": ("version",),
}

WRITE_TRACE = """
CREATE FUNCTION write_trace() RETURNS trigger LANGUAGE plpgsql AS $$
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
        "trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("of_table", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("before", document, nullable=False),
        sa.Column("after", document, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
    )
    op.create_index("ix_trace_of_table_row_id", "trace", ["of_table", "row_id"])
    op.execute(WRITE_TRACE)
    for table, columns in TRACED.items():
        unnoticed = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace({unnoticed})"
        )
    op.execute("CREATE TRIGGER trace_is_frozen BEFORE UPDATE OR DELETE ON trace FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER trace_is_kept BEFORE TRUNCATE ON trace FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    for table in TRACED:
        op.execute(f"DROP TRIGGER {table}_is_traced ON {table}")
    op.execute("DROP FUNCTION write_trace()")
    op.drop_table("trace")
