"""Keep imports: the batch, its encrypted file, the records it made, and the one way by which those may be removed again.

A line that was taken over from earlier books gets a service period of its own kind, which no money stands behind.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = ("read", "checked", "running", "done", "partly_undone", "undone", "given_up")
KINDS = ("paid", "gift", "plan_change")

# Pages cannot delete customers, lines or periods. This function, with the owner's rights, deletes what a batch has made and nothing
# else; whatever was built on a record since holds it by its foreign key, and then nothing at all is deleted. Inside it the current user is
# the owner, who alone may change keys without a trace: it takes that word back, so that nothing disappears untraced.
REMOVE_IMPORTED = """
CREATE FUNCTION remove_imported(batch integer, keeping integer[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET app.new_key = '' AS $$
DECLARE
    of_batch record;
    one text;
    removed integer := 0;
    counted integer;
BEGIN
    SELECT id, office_id INTO STRICT of_batch FROM import_batch WHERE id = batch AND state IN ('done', 'partly_undone', 'running');
    FOREACH one IN ARRAY ARRAY['service_period', 'subscription', 'customer', 'community', 'employee', 'material'] LOOP
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
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", sa.String(length=64), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("charset", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=64), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="importstate", native_enum=False, length=32, create_constraint=True), nullable=False),
        sa.Column("heading", sa.Integer(), nullable=False),
        sa.Column("columns", document, nullable=False),
        sa.Column("decisions", document, nullable=False),
        sa.Column("numbers", document, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", moment, nullable=True),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("file_until", sa.Date(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "row_count >= 0 AND made >= 0 AND left_out >= 0 AND wrong >= 0", name=op.f("ck_import_batch_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_batch_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["job_id"], ["background_job.id"], name=op.f("fk_import_batch_job_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_import_batch_created_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["ab_user.id"], name=op.f("fk_import_batch_undone_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_import_batch_office_id_id")),
    )
    op.create_index(op.f("ix_import_batch_office_id"), "import_batch", ["office_id"])
    op.create_index("ix_import_batch_office_id_created_at", "import_batch", ["office_id", "created_at"])
    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("cells", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_file_office_id"), ondelete="RESTRICT"),
        _of_batch("import_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_import_file_office_id_id")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_import_file_batch_id")),
    )
    op.create_index(op.f("ix_import_file_office_id"), "import_file", ["office_id"])
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("of_table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_row_office_id"), ondelete="RESTRICT"),
        _of_batch("import_row"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_import_row_office_id_id")),
    )
    op.create_index(op.f("ix_import_row_office_id"), "import_row", ["office_id"])
    op.create_index("ix_import_row_batch_id", "import_row", ["batch_id", "row_number"])
    op.create_index("ix_import_row_of_table_record_id", "import_row", ["of_table", "record_id"])
    op.create_table(
        "import_heading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("meanings", document, nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_import_heading_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_heading")),
        sa.UniqueConstraint("office_id", "kind", name=op.f("uq_import_heading_office_id_kind")),
    )
    op.create_index(op.f("ix_import_heading_office_id"), "import_heading", ["office_id"])
    _replace_check("periodkind", _one_of((*KINDS, "taken_over")))
    _replace_check("price", "price >= 0 AND (kind NOT IN ('gift', 'taken_over') OR price = 0)")
    # A period that no money stands behind may go with the batch that made it; every other one is kept for ever.
    op.execute("DROP TRIGGER service_period_is_frozen ON service_period")
    op.execute(
        "CREATE TRIGGER service_period_is_frozen BEFORE UPDATE ON service_period FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change('ended_by_reversal_id')"
    )
    op.execute(
        "CREATE TRIGGER service_period_stays BEFORE DELETE ON service_period FOR EACH ROW WHEN (OLD.kind <> 'taken_over') "
        "EXECUTE FUNCTION refuse_change()"
    )
    op.execute(REMOVE_IMPORTED)
    op.execute("REVOKE ALL ON FUNCTION remove_imported(integer, integer[]) FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER import_row_is_frozen BEFORE UPDATE OR DELETE ON import_row FOR EACH ROW EXECUTE FUNCTION refuse_change('removed_at')"
    )
    op.execute("CREATE TRIGGER import_row_is_kept BEFORE TRUNCATE ON import_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER import_batch_is_traced AFTER UPDATE OR DELETE ON import_batch FOR EACH ROW "
        "EXECUTE FUNCTION write_trace('version', 'columns', 'decisions', 'numbers', 'job_id')"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER import_batch_is_traced ON import_batch")
    op.execute("DROP FUNCTION remove_imported(integer, integer[])")
    op.execute("DROP TRIGGER service_period_stays ON service_period")
    op.execute("DROP TRIGGER service_period_is_frozen ON service_period")
    # Without the kind the days that were taken over are days that were given.
    op.execute("ALTER TABLE service_period DROP CONSTRAINT ck_service_period_periodkind")
    op.execute("UPDATE service_period SET kind = 'gift' WHERE kind = 'taken_over'")
    op.create_check_constraint(op.f("ck_service_period_periodkind"), "service_period", _one_of(KINDS))
    _replace_check("price", "price >= 0 AND (kind <> 'gift' OR price = 0)")
    op.execute(
        "CREATE TRIGGER service_period_is_frozen BEFORE UPDATE OR DELETE ON service_period FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change('ended_by_reversal_id')"
    )
    for table in ("import_heading", "import_row", "import_file", "import_batch"):
        op.drop_table(table)


def _of_batch(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["office_id", "batch_id"],
        ["import_batch.office_id", "import_batch.id"],
        name=op.f(f"fk_{table}_office_id_batch_id"),
        ondelete="RESTRICT",
    )


def _replace_check(name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE service_period DROP CONSTRAINT ck_service_period_{name}")
    op.create_check_constraint(op.f(f"ck_service_period_{name}"), "service_period", condition)


def _one_of(kinds: tuple[str, ...]) -> str:
    return "kind IN (" + ", ".join(f"'{kind}'" for kind in kinds) + ")"
