"""Remind customers: steps, notes of calls, renewal notices, an outbox of letters.

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.losing import require_empty

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LANGUAGES = ("en", "zh_Hans", "zh_Hant", "vi")
OUTCOMES = ("will_pay", "no_answer", "call_back", "will_not_renew", "moved_away", "wrong_number", "other")
STATES = ("waiting", "sending", "sent", "failed", "given_up", "unknown", "overtaken")
NEW = ("letter_template", "letter", "renewal_notice", "reminder_call")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "broadband_policy", sa.Column("reminder_days", postgresql.ARRAY(sa.Integer()), nullable=False, server_default="{15,7,3,0}")
    )
    op.alter_column("broadband_policy", "reminder_days", server_default=None)
    op.create_check_constraint(
        op.f("ck_broadband_policy_reminder_days"),
        "broadband_policy",
        "cardinality(reminder_days) BETWEEN 1 AND 8 AND 0 <= ALL (reminder_days) AND 366 >= ALL (reminder_days)",
    )
    op.add_column("customer", sa.Column("email", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("customer", sa.Column("is_reminded", sa.Boolean(), nullable=False, server_default=sa.true()))
    for column in ("email", "is_reminded"):
        op.alter_column("customer", column, server_default=None)
    op.create_check_constraint(op.f("ck_customer_email_is_an_address"), "customer", "email = '' OR email LIKE '%_@_%'")
    _calls()
    _notices()
    _letters()
    _templates()


def downgrade() -> None:
    require_empty("renewal_notice", "letter", "reminder_call")  # what was said to customers
    for table in NEW:
        op.drop_table(table)
    op.drop_constraint(op.f("ck_customer_email_is_an_address"), "customer", type_="check")
    op.drop_column("customer", "is_reminded")
    op.drop_column("customer", "email")
    op.drop_constraint(op.f("ck_broadband_policy_reminder_days"), "broadband_policy", type_="check")
    op.drop_column("broadband_policy", "reminder_days")


def _calls() -> None:
    _of_a_line(
        "reminder_call",
        sa.Column("stops_on", sa.Date(), nullable=True),
        _choice("outcome", "calloutcome", OUTCOMES),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_created("reminder_call"),
    )
    op.create_index("ix_reminder_call_subscription_id", "reminder_call", ["subscription_id", "id"])
    op.create_index("ix_reminder_call_office_id_created_at", "reminder_call", ["office_id", "created_at"])
    _frozen("reminder_call")


def _notices() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    _of_a_line(
        "renewal_notice",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("stops_on", sa.Date(), nullable=False),
        _choice("language", "language", LANGUAGES),
        sa.Column("content", document, nullable=False),
        sa.Column("printings", sa.Integer(), nullable=False),
        *_created("renewal_notice"),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_renewal_notice_office_id_number")),
        sa.CheckConstraint("printings >= 0", name=op.f("ck_renewal_notice_printings_not_negative")),
    )
    op.create_index("ix_renewal_notice_subscription_id", "renewal_notice", ["subscription_id", "id"])
    op.create_index("ix_renewal_notice_office_id_issued_on", "renewal_notice", ["office_id", "issued_on"])
    _frozen("renewal_notice", "printings")


def _letters() -> None:
    _of_a_line(
        "letter",
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("stops_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        _choice("language", "language", LANGUAGES),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=10000), nullable=False),
        _choice("state", "letterstate", STATES),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=True),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        *_created("letter"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["ab_user.id"], name=op.f("fk_letter_asked_by_id"), ondelete="RESTRICT"),
        sa.UniqueConstraint("subscription_id", "stops_on", "step", name=op.f("uq_letter_subscription_id_stops_on_step")),
        sa.CheckConstraint("attempts >= 0 AND step >= 0", name=op.f("ck_letter_counts_not_negative")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_letter_sent_has_a_time")),
        sa.CheckConstraint(
            "(state IN ('waiting', 'failed')) = (next_attempt_at IS NOT NULL)", name=op.f("ck_letter_what_is_due_has_a_time")
        ),
    )
    op.create_index(op.f("ix_letter_customer_id"), "letter", ["customer_id"])
    op.create_index("ix_letter_due", "letter", ["next_attempt_at"], postgresql_where=sa.text("state IN ('waiting', 'failed')"))
    op.create_index("ix_letter_under_way", "letter", ["id"], postgresql_where=sa.text("state = 'sending'"))
    op.create_index("ix_letter_office_id_created_at", "letter", ["office_id", "created_at"])
    op.create_index("ix_letter_office_id_state", "letter", ["office_id", "state", "id"])


def _templates() -> None:
    op.create_table(
        "letter_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        _choice("language", "language", LANGUAGES),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("ways_to_pay", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_letter_template_office_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_letter_template_office_id_id")),
        sa.UniqueConstraint("office_id", "language", name=op.f("uq_letter_template_office_id_language")),
    )
    op.create_index(op.f("ix_letter_template_office_id"), "letter_template", ["office_id"])
    op.execute(
        "CREATE TRIGGER letter_template_is_traced AFTER UPDATE OR DELETE ON letter_template FOR EACH ROW "
        "EXECUTE FUNCTION write_trace('version')"
    )


def _of_a_line(name: str, *more: sa.schema.SchemaItem) -> None:
    """Make a table whose rows belong to a line and the customer it had."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{name}_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint(
                ["office_id", f"{parent}_id"],
                [f"{parent}.office_id", f"{parent}.id"],
                name=op.f(f"fk_{name}_office_id_{parent}_id"),
                ondelete="RESTRICT",
            )
            for parent in ("subscription", "customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{name}_office_id_id")),
    )
    op.create_index(op.f(f"ix_{name}_office_id"), name, ["office_id"])


def _choice(name: str, check: str, values: tuple[str, ...]) -> sa.Column[str]:
    return sa.Column(name, sa.Enum(*values, name=check, native_enum=False, length=32, create_constraint=True), nullable=False)


def _created(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_created_by_id"), ondelete="RESTRICT"),
    )


def _frozen(table: str, *may_change: str) -> None:
    columns = ", ".join(f"'{column}'" for column in may_change)
    op.execute(
        f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change({columns})"
    )
    op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
