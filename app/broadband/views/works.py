"""Ordering works for a line: the page that reception, cashiers and managers open from the line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request
from sqlalchemy import select

from app.broadband.models import Subscription
from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import (
    EntityForm,
    GuardedInterface,
    LongTextField,
    LookupField,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    TextField,
    chosen_office,
)
from app.foundation.views.lookups import lookup_record
from app.offices.models import Office
from app.values.errors import N_, Message
from app.workorders.choices import WorkKind
from app.workorders.forms import ASKED_FEES, CHANGES, FAULT, AppointmentField, OrderFields, hide_reason
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.queries import conflicts_of, listed_fees
from app.workorders.rules.work_orders import FEES
from app.workorders.views.orders import FEE_LABELS


class OrderWorksForm(OrderFields):
    """What is to be done for a line."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True)
    business_type = LookupField(N_("Business type"), lookup="business_type", required=True)
    phone = TextField(N_("Phone"), longest=64, help=N_("Left empty, the telephone of the line."))
    customer_request = LongTextField(N_("Customer request"))
    installer = LookupField(N_("Installer"), lookup="installer")
    appointment_at = AppointmentField(N_("Appointment at"))
    note = LongTextField(N_("Note"))

    fieldsets = (
        (None, ("subscription", "business_type", "phone", "customer_request")),
        (N_("Visit"), ("installer", "appointment_at")),
        (N_("What changes"), CHANGES),
        (N_("Fault"), FAULT[:1]),
        (N_("Fees"), ASKED_FEES),
        (N_("Work order materials"), ("materials",)),
        (N_("Note"), ("note",)),
    )
    folded = (N_("What changes"), N_("Fault"), N_("Work order materials"), N_("Note"))

    def terms(self) -> dict[str, Any]:
        terms = WorkTerms(
            phone=self.said("phone") or None,
            installer=self.said("installer"),
            appointment_at=self.said("appointment_at"),
            customer_request=self.said("customer_request") or "",
            note=self.said("note") or "",
            fees=replace(self.fee_terms(), rest_from_list=True),
            materials=self.material_terms(),
            changes=self.order_changes(),
            technical=self.technical(),
        )
        return {"subscription": self["subscription"].data, "business_type": self["business_type"].data, "terms": terms}


def describe_works(order: WorkOrder) -> Preview:
    """Say which order is made, who comes when, and what it will cost."""
    office = found(Office, order.office_id)
    conflicts = db.session.scalars(conflicts_of(order)).all() if order.appointment_at and order.installer_id else []
    said = [Message("The work order %(number)s is made: %(type)s.", number=order.number, type=order.business_type.name)]
    if order.installer is not None and order.appointment_at is not None:
        said.append(Message("%(installer)s comes on %(time)s.", installer=order.installer.name, time=order.appointment_at))
    return Preview(
        warnings=[
            Message(
                "%(installer)s is at %(address)s at %(time)s already (%(number)s).",
                installer=order.installer.name if order.installer else "",
                address=other.address,
                time=other.appointment_at,
                number=other.number,
            )
            for other in conflicts
        ],
        sentences=said,
        facts=[PreviewFact(N_("Order status"), None, order.status)],
        lines=[PreviewLine(label, getattr(order, name)) for name, label in FEE_LABELS.items() if getattr(order, name)],
        total=order.total if order.total else None,
        total_in_words=order.total_in_words if order.total else "",
        currency=office.currency.value,
        deed=N_("Make the order"),
    )


def propose_fees(form: EntityForm, kind: WorkKind) -> None:
    """Let the fees of the price list stand in a form that was just opened, for a kind of work; not where the address names any."""
    office = chosen_office()
    if office is None or request.args.keys() & set(FEES):
        return
    for name, price in listed_fees(office, kind).items():
        if form[name].data is None:
            form[name].data = price


class OrderWorksView(OperationView):
    """Making a work order for a line."""

    datamodel = GuardedInterface(WorkOrder)
    class_permission_name = "WorkOrderView"
    is_only_a_page = True
    icon = "tool"
    list_title, add_title, deed, deed_icon = N_("Work orders"), N_("Make a work order"), N_("Make the order"), "tool"
    form, operation, describe = OrderWorksForm, staticmethod(order_works), staticmethod(describe_works)
    done_message = N_("The work order is made.")

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """The fees of the price list stand there already, for the kind of work that was chosen on the way here."""
        form: EntityForm = super().opened_form(kind, record)
        chosen: BusinessType | None = lookup_record("business_type", str(form["business_type"].data or ""))
        if chosen is not None:
            propose_fees(form, chosen.kind)
        return form

    def prepare_form(self, form: Any, record: Any) -> None:
        """A line that waits is installed; one that serves has a fault more often than anything else."""
        hide_reason(form)
        office = chosen_office()
        if office is None or form.business_type.raw_data is not None or form.business_type.data is not None:
            return
        line: Subscription | None = lookup_record("subscription", request.values.get("subscription", ""))
        usual = WorkKind.NEW if line is not None and line.state.value == "pending" else WorkKind.FAULT
        statement = select(BusinessType).where(BusinessType.office_id == office, BusinessType.kind == usual).order_by(BusinessType.id)
        first = db.session.scalars(statement.limit(1)).one_or_none()
        form.business_type.data = first.id if first is not None else None
