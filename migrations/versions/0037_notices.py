"""Keep every letter in one outbox, notices by e-mail among them, and the picture of an office's collection code.

Revision: 0037, after 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

OF_A_LINE = ("subscription_id", "step", "stops_on")
KEPT_OF_DIGESTS = (
    "office_id, day, recipient, language, subject, body, state, attempts, next_attempt_at, sent_at, error, created_at, created_by_id"
)
MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'unknown', 'overtaken')"
# What the database holds each kind of letter to.
OF_KINDS = {
    "renewal_is_of_a_line": "num_nulls(subscription_id, stops_on, step) = CASE kind WHEN 'renewal' THEN 0 ELSE 3 END",
    "renewal_has_a_customer": "kind <> 'renewal' OR customer_id IS NOT NULL",
    "step_not_negative": "step >= 0",
    "digest_is_of_a_day": "(kind = 'digest') = (day IS NOT NULL)",
    "notice_is_of_a_paper": "(kind = 'notice') = (notice_id IS NOT NULL)",
    "notice_has_a_customer": "kind <> 'notice' OR customer_id IS NOT NULL",
    "letterkind": "kind IN ('renewal', 'digest', 'notice')",
}


def upgrade() -> None:
    _open_the_outbox()
    op.execute(
        f"INSERT INTO letter (kind, repeats, {KEPT_OF_DIGESTS}) SELECT 'digest', 0, {KEPT_OF_DIGESTS} FROM debt_digest ORDER BY id"  # noqa: S608 (constants)
    )
    op.drop_table("debt_digest")
    _point("notice_setting", "collection_code_id", "upload")
    op.add_column("notice_batch", sa.Column("mail_job_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notice_batch_mail_job_id"), "notice_batch", "background_job", ["mail_job_id"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    _require_no_notices()
    op.drop_column("notice_batch", "mail_job_id")
    op.drop_column("notice_setting", "collection_code_id")
    _make_digests()
    op.execute(f"INSERT INTO debt_digest ({KEPT_OF_DIGESTS}) SELECT {KEPT_OF_DIGESTS} FROM letter WHERE kind = 'digest' ORDER BY id")  # noqa: S608
    _close_the_outbox()


def _open_the_outbox() -> None:
    op.add_column("letter", sa.Column("kind", sa.String(length=32), nullable=False, server_default="renewal"))
    op.alter_column("letter", "kind", server_default=None)
    op.add_column("letter", sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("letter", "repeats", server_default=None)
    op.add_column("letter", sa.Column("day", sa.Date(), nullable=True))
    op.alter_column("letter", "body", type_=sa.String(length=20_000), existing_nullable=False)
    for column in (*OF_A_LINE, "customer_id"):
        op.alter_column("letter", column, nullable=True)
    _point("letter", "notice_id", "notice")
    _count("least(attempts, repeats) >= 0")
    for name, condition in OF_KINDS.items():
        op.create_check_constraint(op.f(f"ck_letter_{name}"), "letter", condition)
    op.create_unique_constraint(op.f("uq_letter_office_id_day_recipient"), "letter", ["office_id", "day", "recipient"])
    op.create_unique_constraint(op.f("uq_letter_notice_id"), "letter", ["notice_id"])


def _close_the_outbox() -> None:
    for name in OF_KINDS:
        op.drop_constraint(op.f(f"ck_letter_{name}"), "letter", type_="check")
    op.execute("DELETE FROM letter WHERE kind <> 'renewal'")
    _count("attempts >= 0 AND step >= 0")
    for column in (*OF_A_LINE, "customer_id"):
        op.alter_column("letter", column, nullable=False)
    op.alter_column("letter", "body", type_=sa.String(length=10_000), existing_nullable=False)
    for column in ("notice_id", "day", "repeats", "kind"):
        op.drop_column("letter", column)


def _count(condition: str) -> None:
    op.drop_constraint(op.f("ck_letter_counts_not_negative"), "letter", type_="check")
    op.create_check_constraint(op.f("ck_letter_counts_not_negative"), "letter", condition)


def _point(table: str, column: str, target: str) -> None:
    op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_office_id_{column}"), table, target, ["office_id", column], ["office_id", "id"], ondelete="RESTRICT"
    )


def _require_no_notices() -> None:
    """Raise CommandError where residents were sent notices by e-mail: the letters would be thrown away."""
    if op.get_bind().execute(sa.text("SELECT EXISTS (SELECT 1 FROM letter WHERE kind = 'notice')")).scalar():
        raise CommandError(
            "This downgrade would throw away the notices that were sent by e-mail, and no upgrade brings them back. "
            "Restore a backup that was made before the upgrade, with the program of that time."
        )


def _make_digests() -> None:
    op.create_table(
        "debt_digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20_000), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt_digest")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_debt_digest_office_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_debt_digest_created_by_id"), ondelete="RESTRICT"),
        sa.UniqueConstraint("office_id", "id", name=op.f("uq_debt_digest_office_id_id")),
        sa.UniqueConstraint("office_id", "day", "recipient", name=op.f("uq_debt_digest_office_id_day_recipient")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_debt_digest_counts_not_negative")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_debt_digest_sent_has_a_time")),
        sa.CheckConstraint(
            "(state IN ('waiting', 'failed')) = (next_attempt_at IS NOT NULL)", name=op.f("ck_debt_digest_what_is_due_has_a_time")
        ),
        sa.CheckConstraint(STATES, name=op.f("ck_debt_digest_letterstate")),
        sa.CheckConstraint("language IN ('en', 'zh_Hans', 'zh_Hant', 'vi')", name=op.f("ck_debt_digest_language")),
    )
    op.create_index(op.f("ix_debt_digest_office_id"), "debt_digest", ["office_id"])
    op.create_index("ix_debt_digest_due", "debt_digest", ["next_attempt_at"], postgresql_where=sa.text("state IN ('waiting', 'failed')"))
