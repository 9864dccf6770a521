"""One transaction per operation: keys, replays, previews, and refusals that leave nothing behind."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from app.billing.models import Receipt
from app.broadband.models import Plan, RegularPayment, Subscription
from app.broadband.operations.payments import PaymentTerms, pay
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import IdempotencyKey, change_locked, found, locked, preview, run
from app.values.errors import Conflict, Malformed, OperationRefused
from tests.factories import CASH, a_plan, acting, an_active_line, on_day, reloaded

pytestmark = pytest.mark.usefixtures("app")
LATER = datetime.date(2026, 6, 30)
UNSEEN = {"synchronize_session": False}


def terms(months: int = 1) -> PaymentTerms:
    return PaymentTerms(months=months, methods=CASH)


def receipts() -> int:
    with everything("counting receipts"):
        return db.session.execute(select(func.count(Receipt.id))).scalar_one()


def test_the_same_key_gives_one_receipt_and_a_replay() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        first = run(pay, key="k1", subscription=line.id, terms=terms())
        second = run(pay, key="k1", subscription=line.id, terms=terms())
    assert not first.replayed
    assert second.replayed
    assert second.record.id == first.record.id
    assert receipts() == 1


def test_the_same_key_with_other_content_is_a_conflict() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        run(pay, key="k1", subscription=line.id, terms=terms())
        with pytest.raises(Conflict):
            run(pay, key="k1", subscription=line.id, terms=terms(2))
    assert receipts() == 1


def test_a_refused_request_uses_no_key_so_a_corrected_form_goes_through() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        with pytest.raises(OperationRefused):
            run(pay, key="k1", subscription=line.id, terms=terms(0))
        assert not run(pay, key="k1", subscription=line.id, terms=terms(1)).replayed
    assert receipts() == 1


def test_a_key_belongs_to_its_user() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"):
        with acting("wang"):
            run(pay, key="k1", subscription=line.id, terms=terms())
        with acting("li"):
            assert not run(pay, key="k1", subscription=line.id, terms=terms()).replayed
    assert receipts() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"), pytest.raises(Malformed):
        run(pay, key=key, subscription=line.id, terms=terms())
    assert receipts() == 0


def test_a_preview_says_what_will_happen_and_writes_nothing() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        said = preview(pay, lambda payment: (payment.total, payment.period_end, payment.number), subscription=line.id, terms=terms(3))
        assert receipts() == 0
        done = run(pay, subscription=line.id, terms=terms(3)).record
    assert said == (done.total, done.period_end, done.number)


def test_a_refusal_after_writing_leaves_nothing_and_no_gap() -> None:
    line = an_active_line("2026-01-31")

    def pay_and_fail(*, subscription: int) -> RegularPayment:
        pay(subscription=subscription, terms=terms())
        raise OperationRefused("too late")  # type: ignore[arg-type]

    with on_day("2026-01-31"), acting("wang"):
        with pytest.raises(OperationRefused):
            run(pay_and_fail, subscription=line.id)
        payment = run(pay, subscription=line.id, terms=terms()).record
    assert payment.number.endswith("000001")
    assert reloaded(line).stops_on == payment.period_end


def test_the_key_stands_beside_the_committed_result() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-01-31"), acting("wang"):
        payment = run(pay, key="k1", subscription=line.id, terms=terms()).record
    kept = db.session.scalars(select(IdempotencyKey)).one()
    assert (kept.record_type, kept.record_id) == ("RegularPayment", payment.id)


def test_a_locked_row_is_changed_at_once_and_its_version_rises() -> None:
    line = an_active_line("2026-01-31")
    with acting("wang"):
        row = locked(Subscription, line.id)
        before = row.version
        change_locked(row, note="Dog in the yard", stops_on=LATER)
        assert (row.note, row.stops_on, row.version) == ("Dog in the yard", LATER, before + 1)
        assert row not in db.session.dirty
        db.session.expire(row)
        assert (row.note, row.stops_on, row.version) == ("Dog in the yard", LATER, before + 1)
        row.note = ""
        db.session.flush()
        assert row.version == before + 2


def test_a_row_that_somebody_else_has_changed_meanwhile_is_not_changed() -> None:
    line = an_active_line("2026-01-31")
    with acting("wang"):
        row = found(Subscription, line.id)
        db.session.execute(update(Subscription).where(Subscription.id == line.id).values(note="First", version=row.version + 1))
        db.session.expire_all()
        assert row.note == "First"
        set_committed_value(row, "version", row.version - 1)
        with pytest.raises(StaleDataError):
            change_locked(row, note="Second")
        db.session.expire_all()
        assert row.note == "First"


def test_a_row_that_somebody_else_changes_at_the_same_moment_is_a_conflict_and_not_changed() -> None:
    plan = a_plan(note="First")

    def change_too_late(*, plan: int) -> Plan:
        row = found(Plan, plan)
        db.session.execute(update(Plan).where(Plan.id == plan).values(version=row.version + 1), execution_options=UNSEEN)
        row.note = "Second"
        return row

    with acting("chen"):
        with pytest.raises(Conflict) as kept:
            run(change_too_late, plan=plan.id)
        with pytest.raises(Conflict):
            preview(change_too_late, str, plan=plan.id)
    assert (kept.value.code, reloaded(plan).note) == ("locked", "First")
