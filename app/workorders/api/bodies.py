"""What programs say of a work order, and how it becomes the terms of the operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.api.paying import PaidBody, methods_of
from app.foundation.api import Body, Code, Day, Inner, Moment, Money, Number, Reference, Rows, Secret, Text
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.own_fields.api import OwnTextsValue
from app.workorders.choices import Brought
from app.workorders.models import WorkOrder
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, OrderChanges, TakenBack, Technical
from app.workorders.rules.work_orders import FEES

CHANGES = ("new_name", "new_plan", "new_community", "new_address", "new_phone", "new_id_number")
TECHNICAL = ("fault_symptom", "fault_cause", "fault_remedy", "device_serial", "splitter_port", "optical_power", "speed_mbps")


class MaterialUsedBody(Body):
    """A material used; without ``unit_price`` its price of today."""

    material = Reference(required=True)
    quantity = Number(required=True)
    unit_price = Money()
    note = Text()


class FeesBody(Body):
    """The fees of an order; one below the price list needs the right to give discounts, and a ``reason``."""

    installation_fee = Money()
    handling_fee = Money()
    labour_material_fee = Money()
    other_fee = Money()
    reason = Text(TEXT)


class PlanBody(FeesBody):
    """What an order plans. The fees may stand in ``fees`` or beside the other fields."""

    fees = Inner(FeesBody)
    materials = Rows(MaterialUsedBody, most=50)
    new_name = Text()
    new_plan = Reference()
    new_community = Reference()
    new_address = Text()
    new_phone = Text(SHORT)
    new_id_number = Secret(SHORT)
    fault_symptom = Text(TEXT)
    fault_cause = Text(TEXT)
    fault_remedy = Text(TEXT)
    device_serial = Text(SHORT)
    splitter_port = Text(SHORT)
    optical_power = Number()
    speed_mbps = Number()


class TakenBackBody(Body):
    """A piece of equipment of a removed line: ``good``, ``damaged`` or ``left``."""

    equipment = Reference(required=True)
    state = Code(Brought, required=True)


class CompletionBody(PlanBody, PaidBody):
    """The result of the work; both days are today where they are left out, billing starts on the day of the work.

    `method` "door" is money that the installer took; without a payment what the order costs stays owed.
    """

    worked_on = Day()
    billing_from = Day()
    note = Text(TEXT)
    own_fields = OwnTextsValue(WorkOrder)
    taken_back = Rows(TakenBackBody, most=50)


class WorkOrderBody(PlanBody):
    """What may be changed of an open order; of one that is over only the phone, the note and the office's own fields."""

    installer = Reference(allow_none=True)
    phone = Text(SHORT)
    customer_request = Text(TEXT)
    note = Text(TEXT)
    own_fields = OwnTextsValue(WorkOrder)


class BookingBody(Body):
    """Who comes, and when."""

    installer = Reference(required=True)
    appointment_at = Moment(required=True)


class FailureBody(Body):
    reason = Text(TEXT, required=True)


def fees_of(body: Mapping[str, Any]) -> FeeTerms:
    """Return the fees that a body names, in ``fees`` or beside."""
    inner = body.get("fees") or {}
    reason = body.get("reason") or inner.get("reason") or ""
    return FeeTerms(**{name: body.get(name, inner.get(name)) for name in FEES}, reason=reason)


def materials_of(body: Mapping[str, Any]) -> tuple[MaterialTerms, ...] | None:
    """Return the materials that a body names; nothing where it does not say: those of the order stay."""
    if "materials" not in body:
        return None
    return tuple(MaterialTerms(row["material"], row["quantity"], row.get("unit_price"), row.get("note", "")) for row in body["materials"])


def changes_of(body: Mapping[str, Any]) -> OrderChanges:
    return OrderChanges(**{name: body.get(name) for name in CHANGES})


def technical_of(body: Mapping[str, Any]) -> Technical:
    return Technical(**{name: body.get(name) for name in TECHNICAL})


def completion_of(body: Mapping[str, Any]) -> Completion:
    """Return everything a completion says besides its days."""
    return Completion(
        materials=materials_of(body),
        fees=fees_of(body),
        changes=changes_of(body),
        technical=technical_of(body),
        methods=methods_of(body),
        taken_back=tuple(TakenBack(**each) for each in body.get("taken_back", ())),
    )
