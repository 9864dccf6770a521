"""A write-off takes the late interest along that was posted on its charge: one request, one approval, one void."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.billing.choices import LedgerAccount
from app.billing.models import Adjustment, Approval, Reversal
from app.billing.operations.voids import approve_void, void_adjustment
from app.customers.models import Customer
from app.debts.operations.adjusting import write_off
from app.debts.views.adjusting import describe_adjustment
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import preview, run
from app.runs.models import ServiceCharge
from app.values.errors import OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, charge_of, interest_posted, interest_rows, pays, posted
from tests.factories import acting, on_day

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-05-26"


def late() -> tuple[Customer, ServiceCharge]:
    """1,500,000 due on 1 May; 750 a day from 7 May: 7,500 posted on 16 May, 7,500 on 26 May."""
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    for day in ("2026-05-16", TODAY):
        interest_posted(customer, day)
    return customer, bill


def asked(bill: ServiceCharge, day: str = TODAY, **terms: Any) -> Approval:
    with on_day(day, ZONE), acting("lan"):
        return run(write_off, charge=bill.charge_id, reason="Không thu được", **terms).record


def approved(request: Approval, day: str = TODAY) -> Adjustment:
    with on_day(day, ZONE), acting("binh"):
        run(approve_void, approval=request.id)
    with everything("reading"):
        return db.session.scalars(select(Adjustment).where(Adjustment.taken_with_id.is_(None))).one()


def count(model: Any) -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def test_all_of_a_charge_goes_with_its_interest_by_one_approval() -> None:
    customer, bill = late()
    request = asked(bill)
    assert (request.amount, request.interest_amount, request.total) == (Decimal(1_500_000), Decimal(15_000), Decimal(1_515_000))
    approved(request)
    assert (posted(customer, LedgerAccount.RECEIVABLE), posted(customer, LedgerAccount.WRITTEN_OFF)) == (Decimal(0), Decimal(1_515_000))
    assert (count(Adjustment), charge_of(bill).written_off) == (3, Decimal(1_500_000))


def test_nothing_more_is_posted_of_it_afterwards() -> None:
    customer, bill = late()
    approved(asked(bill))
    interest_posted(customer, "2026-07-31")
    assert len(interest_rows(bill)) == 2


@pytest.mark.parametrize("terms", [{"takes_interest": False}, {"amount": Decimal(1_499_999)}], ids=["not wanted", "a part"])
def test_interest_stays_where_it_is_not_wanted_or_only_a_part_is_given_up(terms: dict[str, Any]) -> None:
    customer, bill = late()
    request = asked(bill, **terms)
    assert request.interest_amount is None
    approved(request)
    assert posted(customer, LedgerAccount.RECEIVABLE) == Decimal(1_515_000) - request.total


def test_interest_posted_after_the_request_is_not_given_up_by_it() -> None:
    customer, bill = late()
    request = asked(bill)
    interest_posted(customer, "2026-05-28")
    approved(request, "2026-05-28")
    assert posted(customer, LedgerAccount.RECEIVABLE) == Decimal(1_500)


def test_what_was_paid_of_the_interest_meanwhile_is_not_written_off() -> None:
    customer, bill = late()
    request = asked(bill)
    (first, _second) = interest_rows(bill)
    with on_day(TODAY, ZONE):
        pays(customer, "1", TODAY, (type("Named", (), {"charge_id": first.charge_id})(), "1"))  # type: ignore[arg-type]
    with on_day(TODAY, ZONE), acting("binh"), pytest.raises(OperationRefused) as refused:
        run(approve_void, approval=request.id)
    assert refused.value.code == "over_open"
    assert (count(Adjustment), charge_of(bill).written_off) == (0, Decimal(0))


def test_the_void_of_the_write_off_opens_all_of_it_again() -> None:
    customer, bill = late()
    made = approved(asked(bill))
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_adjustment, adjustment=made.id, reason="Khách quay lại")
    assert (posted(customer, LedgerAccount.RECEIVABLE), posted(customer, LedgerAccount.WRITTEN_OFF)) == (Decimal(1_515_000), Decimal(0))
    assert count(Reversal) == 3


def test_a_part_of_the_interest_that_was_voided_by_itself_is_not_voided_again() -> None:
    customer, bill = late()
    made = approved(asked(bill))
    with everything("reading"):
        taken = list(db.session.scalars(select(Adjustment.id).where(Adjustment.taken_with_id == made.id).order_by(Adjustment.id)))
    with on_day(TODAY, ZONE), acting("binh"):
        run(void_adjustment, adjustment=taken[0], reason="Nhầm")
        run(void_adjustment, adjustment=made.id, reason="Khách quay lại")
    assert (count(Reversal), posted(customer, LedgerAccount.RECEIVABLE)) == (3, Decimal(1_515_000))


def test_the_preview_shows_both_sums_before_anybody_approves() -> None:
    _customer, bill = late()
    with on_day(TODAY, ZONE), acting("lan"):
        shown = preview(write_off, describe_adjustment, charge=bill.charge_id, reason="Không thu được")
    assert ([line.amount for line in shown.lines], shown.total) == ([Decimal(-1_500_000), Decimal(-15_000)], Decimal(-1_515_000))
    assert count(Approval) == 0
