"""Late interest with its watermark, adjustments, promises, steps of collection, and the debt policy of an office.

Revision: 0032, after 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

from migrations.losing import require_empty

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AMOUNT = sa.Numeric(precision=18, scale=2)
RATE = sa.Numeric(precision=12, scale=8)
ACCOUNTS = (
    *("cash", "bank_transfer", "qr_transfer", "card", "wechat_pay", "alipay", "fps", "cheque", "credit", "receivable", "revenue"),
    *("refunded", "expense", "deposit", "door"),
)
FEE_KINDS = (
    *("regular", "construction", "resumption", "relocation", "transfer", "suspension", "deposit", "other"),
    *("electricity", "air_conditioning", "water", "gas", "management"),
)
LINE_CODES = (
    *("plan", "maintenance", "other", "discount", "arrears", "late_fee", "gift", "installation", "handling", "labour_material"),
    *("material_works", "suspension", "resumption", "relocation", "transfer", "plan_change", "plan_credit", "deposit", "damage", "service"),
)
# table, name of the check, column, what it knew, what is new
WIDENED = (
    ("posting", "feekind", "fee_kind", FEE_KINDS, ("late_interest",)),
    ("charge", "feekind", "fee_kind", FEE_KINDS, ("late_interest",)),
    ("voucher_line", "feekind", "fee_kind", FEE_KINDS, ("late_interest",)),
    ("charge_line", "linecode", "code", LINE_CODES, ("late_interest",)),
    ("posting", "ledgeraccount", "account", ACCOUNTS, ("written_off",)),
)
VOIDABLE = ("receipt_id", "voucher_id", "handover_id", "event_id", "service_charge_id")
POSTING = ("charge_id", "receipt_id", "voucher_id", "reversal_id", "handover_id")
FROZEN = {"adjustment": "", "late_interest": "'reversal_id'", "payment_promise": "", "collection_step": ""}
LETTER_STATES = "'waiting', 'sending', 'sent', 'failed', 'given_up', 'unknown', 'overtaken'"
NO_DAY_TWICE = (
    "ALTER TABLE late_interest ADD CONSTRAINT ex_late_interest_days EXCLUDE USING gist "
    "(source_charge_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&) WHERE (reversal_id IS NULL)"
)
POLICIES = """
INSERT INTO debt_policy (office_id, interest_rate, interest_grace, interest_cap, promise_max_days, lock_after_days, lock_min_debt,
                         digest_rhythm, digest_to, version)
SELECT id, 0.0005, 5, 1, 30, 30, CASE currency WHEN 'VND' THEN 500000 ELSE 0 END, 'never', '', 1 FROM office
"""


def upgrade() -> None:
    _make_adjustments()
    _make_policy()
    _make_interest()
    _make_promises()
    _make_steps()
    _make_digests()
    for table, columns in FROZEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change({columns})"
        )
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER debt_policy_is_traced AFTER UPDATE OR DELETE ON debt_policy FOR EACH ROW EXECUTE FUNCTION write_trace('version')"
    )
    op.execute(NO_DAY_TWICE)
    op.execute(POLICIES)
    for table, name, column, known, new in WIDENED:
        _say(table, name, column, (*known, *new))
    _adjust_charges()
    for table in ("reversal", "approval", "journal_entry"):
        _point(table, "adjustment_id", "adjustment")
    op.create_unique_constraint(op.f("uq_reversal_adjustment_id"), "reversal", ["adjustment_id"])
    op.create_unique_constraint(op.f("uq_journal_entry_adjustment_id"), "journal_entry", ["adjustment_id"])
    _one_document("reversal", (*VOIDABLE, "adjustment_id"))
    _one_document("journal_entry", (*POSTING, "adjustment_id"))
    _let_adjustments_wait()


def downgrade() -> None:
    require_empty("adjustment", "late_interest", "payment_promise", "collection_step")
    if op.get_bind().execute(sa.text("SELECT EXISTS (SELECT FROM approval WHERE charge_id IS NOT NULL)")).scalar():
        raise CommandError("Adjustments of charges were asked for, and the version before has no place for that.")
    for name in ("uq_approval_waiting_charge", "uq_approval_waiting_adjustment"):
        op.drop_index(name, table_name="approval")
    for name in ("made_as_asked", "adjustment_is_complete", "approved_has_a_result", "adjustmentkind"):
        op.drop_constraint(op.f(f"ck_approval_{name}"), "approval", type_="check")
    _one_document("approval", VOIDABLE)
    _one_document("reversal", VOIDABLE)
    _one_document("journal_entry", POSTING)
    op.create_check_constraint(
        op.f("ck_approval_approved_has_a_result"), "approval", "(status = 'approved') = (reversal_id IS NOT NULL)"
    )
    for column in ("made_adjustment_id", "charge_id"):
        _leave("approval", column)
    for column in ("amount", "adjustment_kind"):
        op.drop_column("approval", column)
    op.drop_constraint(op.f("uq_reversal_adjustment_id"), "reversal", type_="unique")
    op.drop_constraint(op.f("uq_journal_entry_adjustment_id"), "journal_entry", type_="unique")
    for table in ("journal_entry", "approval", "reversal"):
        _leave(table, "adjustment_id")
    _leave_charges_alone()
    for table, name, column, known, _new in WIDENED:
        _say(table, name, column, known)
    for table in ("debt_digest", "collection_step", "payment_promise", "late_interest", "debt_policy", "adjustment"):
        op.drop_table(table)


def _make_adjustments() -> None:
    op.create_table(
        "adjustment",
        *_first(),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("credited", AMOUNT, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("second_person_off", sa.Boolean(), nullable=False),
        *_made(),
        *_keys("adjustment", charge_id="charge", customer_id="customer"),
        _person("adjustment", "created_by_id"),
        _person("adjustment", "approved_by_id"),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_adjustment_office_id_number")),
        sa.UniqueConstraint("office_id", "year", "sequence", name=op.f("uq_adjustment_office_id_year_sequence")),
        sa.CheckConstraint("kind IN ('lower', 'raise', 'write_off')", name=op.f("ck_adjustment_adjustmentkind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_adjustment_amount_positive")),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= amount AND (credited = 0 OR kind = 'lower')", name=op.f("ck_adjustment_credited_by_lowering")
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_adjustment_has_a_reason")),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> created_by_id OR second_person_off",
            name=op.f("ck_adjustment_maker_is_not_checker"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NOT NULL OR NOT (needs_approval OR kind = 'write_off')", name=op.f("ck_adjustment_approved_where_needed")
        ),
    )
    for column in ("office_id", "charge_id", "customer_id"):
        op.create_index(op.f(f"ix_adjustment_{column}"), "adjustment", [column])
    op.create_index("ix_adjustment_office_id_booked_on", "adjustment", ["office_id", "booked_on"])


def _make_policy() -> None:
    op.create_table(
        "debt_policy",
        *_first(),
        sa.Column("interest_rate", RATE, nullable=False),
        sa.Column("interest_grace", sa.Integer(), nullable=False),
        sa.Column("interest_cap", RATE, nullable=False),
        sa.Column("promise_max_days", sa.Integer(), nullable=False),
        sa.Column("lock_after_days", sa.Integer(), nullable=False),
        sa.Column("lock_min_debt", AMOUNT, nullable=False),
        sa.Column("adjustment_limit", AMOUNT, nullable=True),
        sa.Column("digest_rhythm", sa.String(length=32), nullable=False),
        sa.Column("digest_to", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("debt_policy"),
        sa.UniqueConstraint("office_id", name=op.f("uq_debt_policy_office_id")),
        sa.CheckConstraint("interest_rate BETWEEN 0 AND 1 AND interest_cap BETWEEN 0 AND 100", name=op.f("ck_debt_policy_interest")),
        sa.CheckConstraint("interest_grace BETWEEN 0 AND 365", name=op.f("ck_debt_policy_interest_grace")),
        sa.CheckConstraint("promise_max_days BETWEEN 1 AND 366", name=op.f("ck_debt_policy_promise_max_days")),
        sa.CheckConstraint("lock_after_days BETWEEN 0 AND 3660 AND lock_min_debt >= 0", name=op.f("ck_debt_policy_locking")),
        sa.CheckConstraint("adjustment_limit >= 0", name=op.f("ck_debt_policy_adjustment_limit")),
        sa.CheckConstraint("digest_rhythm IN ('never', 'daily', 'weekly')", name=op.f("ck_debt_policy_digestrhythm")),
    )
    op.create_index(op.f("ix_debt_policy_office_id"), "debt_policy", ["office_id"])


def _make_interest() -> None:
    op.create_table(
        "late_interest",
        *_first(),
        sa.Column("source_charge_id", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("exact", sa.Numeric(precision=30, scale=10), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("reversal_id", sa.Integer(), nullable=True),
        *_made(),
        *_keys("late_interest", source_charge_id="charge", charge_id="charge", reversal_id="reversal"),
        _person("late_interest", "created_by_id"),
        sa.UniqueConstraint("charge_id", name=op.f("uq_late_interest_charge_id")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_late_interest_ends_after_it_starts")),
        sa.CheckConstraint("exact > 0 AND amount >= 0", name=op.f("ck_late_interest_amounts")),
        sa.CheckConstraint("(amount = 0) = (charge_id IS NULL)", name=op.f("ck_late_interest_charged_where_posted")),
    )
    op.create_index(op.f("ix_late_interest_office_id"), "late_interest", ["office_id"])
    op.create_index("ix_late_interest_source_charge_id", "late_interest", ["source_charge_id", "ends_on"])
    op.create_index("ix_late_interest_office_id_ends_on", "late_interest", ["office_id", "ends_on"])


def _make_promises() -> None:
    op.create_table(
        "payment_promise",
        *_first(),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_made(),
        *_keys("payment_promise", customer_id="customer"),
        _person("payment_promise", "created_by_id"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_promise_amount_positive")),
        sa.CheckConstraint("due_on >= made_on", name=op.f("ck_payment_promise_due_after_it_was_made")),
    )
    op.create_index(op.f("ix_payment_promise_office_id"), "payment_promise", ["office_id"])
    op.create_index("ix_payment_promise_customer_id", "payment_promise", ["customer_id", "due_on"])
    op.create_index("ix_payment_promise_office_id_due_on", "payment_promise", ["office_id", "due_on"])


def _make_steps() -> None:
    op.create_table(
        "collection_step",
        *_first(),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("debt", AMOUNT, nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_made(),
        *_keys("collection_step", customer_id="customer", unit_id="unit"),
        _person("collection_step", "created_by_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_collection_step_level")),
        sa.CheckConstraint(
            "kind IN ('letter', 'call', 'visit', 'message', 'promise', 'payment', 'other')", name=op.f("ck_collection_step_collectionkind")
        ),
    )
    op.create_index(op.f("ix_collection_step_office_id"), "collection_step", ["office_id"])
    op.create_index("ix_collection_step_customer_id", "collection_step", ["customer_id", "id"])
    op.create_index("ix_collection_step_unit_id", "collection_step", ["unit_id", "id"])
    op.create_index("ix_collection_step_office_id_on", "collection_step", ["office_id", "on"])


def _make_digests() -> None:
    op.create_table(
        "debt_digest",
        *_first(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=20_000), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=False),
        *_made(),
        *_keys("debt_digest"),
        _person("debt_digest", "created_by_id"),
        sa.UniqueConstraint("office_id", "day", "recipient", name=op.f("uq_debt_digest_office_id_day_recipient")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_debt_digest_counts_not_negative")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_debt_digest_sent_has_a_time")),
        sa.CheckConstraint(
            "(state IN ('waiting', 'failed')) = (next_attempt_at IS NOT NULL)", name=op.f("ck_debt_digest_what_is_due_has_a_time")
        ),
        sa.CheckConstraint(f"state IN ({LETTER_STATES})", name=op.f("ck_debt_digest_letterstate")),
        sa.CheckConstraint("language IN ('en', 'zh_Hans', 'zh_Hant', 'vi')", name=op.f("ck_debt_digest_language")),
    )
    op.create_index(op.f("ix_debt_digest_office_id"), "debt_digest", ["office_id"])
    op.create_index(
        "ix_debt_digest_due", "debt_digest", ["next_attempt_at"], postgresql_where=sa.text("state IN ('waiting', 'failed')")
    )


def _adjust_charges() -> None:
    for column in ("adjusted", "written_off"):
        op.add_column("charge", sa.Column(column, AMOUNT, nullable=False, server_default="0"))
        op.alter_column("charge", column, server_default=None)
    _charge_checks(
        "paid >= 0 AND written_off >= 0 AND paid + written_off <= total + adjusted",
        "reversal_id IS NULL OR (paid = 0 AND adjusted = 0 AND written_off = 0)",
    )
    _charge_index("paid + written_off < total + adjusted AND reversal_id IS NULL")
    _charge_may_change("'paid', 'adjusted', 'written_off', 'reversal_id'")


def _leave_charges_alone() -> None:
    _charge_may_change("'paid', 'reversal_id'")
    _charge_index("paid < total AND reversal_id IS NULL")
    _charge_checks("paid >= 0 AND paid <= total", "reversal_id IS NULL OR paid = 0")
    for column in ("written_off", "adjusted"):
        op.drop_column("charge", column)


def _charge_checks(within: str, withdrawn: str) -> None:
    for name, condition in (("paid_within_total", within), ("withdrawn_is_unpaid", withdrawn)):
        op.drop_constraint(op.f(f"ck_charge_{name}"), "charge", type_="check")
        op.create_check_constraint(op.f(f"ck_charge_{name}"), "charge", condition)


def _charge_index(condition: str) -> None:
    op.drop_index("ix_charge_open", table_name="charge")
    op.create_index("ix_charge_open", "charge", ["office_id", "customer_id", "due_on"], postgresql_where=sa.text(condition))


def _charge_may_change(columns: str) -> None:
    op.execute("DROP TRIGGER charge_is_frozen ON charge")
    op.execute(f"CREATE TRIGGER charge_is_frozen BEFORE UPDATE OR DELETE ON charge FOR EACH ROW EXECUTE FUNCTION refuse_change({columns})")


def _let_adjustments_wait() -> None:
    _point("approval", "charge_id", "charge")
    _point("approval", "made_adjustment_id", "adjustment")
    op.add_column("approval", sa.Column("adjustment_kind", sa.String(length=32), nullable=True))
    op.add_column("approval", sa.Column("amount", AMOUNT, nullable=True))
    _one_document("approval", (*VOIDABLE, "adjustment_id", "charge_id"))
    op.drop_constraint(op.f("ck_approval_approved_has_a_result"), "approval", type_="check")
    for name, condition in (
        ("approved_has_a_result", "(status = 'approved') = (num_nonnulls(reversal_id, made_adjustment_id) = 1)"),
        ("adjustment_is_complete", "num_nonnulls(charge_id, adjustment_kind, amount) IN (0, 3)"),
        ("made_as_asked", "made_adjustment_id IS NULL OR charge_id IS NOT NULL"),
        ("adjustmentkind", "adjustment_kind IN ('lower', 'raise', 'write_off')"),
    ):
        op.create_check_constraint(op.f(f"ck_approval_{name}"), "approval", condition)
    for name, column in (("uq_approval_waiting_charge", "charge_id"), ("uq_approval_waiting_adjustment", "adjustment_id")):
        op.create_index(name, "approval", [column], unique=True, postgresql_where=sa.text("status = 'waiting'"))


def _say(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN ({listed})")


def _one_document(table: str, columns: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_one_document"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_one_document"), table, f"num_nonnulls({', '.join(columns)}) = 1")


def _point(table: str, column: str, target: str) -> None:
    op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_office_id_{column}"), table, target, ["office_id", column], ["office_id", "id"], ondelete="RESTRICT"
    )


def _leave(table: str, column: str) -> None:
    op.drop_constraint(op.f(f"fk_{table}_office_id_{column}"), table, type_="foreignkey")
    op.drop_column(table, column)


def _first() -> tuple[sa.Column, ...]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("office_id", sa.Integer(), nullable=False)


def _made() -> tuple[sa.Column, ...]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False), sa.Column("created_by_id", sa.Integer(), nullable=True)


def _person(table: str, column: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint([column], ["ab_user.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


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
