"""Keep uploaded files in the database, an office's logo among them, and a record of every backup.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FILE_TYPES = "kind IN ('png', 'jpg', 'webp', 'xlsx', 'xls', 'ods', 'csv')"


def upgrade() -> None:
    _upload()
    op.add_column("office", sa.Column("logo_id", sa.Integer(), nullable=True))
    # With its own key, so that an office cannot bear another one's logo.
    op.create_foreign_key("fk_office_id_logo_id", "office", "upload", ["id", "logo_id"], ["office_id", "id"], ondelete="RESTRICT")
    _backup()


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(FILE_TYPES, name=op.f("ck_upload_filetype")),
        sa.CheckConstraint("size = octet_length(content) AND size > 0", name=op.f("ck_upload_size_of_content")),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_upload_digest_of_content")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_upload_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_upload_created_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_upload_office_id_id")),
    )
    op.create_index(op.f("ix_upload_office_id"), "upload", ["office_id"])
    op.execute("CREATE TRIGGER upload_is_frozen BEFORE UPDATE OR DELETE ON upload FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER upload_is_kept BEFORE TRUNCATE ON upload FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def _backup() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("problem_facts", document, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('nightly', 'by_hand')", name=op.f("ck_backup_backupkind")),
        sa.CheckConstraint("state IN ('done', 'failed', 'removed')", name=op.f("ck_backup_backupstate")),
        sa.CheckConstraint("(state = 'failed') = (size IS NULL)", name=op.f("ck_backup_a_file_has_a_size")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["ab_user.id"], name=op.f("fk_backup_requested_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
    )
    op.create_index("ix_backup_ended_at", "backup", ["ended_at"])


def downgrade() -> None:
    require_empty("upload")  # papers that were issued show them
    op.drop_table("backup")
    op.drop_constraint("fk_office_id_logo_id", "office", type_="foreignkey")
    op.drop_column("office", "logo_id")
    op.drop_table("upload")
