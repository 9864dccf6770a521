"""What is done with an order, a page each: booked, completed, reported as not completed, checked."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from sqlalchemy import select

from app.billing.choices import Method
from app.billing.forms import offer_ways
from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.views import EntityForm, GuardedInterface, OperationView, Preview, PreviewFact, PreviewLine, chosen_office, currency_of
from app.foundation.views.links import may_open, view_named
from app.foundation.views.lookups import lookup_record
from app.offices.models import Office
from app.values.errors import N_, Message
from app.workorders.choices import WorkKind, WorkOrderStatus
from app.workorders.forms import BookOrderForm, CheckOrderForm, CompleteOrderForm, FailOrderForm, hide_reason
from app.workorders.models import WorkOrder, WorkOrderMaterial
from app.workorders.operations import book, check, complete, fail
from app.workorders.queries import ANY_ORDER, conflicts_of
from app.workorders.rules.work_orders import FEES
from app.workorders.views.orders import FEE_LABELS


class OrderDeedView(OperationView):
    """The base of the pages that do something with one order."""

    datamodel = GuardedInterface(WorkOrder)
    class_permission_name = "WorkOrderView"
    is_only_a_page = True
    icon = "tool"

    def after_saving(self, record: WorkOrder) -> str:
        mine = view_named("MyOrdersView")
        is_mine = not current_scope().may(ANY_ORDER) and mine is not None and may_open(mine, "list")
        return url_for("MyOrdersView.list") if is_mine else url_for("WorkOrderView.show", pk=record.id)


def describe_booking(order: WorkOrder) -> Preview:
    """Say who comes when, and with what it overlaps."""
    conflicts = db.session.scalars(conflicts_of(order)).all()
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
        sentences=[
            Message(
                "%(installer)s comes on %(time)s.", installer=order.installer.name if order.installer else "", time=order.appointment_at
            )
        ],
        facts=[PreviewFact(N_("Order status"), None, order.status)],
        deed=N_("Book"),
    )


class BookOrderView(OrderDeedView):
    """Booking an order 預約."""

    method_permission_name = {"add": "book", "preview": "book"}
    list_title, add_title, deed, deed_icon = N_("Work orders"), N_("Book an order"), N_("Book"), "calendar-event"
    form, operation, describe = BookOrderForm, staticmethod(book), staticmethod(describe_booking)
    done_message = N_("The order is booked.")

    def prepare_form(self, form: Any, record: Any) -> None:
        order = _order_of(form)
        if order is not None and form.installer.raw_data is None:
            form.installer.data = form.installer.data or order.installer_id
            form.appointment_at.data = form.appointment_at.data or order.appointment_at


def describe_failure(order: WorkOrder) -> Preview:
    """Say what becomes of an order whose work could not be done."""
    return Preview(
        sentences=[
            Message("The work order %(number)s is closed as not completed; nothing is charged.", number=order.number),
            Message("The line stays as it is. For another visit a new order is made."),
        ],
        facts=[PreviewFact(N_("Order status"), _open_status(order), order.status)],
        deed=N_("Report as not completed"),
    )


class FailOrderView(OrderDeedView):
    """Reporting that the work could not be done 未能完工."""

    method_permission_name = {"add": "complete", "preview": "complete"}
    list_title, add_title, deed, deed_icon = N_("Work orders"), N_("Could not be done"), N_("Report as not completed"), "ban"
    form, operation, describe = FailOrderForm, staticmethod(fail), staticmethod(describe_failure)
    done_message = N_("The order is closed as not completed.")


def describe_check(order: WorkOrder) -> Preview:
    """Say that the work is accepted from its signed sheet."""
    return Preview(
        sentences=[Message("The work of %(number)s is accepted from its signed sheet.", number=order.number)],
        facts=[PreviewFact(N_("Order status"), WorkOrderStatus.DONE, order.status)],
        deed=N_("Accept the work"),
    )


class CheckOrderView(OrderDeedView):
    """Checking finished work 回單審核."""

    method_permission_name = {"add": "check", "preview": "check"}
    list_title, add_title, deed, deed_icon = N_("Work orders"), N_("Check the work"), N_("Accept the work"), "checkup-list"
    form, operation, describe = CheckOrderForm, staticmethod(check), staticmethod(describe_check)
    done_message = N_("The work is accepted.")


def describe_completion(order: WorkOrder) -> Preview:
    """Say what completing the order will do."""
    office = found(Office, order.office_id)
    rows = db.session.scalars(
        select(WorkOrderMaterial).where(WorkOrderMaterial.work_order_id == order.id).order_by(WorkOrderMaterial.position)
    ).all()
    lines = [
        PreviewLine(
            row.material.name,
            row.amount,
            Message(
                "%(quantity)s %(unit)s × %(price)s",
                quantity=FILTERS["number"](row.quantity.normalize()),
                unit=row.material.unit,
                price=row.unit_price,
                currency=office.currency.value,
            ),
        )
        for row in rows
    ]
    lines += [PreviewLine(FEE_LABELS[name], getattr(order, name)) for name in FEES if getattr(order, name)]
    return Preview(
        sentences=[
            Message("The work order %(number)s is completed, worked on %(date)s.", number=order.number, date=order.worked_on),
            *_of_the_line(order),
            *(said for given in effects.call("said_of_completion", order) for said in given),
            *_of_the_money(order, office),
        ],
        facts=[PreviewFact(N_("Order status"), _open_status(order), order.status)],
        lines=lines,
        total=order.total if order.total else None,
        total_in_words=order.total_in_words if order.total else "",
        documents=_papers(order),
        currency=office.currency.value,
        deed=_deed(order, office),
    )


def _open_status(order: WorkOrder) -> WorkOrderStatus:
    """Return how an order stood that is being closed."""
    if order.started_at is not None:
        return WorkOrderStatus.ON_SITE
    return WorkOrderStatus.BOOKED if order.appointment_at is not None else WorkOrderStatus.NEW


def _of_the_line(order: WorkOrder) -> list[Message]:
    """Say when the service of a new installation starts and stops; any other work leaves the days as they are."""
    if order.business_type.kind is not WorkKind.NEW:
        return []
    facts = {name: value for given in effects.call("line_after_completion", order.id) for name, value in given.items()}
    if facts.get("subscription") is None:
        return []
    said = [Message("The service starts on %(date)s.", date=order.billing_from)]
    if order.billing_from is not None and facts.get("stops_on") is not None and facts["stops_on"] >= order.billing_from:
        said.append(Message("The line stops on %(date)s.", date=facts["stops_on"]))
    return said


def _of_the_money(order: WorkOrder, office: Office) -> list[Message]:
    currency = office.currency.value
    if not order.total:
        return []
    if order.receipt is None:
        return [Message("%(amount)s become an open charge, to be paid at the desk.", amount=order.total, currency=currency)]
    if order.collected_by is not None:
        return [
            Message(
                "%(installer)s takes %(amount)s and holds it until it is handed over at the desk.",
                installer=order.collected_by.name,
                amount=order.total,
                currency=currency,
            )
        ]
    return [Message("%(amount)s are paid now.", amount=order.total, currency=currency)]


def _papers(order: WorkOrder) -> list[tuple[str, Any]]:
    sheet = ("file-text", Message("The finished sheet of %(number)s, to be signed by the customer", number=order.number))
    return [sheet] if order.receipt is None else [("receipt", Message("Receipt %(number)s", number=order.receipt.number)), sheet]


def _deed(order: WorkOrder, office: Office) -> Any:
    if order.receipt is None:
        return N_("Complete order")
    return Message("Complete and take %(amount)s", amount=order.total, currency=office.currency.value)


class CompleteOrderView(OrderDeedView):
    """Completing a work order 完工登記."""

    method_permission_name = {"add": "complete", "preview": "complete"}
    list_title, add_title, deed = N_("Work orders"), N_("Complete order"), N_("Complete order")
    deed_icon = "circle-check"
    form, operation, describe = CompleteOrderForm, staticmethod(complete), staticmethod(describe_completion)
    own_texts_of = WorkOrder
    own_after = "note"
    add_template = "workorders/complete.html"
    done_message = N_("The order is completed.")

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """The form opens with what the order plans, and the office's own fields with what it has in them."""
        form = super().opened_form(kind, record)
        order = _order_of(form)
        if order is not None and not form["materials"].entries:
            self._show_plan(form, order)
        return form

    @staticmethod
    def _show_plan(form: Any, order: WorkOrder) -> None:
        for name in (*form.own_names, *FEES):
            form[name].data = form[name].data if form[name].raw_data else getattr(order, name)
        for name in ("new_name", "new_address", "new_phone", "fault_symptom", "fault_cause", "fault_remedy"):
            form[name].data = form[name].data or getattr(order, name)
        for name in ("device_serial", "splitter_port", "optical_power", "speed_mbps"):
            form[name].data = form[name].data or getattr(order, name)
        form.new_community.data = form.new_community.data or order.new_community_id
        form.show_order(order)
        for row in order.materials:
            form.materials.append_entry({name: getattr(row, name) for name in ("material", "quantity", "unit_price", "note")})

    def prepare_form(self, form: Any, record: Any) -> None:
        order = _order_of(form)
        # At the door where somebody stands there; by the methods of the counter where a desk completes it.
        has_installer = order is None or order.installer_id is not None
        offer_ways(form.method, currency_of(), at_door=has_installer, at_counter=current_scope().may(ANY_ORDER))
        hide_reason(form)
        if order is not None and order.business_type.kind is not WorkKind.NEW:
            # Only a new installation begins a line's service; any other order leaves the days as they are.
            del form["billing_from"]
        office_id = chosen_office()
        if office_id is None:
            return
        today = clock.today(found(Office, office_id))
        for field in (form.worked_on, form.billing_from):
            if field is not None and field.raw_data is None and field.data is None:
                field.data = today

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Every piece of equipment that a removal should bring back is asked for, and no other is named: it is not of this order."""
        order, asked = _order_of(form), form["taken_back"]
        pieces = [piece for given in (effects.call("equipment_of_order", order) if order is not None else ()) for piece in given]
        asked.entries = [entry for entry in asked.entries if entry.form.equipment.data in pieces]
        named = {entry.form.equipment.data for entry in asked.entries}
        for piece in pieces:
            if piece not in named:
                asked.append_entry({"equipment": piece})
        return {**super().form_extras(form, record), "order": order, "door": Method.DOOR.value}


def _order_of(form: Any) -> WorkOrder | None:
    """Return the order that a form has chosen, also where the page opens with it in its address."""
    chosen = form["work_order"].data or request.values.get("work_order")
    order: WorkOrder | None = lookup_record("work_order", str(chosen or ""))
    return order
