"""Do an operation to many lines with a result per line, and keep what papers of operations said.

Revision: 0014, after 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHOICES = {
    "subscriptionoperation": (
        *("complete", "pay", "suspend", "resume", "force_stop", "relocate", "transfer", "change_plan", "close", "gift", "compensate"),
    ),
    "stopreason": ("arrears", "violation", "operator"),
    "language": ("en", "zh_Hans", "zh_Hant", "vi"),
    "bulkstate": ("waiting", "running", "done"),
    "bulkoutcome": ("waiting", "done", "refused"),
}


def upgrade() -> None:
    _make_runs()
    _make_rows()
    _make_printings()


def downgrade() -> None:
    require_empty("bulk_run", "line_printing")  # who cut whom, and what was handed to customers
    for table in ("line_printing", "bulk_row", "bulk_run"):
        op.drop_table(table)


def _make_runs() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        _choice("operation", "subscriptionoperation"),
        _choice("stop_reason", "stopreason", nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        _choice("language", "language"),
        _choice("bulk_state", "bulkstate"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        *_created("bulk_run"),
        *_office("bulk_run"),
        sa.ForeignKeyConstraint(["job_id"], ["background_job.id"], name=op.f("fk_bulk_run_job_id"), ondelete="SET NULL"),
        sa.CheckConstraint("operation IN ('force_stop', 'resume')", name=op.f("ck_bulk_run_operation_in_bulk")),
        sa.CheckConstraint("(operation = 'force_stop') = (stop_reason IS NOT NULL)", name=op.f("ck_bulk_run_stop_has_a_reason")),
        sa.CheckConstraint("least(done, refused) >= 0 AND done + refused <= total", name=op.f("ck_bulk_run_counts")),
        sa.CheckConstraint("(bulk_state = 'done') = (ended_at IS NOT NULL)", name=op.f("ck_bulk_run_ended_has_a_time")),
    )
    op.create_index(op.f("ix_bulk_run_office_id"), "bulk_run", ["office_id"])
    op.create_index("ix_bulk_run_office_id_created_at", "bulk_run", ["office_id", "created_at"])


def _make_rows() -> None:
    op.create_table(
        "bulk_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("bulk_run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        _choice("outcome", "bulkoutcome"),
        sa.Column("result", sa.String(length=2000), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        *_office("bulk_row"),
        *_parents("bulk_row", {"bulk_run_id": "bulk_run", "subscription_id": "subscription", "event_id": "subscription_event"}),
        sa.UniqueConstraint("bulk_run_id", "subscription_id", name=op.f("uq_bulk_row_bulk_run_id_subscription_id")),
        sa.UniqueConstraint("bulk_run_id", "position", name=op.f("uq_bulk_row_bulk_run_id_position")),
        sa.CheckConstraint("(outcome = 'done') = (event_id IS NOT NULL)", name=op.f("ck_bulk_row_done_has_an_event")),
    )
    op.create_index(op.f("ix_bulk_row_office_id"), "bulk_row", ["office_id"])
    op.create_index(op.f("ix_bulk_row_subscription_id"), "bulk_row", ["subscription_id"])
    op.create_index("ix_bulk_row_office_id_bulk_run_id", "bulk_row", ["office_id", "bulk_run_id", "position"])


def _make_printings() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "line_printing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("printing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("content", document, nullable=False),
        *_created("line_printing"),
        *_office("line_printing"),
        *_parents("line_printing", {"event_id": "subscription_event"}),
        sa.UniqueConstraint("event_id", "printing", name=op.f("uq_line_printing_event_id_printing")),
        sa.CheckConstraint("printing >= 1", name=op.f("ck_line_printing_counts_from_one")),
    )
    op.create_index(op.f("ix_line_printing_office_id"), "line_printing", ["office_id"])
    op.execute(
        "CREATE TRIGGER line_printing_is_frozen BEFORE UPDATE OR DELETE ON line_printing FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER line_printing_is_kept BEFORE TRUNCATE ON line_printing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _choice(column: str, name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(column, sa.Enum(*CHOICES[name], name=name, native_enum=False, create_constraint=True, length=32), nullable=nullable)


def _created(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_created_by_id"), ondelete="RESTRICT"),
    )


def _office(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
    )


def _parents(table: str, parents: dict[str, str]) -> tuple[sa.schema.SchemaItem, ...]:
    return tuple(
        sa.ForeignKeyConstraint(
            ["office_id", column], [f"{parent}.office_id", f"{parent}.id"], name=op.f(f"fk_{table}_office_id_{column}"), ondelete="RESTRICT"
        )
        for column, parent in parents.items()
    )
