"""Guard the books in the database: periods that cannot overlap, entries that balance, documents that cannot be rewritten.

Revision: 0002, after 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table -> columns that may change after the row was written
FROZEN = {
    "journal_entry": (),
    "posting": (),
    "receipt": (),
    "receipt_method": (),
    "allocation": (),
    "voucher": (),
    "voucher_line": (),
    "voucher_method": (),
    "reversal": (),
    "printing": (),
    "charge_line": (),
    "charge": ("paid", "reversal_id"),
    "service_period": ("ended_by_reversal_id",),
    "regular_payment": ("reversal_id", "period_start", "period_end"),
}

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed or deleted; make a counter-document.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

ENTRY_BALANCES = """
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry integer := CASE WHEN TG_TABLE_NAME = 'posting' THEN (to_jsonb(NEW)->>'entry_id')::integer ELSE NEW.id END;
    total numeric;
    sides integer;
BEGIN
    SELECT coalesce(sum(amount), 0), count(*) INTO total, sides FROM posting WHERE entry_id = entry;
    IF total <> 0 OR sides < 2 THEN
        RAISE EXCEPTION 'Journal entry % does not balance: % over % postings.', entry, total, sides USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        "ALTER TABLE service_period ADD CONSTRAINT ex_service_period_in_force EXCLUDE USING gist "
        "(subscription_id WITH =, daterange(start, stop, '[]') WITH &&) WHERE (ended_by_reversal_id IS NULL)"
    )
    op.execute(REFUSE_CHANGE)
    op.execute(ENTRY_BALANCES)
    for table, columns in FROZEN.items():
        may_change = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change({may_change})"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in ("journal_entry", "posting"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_balances AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION entry_balances()"
        )


def downgrade() -> None:
    for table in ("journal_entry", "posting"):
        op.execute(f"DROP TRIGGER {table}_balances ON {table}")
    for table in FROZEN:
        op.execute(f"DROP TRIGGER {table}_is_frozen ON {table}")
        op.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
    op.execute("DROP FUNCTION entry_balances()")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("ALTER TABLE service_period DROP CONSTRAINT ex_service_period_in_force")
