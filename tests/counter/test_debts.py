"""The counter takes payments for open charges: found by the unit, ticked or by an amount, with interest and credit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.billing.models import Receipt
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import everything
from app.tariffs.choices import ServiceKind
from tests.cast import PASSWORD
from tests.debts.making import HANOI, ZONE, a_bill, a_resident, charge_of, pays
from tests.factories import a_customer, a_unit, an_occupancy, on_day

DAY = "2026-06-07"


@pytest.fixture
def lan(app: Flask) -> FlaskClient:
    """The browser of Lan, a cashier in Hà Nội."""
    client = app.test_client()
    assert client.post("/login/", data={"username": "lan", "password": PASSWORD}).status_code == 302
    return client


def page(client: FlaskClient, address: str) -> str:
    with on_day(DAY, ZONE):
        answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def key_of(client: FlaskClient, customer: int) -> str:
    text = page(client, f"/counter/?customer={customer}")
    return text.split('name="key"')[1].split('value="')[1].split('"')[0]


def take(client: FlaskClient, **values: object) -> int:
    with on_day(DAY, ZONE):
        return client.post("/counter/take_debts", data={"debts": "1", "method": "cash", **values}).status_code


def receipts() -> list[Receipt]:
    with everything("reading receipts"):
        return list(db.session.scalars(select(Receipt).order_by(Receipt.id)))


def count() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(Receipt)).one()


def test_a_resident_is_found_by_the_unit_and_sees_what_is_open(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    assert customer.name in page(lan, f"/counter/find?q={unit.code.lower()}")
    shown = page(lan, f"/counter/?customer={customer.id}")
    assert unit.code in shown
    assert "24.000" in shown or "24,000" in shown  # the interest that is due today


def test_the_search_shows_unit_and_debt_of_a_resident(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    found = page(lan, f"/counter/find?q={customer.name}")
    assert unit.code in found
    assert "1,500,000" in found or "1.500.000" in found


def test_a_resident_who_owes_nothing_is_not_asked_to_open_a_line(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    shown = page(lan, f"/counter/?customer={customer.id}")
    assert unit.code in shown
    assert say("Nothing is owed.", "vi") in shown
    assert say("No line yet", "vi") not in shown
    assert say("Nothing is owed.", "vi") in page(lan, f"/counter/find?q={unit.code}")


def test_the_counter_names_the_units_where_somebody_is_today(lan: FlaskClient) -> None:
    leaving, coming = a_customer(HANOI, "Trần Thị Bích"), a_customer(HANOI, "Lê Quang Dũng")
    other, third = a_unit("1204", HANOI), a_unit("1205", HANOI)
    an_occupancy(other, leaving, "2026-01-01", "2026-06-30")
    an_occupancy(third, coming, "2026-07-01")
    assert other.code in page(lan, f"/counter/?customer={leaving.id}")
    assert third.code not in page(lan, f"/counter/?customer={coming.id}")
    assert other.code in page(lan, f"/counter/find?q={leaving.name}")


def test_everything_ticked_is_taken_once(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    first = a_bill(unit, customer, "1500000", "2026-05-01")
    second = a_bill(unit, customer, "200000", "2026-06-20", kind=ServiceKind.WATER)
    key = key_of(lan, customer.id)
    ticked = {"customer": customer.id, "key": key, "charges": [first.charge_id, second.charge_id]}
    assert (take(lan, **ticked), take(lan, **ticked)) == (302, 302)
    assert [receipt.total for receipt in receipts()] == [Decimal(1_724_000)]


def test_only_what_is_ticked_is_taken(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    first = a_bill(unit, customer, "300000", "2026-06-05")
    second = a_bill(unit, customer, "200000", "2026-06-20", kind=ServiceKind.WATER)
    assert take(lan, customer=customer.id, key=key_of(lan, customer.id), charges=[second.charge_id]) == 302
    assert (charge_of(first).open_amount, charge_of(second).open_amount) == (Decimal(300_000), Decimal(0))


def test_an_amount_goes_to_the_oldest(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    first = a_bill(unit, customer, "300000", "2026-06-05")
    a_bill(unit, customer, "200000", "2026-06-20", kind=ServiceKind.WATER)
    assert take(lan, customer=customer.id, key=key_of(lan, customer.id), amount="250000") == 302
    assert charge_of(first).open_amount == Decimal(50_000)


def test_credit_is_offered(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "100000", "2026-06-01")
    pays(customer, "150000", "2026-06-05")
    bill = a_bill(unit, customer, "300000", "2026-06-15", posted="2026-06-06")
    assert 'name="uses_credit"' in page(lan, f"/counter/?customer={customer.id}")
    assert take(lan, customer=customer.id, key=key_of(lan, customer.id), charges=[bill.charge_id], uses_credit="y") == 302
    assert [method.amount for method in _methods()] == [Decimal(50_000), Decimal(250_000)]


def _methods() -> list:  # type: ignore[type-arg]
    with everything("reading a receipt"):
        return list(db.session.scalars(select(Receipt).order_by(Receipt.id.desc()).limit(1)).one().methods)


@pytest.mark.parametrize("values", [{}, {"charges": ["x"]}, {"amount": "abc"}, {"charges": ["999999999"]}])
def test_what_cannot_be_taken_is_refused_and_nothing_is_written(lan: FlaskClient, values: dict[str, object]) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "300000", "2026-06-05")
    assert take(lan, customer=customer.id, key=key_of(lan, customer.id), **values) in (400, 422)
    assert count() == 0


def test_the_preview_says_what_is_due_and_writes_nothing(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    with on_day(DAY, ZONE):
        answer = lan.post("/counter/preview_debts", data={"customer": customer.id, "charges": [bill.charge_id], "method": "cash"})
    assert answer.status_code == 200
    assert "1.524.000" in answer.text
    assert count() == 0


def test_the_receipt_is_shown_with_its_paper(lan: FlaskClient) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "300000", "2026-06-05")
    take(lan, customer=customer.id, key=key_of(lan, customer.id), charges=[bill.charge_id])
    (receipt,) = receipts()
    assert receipt.number in page(lan, f"/counter/?receipt={receipt.id}")
    with on_day(DAY, ZONE):
        paper = lan.post(f"/receiptview/paper/{receipt.id}")
    assert paper.data.startswith(b"%PDF")
