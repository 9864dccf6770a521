"""Completing an order: what it costs, what was paid, what becomes of the line."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.billing.choices import ChargeStatus, FeeKind, LedgerAccount, LineCode, Method
from app.billing.journal import Posting
from app.billing.models import ChargeLine
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotAllowed, NotFound, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import Material, WorkOrderMaterial
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, complete
from tests import factories
from tests.workorders.conftest import AT_DOOR, Works, order_of
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


def test_the_worked_example_costs_what_its_lines_say(works: Works) -> None:
    order = works.completed()
    assert (order.material_works_fee, order.total) == (Decimal("36.50"), Decimal("206.50"))
    assert order.total_in_words == "人民币贰佰零陆元伍角整"
    assert order.status is WorkOrderStatus.DONE
    assert order.finished_at is not None


def test_the_new_line_serves_from_the_billing_day(works: Works) -> None:
    works.completed()
    line = factories.reloaded(works.line)
    assert (line.state, str(line.activated_on)) == (SubscriptionState.ACTIVE, "2026-03-08")


def test_one_charge_has_a_line_for_every_fee(works: Works) -> None:
    order = works.completed()
    assert order.charge is not None
    assert (order.charge.fee_kind, order.charge.status, str(order.charge.due_on)) == (
        FeeKind.CONSTRUCTION,
        ChargeStatus.UNPAID,
        "2026-03-08",
    )
    with everything("reading a test's own charge"):
        lines = db.session.scalars(select(ChargeLine).where(ChargeLine.charge_id == order.charge_id).order_by(ChargeLine.position)).all()
    assert [(line.code, line.amount) for line in lines] == [
        (LineCode.INSTALLATION, Decimal("100.00")),
        (LineCode.HANDLING, Decimal("20.00")),
        (LineCode.LABOUR_MATERIAL, Decimal("50.00")),
        (LineCode.MATERIAL_WORKS, Decimal("36.50")),
    ]


def test_money_taken_at_the_door_needs_no_shift_and_is_the_installers(works: Works) -> None:
    order = works.completed(methods=AT_DOOR)
    assert order.receipt is not None
    assert (order.receipt.shift_id, order.receipt.has_cash, order.collected_by_id) == (None, False, works.installer)
    with everything("reading a test's own postings"):
        held = db.session.scalars(select(Posting.amount).where(Posting.account == LedgerAccount.DOOR)).all()
    assert held == [Decimal("206.50")]


def test_a_manager_takes_cash_at_the_desk(works: Works) -> None:
    order = works.completed(by="chen", methods=(MethodAmount(Method.CASH),))
    assert order.receipt is not None
    assert order.receipt.shift_id is not None
    assert order.collected_by_id is None


def test_the_receipt_of_an_order_names_the_line_and_its_plan(works: Works) -> None:
    receipt = works.completed(methods=AT_DOOR).receipt
    assert receipt is not None
    customer = receipt.content["customer"]
    with everything("reading a test's own line"):
        line = db.session.get_one(Subscription, works.line.id)
        assert (customer["broadband_account"], customer["plan"]) == (line.broadband_account, line.plan.name)


def test_an_order_that_costs_nothing_has_no_charge(works: Works) -> None:
    with factories.acting("gong"):
        order = run(complete, work_order=works.order().id).record
    assert (order.total, order.charge_id, order.receipt_id) == (Decimal(0), None, None)


def test_the_price_of_the_day_stays_when_the_material_gets_dearer(works: Works) -> None:
    works.completed()
    with everything("a test's own price"):
        db.session.get_one(Material, works.cable).unit_price = Decimal(9)
        db.session.commit()
    assert [row.unit_price for row in works.order().materials] == [Decimal("2.50"), Decimal("0.65")]


def test_amounts_are_rounded_half_up_once(works: Works) -> None:
    told = Completion(materials=(MaterialTerms(works.plug, Decimal("0.1")),))
    with factories.acting("gong"):
        run(complete, work_order=works.order().id, completion=told)
    assert works.order().materials[0].amount == Decimal("0.07")


def refusals(works: Works) -> dict[str, dict[str, Any]]:
    """Return what is refused: code -> the terms."""
    bad = {
        "quantity_not_positive": Completion(materials=(MaterialTerms(works.cable, Decimal(-1)),)),
        "negative_amount": Completion(fees=FeeTerms(handling_fee=Decimal(-1))),
        "too_many_decimals": Completion(fees=FeeTerms(handling_fee=Decimal("0.001"))),
        "door_only": Completion(fees=FeeTerms(handling_fee=Decimal(1)), methods=(MethodAmount(Method.CASH),)),
        "nothing_to_pay": Completion(methods=AT_DOOR),
    }
    days = {"future_date": {"worked_on": "2026-03-09"}, "before_application": {"billing_from": "2026-03-04"}}
    return {code: {"completion": told} for code, told in bad.items()} | days  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "code",
    [
        "before_application",
        "door_only",
        "future_date",
        "negative_amount",
        "nothing_to_pay",
        "quantity_not_positive",
        "too_many_decimals",
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(works: Works, code: str) -> None:
    terms = {name: datetime.date.fromisoformat(value) if isinstance(value, str) else value for name, value in refusals(works)[code].items()}
    order = works.order().id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(OperationRefused) as refusal:
        run(complete, work_order=order, **terms)
    assert refusal.value.code == code


def test_a_material_of_nobody_or_of_another_office_is_not_there(works: Works) -> None:
    theirs = factories._stored(Material, "HN", {"code": "M9", "name": "Cáp", "unit_price": Decimal(1000)})
    order = works.order().id
    for material in (theirs.id, 999_999):
        told = Completion(materials=(MaterialTerms(material, Decimal(1)),))
        with assert_nothing_written(), factories.acting("gong"), pytest.raises(NotFound):
            run(complete, work_order=order, completion=told)


def test_an_order_is_completed_once(works: Works) -> None:
    works.completed(methods=AT_DOOR)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refusal:
        works.completed(methods=AT_DOOR)
    assert refusal.value.code == "order_done"


def test_an_installer_completes_no_order_of_another(works: Works) -> None:
    others = factories.a_pending_line("2026-03-05")
    order = order_of(others).id
    with assert_nothing_written(), factories.acting("gong"), pytest.raises(NotAllowed):
        run(complete, work_order=order)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE work_order SET handling_fee = handling_fee + 1, total = total + 1 WHERE id = :order",
        "UPDATE work_order SET status = 'new' WHERE id = :order",
        "UPDATE work_order_material SET quantity = 1 WHERE work_order_id = :order",
        "DELETE FROM work_order_material WHERE work_order_id = :order",
    ],
)
def test_the_database_changes_nothing_of_finished_work(works: Works, change: str) -> None:
    order = works.completed().id
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text(change), {"order": order})


def test_the_database_refuses_materials_that_do_not_add_up(works: Works) -> None:
    order = works.order()
    with everything("a test's own row"), pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.add(
            WorkOrderMaterial(
                office_id=order.office_id,
                work_order_id=order.id,
                position=1,
                material_id=works.cable,
                quantity=Decimal(1),
                unit_price=Decimal(2),
                amount=Decimal(2),
            )
        )
        db.session.flush()
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
