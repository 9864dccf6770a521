"""Let an office hide optional fields and name up to five of its own on customers and work orders.

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WITH_OWN_TEXTS = ("customer", "work_order")
SLOTS = (1, 2, 3, 4, 5)
LANGUAGES = ("en", "zh_hans", "zh_hant", "vi")


def upgrade() -> None:
    for table in WITH_OWN_TEXTS:
        for slot in SLOTS:
            op.add_column(table, sa.Column(f"own_{slot}", sa.String(length=200), nullable=True))
    op.create_table(
        "own_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        *(sa.Column(f"name_{language}", sa.String(length=64), nullable=False) for language in LANGUAGES),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 5", name=op.f("ck_own_field_slot_exists")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_own_field_has_a_name")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_own_field_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_field")),
        sa.UniqueConstraint("office_id", "entity", "slot", name=op.f("uq_own_field_office_id_entity_slot")),
        sa.UniqueConstraint("office_id", "entity", "name", name=op.f("uq_own_field_office_id_entity_name")),
    )
    op.create_index(op.f("ix_own_field_office_id"), "own_field", ["office_id"])
    op.create_table(
        "hidden_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hidden_field_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_hidden_field_created_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden_field")),
        sa.UniqueConstraint("office_id", "entity", "field", name=op.f("uq_hidden_field_office_id_entity_field")),
    )
    op.create_index(op.f("ix_hidden_field_office_id"), "hidden_field", ["office_id"])
    for table in ("own_field", "hidden_field"):
        op.execute(f"CREATE TRIGGER {table}_is_traced AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION write_trace('version')")


def downgrade() -> None:
    op.drop_table("hidden_field")
    op.drop_table("own_field")
    for table in WITH_OWN_TEXTS:
        for slot in reversed(SLOTS):
            op.drop_column(table, f"own_{slot}")
