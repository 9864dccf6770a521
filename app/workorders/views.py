"""Pages of materials, installers, business types and work orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation import clock
from app.foundation.transactions import found
from app.foundation.views import (
    DayField,
    EntityForm,
    EntityView,
    GuardedInterface,
    LongTextField,
    LookupField,
    OperationView,
    Preview,
    PreviewFact,
    action,
    action_to,
    chosen_office,
    present,
    register_lookup,
)
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.offices.models import Office
from app.values.errors import N_, Message
from app.workorders.choices import OPEN, WorkOrderStatus
from app.workorders.models import BusinessType, Installer, Material, WorkOrder
from app.workorders.operations import complete
from app.workorders.queries import own_orders_only

register_lookup("installer", Installer, columns=["code", "name"], text=str)
register_lookup("business_type", BusinessType, columns=["code", "name"], order=["id"], text=str)
register_lookup(
    "work_order",
    WorkOrder,
    columns=["number"],
    text=str,
    detail=lambda order: order.address,
    condition=lambda: [WorkOrder.status.in_(OPEN)],
    visible=own_orders_only,
)


class MaterialView(EntityView):
    """Materials 材料列表 (B1.1)."""

    datamodel = GuardedInterface(Material)
    icon = "box"
    list_title, show_title = N_("Material list"), N_("Material")
    add_title, edit_title = N_("Add material"), N_("Edit material")
    empty_text = N_("Cables, sockets, routers: what installers use. Add the first material.")
    label_columns = {
        "code": N_("Material code"),
        "name": N_("Material name"),
        "specification": N_("Specification"),
        "unit": N_("Unit of measure"),
        "unit_price": N_("Unit price"),
        "note": N_("Note"),
    }
    list_columns = ["code", "name", "specification", "unit", "unit_price", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name", "unit_price"]
    base_order = ("code", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "specification", "unit", "unit_price", "note"]
    hideable = ["specification", "note"]
    can_be_deleted = True


class InstallerView(EntityView):
    """Installers 安裝人員 (B1.2)."""

    datamodel = GuardedInterface(Installer)
    icon = "tool"
    list_title, show_title = N_("Installers"), N_("Installer")
    add_title, edit_title = N_("Add installer"), N_("Edit installer")
    empty_text = N_("People who do the works. Add the first installer.")
    label_columns = {"code": N_("Code"), "name": N_("Name"), "note": N_("Note")}
    list_columns = ["code", "name", "note"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("code", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "note"]
    hideable = ["note"]
    can_be_deleted = True


class BusinessTypeView(EntityView):
    """Business types 業務類型: the office's own list."""

    datamodel = GuardedInterface(BusinessType)
    icon = "category"
    list_title, show_title = N_("Business types"), N_("Business type")
    add_title, edit_title = N_("Add business type"), N_("Edit business type")
    label_columns = {"code": N_("Code"), "name": N_("Business type"), "kind": N_("What completing the order does")}
    list_columns = ["code", "name", "kind"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    base_order = ("id", "asc")
    show_columns = add_columns = edit_columns = ["code", "name", "kind"]
    can_be_deleted = True


class WorkOrderView(EntityView):
    """Work orders 施工單 (B2.2)."""

    datamodel = GuardedInterface(WorkOrder)
    icon = "tool"
    list_title, show_title = N_("Work orders"), N_("Work order")
    empty_text = N_("A work order appears here when an account is opened.")
    search_hint = N_("Order number, customer name, pinyin initials, end of the telephone number")
    label_columns = {
        "number": N_("Work order number"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "business_type": N_("Business type"),
        "business_type.name": N_("Business type"),
        "address": N_("Address"),
        "phone": N_("Phone"),
        "installer": N_("Assigned installer"),
        "installer.name": N_("Installer"),
        "status": N_("Order status"),
        "accepted_at": N_("Accepted at"),
        "appointment_at": N_("Appointment at"),
        "worked_on": N_("Worked on"),
        "billing_from": N_("Billing from"),
        "note": N_("Note"),
    }
    list_columns = ["number", "customer.name", "address", "business_type.name", "installer.name", "accepted_at", "worked_on", "status"]
    export_columns = [
        *("number", "customer.customer_no", "customer.name", "address", "phone", "business_type.name", "installer.name"),
        *("accepted_at", "appointment_at", "worked_on", "billing_from", "status", "note"),
    ]
    second_lines = {"customer.name": "phone"}
    state_column = "status"
    filters = ["installer", "business_type", "accepted_at"]
    order_columns = ["number"]
    base_order = ("id", "desc")
    show_fieldsets = [
        (None, ["number", "business_type.name", "status", "installer", "accepted_at", "appointment_at"]),
        (N_("Customer"), ["customer", "customer.customer_no", "address", "phone"]),
        (N_("Result of the work"), ["worked_on", "billing_from", "note"]),
    ]

    add_title = edit_title = N_("Edit work order")
    edit_fieldsets = [(None, ["installer", "phone", "note"])]
    hideable = ["appointment_at", "phone", "note"]

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        return or_(WorkOrder.number.startswith(text.upper(), autoescape=True), WorkOrder.customer_id.in_(people))

    def row_conditions(self) -> list[ColumnElement[bool]]:
        return own_orders_only()

    def row_actions(self, record: WorkOrder) -> list[Action]:
        return present(self._complete_action(record), *super().row_actions(record))

    def record_actions(self, record: WorkOrder) -> list[Action]:
        call = action(N_("Call"), f"tel:{record.phone.replace(' ', '')}", icon="phone") if record.phone else None
        return present(*super().record_actions(record), call, self._complete_action(record))

    def _complete_action(self, record: WorkOrder) -> Action | None:
        if not record.is_open:
            return None
        return action_to(
            "CompleteOrderView", N_("Complete order"), icon="circle-check", primary=True, work_order=record.id, office=record.office_id
        )


class CompleteOrderForm(EntityForm):
    """What is told when the work is done."""

    work_order = LookupField(N_("Work order"), lookup="work_order", required=True)
    worked_on = DayField(N_("Worked on"), required=True)
    billing_from = DayField(N_("Billing from"), required=True, help=N_("The first day of service: the months paid begin here."))
    note = LongTextField(N_("Note"))


def describe_completion(order: WorkOrder) -> Preview:
    """Say what completing the order will do."""
    return Preview(
        sentences=[
            Message("The work order %(number)s is completed, worked on %(date)s.", number=order.number, date=order.worked_on),
            Message("The service starts on %(date)s.", date=order.billing_from),
        ],
        facts=[PreviewFact(N_("Order status"), WorkOrderStatus.ON_SITE, order.status)],
        deed=N_("Complete order"),
    )


class CompleteOrderView(OperationView):
    """Completing a work order 完工登記."""

    datamodel = GuardedInterface(WorkOrder)
    class_permission_name = "WorkOrderView"
    method_permission_name = {"add": "complete", "preview": "complete"}
    is_only_a_page = True
    icon = "tool"
    list_title, add_title, deed = N_("Work orders"), N_("Complete order"), N_("Complete order")
    deed_icon = "circle-check"
    form, operation, describe = CompleteOrderForm, staticmethod(complete), staticmethod(describe_completion)
    own_texts_of = WorkOrder
    done_message = N_("The order is completed.")

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """The office's own fields open with what the order has in them."""
        form = super().opened_form(kind, record)
        order = lookup_record("work_order", str(form["work_order"].data or "")) if form.own_names else None
        for name in form.own_names if order is not None else ():
            form[name].data = getattr(order, name)
        return form

    def terms(self, form: EntityForm, record: Any | None = None) -> dict[str, Any]:
        given = {name: value for name, value in form.terms().items() if name not in form.own_names}
        return {**given, "own_texts": form.own_texts()}

    def prepare_form(self, form: Any, record: Any) -> None:
        office_id = chosen_office()
        if office_id is None:
            return
        today = clock.today(found(Office, office_id))
        if form.worked_on.raw_data is None and form.worked_on.data is None:
            form.worked_on.data = today
        if form.billing_from.raw_data is None and form.billing_from.data is None:
            form.billing_from.data = today
