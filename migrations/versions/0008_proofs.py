"""Keep every proof of the books with its answers; let a job that waits be cancelled.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "proof_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("examined", sa.BigInteger(), nullable=False),
        sa.Column("results", document, nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('nightly', 'by_hand')", name=op.f("ck_proof_run_proofkind")),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("ck_proof_run_finished_after_start")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["ab_user.id"], name=op.f("fk_proof_run_requested_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_run")),
    )
    op.create_index("ix_proof_run_finished_at", "proof_run", ["finished_at"])
    op.execute("CREATE TRIGGER proof_run_is_frozen BEFORE UPDATE OR DELETE ON proof_run FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER proof_run_is_kept BEFORE TRUNCATE ON proof_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    _job_states(("queued", "running", "done", "failed", "cancelled"), over=("done", "failed", "cancelled"))


def _job_states(states: tuple[str, ...], *, over: tuple[str, ...]) -> None:
    named, ended = (", ".join(f"'{state}'" for state in some) for some in (states, over))
    op.execute("ALTER TABLE background_job DROP CONSTRAINT ck_background_job_jobstate")
    op.execute("ALTER TABLE background_job DROP CONSTRAINT ck_background_job_ended_has_a_time")
    op.execute(f"ALTER TABLE background_job ADD CONSTRAINT ck_background_job_jobstate CHECK (state IN ({named}))")
    op.execute(
        f"ALTER TABLE background_job ADD CONSTRAINT ck_background_job_ended_has_a_time CHECK ((state IN ({ended})) = (ended_at IS NOT NULL))"
    )


def downgrade() -> None:
    op.execute("UPDATE background_job SET state = 'failed' WHERE state = 'cancelled'")
    _job_states(("queued", "running", "done", "failed"), over=("done", "failed"))
    op.drop_table("proof_run")
