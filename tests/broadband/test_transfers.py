"""Transfers of ownership by the real operations: the worked example, what goes along, what stays, their voids."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.choices import FeeKind, Method, PricedOperation
from app.billing.models import Receipt
from app.billing.operations.receipts import credit_balance, take_payment
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import StopReason, SubscriptionState
from app.broadband.models import Subscription
from app.broadband.operations.renewing import agree_to_renewal
from app.customers.operations import NewCustomer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from tests.broadband.changes import event_of, ordered, rows, stands, transferred, voided
from tests.broadband.lines import cut, day, line_until, resumed, suspended
from tests.factories import CASH, a_customer, a_pending_line, acting, on_day, paid, reloaded, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def test_example_42_the_line_goes_with_its_days_and_its_receipts_stay() -> None:
    set_price(PricedOperation.TRANSFER, "30.00")
    zhang, li = a_customer(name="张三"), a_customer(name="李四")
    line = line_until("2026-08-31", customer=zhang)
    before = rows(line)
    transfer = transferred(line, "2026-06-15", customer=li.id, methods=CASH)
    fresh = reloaded(line)
    assert (fresh.customer_id, fresh.stops_on, rows(line)) == (li.id, day("2026-08-31"), before)
    assert (transfer.customer_id, transfer.new_customer_id) == (zhang.id, li.id)
    with everything("reading the receipts"):
        assert set(db.session.scalars(select(Receipt.customer_id))) == {zhang.id}
    charge, receipt, _, _ = event_of(transfer)
    assert (charge.fee_kind, receipt.total, charge.customer_id) == (FeeKind.TRANSFER, Decimal("30.00"), zhang.id)


def test_what_is_paid_afterwards_is_the_new_customers() -> None:
    li = a_customer(name="李四")
    line = line_until("2026-08-31")
    transferred(line, "2026-06-15", customer=li.id)
    assert paid(line, "2026-06-16").customer_id == li.id


def test_a_new_customer_is_registered_with_it() -> None:
    line = line_until("2026-08-31")
    transfer = transferred(line, "2026-06-15", new_customer=NewCustomer("李四", id_number="440301199001014528", mobile="13800000001"))
    with everything("reading the customer"):
        person = reloaded(transfer).new_customer
        assert (person.name, person.customer_no, person.id_number) == ("李四", person.customer_no, "440301199001014528")
        assert reloaded(line).contact_phone == "13800000001"


def test_number_login_plan_and_dates_stay_and_the_rest_is_the_new_customers() -> None:
    line = line_until("2026-08-31", password="old-secret", telephone="021-11112222", contact_phone="13900000009")
    agree_to_renewals(line)
    before = stands(line)
    li = a_customer(name="李四", mobile="13800000001", telephone="021-33334444")
    transferred(line, "2026-06-15", customer=li.id)
    after = stands(line)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"customer_id", "password", "telephone", "contact_phone", "search_terms", "renews_from_credit"}
    assert (after["telephone"], after["contact_phone"]) == ("021-33334444", "13800000001")


def test_the_old_password_never_stays() -> None:
    line = line_until("2026-08-31", password="old-secret")
    transferred(line, "2026-06-15", customer=a_customer().id)
    assert reloaded(line).password is None


def test_a_new_password_place_and_telephone_may_be_given() -> None:
    line = line_until("2026-08-31", password="old-secret")
    transfer = transferred(
        line, "2026-06-15", customer=a_customer().id, password="new-secret", address="8-1-301", telephone="021-5", contact_phone="137"
    )
    fresh = reloaded(line)
    assert (fresh.password, fresh.address, fresh.telephone, fresh.contact_phone) == ("new-secret", "8-1-301", "021-5", "137")
    assert (transfer.address, transfer.new_address) == ("3-2-501", "8-1-301")


def test_credit_stays_with_the_old_customer() -> None:
    zhang, li = a_customer(name="张三"), a_customer(name="李四")
    line = line_until("2026-08-31", customer=zhang)
    with on_day("2026-06-01"), acting("wang"):
        run(take_payment, customer=zhang.id, methods=(MethodAmount(Method.CASH, Decimal("88.00")),))
    transferred(line, "2026-06-15", customer=li.id)
    with everything("reading the credit"):
        assert [credit_balance(reloaded(each)) for each in (zhang, li)] == [Decimal("88.00"), Decimal(0)]


def test_a_fee_left_open_is_no_debt_of_the_new_customer() -> None:
    set_price(PricedOperation.TRANSFER, "30.00")
    line = line_until("2026-08-31")
    transferred(line, "2026-06-15", customer=a_customer().id)
    suspended(line, "2026-06-20")
    assert reloaded(line).state is SubscriptionState.SUSPENDED


def test_a_suspended_line_stays_suspended_with_its_planned_day() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10", planned_resume_on=day("2026-07-20"))
    transferred(line, "2026-06-15", customer=a_customer().id)
    fresh = reloaded(line)
    assert (fresh.state, fresh.planned_resume_on) == (SubscriptionState.SUSPENDED, day("2026-07-20"))
    resumed(line, "2026-07-20")
    assert reloaded(line).stops_on == day("2026-09-23")


def test_a_cut_line_without_arrears_stays_cut() -> None:
    line = line_until("2026-08-14")
    cut(line, "2026-06-10", StopReason.VIOLATION)
    transferred(line, "2026-06-15", customer=a_customer().id)
    fresh = reloaded(line)
    assert (fresh.state, fresh.stop_reason) == (SubscriptionState.FORCED, StopReason.VIOLATION)


def test_an_open_debt_past_its_day_refuses_the_transfer() -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    other = a_customer()
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        transferred(line, "2026-06-15", customer=other.id)
    assert refused.value.code == "arrears_open"


def test_before_its_installation_the_application_and_its_order_get_the_new_customer() -> None:
    set_price(PricedOperation.TRANSFER, "30.00")
    line, li = a_pending_line("2026-06-01"), a_customer(name="李四")
    transfer = transferred(line, "2026-06-10", customer=li.id)
    assert transfer.fee == 0
    with everything("reading the order"):
        fresh = reloaded(line)
        assert (fresh.customer_id, fresh.work_orders[0].customer_id) == (li.id, li.id)


def test_nobody_takes_over_his_own_line() -> None:
    line = line_until("2026-08-31")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        transferred(line, "2026-06-15", customer=line.customer_id)
    assert refused.value.code == "same_customer"


@pytest.mark.parametrize("terms", [{}, {"customer": 1, "new_customer": NewCustomer("李四")}])
def test_one_customer_is_named(terms: dict[str, object]) -> None:
    line = line_until("2026-08-31")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        transferred(line, "2026-06-15", **terms)
    assert refused.value.code == "customer_missing"


def test_a_customer_of_another_office_does_not_exist() -> None:
    line, elsewhere = line_until("2026-08-31"), a_customer("HN")
    with assert_nothing_written(), pytest.raises(NotFound):
        transferred(line, "2026-06-15", customer=elsewhere.id)


def test_the_void_of_its_fee_gives_the_line_back_as_it_was() -> None:
    set_price(PricedOperation.TRANSFER, "30.00")
    line = line_until("2026-08-31", password="old-secret", telephone="021-11112222", contact_phone="13900000009")
    agree_to_renewals(line)
    before = stands(line)
    transfer = transferred(line, "2026-06-15", customer=a_customer().id, address="8-1-301", password="new", methods=CASH)
    _, receipt, _, _ = event_of(transfer)
    voided(receipt.id, "2026-06-15")
    assert stands(line) == before


def agree_to_renewals(line: Subscription) -> None:
    with on_day("2026-06-01"), acting("wang"):
        run(agree_to_renewal, subscription=line.id, renews=True)


def test_a_void_gives_the_open_orders_back_to_the_old_customer() -> None:
    line = line_until("2026-08-31")
    order = ordered(line, "2026-06-01", "fault")
    transfer = transferred(line, "2026-06-15", customer=a_customer(name="李四").id, fee=Decimal("30.00"), methods=CASH)
    _, receipt, _, _ = event_of(transfer)
    voided(receipt.id, "2026-06-15")
    with everything("reading the order"):
        assert reloaded(order).customer_id == line.customer_id


def test_a_void_brings_no_renewal_back_that_nobody_stands_for() -> None:
    line = line_until("2026-08-31")
    agree_to_renewals(line)
    transfer = transferred(line, "2026-06-15", customer=a_customer(name="李四").id, fee=Decimal("30.00"), methods=CASH)
    with on_day("2026-06-15"), acting("wang"):
        for renews in (True, False):
            run(agree_to_renewal, subscription=line.id, renews=renews)
    _, receipt, _, _ = event_of(transfer)
    voided(receipt.id, "2026-06-15")
    assert not reloaded(line).renews_from_credit


@pytest.mark.parametrize("brings", [{"new_name": "张三丰"}, {"new_id_number": "440301199001014528"}, {"new_phone": "13900000001"}])
def test_what_an_order_brings_the_old_customer_is_not_given_to_the_new_one(brings: dict[str, str]) -> None:
    line, li = line_until("2026-08-31"), a_customer(name="李四")
    ordered(line, "2026-06-01", "fault", **brings)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        transferred(line, "2026-06-15", customer=li.id)
    assert refused.value.code == "order_brings_name"
