"""What a completed work order does to its line and its customer besides activating it."""

from __future__ import annotations

from app.broadband.models import Subscription
from app.broadband.operations.plan_changing import change_plan_by_order
from app.broadband.operations.relocating import relocate_by_order
from app.customers.models import Customer
from app.foundation.transactions import locked
from app.workorders.models import WorkOrder


def apply_order(order: WorkOrder, line: Subscription) -> None:
    """Let what the order brings take effect: the new place and plan of the line, its phone, the new name and ID number of the customer.

    Place and plan change as by a relocation and a change of plan, so that the old ones are kept and money is settled.
    """
    relocate_by_order(line, order)
    change_plan_by_order(line, order)
    if order.new_phone:
        line.contact_phone = order.new_phone
    if order.new_name or order.new_id_number:
        customer = locked(Customer, line.customer_id)
        customer.name = order.new_name or customer.name
        customer.id_number = order.new_id_number or customer.id_number
