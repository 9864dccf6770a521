"""The pages of debts, as staff see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.billing.choices import FeeKind
from app.billing.models import Adjustment, Approval, Charge, Voucher
from app.broadband.operations.equipping import EquipmentTerms, lend
from app.debts.models import CollectionStep, DebtPolicy, PaymentPromise
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.debts.making import ZONE, a_bill, a_resident, charge_of, interest_amounts, pays
from tests.factories import acting, an_active_line, on_day

Browse = Callable[[str], FlaskClient]
TODAY = "2026-06-30"


def count(model: type) -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(model)).one()


def text_of(client: FlaskClient, address: str) -> str:
    with on_day(TODAY, ZONE):
        answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def sent(client: FlaskClient, page: str, **values: str) -> int:
    """Open a form and send it; return the status."""
    with on_day(TODAY, ZONE):
        form = client.get(page)
        assert form.status_code == 200, form.text[:500]
        key = form.text.split('name="key"')[1].split('value="')[1].split('"')[0]
        return client.post(page, data={"key": key, **values}).status_code


@pytest.mark.parametrize("group", ["", "customer", "unit", "building", "service", "period", "charge"])
def test_debts_are_shown_by_every_group(browse: Browse, group: str) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1234567", "2026-05-01")
    shown = text_of(browse("binh"), f"/debtsview/list/?to={TODAY}&group={group}")
    assert "1.234.567" in shown or "1,234,567" in shown


def test_debts_are_found_by_building_and_age(browse: Browse) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1234567", "2026-05-01")
    assert "1,234,567" in text_of(browse("binh"), f"/debtsview/list/?to={TODAY}&building={unit.building_id}&age=d31_60")
    assert "Nothing is owed" in text_of(browse("binh"), f"/debtsview/list/?to={TODAY}&age=over_90")


@pytest.mark.parametrize("sort", ["xlsx", "csv"])
def test_debts_and_statements_are_given_as_files(browse: Browse, sort: str) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1234567", "2026-05-01")
    client = browse("binh")
    for page in (f"/debtsview/export/{sort}?to={TODAY}", f"/statementview/export/{sort}?unit={unit.id}&from=2026-01-01&to={TODAY}"):
        with on_day(TODAY, ZONE):
            answer = client.get(page)
        assert answer.status_code == 200
        assert len(answer.data) > 50


def test_a_statement_shows_balances_service_and_ages(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-15", posted="2026-05-31")
    pays(customer, "400000", "2026-06-05", (bill, "400000"))
    client = browse("lan")
    for of in (f"customer={customer.id}", f"unit={unit.id}"):
        shown = text_of(client, f"/statementview/list/?{of}&from=2026-06-01&to={TODAY}")
        assert "Opening balance" in shown
        assert "Closing balance" in shown
        assert "1,100,000" in shown
        assert "Open at the end of" in shown
    assert unit.code in text_of(client, f"/statementview/list/?customer={customer.id}&from=2026-05-01&to={TODAY}")


def test_the_pages_of_a_unit_and_a_customer_tell_of_debts(browse: Browse) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    client = browse("binh")
    for page in (f"/unitview/show/{unit.id}", f"/customerview/show/{customer.id}"):
        shown = text_of(client, page)
        assert "1,500,000" in shown
        assert "Collection history" in shown


def test_the_collection_status_lists_who_is_late(browse: Browse) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    assert customer.name in text_of(browse("lan"), f"/collectionstatusview/list/?to={TODAY}")


def test_interest_is_posted_by_its_page(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    assert sent(browse("lan"), "/lateinterestview/add", customer=str(customer.id)) == 302
    assert len(interest_amounts(bill)) == 1


def test_a_charge_is_adjusted_by_its_page(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-15")
    page = f"/adjustmentview/add?charge={bill.charge_id}"
    values = {"charge": str(bill.charge_id), "kind": "lower", "amount": "500000", "reason": "Ghi sai chỉ số"}
    assert sent(browse("binh"), page, **values) == 302
    assert (count(Adjustment), charge_of(bill).open_amount) == (1, Decimal(1_000_000))


def test_a_write_off_waits_for_approval_and_is_answered_on_its_page(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-29")
    assert sent(browse("lan"), "/writeoffview/add", charge=str(bill.charge_id), reason="Không thu được") == 302
    with everything("looking up"):
        number = db.session.scalars(select(Approval.id)).one()
    client = browse("binh")
    assert "Write off" in text_of(client, f"/approvalview/show/{number}")
    with on_day(TODAY, ZONE):
        page = client.get(f"/approvalview/show/{number}").text
    key = page.split(f'action="/approvalview/approve/{number}"')[1].split('name="key" value="')[1].split('"')[0]
    with on_day(TODAY, ZONE):
        assert client.post(f"/approvalview/approve/{number}", data={"key": key}).status_code == 302
    assert charge_of(bill).written_off == Decimal(1_500_000)
    with on_day(TODAY, ZONE):
        twice = client.post(f"/approvalview/approve/{number}", data={"key": key}, follow_redirects=True)
    assert "it counted once" in twice.text
    assert charge_of(bill).written_off == Decimal(1_500_000)


def test_nothing_is_approved_without_the_mark_of_the_page(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-29")
    sent(browse("lan"), "/writeoffview/add", charge=str(bill.charge_id), reason="Không thu được")
    with everything("looking up"):
        number = db.session.scalars(select(Approval.id)).one()
    with on_day(TODAY, ZONE):
        answer = browse("binh").post(f"/approvalview/approve/{number}", follow_redirects=True)
    assert "Nothing was saved" in answer.text
    assert charge_of(bill).written_off == Decimal(0)


def test_a_promise_and_a_step_are_noted_by_their_pages(browse: Browse) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    client = browse("lan")
    promised = {"customer": str(customer.id), "amount": "1500000", "due_on": "2026-07-10"}
    assert sent(client, "/paymentpromiseview/add", **promised) == 302
    noted = {"customer": str(customer.id), "unit": str(unit.id), "kind": "call", "note": "Hẹn tuần sau"}
    assert sent(client, "/collectionstepview/add", **noted) == 302
    assert (count(PaymentPromise), count(CollectionStep)) == (1, 1)
    assert "Promise open" in text_of(client, "/paymentpromiseview/show/" + str(_only(PaymentPromise)))


def _only(model: type) -> int:
    with everything("looking up"):
        return db.session.scalars(select(model.id)).one()  # type: ignore[attr-defined]


def test_the_policy_is_changed_by_a_manager(browse: Browse) -> None:
    with everything("looking up"):
        from app.offices.models import Office

        number = db.session.scalars(select(DebtPolicy.id).join(Office, Office.id == DebtPolicy.office_id).where(Office.code == "HN")).one()
    values = {"interest_rate": "0.03", "interest_grace": "7", "interest_cap": "50", "promise_max_days": "20", "lock_after_days": "45"}
    values |= {
        "lock_min_debt": "200000",
        "remind_min_debt": "15000",
        "adjustment_limit": "",
        "digest_rhythm": "daily",
        "digest_to": "a@example.com; b@example.com",
    }
    client = browse("binh")
    assert sent(client, f"/debtpolicyview/edit/{number}", version="1", **values) == 302
    with everything("looking up"):
        policy = db.session.scalars(select(DebtPolicy).where(DebtPolicy.id == number).execution_options(populate_existing=True)).one()
    assert (policy.interest_rate, policy.interest_grace, policy.interest_cap) == (Decimal("0.0003"), 7, Decimal("0.5"))
    assert policy.digest_to == "a@example.com, b@example.com"
    assert sent(client, f"/debtpolicyview/edit/{number}", version="2", **(values | {"digest_to": "nobody"})) == 422


@pytest.mark.parametrize("page", ["lateinterest", "adjustment", "paymentpromise", "collectionstep", "debtdigest", "debtpolicy"])
def test_the_lists_open(browse: Browse, page: str) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    pays(customer, "2000", "2026-06-07")
    assert text_of(browse("binh"), f"/{page}view/list/")


def test_promises_are_narrowed_to_how_they_stand(browse: Browse) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    assert sent(browse("lan"), "/paymentpromiseview/add", customer=str(customer.id), amount="500000", due_on="2026-07-10") == 302
    assert "Promise open" in text_of(browse("lan"), "/paymentpromiseview/list/")
    assert customer.name in text_of(browse("lan"), "/paymentpromiseview/list/?state=open")
    assert customer.name not in text_of(browse("lan"), "/paymentpromiseview/list/?state=kept")


def test_the_page_of_a_customer_leads_to_the_payment_of_his_credit(browse: Browse) -> None:
    _unit, customer = a_resident()
    pays(customer, "200000", TODAY)
    assert "Pay out credit" in text_of(browse("lan"), f"/customerview/show/{customer.id}")
    assert sent(browse("lan"), "/creditpayoutview/add", customer=str(customer.id), method="cash", reason="Khách yêu cầu") == 302
    assert "Pay out credit" not in text_of(browse("lan"), f"/customerview/show/{customer.id}")
    with everything("reading"):
        voucher = db.session.scalars(select(Voucher)).one()
    assert (voucher.total, voucher.payee_name) == (Decimal(200_000), customer.name)


def test_a_deposit_has_no_button_that_would_be_refused(browse: Browse) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-15")
    assert "Write off" in text_of(browse("lan"), f"/chargeview/show/{bill.charge_id}")
    line = an_active_line("2026-06-01", "HN", customer=customer)
    with on_day("2026-06-10", ZONE), acting("binh"):
        run(lend, subscription=line.id, terms=EquipmentTerms(name="Modem", serial="GM-9", deposit=Decimal(100_000)))
    with everything("reading"):
        deposit = db.session.scalars(select(Charge.id).where(Charge.fee_kind == FeeKind.DEPOSIT)).one()
    assert "Write off" not in text_of(browse("lan"), f"/chargeview/show/{deposit}")
