"""The forms of work orders where the generated ones are not enough."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import Form, IntegerField
from wtforms.widgets import DateTimeLocalInput, HiddenInput

from app.billing.choices import FeePayment, Method
from app.billing.rules.methods import MethodAmount
from app.foundation import clock, effects
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.views import (
    DayField,
    EntityForm,
    LinesField,
    LongTextField,
    LookupField,
    MoneyField,
    NumberField,
    RadioField,
    TextField,
    chosen_office,
)
from app.foundation.views.field_values import ReadField
from app.offices.models import Office
from app.values.errors import N_, Malformed, Message
from app.workorders.choices import Brought
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, OrderChanges, OrderPlan, OrderTexts, TakenBack, Technical
from app.workorders.operations.terms import DISCOUNT
from app.workorders.rules.work_orders import FEES, LARGEST_QUANTITY, require_quantity

YEARS = range(1900, 2200)  # as for days, where both ends of the calendar are far away
LOWER = N_("Only where a fee is below the price list.")
ASKED_FEES = (*FEES, "reason")
CHANGES = ("new_name", "new_plan", "new_community", "new_address", "new_phone", "new_id_number")
FAULT = ("fault_symptom", "fault_cause", "fault_remedy")
MEASURED = ("device_serial", "splitter_port", "optical_power", "speed_mbps")


class AppointmentField(ReadField):
    """A day with its time, on the clock of the form's office."""

    widget = DateTimeLocalInput()

    def read(self, text: str) -> datetime.datetime:
        try:
            when = datetime.datetime.fromisoformat(text.strip())
        except ValueError:
            raise Malformed(Message("Enter a day and a time."), code="bad_time") from None
        if when.year not in YEARS:
            raise Malformed(Message("Enter a day and a time."), code="bad_time")
        return when.replace(tzinfo=self._zone())

    def written(self, value: Any) -> str:
        return str(value.astimezone(self._zone()).strftime("%Y-%m-%dT%H:%M"))

    @staticmethod
    def _zone() -> ZoneInfo:
        return clock.now().astimezone(ZoneInfo(found(Office, chosen_office()).time_zone)).tzinfo  # type: ignore[return-value]


class QuantityField(NumberField):
    """A quantity with buttons for one more and one less."""

    is_stepped = True

    def checked(self, number: Decimal) -> Decimal:
        return require_quantity(super().checked(number))


class MaterialLine(Form):
    """A material used."""

    material = LookupField(N_("Material"), lookup="material", required=True)
    quantity = QuantityField(N_("Quantity"), required=True, most=LARGEST_QUANTITY, default=Decimal(1))
    unit_price = MoneyField(N_("Unit price"), help=N_("Left empty, the price of the day."))
    note = TextField(N_("Note"))


class OrderFields(EntityForm):
    """The fields that the plan of an order and its completion share."""

    materials = LinesField(MaterialLine, N_("Work order materials"))
    installation_fee = MoneyField(N_("Installation fee"))
    handling_fee = MoneyField(N_("Handling fee"))
    labour_material_fee = MoneyField(N_("Labour and materials fee"))
    other_fee = MoneyField(N_("Other fee"))
    reason = TextField(N_("Reason for a lower fee"), help=LOWER)
    new_name = TextField(N_("New customer name"))
    new_plan = LookupField(N_("New plan"), lookup="plan")
    new_community = LookupField(N_("New community"), lookup="community")
    new_address = TextField(N_("New address"))
    new_phone = TextField(N_("New phone"), longest=64)
    new_id_number = TextField(N_("New ID number"), longest=64)
    fault_symptom = LongTextField(N_("Fault symptom"))

    def said(self, name: str) -> Any:
        """Return what a field says; nothing where the office hides it."""
        return None if name in self.left_out or name not in self._fields else self._fields[name].data

    def fee_terms(self) -> FeeTerms:
        return FeeTerms(**{name: self.said(name) for name in FEES}, reason=self.said("reason") or "")

    def material_terms(self) -> tuple[MaterialTerms, ...]:
        return tuple(
            MaterialTerms(line.material.data, line.quantity.data, line.unit_price.data, line.note.data or "") for line in self.lines()
        )

    def lines(self) -> list[Any]:
        """Return the lines in which a material was chosen; an empty one at the foot is no mistake."""
        return [entry.form for entry in self["materials"].entries if entry.form.material.data]

    def order_changes(self) -> OrderChanges:
        # An ID number is never written back into a page, so an empty field leaves what is stored.
        return OrderChanges(**{name: self.said(name) for name in CHANGES[:-1]}, new_id_number=self.said("new_id_number") or None)

    def technical(self) -> Technical:
        return Technical(**{name: self.said(name) for name in (*FAULT, *MEASURED)})

    def show_order(self, order: Any) -> None:
        """Open with what the order plans: relations and secrets that the plain filling of a form does not know."""
        self["new_plan"].data = order.new_plan_id
        self["new_id_number"].data = ""
        if order.new_id_number:
            self["new_id_number"].description = Message("Stored: %(masked)s. Left empty, it stays.", masked=order.masked_new_id_number)


class WorkedFields(OrderFields):
    """The same with what is found and measured at the house."""

    fault_cause = LongTextField(N_("Fault cause"))
    fault_remedy = LongTextField(N_("Fault remedy"))
    device_serial = TextField(N_("Device serial number"), longest=64)
    splitter_port = TextField(N_("Splitter and port"), longest=64)
    optical_power = NumberField(N_("Optical power (dBm)"), least=-99, most=99, places=1)
    speed_mbps = NumberField(N_("Speed (Mbps)"), least=0, most=100000, places=1)


def hide_reason(form: EntityForm) -> None:
    """Ask for the reason of a lower fee only whom may lower one."""
    if "reason" in form and not current_scope().may(DISCOUNT):
        form.left_out = form.left_out | {"reason"}


class ChangeOrderForm(WorkedFields):
    """What an open order plans."""

    phone = TextField(N_("Phone"), longest=64)
    customer_request = LongTextField(N_("Customer request"))
    note = LongTextField(N_("Note"))

    fieldsets = (
        (None, ("phone", "customer_request", "note")),
        (N_("Fees"), ASKED_FEES),
        (N_("Work order materials"), ("materials",)),
        (N_("What changes"), CHANGES),
        (N_("Fault"), FAULT),
        (N_("Measured"), MEASURED),
    )
    folded = (N_("What changes"), N_("Fault"), N_("Measured"))

    def terms(self) -> dict[str, Any]:
        plan = OrderPlan(
            customer_request=self.said("customer_request"),
            fees=self.fee_terms(),
            materials=self.material_terms(),
            changes=self.order_changes(),
            technical=self.technical(),
        )
        return {"texts": OrderTexts(self.said("phone"), self.said("note"), self.own_texts()), "plan": plan}


class RemarksForm(EntityForm):
    """What may still be said of an order that is over."""

    phone = TextField(N_("Phone"), longest=64)
    note = LongTextField(N_("Note"))

    def terms(self) -> dict[str, Any]:
        given = {name: None if name in self.left_out else self._fields[name].data for name in ("phone", "note")}
        return {"texts": OrderTexts(given["phone"], given["note"], self.own_texts())}


class BookOrderForm(EntityForm):
    """Who comes, and when."""

    work_order = LookupField(N_("Work order"), lookup="work_order", required=True)
    installer = LookupField(N_("Installer"), lookup="installer", required=True)
    appointment_at = AppointmentField(N_("Appointment at"), required=True)


class StartOrderForm(EntityForm):
    """The installer is there."""

    work_order = LookupField(N_("Work order"), lookup="work_order", required=True)


class FailOrderForm(EntityForm):
    """Why the work could not be done."""

    work_order = LookupField(N_("Work order"), lookup="work_order", required=True)
    reason = LongTextField(N_("Reason"), required=True)


class CheckOrderForm(EntityForm):
    """Whose finished work is checked."""

    work_order = LookupField(N_("Work order"), lookup="finished_work_order", required=True)


class BroughtLine(Form):
    """What became of one piece of equipment when a line was taken down."""

    equipment = IntegerField(widget=HiddenInput())
    state = RadioField(N_("Equipment returned"), options=Brought, required=True, span=2)

    @property
    def title(self) -> str:
        # The equipment of lines lies in a domain above.
        return "".join(effects.call("equipment_named", self.equipment.data))


class CompleteOrderForm(WorkedFields):
    """What is told when the work is done."""

    work_order = LookupField(N_("Work order"), lookup="work_order", required=True, renews="taken_back billing_from")
    taken_back = LinesField(BroughtLine, N_("Equipment"), is_fixed=True)
    worked_on = DayField(N_("Worked on"), required=True)
    billing_from = DayField(N_("Billing from"), required=True, help=N_("The first day of service: the months paid begin here."))
    method = RadioField(N_("Payment method"), options=FeePayment, default=FeePayment.LATER)
    reference = TextField(N_("Transaction reference"))
    note = LongTextField(N_("Note"))

    fieldsets = (
        (None, ("work_order", "worked_on", "billing_from", "taken_back")),
        (N_("Work order materials"), ("materials",)),
        (N_("Fees"), ASKED_FEES),
        (N_("Payment"), ("method", "reference")),
        (N_("Measured"), MEASURED),
        (N_("Fault"), FAULT),
        (N_("What changes"), CHANGES),
        (N_("Note"), ("note",)),
    )
    folded = (N_("Measured"), N_("Fault"), N_("What changes"))

    def completion(self) -> Completion:
        method = self.said("method")
        paid = () if method in (None, FeePayment.LATER) else (MethodAmount(Method(method.value), reference=self.said("reference") or ""),)
        return Completion(
            materials=self.material_terms(),
            fees=self.fee_terms(),
            changes=self.order_changes(),
            technical=self.technical(),
            methods=paid,
            taken_back=tuple(TakenBack(line.form.equipment.data or 0, line.form.state.data) for line in self["taken_back"].entries),
        )

    def terms(self) -> dict[str, Any]:
        return {
            "work_order": self["work_order"].data,
            "worked_on": self["worked_on"].data,
            "billing_from": self.said("billing_from"),
            "note": self["note"].data or "",
            "own_texts": self.own_texts(),
            "completion": self.completion(),
        }


class HandOverForm(EntityForm):
    """Whose money comes into the drawer."""

    installer = LookupField(N_("Installer"), lookup="money_holder", required=True)
    amount = MoneyField(N_("Amount"), help=N_("Left empty, all that the installer holds."))
    note = LongTextField(N_("Note"))

    def terms(self) -> dict[str, Any]:
        return {"installer": self["installer"].data, "amount": self["amount"].data, "note": self["note"].data or ""}
