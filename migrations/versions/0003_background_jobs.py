"""Make the job queue, the table of background jobs, the nights, and the clock of training installations.

The queue's schema is procrastinate's own SQL, kept here as it was in that release: a newer release brings its changes as a migration.

Revision: 0003, after 0002
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

QUEUE_SCHEMA = Path(__file__).resolve().parent.parent / "sql" / "procrastinate_3_10_0.sql"
STATES = "state IN ('queued', 'running', 'done', 'failed')"


def upgrade() -> None:
    # Without parameters, so that the percent signs of its functions stand for themselves.
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(QUEUE_SCHEMA.read_text(encoding="utf-8"))
    _background_job()
    op.create_table(
        "nightly_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_nightly_run_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nightly_run")),
        sa.UniqueConstraint("office_id", name=op.f("uq_nightly_run_office_id")),
    )
    op.create_table(
        "training_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ahead_by", sa.Interval(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_training_clock_one_row")),
        sa.CheckConstraint("ahead_by >= interval '0'", name=op.f("ck_training_clock_only_forward")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["ab_user.id"], name=op.f("fk_training_clock_moved_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_clock")),
    )


def _background_job() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "background_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=True),
        sa.Column("arguments", document, nullable=False),
        sa.Column("actor", document, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("message_facts", document, nullable=False),
        sa.Column("result", document, nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_background_job_jobstate")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_background_job_progress_not_negative")),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_background_job_ended_has_a_time")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_background_job_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_background_job_created_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_job")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_background_job_unique_key")),
    )
    op.create_index(
        "ix_background_job_running",
        "background_job",
        ["created_by_id"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )


def downgrade() -> None:
    op.drop_table("training_clock")
    op.drop_table("nightly_run")
    op.drop_table("background_job")
    op.execute(
        """
        DO $$
        DECLARE
            thing record;
        BEGIN
            FOR thing IN SELECT oid::regclass AS name FROM pg_class
                WHERE relkind = 'r' AND relname LIKE 'procrastinate\\_%' AND relnamespace = current_schema()::regnamespace
            LOOP
                EXECUTE 'DROP TABLE IF EXISTS ' || thing.name || ' CASCADE';
            END LOOP;
            FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
            LOOP
                EXECUTE 'DROP FUNCTION IF EXISTS ' || thing.name || ' CASCADE';
            END LOOP;
            FOR thing IN SELECT oid::regtype AS name FROM pg_type
                WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('c', 'e') AND typnamespace = current_schema()::regnamespace
            LOOP
                EXECUTE 'DROP TYPE IF EXISTS ' || thing.name || ' CASCADE';
            END LOOP;
        END $$
        """
    )
