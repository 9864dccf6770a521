"""What a completed work order does to its line and its customer besides activating it."""

from __future__ import annotations

from app.broadband.models import Plan, Subscription
from app.customers.models import Customer
from app.foundation.transactions import found, locked
from app.values.errors import Message, NotFound
from app.workorders.models import WorkOrder


def apply_order(order: WorkOrder, line: Subscription) -> None:
    """Let what the order brings take effect: the new place and phone of the line, its plan, the new name and ID number of the customer."""
    if order.new_community_id is not None:
        line.community_id = order.new_community_id
    if order.new_address:
        line.address = order.new_address
    if order.new_phone:
        line.contact_phone = order.new_phone
    if order.new_plan_id is not None:
        line.plan_id = _plan_of_office(order.new_plan_id, line.office_id).id
    if order.new_name or order.new_id_number:
        customer = locked(Customer, line.customer_id)
        customer.name = order.new_name or customer.name
        customer.id_number = order.new_id_number or customer.id_number


def _plan_of_office(plan_id: int, office_id: int) -> Plan:
    plan = found(Plan, plan_id, "new_plan")
    if plan.office_id != office_id:
        raise NotFound(Message("This record does not exist."), code="not_found", field="new_plan")
    return plan
