"""Late interest as it is posted: before payments, with a watermark, never twice."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.billing.choices import AdjustmentKind, FeeKind
from app.billing.models import Charge
from app.billing.operations.voids import approve_void, void_receipt
from app.customers.models import Customer
from app.debts.models import DebtPolicy, LateInterest
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.runs.operations.voiding import void_service_charge
from app.values.errors import OperationRefused
from tests.debts.making import (
    ZONE,
    a_bill,
    a_resident,
    adjusted,
    credit_of,
    interest_amounts,
    interest_posted,
    interest_rows,
    pays,
    written_off,
)
from tests.factories import acting, an_active_line, on_day

pytestmark = pytest.mark.usefixtures("app")


def owed(customer: Customer) -> Decimal:
    with everything("summing what a customer owes"):
        open_amount = func.sum(Charge.total + Charge.adjusted - Charge.written_off - Charge.paid)
        amount = select(func.coalesce(open_amount, 0)).where(Charge.customer_id == customer.id, Charge.reversal_id.is_(None))
        return Decimal(db.session.execute(amount).scalar_one())


def count_interest() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(LateInterest)).one()


def rate_and_cap(rate: str, cap: str) -> None:
    with everything("setting a policy"):
        db.session.execute(DebtPolicy.__table__.update().values(interest_rate=Decimal(rate), interest_cap=Decimal(cap)))
        db.session.commit()


def test_a_payment_covers_the_interest_up_to_its_day_and_the_rest_is_credit() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "2000000", "2026-06-07")
    assert interest_amounts(bill) == [Decimal(24000)]
    assert (owed(customer), credit_of(customer)) == (Decimal(0), Decimal(476000))


def test_a_partial_payment_lowers_the_interest_from_the_next_day() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "600000", "2026-05-16", (bill, "600000"))
    pays(customer, "2000000", "2026-06-07")
    assert interest_amounts(bill) == [Decimal(7500), Decimal(9900)]
    assert credit_of(customer) == Decimal(1_082_600)


def test_two_bills_bear_their_own_interest() -> None:
    unit, customer = a_resident()
    april = a_bill(unit, customer, "1200000", "2026-05-15", posted="2026-04-30")
    may = a_bill(unit, customer, "1200000", "2026-06-15", posted="2026-05-31")
    pays(customer, "2500000", "2026-06-25")
    assert (interest_amounts(april), interest_amounts(may)) == ([Decimal(21600)], [Decimal(3000)])
    assert credit_of(customer) == Decimal(75400)


def test_nothing_is_posted_within_the_days_of_grace() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    interest_posted(customer, "2026-05-06")
    assert interest_rows(bill) == []


def test_posting_twice_on_a_day_posts_nothing_the_second_time() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    interest_posted(customer, "2026-05-16")
    interest_posted(customer, "2026-05-16")
    assert interest_amounts(bill) == [Decimal(7500)]


def test_days_that_give_no_whole_step_are_kept_for_the_next_posting() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000", "2026-05-01")
    for day in ("2026-05-07", "2026-05-08", "2026-05-09", "2026-05-10"):
        interest_posted(customer, day)
    assert interest_amounts(bill) == [Decimal(1), Decimal(0), Decimal(1), Decimal(0)]


def test_interest_bears_no_interest() -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    interest_posted(customer, "2026-06-07")
    interest_posted(customer, "2026-12-31")
    with everything("looking at what bears interest"):
        kinds = db.session.scalars(select(Charge.fee_kind).join(LateInterest, LateInterest.source_charge_id == Charge.id)).all()
    assert set(kinds) == {FeeKind.MANAGEMENT}


def test_interest_ends_at_the_cap() -> None:
    unit, customer = a_resident()
    rate_and_cap("0.005", "0.1")
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    interest_posted(customer, "2026-12-31")
    interest_posted(customer, "2027-05-01")
    assert sum(interest_amounts(bill)) == Decimal(150_000)


def test_broadband_charges_bear_none() -> None:
    line = an_active_line("2026-01-31")
    with on_day("2026-05-14"), acting("chen"):
        run(_owe_for_line, customer=line.customer_id, office=line.office_id)
    with everything("looking up"):
        customer = db.session.scalars(select(Customer).where(Customer.id == line.customer_id)).one()
    interest_posted(customer, "2026-12-31")
    assert count_interest() == 0


def _owe_for_line(*, customer: int, office: int) -> Charge:
    from app.billing.choices import LineCode
    from app.billing.operations.charges import LineTerms, charge

    day = datetime.date(2026, 1, 1)
    lines = [LineTerms(LineCode.SUSPENSION, Decimal("20.00"))]
    return charge(office_id=office, customer_id=customer, fee_kind=FeeKind.SUSPENSION, lines=lines, on=day, booked_on=day, due_on=day)


def test_the_database_refuses_a_day_twice() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    interest_posted(customer, "2026-05-16")
    again = (
        "INSERT INTO late_interest (office_id, source_charge_id, starts_on, ends_on, exact, amount, created_at) "
        "SELECT office_id, source_charge_id, ends_on, ends_on + 3, 10, 0, created_at FROM late_interest"
    )
    with everything("breaking a rule"), pytest.raises(IntegrityError, match="ex_late_interest_days"):
        db.session.execute(text(again))
    db.session.rollback()
    assert len(interest_rows(bill)) == 1


# Voids --------------------------------------------------------------------------------------------------------------------------


def test_a_voided_payment_opens_its_debts_again_and_the_days_since_count() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    receipt = pays(customer, "1524000", "2026-06-07")
    with on_day("2026-06-07", ZONE), acting("binh"):
        run(void_receipt, receipt=receipt.id, reason="Thu nhầm khách")
    assert owed(customer) == Decimal(1_524_000)
    # Ten more days of 750 on the whole debt: the interest posted before the payment stays, no day counts twice.
    interest_posted(customer, "2026-06-17")
    assert interest_amounts(bill) == [Decimal(24000), Decimal(7500)]


def test_days_behind_the_watermark_stay_final_after_a_void() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    receipt = pays(customer, "600000", "2026-05-16", (bill, "600000"))
    interest_posted(customer, "2026-05-26")  # ten days of 450
    with on_day("2026-05-26", ZONE), acting("binh", "approve_void"):
        asked = run(void_receipt, receipt=receipt.id, reason="Séc bị trả lại").record
    with on_day("2026-05-26", ZONE), acting("ada", "approve_void"):
        run(approve_void, approval=asked.id)
    interest_posted(customer, "2026-06-05")  # ten days of 750
    assert interest_amounts(bill) == [Decimal(7500), Decimal(4500), Decimal(7500)]


def test_the_interest_goes_with_a_voided_charge() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01", posted="2026-05-16")
    interest_posted(customer, "2026-05-16")
    with on_day("2026-05-16", ZONE), acting("binh"):
        run(void_service_charge, service_charge=bill.id, reason="Tính nhầm căn hộ")
    (row,) = interest_rows(bill)
    assert row.reversal_id is not None
    assert owed(customer) == Decimal(0)


# Adjustments and write-offs ------------------------------------------------------------------------------------------------------


def test_a_write_off_leaves_nothing_owed_and_no_interest() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "1000000", "2026-05-01", (bill, "1000000"))
    asked = written_off(bill, "2026-06-30")
    with on_day("2026-06-30", ZONE), acting("binh"):
        run(approve_void, approval=asked.id)
    assert owed(customer) == Decimal(0)
    interest_posted(customer, "2026-12-31")
    assert (interest_rows(bill), owed(customer)) == ([], Decimal(0))


def test_the_request_for_a_write_off_posts_no_interest() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    written_off(bill, "2026-06-30")
    assert (interest_rows(bill), owed(customer)) == ([], Decimal(1_500_000))


def test_what_is_left_of_a_charge_written_off_in_part_bears_interest_day_by_day() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    asked = written_off(bill, "2026-05-16", "500000")
    with on_day("2026-05-16", ZONE), acting("binh"):
        run(approve_void, approval=asked.id)
    interest_posted(customer, "2026-05-26")
    assert interest_amounts(bill) == [Decimal(12_500)]  # 7 … 16 May: 10 × 750, 17 … 26 May: 10 × 500


def test_a_mistake_that_is_lowered_to_nothing_bears_no_interest() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    adjusted(bill, AdjustmentKind.LOWER, "1500000", "2026-06-30")
    assert (interest_rows(bill), owed(customer)) == ([], Decimal(0))


def test_a_raised_charge_bears_interest_from_the_next_day() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1000000", "2026-05-01")
    adjusted(bill, AdjustmentKind.RAISE, "1000000", "2026-05-16")
    interest_posted(customer, "2026-05-26")
    assert interest_amounts(bill) == [Decimal(15_000)]  # ten days of 500, ten days of 1000


@pytest.mark.parametrize(
    ("amount", "kind", "by", "cap"),
    [("1000000", AdjustmentKind.LOWER, "900000", 100_000), ("100000", AdjustmentKind.RAISE, "900000", 1_000_000)],
)
def test_the_cap_is_of_what_the_corrected_charge_asks_for(amount: str, kind: AdjustmentKind, by: str, cap: int) -> None:
    unit, customer = a_resident()
    rate_and_cap("0.005", "1")
    bill = a_bill(unit, customer, amount, "2026-05-01")
    adjusted(bill, kind, by, "2026-05-01")
    interest_posted(customer, "2028-05-01")
    assert interest_amounts(bill) == [Decimal(cap)]


def test_what_became_credit_lowers_the_cap_too() -> None:
    """Of 1,000,000 are 950,000 paid and 900,000 taken back: the charge asks for 100,000, whatever became credit."""
    unit, customer = a_resident()
    rate_and_cap("0.005", "0.1")
    bill = a_bill(unit, customer, "1000000", "2026-05-01")
    pays(customer, "950000", "2026-05-01", (bill, "950000"))
    adjusted(bill, AdjustmentKind.LOWER, "900000", "2026-05-01")
    adjusted(bill, AdjustmentKind.RAISE, "50000", "2026-05-01")
    interest_posted(customer, "2028-05-01")
    assert interest_amounts(bill) == [Decimal(15_000)]


# Properties ----------------------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    amount=st.integers(1_000, 5_000_000),
    days=st.lists(st.integers(1, 90), min_size=1, max_size=4, unique=True),
    paid=st.integers(0, 100),
)
def test_the_number_of_postings_does_not_matter(amount: int, days: list[int], paid: int) -> None:
    unit, customer = a_resident()
    _, other = a_resident()
    often, once = a_bill(unit, customer, str(amount), "2026-05-01"), a_bill(_, other, str(amount), "2026-05-01")
    first = datetime.date(2026, 5, 2)
    for day in sorted(days):
        interest_posted(customer, (first + datetime.timedelta(days=day)).isoformat())
    end = (first + datetime.timedelta(days=91)).isoformat()
    for person in (customer, other):
        interest_posted(person, end)
    assert sum(interest_amounts(often)) == sum(interest_amounts(once))
    part = amount * paid // 100
    if part:
        pays(customer, str(part), end, (often, str(part)))
        later = (first + datetime.timedelta(days=120)).isoformat()
        interest_posted(customer, later)
    rows = interest_rows(often)
    assert all(earlier.ends_on < later.starts_on for earlier, later in pairwise(rows))
    assert sum(row.amount for row in rows) <= amount


def test_a_refused_payment_posts_no_interest() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    with pytest.raises(OperationRefused, match="Every debt is named once"):
        pays(customer, "10", "2026-06-07", (bill, "5"), (bill, "5"))
    assert interest_rows(bill) == []
