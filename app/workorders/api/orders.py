"""Work orders 施工单: listed, shown, completed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from app.foundation import effects
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Filter,
    Look,
    Moment,
    Reference,
    Routes,
    Shown,
    Text,
    Whole,
    days,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.api.resource import patch_of
from app.foundation.own_fields.api import OwnTextsValue, with_own_columns
from app.foundation.own_fields.models import OWN_COLUMNS
from app.foundation.transactions import run
from app.foundation.views.saving import saving, version_of
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import complete
from app.workorders.queries import own_orders_only

routes = Routes("Work orders")


class CompletionBody(Body):
    """The result of the work; both days are today where they are left out, billing starts on the day of the work."""

    worked_on = Day()
    billing_from = Day()
    note = Text(TEXT)
    own_fields = OwnTextsValue(WorkOrder)


class WorkOrderBody(Body):
    """What may be changed of an order while the work is under way and after it."""

    installer = Reference(allow_none=True)
    phone = Text(SHORT)
    note = Text(TEXT)
    own_fields = OwnTextsValue(WorkOrder)


class WorkOrderAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    business_type = Text(attribute="business_type.code")
    address = Text()
    phone = Text()
    installer = Reference(attribute="installer_id")
    installer_name = Text(attribute="installer.name")
    status = Code(WorkOrderStatus)
    accepted_at = Moment()
    appointment_at = Moment()
    worked_on = Day()
    billing_from = Day()
    note = Text()
    own_fields = OwnTextsValue(WorkOrder)
    version = Whole()


class CompletionAnswer(WorkOrderAnswer):
    """The completed order, and the line as it stands now."""

    subscription = Reference()
    subscription_status = Text()
    stops_on = Day()


def with_lines(completed: Sequence[WorkOrder]) -> Sequence[Shown]:
    """Return the orders with the state of their lines, told by the domain that knows them."""
    return [
        Shown(order, **{name: value for given in effects.call("line_after_completion", order.id) for name, value in given.items()})
        for order in completed
    ]


ORDER = Look(WorkOrderAnswer)
COMPLETION = Look(CompletionAnswer, with_lines)

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
    loads=(joinedload(WorkOrder.customer), joinedload(WorkOrder.business_type), joinedload(WorkOrder.installer)),
    visible=own_orders_only,
)


@routes.post(
    "/work_orders/<int:record>/complete", may=("WorkOrderView", "can_complete"), takes=CompletionBody, gives=COMPLETION, status=200
)
def complete_order(record: int, body: dict[str, Any]) -> Any:
    """Complete a work order.

    A new installation activates its subscription: the months paid before start on `billing_from`.
    """
    order = orders.one(record)
    given = with_own_columns(body, WorkOrder, order.office_id, is_new=False)
    own_texts = tuple((column, given.pop(column)) for column in OWN_COLUMNS if column in given)
    return run(complete, work_order=record, own_texts=own_texts, **given).record


@routes.patch("/work_orders/<int:record>", may=("WorkOrderView", "can_edit"), takes=patch_of(WorkOrderBody), gives=ORDER)
def change_order(record: int, body: dict[str, Any]) -> Any:
    """Change a work order.

    Fields left out stay. With `version` the change is refused when somebody else was faster.
    """
    order = orders.one(record)
    version = body.pop("version", None)
    now = version_of(order) if version is None else str(version)
    values = tuple(sorted(with_own_columns(body, WorkOrder, order.office_id, is_new=False).items()))
    return run(saving(WorkOrder), record=record, office=None, version=now, values=values).record
