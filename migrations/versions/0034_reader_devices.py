"""The devices of meter readers: one phone that may send the readings of one route for some days.

Revision: 0034, after 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PARENTS = {"building_id": "building", "service_id": "service"}
PEOPLE = ("user_id", "ended_by_id", "created_by_id")


def upgrade() -> None:
    op.create_table(
        "reader_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("mark", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_device")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_reader_device_office_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reader_device_token_hash")),
        sa.CheckConstraint("expires_at > enrolled_at", name=op.f("ck_reader_device_ends_some_day")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_reader_device_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint([column], ["ab_user.id"], name=op.f(f"fk_reader_device_{column}"), ondelete="RESTRICT")
            for column in PEOPLE
        ),
        *(
            sa.ForeignKeyConstraint(
                ["office_id", column],
                [f"{parent}.office_id", f"{parent}.id"],
                name=op.f(f"fk_reader_device_office_id_{column}"),
                ondelete="RESTRICT",
            )
            for column, parent in PARENTS.items()
        ),
    )
    op.create_index(op.f("ix_reader_device_office_id"), "reader_device", ["office_id"])
    op.create_index(op.f("ix_reader_device_user_id"), "reader_device", ["user_id"])
    # A token and its days are what they were when it was given; only its use and its end follow.
    op.execute(
        "CREATE TRIGGER reader_device_is_frozen BEFORE UPDATE OR DELETE ON reader_device "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change('seen_at', 'ended_at', 'ended_by_id')"
    )
    op.execute("CREATE TRIGGER reader_device_is_kept BEFORE TRUNCATE ON reader_device FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    require_empty("reader_device")  # whose phone sent which readings
    op.drop_table("reader_device")
