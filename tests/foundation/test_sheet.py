"""A sheet: plain records of the books, written all together, of a failed attempt none."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.billing.choices import FeeKind, LineCode
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Charge
from app.billing.operations.charges import LineTerms, charge
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.transactions import change_many_locked, locked
from app.foundation.writing import Sheet, new, one_sheet
from tests.factories import a_customer, acting
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
TODAY = datetime.date(2026, 5, 14)


def owing(customer: Customer, amount: str = "30.00") -> Charge:
    return charge(
        office_id=customer.office_id,
        customer_id=customer.id,
        fee_kind=FeeKind.SUSPENSION,
        lines=[LineTerms(LineCode.SUSPENSION, Decimal(amount))],
        on=TODAY,
        booked_on=TODAY,
        due_on=TODAY,
    )


def written(sheet: Sheet) -> None:
    session: Session = db.session()
    sheet.write(session)


def totals_of(customer: Customer) -> list[Decimal]:
    return list(db.session.scalars(select(Charge.total).where(Charge.customer_id == customer.id).order_by(Charge.id)))


def test_what_operations_enter_is_written_in_their_order() -> None:
    customer = a_customer()
    with acting("wang"):
        with one_sheet() as sheet:
            for amount in ("10.00", "20.00", "30.00"):
                owing(customer, amount)
            written(sheet)
        assert totals_of(customer) == [Decimal("10.00"), Decimal("20.00"), Decimal("30.00")]
        entries = select(func.count(), func.sum(Posting.amount)).join(JournalEntry, JournalEntry.id == Posting.entry_id)
        assert db.session.execute(entries.where(JournalEntry.charge_id.is_not(None))).one() == (6, Decimal(0))


def test_the_session_knows_nothing_of_it() -> None:
    customer = a_customer()
    with acting("wang"), one_sheet() as sheet:
        owing(customer)
        assert not db.session.new
        written(sheet)
        assert not db.session.new


def test_a_failed_attempt_leaves_nothing_and_what_was_before_it_stands() -> None:
    customer = a_customer()
    with acting("wang"), one_sheet() as sheet:
        owing(customer, "10.00")
        with pytest.raises(RuntimeError), sheet.attempt():
            owing(customer, "20.00")
            raise RuntimeError
        written(sheet)
        assert totals_of(customer) == [Decimal("10.00")]


def test_a_plain_record_has_the_properties_of_its_model_and_no_others() -> None:
    with one_sheet():
        debt = new(Charge, total=Decimal("30.00"), adjusted=Decimal(0), written_off=Decimal(0), paid=Decimal("10.00"))
    assert (debt.open_amount, debt.due_on) == (Decimal("20.00"), None)
    with pytest.raises(AttributeError, match="The Charge on the sheet has no customer"):
        _ = debt.customer


def test_after_the_sheet_records_are_the_sessions_again() -> None:
    customer = a_customer()
    with acting("wang"):
        with one_sheet():
            pass
        debt = owing(customer)
        assert debt in db.session.new


def test_an_empty_sheet_writes_nothing() -> None:
    with acting("wang"), assert_nothing_written(), one_sheet() as sheet:
        written(sheet)


def test_rows_that_are_changed_together_are_changed_in_the_same_columns() -> None:
    first, second = a_customer(), a_customer()
    with acting("wang"):
        rows = [locked(Customer, customer.id) for customer in (first, second)]
        with assert_nothing_written(), pytest.raises(ValueError, match="the same columns"):
            change_many_locked([(rows[0], {"note": "a"}), (rows[1], {"telephone": "1"})])
        change_many_locked([(rows[0], {"note": "a"}), (rows[1], {"note": "b"})])
        stored = select(Customer.note, Customer.version).where(Customer.id.in_([first.id, second.id])).order_by(Customer.id)
        assert [tuple(row) for row in db.session.execute(stored)] == [("a", rows[0].version), ("b", rows[1].version)]
