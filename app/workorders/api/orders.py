"""Work orders 施工單: listed, shown, changed, booked, begun, completed, reported as not completed, checked."""

from __future__ import annotations

from typing import Any

from app.foundation.api import Body, Filter, Given, Routes, Text, days, records, same_code, same_record, same_text
from app.foundation.api.fields import SHORT
from app.foundation.api.resource import patch_of
from app.foundation.api.routes import ready
from app.foundation.own_fields.api import with_own_columns
from app.foundation.own_fields.models import OWN_COLUMNS
from app.foundation.transactions import preview, run
from app.workorders.api.answers import COMPLETION, COMPLETION_PREVIEW, LOADS, ORDER
from app.workorders.api.bodies import (
    BookingBody,
    CompletionBody,
    FailureBody,
    WorkOrderBody,
    changes_of,
    completion_of,
    fees_of,
    materials_of,
    technical_of,
)
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import OrderPlan, OrderTexts, assign_and_change, book, change_order, check, complete, fail, start
from app.workorders.queries import own_orders_only

routes = Routes("Work orders")
# Whoever pays with the completion pays once.
PAID = {"method", "methods", "payment"}
# What may be said of an order at any time; everything else of a change belongs to the plan of an open order.
REMARKS = {"phone", "note", "own_fields", "installer", "version"}

orders = records(
    routes,
    "work_orders",
    WorkOrder,
    view="WorkOrderView",
    look=ORDER,
    filters={
        "number": same_text(WorkOrder.number),
        "customer": same_record(WorkOrder.customer_id),
        "installer": same_record(WorkOrder.installer_id),
        "status": same_code(WorkOrder.status, WorkOrderStatus),
        "business_type": Filter(Text(SHORT), lambda code: WorkOrder.business_type.has(BusinessType.code == code)),
        **days("worked_on", WorkOrder.worked_on),
    },
    loads=LOADS,
    visible=own_orders_only,
)


@routes.post(
    "/work_orders/<int:record>/complete",
    may=("WorkOrderView", "can_complete"),
    takes=CompletionBody,
    gives=COMPLETION,
    moves_money=lambda body: bool(PAID & set(body)),
    status=200,
)
def complete_order(record: int, body: dict[str, Any], key: str | None) -> Any:
    """Complete a work order.

    A new installation activates its subscription: the months paid before start on `billing_from`. What the order costs becomes one
    charge, paid at once where a payment is given.
    """
    return run(complete, key=key, **_completion_terms(record, body)).record


@routes.post(
    "/work_orders/<int:record>/complete/preview",
    may=("WorkOrderView", "can_complete"),
    takes=CompletionBody,
    gives=COMPLETION_PREVIEW,
    status=200,
)
def preview_completion(record: int, body: dict[str, Any]) -> Given:
    """Say what completing a work order would do.

    Nothing is written.
    """
    return ready(preview(complete, COMPLETION_PREVIEW.one, **_completion_terms(record, body)))


def _completion_terms(record: int, body: dict[str, Any]) -> dict[str, Any]:
    order = orders.one(record)
    given = with_own_columns(body, WorkOrder, order.office_id, is_new=False)
    return {
        "work_order": record,
        "worked_on": given.get("worked_on"),
        "billing_from": given.get("billing_from"),
        "note": given.get("note", ""),
        "own_texts": tuple((column, given[column]) for column in OWN_COLUMNS if column in given),
        "completion": completion_of(body),
    }


@routes.post("/work_orders/<int:record>/book", may=("WorkOrderView", "can_book"), takes=BookingBody, gives=ORDER, status=200)
def book_order(record: int, body: dict[str, Any]) -> Any:
    """Book a work order with an installer for a time."""
    orders.one(record)
    return run(book, work_order=record, **body).record


@routes.post("/work_orders/<int:record>/start", may=("WorkOrderView", "can_complete"), takes=Body, gives=ORDER, status=200)
def start_order(record: int, body: dict[str, Any]) -> Any:
    """Begin the work on site."""
    orders.one(record)
    return run(start, work_order=record).record


@routes.post("/work_orders/<int:record>/fail", may=("WorkOrderView", "can_complete"), takes=FailureBody, gives=ORDER, status=200)
def fail_order(record: int, body: dict[str, Any]) -> Any:
    """Report that the work could not be done."""
    orders.one(record)
    return run(fail, work_order=record, **body).record


@routes.post("/work_orders/<int:record>/check", may=("WorkOrderView", "can_check"), takes=Body, gives=ORDER, status=200)
def check_order(record: int, body: dict[str, Any]) -> Any:
    """Accept finished work from its signed sheet."""
    orders.one(record)
    return run(check, work_order=record).record


@routes.patch("/work_orders/<int:record>", may=("WorkOrderView", "can_edit"), takes=patch_of(WorkOrderBody), gives=ORDER)
def patch_order(record: int, body: dict[str, Any]) -> Any:
    """Change a work order.

    Fields left out stay. With `version` the change is refused when somebody else was faster.
    """
    order = orders.one(record)
    version = None if body.get("version") is None else str(body["version"])
    given = with_own_columns(body, WorkOrder, order.office_id, is_new=False)
    own_texts = tuple((column, given[column]) for column in OWN_COLUMNS if column in given)
    plan = OrderPlan(
        customer_request=body.get("customer_request"),
        fees=fees_of(body),
        materials=materials_of(body),
        changes=changes_of(body),
        technical=technical_of(body),
    )
    terms: dict[str, Any] = {
        "work_order": record,
        "version": version,
        "texts": OrderTexts(body.get("phone"), body.get("note"), own_texts),
        "plan": plan if set(body) - REMARKS else None,
    }
    if "installer" in body:
        return run(assign_and_change, installer=body["installer"], **terms).record
    return run(change_order, **terms).record
