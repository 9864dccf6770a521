"""Whatever people and jobs change leaves a trace: every table is traced, cannot be changed, or is on the list below with its reason."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.foundation.database import db

# Tables that are changed without a line of the trace, each with its reason.
UNTRACED = {
    "alembic_version": "the migrations' own mark",
    "approval": "holds itself who answered it and when; the answer is given once",
    "background_job": "holds itself who asked, how it ended and when",
    "backup": "holds itself when it was made and how it ended",
    "billing_run": "holds itself who asked and posted, how far it is and when it ended",
    "bulk_row": "says itself what became of a line; the deed has a record of its own",
    "bulk_run": "holds itself who asked, how far it is and when it ended",
    "idempotency_key": "written by the program beside a result that has a trace of its own",
    "import_file": "the file of a batch; the batch is traced",
    "import_heading": "what the program remembers of a file's columns",
    "kept_form": "a form kept for minutes while its owner signs in again",
    "letter": "holds itself what became of it, when, and who asked for it again",
    "nightly_run": "a mark of the program: the last night done",
    "notice_batch": "holds itself who asked, how far it is and when it was finished; its papers are frozen",
    "number_counter": "a counter of the program; the numbers stand on the papers",
    "recovery_code": "a secret's hash; its use stands in the log",
    "run_result": "a proposal, replaced by the next run; the charge it became is frozen",
    "run_service": "made with its run, never changed",
    "second_factor": "a secret; switching it on and off stands in the log",
    "shift": "opened and closed by the operations of a cashier, who stands in the row",
    "sign_in": "signing in and out stands in the log; the rows are forgotten after a while",
    "sign_in_failure": "counters of the lock-out; each failure stands in the log",
    "subscription_work_order": "made with its work order, never changed",
    "training_clock": "the clock of a training installation",
}
# The framework's tables that the program alone fills.
OF_THE_FRAMEWORK = ("ab_", "procrastinate_")
PEOPLE = {"ab_user", "ab_user_role", "user_office"}

TRIGGERS = text(
    "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND p.proname IN ('write_trace', 'write_trace_of_rights', 'refuse_change')"
)
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


@pytest.mark.usefixtures("app")
def test_every_table_is_traced_frozen_or_named_with_a_reason() -> None:
    guarded = set(db.session.connection().execute(TRIGGERS).scalars())
    tables = {name for name in db.session.connection().execute(TABLES).scalars() if name in PEOPLE or not name.startswith(OF_THE_FRAMEWORK)}
    assert tables - guarded - set(UNTRACED) == set(), "Give these the trigger write_trace or refuse_change in their migration."
    assert set(UNTRACED) - tables == set(), "These tables do not exist any more."
    assert set(UNTRACED) & guarded == set(), "These are guarded after all."
