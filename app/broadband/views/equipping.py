"""Equipment of the office at customers' 設備: the list, found by its serial number, and the page that lends a piece."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement, or_, select

from app.billing.choices import FeePayment, Method
from app.billing.forms import offer_ways
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionState
from app.broadband.models import Equipment, Subscription
from app.broadband.operations.equipping import EquipmentChange, EquipmentTerms, lend, rename_equipment
from app.broadband.views.deeds import PAYMENT
from app.broadband.views.describing import words_of
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation.views import (
    EntityForm,
    EntityView,
    GuardedInterface,
    Kind,
    LongTextField,
    LookupField,
    LookupFilter,
    MoneyField,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    RadioField,
    TextField,
    action_to,
    currency_of,
    present,
)
from app.foundation.views.links import Action
from app.foundation.views.saving import require_version
from app.values.errors import N_, Message
from app.values.money import ZERO


def found_by(text: str) -> ColumnElement[bool]:
    """Return the condition that a piece is found by the beginning of its serial number, or by its line and customer."""
    people = select(Customer.id).where(matches(text))
    lines = select(Subscription.id).where(or_(has_terms(Subscription.search_terms, text), Subscription.customer_id.in_(people)))
    return or_(Equipment.serial.startswith(text, autoescape=True), Equipment.subscription_id.in_(lines))


class EquipmentForm(EntityForm):
    """What is lent, and how its deposit is paid."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True, span=2)
    name = TextField(N_("Equipment name"), required=True)
    serial = TextField(N_("Serial number"), required=True, longest=64)
    deposit = MoneyField(N_("Deposit"), help=N_("Left empty, none is asked for."))
    method = RadioField(N_("Payment method"), options=FeePayment, default=FeePayment.CASH)
    tendered = MoneyField(N_("Cash tendered"))
    reference = TextField(N_("Transaction reference"))
    payer_name = TextField(N_("Received from"))
    note = LongTextField(N_("Note"), span=3)

    fieldsets = (
        (None, ("subscription", "name", "serial", "deposit")),
        (PAYMENT, ("method", "tendered", "reference")),
        (N_("Note"), ("payer_name", "note")),
    )
    folded = (N_("Note"),)

    def terms(self) -> dict[str, Any]:
        terms = EquipmentTerms(
            name=self["name"].data or "",
            serial=self.serial.data or "",
            deposit=self.deposit.data or ZERO,
            note=self.note.data or "",
            methods=self.methods(),
            payer_name=self.payer_name.data or "",
        )
        return {"subscription": self.subscription.data, "terms": terms}

    def methods(self) -> tuple[MethodAmount, ...]:
        """Return how the deposit is paid; nothing where it stays open or there is none."""
        if not self.deposit.data or self.method.data in (None, FeePayment.LATER):
            return ()
        return (MethodAmount(Method(self.method.data.value), None, self.tendered.data, self.reference.data or ""),)


class EquipmentNameForm(EntityForm):
    """What may be corrected of a piece: how it is called."""

    name = TextField(N_("Equipment name"), required=True)
    serial = TextField(N_("Serial number"), required=True, longest=64)
    note = LongTextField(N_("Note"), span=3)

    def terms(self) -> dict[str, Any]:
        return {"change": EquipmentChange(name=self["name"].data or "", serial=self.serial.data or "", note=self.note.data or "")}


def describe_lending(record: Equipment) -> Preview:
    """Say what is lent, what its deposit is, and when that comes back."""
    currency, deposit = record.subscription.office.currency.value, record.deposit
    is_paid = record.charge is not None and not record.charge.open_amount
    said = [Message("%(piece)s is lent to %(customer)s.", piece=str(record), customer=record.subscription.customer.name)]
    if deposit:
        terms = {"amount": deposit, "words": words_of(deposit, currency), "currency": currency}
        if is_paid:
            said.append(Message("The deposit of %(amount)s (%(words)s) is taken and a receipt made.", **terms))
        else:
            said.append(Message("The deposit of %(amount)s (%(words)s) is not paid yet: it stays a debt of the customer.", **terms))
        said.append(Message("It is no income: it comes back when the line is closed, less damage or loss."))
    return Preview(
        sentences=said,
        facts=[PreviewFact(N_("Equipment state"), None, record.state)],
        lines=[PreviewLine(N_("Deposit"), deposit)] if deposit else [],
        total=deposit or None,
        total_in_words=words_of(deposit, currency) if deposit else "",
        currency=currency,
        deed=Message("Lend and take %(amount)s", amount=deposit, currency=currency) if is_paid else N_("Lend"),
    )


class EquipmentView(OperationView):
    """Equipment at customers', and what became of it."""

    datamodel = GuardedInterface(Equipment)
    icon = "plug"
    list_title, show_title, related_title = N_("Equipment"), N_("Equipment"), N_("Equipment")
    add_title, deed, deed_icon = N_("Lend equipment"), N_("Lend"), "router"
    empty_text = N_("Equipment lent to customers appears here with its serial number. Lend some on the page of a line.")
    search_hint = N_("Serial number, name, initials, telephone, address, broadband account")
    done_message = N_("The equipment is lent.")
    label_columns = {
        "serial": N_("Serial number"),
        "name": N_("Equipment name"),
        "subscription": N_("Broadband account"),
        "subscription.customer": N_("Customer"),
        "subscription.customer.name": N_("Customer name"),
        "subscription.place": N_("Address"),
        "state": N_("Equipment state"),
        "lent_on": N_("Lent on"),
        "brought_on": N_("Brought back on"),
        "brought_state": N_("Condition when brought back"),
        "returned_on": N_("Settled on"),
        "deposit": N_("Deposit"),
        "charge.status": N_("Payment"),
        "compensation": N_("Equipment compensation"),
        "note": N_("Note"),
        "created_by": N_("Entered by"),
        "created_at": N_("Entered at"),
    }
    column_kinds = {"charge.status": Kind.CHOICE, "subscription.place": Kind.TEXT}
    list_columns = ["serial", "subscription", "lent_on", "returned_on", "deposit", "compensation", "state"]
    second_lines = {"serial": "name", "subscription": "subscription.customer.name"}
    filters = [LookupFilter("subscription"), "lent_on"]
    order_columns = ["serial"]
    base_order = ("id", "desc")
    state_column = "state"
    totals_columns = ["deposit", "compensation"]
    export_columns = [
        "serial",
        "name",
        "subscription",
        "subscription.customer.name",
        "lent_on",
        "returned_on",
        "deposit",
        "charge.status",
        "compensation",
        "state",
        "note",
    ]
    facts = ["state", "lent_on", "deposit", "returned_on"]
    show_fieldsets = [
        (None, ["serial", "name", "subscription", "subscription.customer", "subscription.place", "state", "lent_on"]),
        (N_("Brought back"), ["brought_on", "brought_state", "returned_on"]),
        (N_("Amounts"), ["deposit", "charge.status", "compensation"]),
        (N_("Note"), ["created_by", "created_at", "note"]),
    ]
    loads = ["subscription.customer", "charge"]
    show_loads = ["subscription.customer", "subscription.community", "charge", "created_by"]
    form, operation, describe = EquipmentForm, staticmethod(lend), staticmethod(describe_lending)
    edit_title, corrected = N_("Correct equipment"), EquipmentNameForm
    save_operation = staticmethod(rename_equipment)

    def closed_routes(self) -> set[str]:
        return super().closed_routes() - {"edit"}

    def _init_forms(self) -> None:
        super()._init_forms()
        self.edit_form = self.corrected

    def terms(self, form: EntityForm, record: Any | None = None) -> dict[str, Any]:
        if record is None:
            return super().terms(form, record)
        return {"equipment": record.id, "version": require_version(request.form.get("version")), **form.terms()}

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        return super().form_extras(form, record) if record is None else {}

    def _save(self, form: EntityForm, record: Any | None) -> Any:
        return super()._save(form, record) if record is None else EntityView._save(self, form, record)

    def prepare_form(self, form: Any, record: Any) -> None:
        if record is None:
            self._offer_payment(form)

    @staticmethod
    def _offer_payment(form: Any) -> None:
        offer_ways(form.method, currency_of())

    def search(self, text: str) -> ColumnElement[bool]:
        return found_by(text)

    def record_title(self, record: Equipment) -> Any:
        return record.serial

    def record_context(self, record: Equipment) -> Any:
        return record.name

    def record_badge(self, record: Equipment) -> Any:
        return record.state

    def row_actions(self, record: Equipment) -> list[Action]:
        return present(action_to("SubscriptionView", N_("Line"), route="show", icon="router", pk=record.subscription_id))

    def record_actions(self, record: Equipment) -> list[Action]:
        closing = None
        if record.returned_on is None and record.subscription.state is not SubscriptionState.CLOSED:
            closing = action_to(
                "ClosureView", N_("Close the line"), icon="archive", subscription=record.subscription_id, office=record.office_id
            )
        return present(*EntityView.record_actions(self, record), closing, *self.row_actions(record))
