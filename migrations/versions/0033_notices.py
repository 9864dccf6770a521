"""Keep payment-due notices and reminders as they were issued, the batches of a building, and what an office prints on them.

Revision: 0033, after 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.losing import require_empty

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KINDS = "kind IN ('due', 'first', 'second', 'third')"
DUE_OF_PERIOD = "(kind = 'due') = (period_id IS NOT NULL)"
DAYS = "first_after, second_after, third_after, deadline_days, complaint_days"
CHANGING = ("is_live", "printings", "delivered_by", "delivered_on", "delivery_note")


def upgrade() -> None:
    _make_batches()
    _make_notices()
    _make_settings()
    listed = ", ".join(f"'{column}'" for column in CHANGING)
    op.execute(f"CREATE TRIGGER notice_is_frozen BEFORE UPDATE OR DELETE ON notice FOR EACH ROW EXECUTE FUNCTION refuse_change({listed})")
    op.execute("CREATE TRIGGER notice_is_kept BEFORE TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER notice_is_traced AFTER UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION write_trace('printings', 'content')")
    op.execute(
        "CREATE TRIGGER notice_setting_is_traced AFTER UPDATE OR DELETE ON notice_setting "
        "FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
    )
    op.execute(
        "INSERT INTO notice_setting (office_id, bank_code, bank_name, account_number, account_holder, hotline, counter, city, signer, "
        f"clause, measures, {DAYS}, version) "
        "SELECT id, '', '', '', '', '', '', '', '', '', '', 10, 10, 14, 7, 5, 1 FROM office"
    )


def downgrade() -> None:
    require_empty("notice", "notice_batch")  # what residents were sent
    for table in ("notice_setting", "notice", "notice_batch"):
        op.drop_table(table)


def _make_batches() -> None:
    op.create_table(
        "notice_batch",
        *_first(),
        _kind(),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("reached_position", sa.Integer(), nullable=True),
        sa.Column("reached_unit", sa.Integer(), nullable=True),
        sa.Column("notices", JSONB(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        _money("total"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        *_made(),
        *_keys("notice_batch", building_id="building", period_id="billing_period"),
        _made_by("notice_batch"),
        sa.ForeignKeyConstraint(["job_id"], ["background_job.id"], name=op.f("fk_notice_batch_job_id"), ondelete="SET NULL"),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_batch_noticekind")),
        sa.CheckConstraint(DUE_OF_PERIOD, name=op.f("ck_notice_batch_due_is_of_a_period")),
        sa.CheckConstraint("least(issued, refused) >= 0", name=op.f("ck_notice_batch_counts")),
        sa.CheckConstraint("content IS NULL OR done_at IS NOT NULL", name=op.f("ck_notice_batch_file_is_done")),
    )
    op.create_index(op.f("ix_notice_batch_office_id"), "notice_batch", ["office_id"])
    op.create_index(op.f("ix_notice_batch_building_id"), "notice_batch", ["building_id"])
    op.create_index(op.f("ix_notice_batch_period_id"), "notice_batch", ["period_id"])
    op.create_index("ix_notice_batch_created_at", "notice_batch", ["office_id", "created_at"])


def _make_notices() -> None:
    op.create_table(
        "notice",
        *_first(),
        _kind(),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        _money("total"),
        _money("credit"),
        sa.Column("charges", JSONB(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("printings", sa.Integer(), nullable=False),
        sa.Column("delivered_by", sa.String(length=32), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("delivery_note", sa.String(length=200), nullable=False),
        *_made(),
        *_keys("notice", unit_id="unit", customer_id="customer", period_id="billing_period", replaces_id="notice", batch_id="notice_batch"),
        _made_by("notice"),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_notice_office_id_number")),
        sa.UniqueConstraint("office_id", "reference", name=op.f("uq_notice_office_id_reference")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_notice_replaces_id")),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_noticekind")),
        sa.CheckConstraint("language IN ('en', 'zh_Hans', 'zh_Hant', 'vi')", name=op.f("ck_notice_language")),
        sa.CheckConstraint("delivered_by IN ('handed_over', 'letter_box', 'posted_by_mail', 'email')", name=op.f("ck_notice_deliveryway")),
        sa.CheckConstraint(DUE_OF_PERIOD, name=op.f("ck_notice_due_is_of_a_period")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_notice_month_by_its_first_day")),
        sa.CheckConstraint("least(total, credit) >= 0 AND printings >= 0", name=op.f("ck_notice_amounts_not_negative")),
        sa.CheckConstraint("(delivered_by IS NULL) = (delivered_on IS NULL)", name=op.f("ck_notice_delivery_has_a_day")),
        sa.CheckConstraint("delivered_on >= issued_on", name=op.f("ck_notice_delivered_after_issued")),
    )
    op.create_index(op.f("ix_notice_office_id"), "notice", ["office_id"])
    op.create_index("ix_notice_unit_id", "notice", ["unit_id", "id"])
    op.create_index("ix_notice_customer_id", "notice", ["customer_id", "id"])
    op.create_index("ix_notice_issued_on", "notice", ["office_id", "issued_on"])
    op.create_index("ix_notice_batch_id", "notice", ["batch_id"])
    op.create_index(
        "uq_notice_live", "notice", ["period_id", "unit_id", "customer_id"], unique=True, postgresql_where=sa.text("kind = 'due' AND is_live")
    )  # fmt: skip


def _make_settings() -> None:
    short, line = sa.String(length=64), sa.String(length=200)
    texts = (
        *(("bank_code", short), ("bank_name", line), ("account_number", short), ("account_holder", line), ("hotline", short)),
        *(("counter", line), ("city", short), ("signer", line), ("clause", short), ("measures", sa.String(length=2000))),
    )
    op.create_table(
        "notice_setting",
        *_first(),
        *(sa.Column(name, kind, nullable=False) for name, kind in texts),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in DAYS.split(", ")),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("notice_setting"),
        sa.UniqueConstraint("office_id", name=op.f("uq_notice_setting_office_id")),
        sa.CheckConstraint(f"least({DAYS}) >= 0 AND greatest({DAYS}) <= 366", name=op.f("ck_notice_setting_days_in_a_year")),
        sa.CheckConstraint("bank_code = '' OR account_number <> ''", name=op.f("ck_notice_setting_code_needs_an_account")),
    )
    op.create_index(op.f("ix_notice_setting_office_id"), "notice_setting", ["office_id"])


def _kind() -> sa.Column:
    return sa.Column("kind", sa.String(length=32), nullable=False)


def _money(name: str) -> sa.Column:
    return sa.Column(name, sa.Numeric(precision=18, scale=2), nullable=False)


def _first() -> tuple[sa.Column, ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _made() -> tuple[sa.Column, ...]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False), sa.Column("created_by_id", sa.Integer(), nullable=True)


def _made_by(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_created_by_id"), ondelete="RESTRICT")


def _keys(table: str, **parents: str) -> tuple[sa.Constraint, ...]:
    """Return the keys of a table: its own, the one that goes with the office, and those of its parents in the same office."""
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint(
                ["office_id", column],
                [f"{parent}.office_id", f"{parent}.id"],
                name=op.f(f"fk_{table}_office_id_{column}"),
                ondelete="RESTRICT",
            )
            for column, parent in parents.items()
        ),
    )
