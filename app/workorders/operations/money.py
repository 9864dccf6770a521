"""What an order costs becomes one charge, and perhaps a receipt at once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.billing.choices import FeeKind, LineCode, Method
from app.billing.models import Charge, Receipt
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Facts, Payment, receive
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.workorders.documents import line_of
from app.workorders.models import WorkOrder
from app.workorders.queries import ANY_ORDER

LINES = {
    "installation_fee": LineCode.INSTALLATION,
    "handling_fee": LineCode.HANDLING,
    "labour_material_fee": LineCode.LABOUR_MATERIAL,
    "material_works_fee": LineCode.MATERIAL_WORKS,
    "other_fee": LineCode.OTHER,
}


@dataclass(frozen=True)
class Settled:
    """The charge of an order's total and the receipt that paid it; nothing where it costs nothing or is paid later."""

    charge: Charge | None = None
    receipt: Receipt | None = None
    collected_by_id: int | None = None


def settle(order: WorkOrder, office: Office, methods: tuple[MethodAmount, ...], on: datetime.date, today: datetime.date) -> Settled:
    """Charge what the order costs; paid by ``methods`` at once, without them it is due today. The order itself is not touched."""
    if not order.total:
        if methods:
            raise OperationRefused(Message("There is nothing to pay: the order costs nothing."), code="nothing_to_pay", field="method")
        return Settled()
    _require_methods(order, methods)
    record = charge(
        office_id=office.id,
        customer_id=order.customer_id,
        fee_kind=FeeKind.CONSTRUCTION,
        lines=[LineTerms(code, getattr(order, name)) for name, code in LINES.items() if getattr(order, name)],
        on=on,
        booked_on=today,
        due_on=today,
    )
    if not methods:
        return Settled(record)
    at_door = any(each.method is Method.DOOR for each in methods)
    return Settled(record, _taken(order, office, record, methods, today), order.installer_id if at_door else None)


def _require_methods(order: WorkOrder, methods: tuple[MethodAmount, ...]) -> None:
    """At the door an installer takes money for the office and nothing else: he has no drawer of the office's."""
    at_door = any(each.method is Method.DOOR for each in methods)
    if at_door and (order.installer_id is None or len(methods) > 1):
        raise OperationRefused(
            Message("Money collected at the door is one amount, held by the installer of the order."), code="door_alone", field="method"
        )
    if methods and not at_door and not current_scope().may(ANY_ORDER):
        raise OperationRefused(
            Message("An installer takes money at the door only; everything else is paid at the desk."), code="door_only", field="method"
        )


def _taken(order: WorkOrder, office: Office, record: Charge, methods: tuple[MethodAmount, ...], today: datetime.date) -> Receipt:
    customer = found(Customer, order.customer_id)
    line = line_of(order)
    return receive(
        office=office,
        customer=customer,
        shares=[(record, record.open_amount)],
        payment=Payment(methods, at_door=True),
        on=today,
        booked_on=today,
        facts=Facts(
            broadband_account=line.get("broadband_account", ""), plan=line.get("plan", ""), address=order.address, note=order.number
        ),
    )
