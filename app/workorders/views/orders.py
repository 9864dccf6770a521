"""The list of work orders 施工單 (B2.2), and the page of one."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, or_, select

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from app.foundation.transactions import run
from app.foundation.views import EntityForm, EntityView, GuardedInterface, LookupFilter, action, action_to, present, register_lookup
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action
from app.foundation.views.saving import require_version
from app.values.errors import N_
from app.workorders.choices import OPEN, WorkOrderStatus
from app.workorders.documents import line_of
from app.workorders.forms import ChangeOrderForm, RemarksForm, hide_reason
from app.workorders.models import WorkOrder, WorkOrderPrinting
from app.workorders.operations import change_order, start
from app.workorders.printing import printed_order
from app.workorders.queries import conflicts_of, own_orders_only
from app.workorders.views.steps import steps_of

register_lookup(
    "work_order",
    WorkOrder,
    columns=["number"],
    text=str,
    detail=lambda order: order.address,
    condition=lambda: [WorkOrder.status.in_(OPEN)],
    visible=own_orders_only,
)
register_lookup(
    "finished_work_order",
    WorkOrder,
    columns=["number"],
    text=str,
    detail=lambda order: order.address,
    condition=lambda: [WorkOrder.status == WorkOrderStatus.DONE],
    visible=own_orders_only,
)

FEE_LABELS = {
    "installation_fee": N_("Installation fee"),
    "handling_fee": N_("Handling fee"),
    "labour_material_fee": N_("Labour and materials fee"),
    "other_fee": N_("Other fee"),
    "material_works_fee": N_("Material works fee"),
}


class WorkOrderView(EntityView):
    """Work orders 施工單 (B2.2)."""

    datamodel = GuardedInterface(WorkOrder)
    icon = "tool"
    list_title, show_title = N_("Work orders"), N_("Work order")
    empty_text = N_("A work order appears here when an account is opened, or when one is made for a line.")
    search_hint = N_("Order number, customer name, pinyin initials, end of the telephone number")
    label_columns = {
        "number": N_("Work order number"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer name"),
        "customer.customer_no": N_("Customer number"),
        "customer.masked_id_number": N_("ID number"),
        "business_type": N_("Business type"),
        "business_type.name": N_("Business type"),
        "address": N_("Address"),
        "phone": N_("Phone"),
        "customer_request": N_("Customer request"),
        "installer": N_("Assigned installer"),
        "installer.name": N_("Installer"),
        "status": N_("Order status"),
        "accepted_at": N_("Accepted at"),
        "appointment_at": N_("Appointment at"),
        "started_at": N_("Started at"),
        "finished_at": N_("Finished at"),
        "checked_at": N_("Checked at"),
        "checked_by": N_("Checked by"),
        "booked_by": N_("Booked by"),
        "started_by": N_("Begun by"),
        "charge": N_("Charge"),
        "worked_on": N_("Worked on"),
        "billing_from": N_("Billing from"),
        "failure_reason": N_("Reason"),
        "note": N_("Note"),
        **FEE_LABELS,
        "fee_reason": N_("Reason for a lower fee"),
        "total": N_("Total"),
        "total_in_words": N_("In words"),
        "collected_by": N_("Collected by"),
        "collected_by.name": N_("Collected by"),
        "receipt": N_("Receipt"),
        "charge.status": N_("Payment"),
        "new_name": N_("New customer name"),
        "new_community": N_("New community"),
        "new_community.name": N_("New community"),
        "new_address": N_("New address"),
        "new_phone": N_("New phone"),
        "masked_new_id_number": N_("New ID number"),
        "fault_symptom": N_("Fault symptom"),
        "fault_cause": N_("Fault cause"),
        "fault_remedy": N_("Fault remedy"),
        "device_serial": N_("Device serial number"),
        "splitter_port": N_("Splitter and port"),
        "optical_power": N_("Optical power (dBm)"),
        "speed_mbps": N_("Speed (Mbps)"),
    }
    list_columns = ["number", "customer.name", "address", "business_type.name", "installer.name", "appointment_at", "total", "status"]
    export_columns = [
        *("number", "customer.customer_no", "customer.name", "address", "phone", "business_type.name", "installer.name"),
        *("customer_request", "accepted_at", "appointment_at", "started_at", "finished_at", "checked_at", "worked_on", "billing_from"),
        *FEE_LABELS,
        *("total", "collected_by.name", "new_name", "new_community.name", "new_address", "new_phone"),
        *("fault_symptom", "fault_cause", "fault_remedy", "device_serial", "splitter_port", "optical_power", "speed_mbps"),
        *("status", "failure_reason", "fee_reason", "note"),
    ]
    second_lines = {"customer.name": "phone"}
    state_column = "status"
    filters = ["installer", "business_type", "appointment_at", "accepted_at", LookupFilter("new_community", is_shown=False)]
    totals_columns = ["total"]
    order_columns = ["number"]
    base_order = ("id", "desc")
    facts = ["status", "business_type.name", "installer", "appointment_at", "total"]
    show_loads = ["materials", "receipt", "charge", "new_community", "booked_by", "started_by", "completed_by", "checked_by", "created_by"]
    show_fieldsets = [
        (
            N_("Customer"),
            ["number", "customer", "customer.customer_no", "customer.masked_id_number", "address", "phone", "customer_request"],
        ),
        (N_("What changes"), ["new_name", "new_community", "new_address", "new_phone", "masked_new_id_number"]),
        (
            N_("Result of the work"),
            [
                *("worked_on", "billing_from", "device_serial", "splitter_port", "optical_power", "speed_mbps"),
                *("fault_symptom", "fault_cause", "fault_remedy", "failure_reason", "fee_reason", "note"),
            ],
        ),
    ]
    show_template = "workorders/order.html"

    add_title = edit_title = N_("Edit work order")
    edit_form = ChangeOrderForm
    save_operation = staticmethod(change_order)
    hideable = [
        *("appointment_at", "phone", "note", "customer_request", "device_serial", "splitter_port", "optical_power", "speed_mbps"),
        *("fault_symptom", "fault_cause", "fault_remedy"),
    ]

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        return or_(WorkOrder.number.startswith(text.upper(), autoescape=True), WorkOrder.customer_id.in_(people))

    def row_conditions(self) -> list[ColumnElement[bool]]:
        return own_orders_only()

    # Changing -------------------------------------------------------------------------------------------------------------

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        form = super().opened_form(self._form_of(record), record)
        if isinstance(form, ChangeOrderForm) and record is not None and not form["new_id_number"].raw_data:
            form.show_order(record)
        return form

    def sent_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        return super().sent_form(self._form_of(record), record)

    def prepare_form(self, form: Any, record: Any) -> None:
        hide_reason(form)

    @staticmethod
    def _form_of(record: WorkOrder | None) -> type[EntityForm]:
        return ChangeOrderForm if record is None or record.is_open else RemarksForm

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        version = require_version(request.form.get("version"))
        return {"work_order": record.id if record is not None else 0, "version": version, **form.terms()}

    # The page of one ------------------------------------------------------------------------------------------------------

    def record_title(self, record: WorkOrder) -> Any:
        return record.number

    def record_context(self, record: WorkOrder) -> Any:
        return f"{record.customer.name} · {record.address}"

    def record_extras(self, record: WorkOrder) -> dict[str, Any]:
        printings = select(WorkOrderPrinting).where(WorkOrderPrinting.work_order_id == record.id).order_by(WorkOrderPrinting.id.desc())
        conflicts = db.session.scalars(conflicts_of(record)).all() if record.is_open and record.appointment_at else []
        return {
            "steps": steps_of(record),
            "line": line_of(record),
            "fees": FEE_LABELS,
            "conflicts": conflicts,
            "printings": db.session.scalars(printings.limit(5)).all(),
        }

    def row_actions(self, record: WorkOrder) -> list[Action]:
        return present(self._complete_action(record), *super().row_actions(record))

    def record_actions(self, record: WorkOrder) -> list[Action]:
        phone = record.phone.replace(" ", "")
        return present(
            *super().record_actions(record),
            action(N_("Call"), f"tel:{phone}", icon="phone") if phone else None,
            self._paper_action(record),
            self._deed("BookOrderView", N_("Book"), "calendar-event", record) if record.is_open else None,
            self._start_action(record),
            self._deed("FailOrderView", N_("Could not be done"), "ban", record) if record.is_open else None,
            self._deed("CheckOrderView", N_("Check the work"), "checkup-list", record) if record.status is WorkOrderStatus.DONE else None,
            self._complete_action(record),
        )

    @staticmethod
    def _deed(view: str, label: Any, icon: str, record: WorkOrder, *, primary: bool = False) -> Action | None:
        return action_to(view, label, icon=icon, primary=primary, work_order=record.id, office=record.office_id)

    def _complete_action(self, record: WorkOrder) -> Action | None:
        return self._deed("CompleteOrderView", N_("Complete order"), "circle-check", record, primary=True) if record.is_open else None

    def _start_action(self, record: WorkOrder) -> Action | None:
        may_begin = record.status in (WorkOrderStatus.NEW, WorkOrderStatus.BOOKED) and record.installer_id is not None
        if not may_begin or not self.allowed("can_complete"):
            return None
        return action(N_("Begin on site"), url_for(f"{self.endpoint}.start", pk=record.id), icon="player-play", method="post")

    @expose("/start/<pk>", methods=["POST"])
    @needs("complete")
    def start(self, pk: str) -> Any:
        """Begin the work on site, and go on where the person was."""
        record = self.record_or_404(pk)
        run(start, work_order=record.id)
        back = request.form.get("back", "")
        is_mine = back == url_for("MyOrdersView.list")
        return redirect(back if is_mine else url_for(f"{self.endpoint}.show", pk=record.id))

    def _paper_action(self, record: WorkOrder) -> Action | None:
        if not self.allowed("can_print"):
            return None
        # A printing is logged, so it is asked for by a form; the paper opens in a page of its own.
        label = N_("Print the finished sheet") if record.is_worked else N_("Print the sheet")
        return action(label, url_for(f"{self.endpoint}.paper", pk=record.id), icon="printer", method="post", key="P") | {"target": "_blank"}

    @expose("/paper/<pk>", methods=["POST"])
    @needs("print")
    def paper(self, pk: str) -> Response:
        """Return the order's sheet as PDF and log the printing."""
        record = self.record_or_404(pk)
        pdf = printed_order(record.id, reason=request.form.get("reason", ""), training=current_app.config["TRAINING"])
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{record.number.encode("ascii", "replace").decode()}.pdf"'
        return personal(answer)
