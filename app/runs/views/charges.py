"""Charges of services: what each was worked out from, line by line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from app.billing.models import Approval, Charge, Reversal
from app.billing.views.void_buttons import voiding_action
from app.billing.views.voiding import VoidForm, VoidView, described, void_facts
from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.views import (
    EntityView,
    GuardedInterface,
    Kind,
    LookupField,
    LookupFilter,
    Preview,
    action_to,
    present,
    register_lookup,
)
from app.foundation.views.links import Action
from app.places.models import Unit
from app.places.queries import unit_matches
from app.runs.models import ServiceCharge
from app.runs.operations import void_service_charge
from app.runs.views.explaining import explained
from app.values.errors import N_, Message

register_lookup("service_charge", ServiceCharge, columns=["unit.code"], text=str, order=["id"], loads=["unit", "service", "period"])


class ServiceChargeView(EntityView):
    """What units were charged for services; the record explains its bill."""

    datamodel = GuardedInterface(ServiceCharge)
    icon = "receipt"
    list_title, show_title = N_("Service charges"), N_("Service charge")
    empty_text = N_("Charges are made when a billing run is posted.")
    label_columns = {
        "unit": N_("Unit"),
        "unit.code": N_("Unit"),
        "service": N_("Service"),
        "service.name": N_("Service"),
        "period": N_("Billing period"),
        "period.of_month": N_("Month"),
        "charge.customer": N_("Customer"),
        "charge.customer.name": N_("Customer"),
        "charge.due_on": N_("Due on"),
        "charge.paid": N_("Paid"),
        "charge.status": N_("Status"),
        "part_start": N_("From"),
        "part_end": N_("To"),
        "quantity": N_("Consumption"),
        "total": N_("Total"),
        "is_estimate": N_("Estimate"),
        "apportion_by": N_("Shared meters"),
        "run": N_("Billing run"),
    }
    list_columns = [
        "unit.code",
        "service.name",
        "period.of_month",
        "charge.customer.name",
        "quantity",
        "total",
        "charge.paid",
        "charge.due_on",
    ]
    column_kinds = {"period.of_month": Kind.DAY, "total": Kind.MONEY, "charge.paid": Kind.MONEY, "apportion_by": Kind.CHOICE}
    filters = [
        "service",
        LookupFilter("unit.building", argument="building"),
        LookupFilter("unit"),
        LookupFilter("period", is_shown=False),
        LookupFilter("run", is_shown=False),
    ]
    totals_columns = ["total"]
    search_hint = N_("Unit, or name and number of the customer")
    base_order = ("id", "desc")
    show_columns = [
        *("unit", "charge.customer", "service", "period", "part_start", "part_end", "quantity", "is_estimate", "apportion_by", "total"),
        *("charge.paid", "charge.due_on", "run"),
    ]
    show_template = "runs/bill.html"

    def search(self, text: str) -> ColumnElement[bool]:
        units = select(Unit.id).where(unit_matches(text))
        charges = select(Charge.id).where(Charge.customer_id.in_(select(Customer.id).where(matches(text))))
        return ServiceCharge.unit_id.in_(units) | ServiceCharge.charge_id.in_(charges)

    def record_title(self, record: ServiceCharge) -> Any:
        return str(record)

    def record_badge(self, record: ServiceCharge) -> Any:
        return record.charge.status

    def record_actions(self, record: ServiceCharge) -> list[Action]:
        voiding = None if record.reversal_id else voiding_action("VoidServiceChargeView", record, service_charge=record.id)
        way = action_to("BillingRunView", N_("Billing run"), route="show", icon="calculator", pk=record.run_id)
        return present(*super().record_actions(record), way, voiding)

    def record_extras(self, record: ServiceCharge) -> dict[str, Any]:
        return explained(record)


class VoidServiceChargeForm(VoidForm):
    service_charge = LookupField(N_("Service charge"), lookup="service_charge", required=True)
    fieldsets = ((None, ("service_charge", "reason")),)


def _charge_voided(result: Reversal) -> Preview:
    charge = result.service_charge
    if charge is None:
        raise LookupError(f"The reversal {result.number} has no service charge.")
    return Preview(
        sentences=[
            Message("%(document)s is voided by the counter-document %(reversal)s.", document=charge.name, reversal=result.number),
            Message("The next billing run of the month can charge the unit again."),
        ],
        deed=N_("Void"),
        **void_facts(result),
    )


def describe_charge_void(result: Reversal | Approval) -> Preview:
    """Say what voiding the charge of a service does."""
    return described(result, _charge_voided)


class VoidServiceChargeView(VoidView):
    """Voiding the charge of a service."""

    class_permission_name = "ServiceChargeView"
    add_title = N_("Void a service charge")
    done_words = N_("The service charge is voided by %(number)s.")
    form, operation, describe = VoidServiceChargeForm, staticmethod(void_service_charge), staticmethod(describe_charge_void)
