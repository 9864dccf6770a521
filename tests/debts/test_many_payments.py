"""Payments of many customers read ahead: each is what the counter would have taken from that customer alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.billing.choices import Method
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Allocation, Charge, Receipt, ReceiptMethod
from app.billing.operations.many_payments import read_ahead, take_read
from app.billing.operations.receipts import credit_balance, take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.writing import one_sheet
from app.places.models import Unit
from app.tariffs.choices import ServiceKind
from app.values.errors import NotFound, OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, charge_of, interest_amounts
from tests.factories import a_building, a_customer, acting, on_day
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-07"
BOOKS: tuple[Any, ...] = (Receipt, ReceiptMethod, Allocation, JournalEntry, Posting)
# Two payments of two people differ in these.
OWN = {"id", "created_at", "number", "sequence", "customer_id", "payer_name", "receipt_id", "charge_id", "entry_id", "shift_id", "note"}
OWN_ON_PAPER = {"number", "created_at", "customer", "payer_name", "lines", "reason"}


def by(method: Method, amount: str) -> tuple[MethodAmount, ...]:
    return (MethodAmount(method, Decimal(amount)),)


def neighbours() -> tuple[tuple[Unit, Customer], tuple[Unit, Customer]]:
    """Return two units of one building with who lives there."""
    tower = a_building("HN")
    return a_resident("1203", building=tower), a_resident("1204", name="Trần Thị Bích", building=tower)


def take_together(*, payments: tuple[tuple[int, tuple[MethodAmount, ...]], ...]) -> None:
    """Take the payments in their order; called within a transaction."""
    ahead = read_ahead([customer for customer, _methods in payments])
    with one_sheet() as sheet:
        for customer, methods in payments:
            take_read(ahead, customer=customer, methods=methods)
        db.session.flush()
        sheet.write(db.session())


def together(*payments: tuple[Customer, tuple[MethodAmount, ...]], who: str = "lan") -> None:
    with on_day(DAY, ZONE), acting(who):
        run(take_together, payments=tuple((customer.id, methods) for customer, methods in payments))


def rows(model: Any, above: int) -> list[dict[str, Any]]:
    found = db.session.scalars(select(model).where(model.id > above).order_by(model.id)).all()
    columns = [column.key for column in model.__table__.columns if column.key not in OWN]
    return [{key: getattr(row, key) for key in columns} for row in found]


def written_by(deed: Callable[[], object]) -> dict[str, list[dict[str, Any]]]:
    """Return what a deed wrote into the books, without what two customers differ in."""
    with everything("reading a test's own records"):
        before = {model: db.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).first() or 0 for model in BOOKS}
    deed()
    with everything("reading a test's own records"):
        found = {model.__name__: rows(model, before[model]) for model in BOOKS}
    for receipt in found["Receipt"]:
        receipt["content"] = {key: value for key, value in receipt["content"].items() if key not in OWN_ON_PAPER}
    return found


@pytest.mark.parametrize("method", [Method.CASH, Method.QR_TRANSFER])
@pytest.mark.parametrize("amount", ["900000", "1524000", "2000000"])
def test_each_payment_writes_the_rows_of_one_at_the_counter(method: Method, amount: str) -> None:
    (unit, customer), (other_unit, other) = neighbours()
    for place, person in ((unit, customer), (other_unit, other)):
        a_bill(place, person, "1500000", "2026-05-01")

    def at_the_counter() -> None:
        with on_day(DAY, ZONE), acting("lan"):
            run(take_payment, customer=customer.id, methods=by(method, amount))

    alone = written_by(at_the_counter)
    assert written_by(lambda: together((other, by(method, amount)))) == alone


def test_each_pays_his_own_debts_the_oldest_first() -> None:
    (unit, customer), (other_unit, other) = neighbours()
    old = a_bill(unit, customer, "300000", "2026-06-10")
    new = a_bill(unit, customer, "500000", "2026-06-15", kind=ServiceKind.WATER)
    of_other = a_bill(other_unit, other, "700000", "2026-06-15")
    together((customer, by(Method.CASH, "400000")), (other, by(Method.CASH, "700000")))
    assert [charge_of(bill).open_amount for bill in (old, new, of_other)] == [0, 400_000, 0]


def test_a_second_payment_of_the_same_customer_covers_what_the_first_left() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "500000", "2026-06-15")
    together((customer, by(Method.CASH, "400000")), (customer, by(Method.CASH, "150000")))
    with everything("looking up a credit"):
        assert (charge_of(bill).open_amount, credit_balance(customer)) == (Decimal(0), Decimal(50_000))


def test_receipts_are_numbered_in_the_order_of_the_payments() -> None:
    people = [a_resident(number, name=name)[1] for number, name in (("1203", "Nguyễn Văn An"), ("1204", "Trần Thị Bích"))]
    together(*((person, by(Method.CASH, "100000")) for person in reversed(people)))
    with everything("reading receipts"):
        found = db.session.scalars(select(Receipt.customer_id).order_by(Receipt.sequence.desc()).limit(2)).all()
    assert list(found) == [person.id for person in people]


def test_late_interest_is_posted_before() -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    together((customer, by(Method.CASH, "1524000")))
    assert interest_amounts(bill) == [Decimal(24_000)]
    with everything("looking up debts"):
        assert db.session.scalars(select(Charge).where(Charge.customer_id == customer.id, Charge.is_open())).all() == []


def test_a_receipt_names_the_unit_of_its_own_customer() -> None:
    (unit, customer), (other_unit, other) = neighbours()
    a_bill(unit, customer, "300000", "2026-06-15")
    a_bill(other_unit, other, "300000", "2026-06-15")
    together((customer, by(Method.CASH, "300000")), (other, by(Method.CASH, "300000")))
    with everything("reading receipts"):
        contents = db.session.scalars(select(Receipt.content).order_by(Receipt.id.desc()).limit(2)).all()
    assert [content["customer"]["unit"] for content in contents] == [other_unit.code, unit.code]


def test_credit_is_not_paid_with_among_many() -> None:
    _unit, customer = a_resident()
    with assert_nothing_written(), pytest.raises(ValueError, match="credit"):
        together((customer, by(Method.CREDIT, "100000")))


def test_a_customer_of_another_office_does_not_exist() -> None:
    _unit, customer = a_resident()
    stranger = a_customer("SH", "王晓明")
    with assert_nothing_written(), pytest.raises(NotFound):
        together((customer, by(Method.CASH, "100000")), (stranger, by(Method.CASH, "100000")))


def test_one_who_owes_nothing_and_brings_nothing_is_refused_with_all() -> None:
    unit, customer = a_resident("1203")
    bill = a_bill(unit, customer, "300000", "2026-06-15")
    _other_unit, other = a_resident("1204", name="Trần Thị Bích")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refusal:
        together((customer, by(Method.CASH, "300000")), (other, (MethodAmount(Method.CASH),)))
    assert refusal.value.code == "nothing_to_pay"
    assert charge_of(bill).open_amount == 300_000
