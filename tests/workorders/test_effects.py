"""What finished orders do to lines, and which orders a line takes."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.broadband.models import Subscription
from app.broadband.operations.works import WorkTerms, order_works
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder
from app.workorders.operations import OrderChanges, complete, fail
from tests import factories
from tests.workorders.conftest import Works, order_of, type_of
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("march_8")


def ordered(line: Subscription, kind: str, **changes: object) -> WorkOrder:
    """Make an order for a line at the desk."""
    with factories.acting("chen"):
        terms = WorkTerms(changes=OrderChanges(**changes))  # type: ignore[arg-type]
        return run(order_works, subscription=line.id, business_type=type_of(kind), terms=terms).record


def finished(order: WorkOrder) -> WorkOrder:
    with factories.acting("chen"):
        return run(complete, work_order=order.id).record


def test_a_relocation_takes_the_line_to_its_new_place(works: Works) -> None:
    line = factories.a_line_until("2026-04-14")
    place = factories.a_community()
    finished(ordered(line, "relocation", new_address="9-9-901", new_community=place.id, new_phone="139 0013 9000"))
    moved = factories.reloaded(line)
    assert (moved.address, moved.community_id, moved.contact_phone) == ("9-9-901", place.id, "139 0013 9000")


def test_a_new_name_and_id_number_become_the_customers(works: Works) -> None:
    line = factories.a_line_until("2026-04-14")
    finished(ordered(line, "fault", new_name="王秀兰", new_id_number="110101199003074258"))
    customer = customer_of(line)
    assert (customer.name, customer.id_number) == ("王秀兰", "110101199003074258")


def customer_of(line: Subscription) -> Customer:
    """Return the customer of a line as he stands now."""
    with everything("reading a test's own customer"):
        db.session.expire_all()
        return db.session.scalars(select(Customer).where(Customer.id == line.customer_id)).one()


def test_an_order_with_installer_and_time_is_booked(works: Works) -> None:
    line = factories.a_line_until("2026-04-14")
    with factories.acting("chen"):
        terms = WorkTerms(installer=works.installer, appointment_at=factories.noon(datetime.date(2026, 3, 9)))
        order = run(order_works, subscription=line.id, business_type=type_of("fault"), terms=terms).record
    assert order.status is WorkOrderStatus.BOOKED


@pytest.mark.parametrize(
    ("kind", "code"),
    [("fault", "kind_not_possible"), ("relocation", "kind_not_possible"), ("new", "order_open")],
)
def test_a_line_that_waits_takes_one_installation_and_nothing_else(works: Works, kind: str, code: str) -> None:
    business_type = type_of(kind)
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(order_works, subscription=works.line.id, business_type=business_type)
    assert refusal.value.code == code


def test_after_a_failure_the_line_is_installed_by_a_second_order(works: Works) -> None:
    with factories.acting("gong"):
        run(fail, work_order=works.order().id, reason="家中无人")
    finished(ordered(works.line, "new"))
    assert str(factories.reloaded(works.line).activated_on) == "2026-03-08"


@pytest.mark.parametrize(("kind", "code"), [("plan_change", "new_plan_missing"), ("relocation", "new_address_missing")])
def test_an_order_that_changes_says_to_what(works: Works, kind: str, code: str) -> None:
    line = factories.a_line_until("2026-04-14")
    business_type = type_of(kind)
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(OperationRefused) as refusal:
        run(order_works, subscription=line.id, business_type=business_type)
    assert refusal.value.code == code


def test_a_plan_of_another_office_is_not_there(works: Works) -> None:
    line = factories.a_line_until("2026-04-14")
    theirs = factories.a_plan("HN", fee=Decimal(220000))
    business_type = type_of("plan_change")
    terms = WorkTerms(changes=OrderChanges(new_plan=theirs.id))
    with assert_nothing_written(), factories.acting("chen"), pytest.raises(NotFound):
        run(order_works, subscription=line.id, business_type=business_type, terms=terms)
    assert order_of(line).new_plan_id is None
