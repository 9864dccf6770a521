"""How a work order is answered to programs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import joinedload, selectinload

from app.billing.choices import ChargeStatus
from app.foundation import effects
from app.foundation.api import Answer, Code, Day, Look, Moment, Money, Number, Reference, Rows, Shown, Text, Whole
from app.foundation.own_fields.api import OwnTextsValue
from app.workorders.choices import WorkOrderStatus
from app.workorders.models import WorkOrder, WorkOrderMaterial

LOADS = (
    joinedload(WorkOrder.customer),
    joinedload(WorkOrder.business_type),
    joinedload(WorkOrder.installer),
    joinedload(WorkOrder.collected_by),
    joinedload(WorkOrder.charge),
    selectinload(WorkOrder.materials).joinedload(WorkOrderMaterial.material),
)


class MaterialUsedAnswer(Answer):
    material = Reference(attribute="material_id")
    code = Text(attribute="material.code")
    name = Text(attribute="material.name")
    unit = Text(attribute="material.unit")
    specification = Text(attribute="material.specification")
    quantity = Number()
    unit_price = Money()
    amount = Money()
    note = Text()


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
    customer_request = Text()
    installer = Reference(attribute="installer_id")
    installer_name = Text(attribute="installer.name")
    status = Code(WorkOrderStatus)
    accepted_at = Moment()
    appointment_at = Moment()
    started_at = Moment()
    finished_at = Moment()
    checked_at = Moment()
    worked_on = Day()
    billing_from = Day()
    failure_reason = Text()
    materials = Rows(MaterialUsedAnswer)
    installation_fee = Money()
    handling_fee = Money()
    labour_material_fee = Money()
    other_fee = Money()
    fee_reason = Text()
    material_works_fee = Money()
    total = Money()
    total_in_words = Text()
    charge = Reference(attribute="charge_id")
    charge_status = Code(ChargeStatus, attribute="charge.status")
    receipt = Reference(attribute="receipt_id")
    collected_by = Reference(attribute="collected_by_id")
    new_name = Text()
    new_plan = Reference(attribute="new_plan_id")
    new_community = Reference(attribute="new_community_id")
    new_address = Text()
    new_phone = Text()
    new_id_number = Text(attribute="masked_new_id_number")
    fault_symptom = Text()
    fault_cause = Text()
    fault_remedy = Text()
    device_serial = Text()
    splitter_port = Text()
    optical_power = Number()
    speed_mbps = Number()
    note = Text()
    own_fields = OwnTextsValue(WorkOrder)
    version = Whole()


class CompletionAnswer(WorkOrderAnswer):
    """The completed order, and the line as it stands now."""

    subscription = Reference()
    subscription_status = Text()
    stops_on = Day()


class CompletionPreviewAnswer(CompletionAnswer):
    """What a completion would answer, without what only a stored document has."""

    class Meta:
        exclude = ("charge", "receipt", "version")


def with_lines(completed: Sequence[WorkOrder]) -> Sequence[Shown]:
    """Return the orders with the state of their lines, told by the domain that knows them."""
    return [
        Shown(order, **{name: value for given in effects.call("line_after_completion", order.id) for name, value in given.items()})
        for order in completed
    ]


ORDER = Look(WorkOrderAnswer)
COMPLETION = Look(CompletionAnswer, with_lines)
COMPLETION_PREVIEW = Look(CompletionPreviewAnswer, with_lines)
