"""Regular payments 正常繳費 (B2.4): the list, and the page that takes one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.billing.forms import offer_methods
from app.billing.views.void_buttons import voiding_action
from app.broadband.choices import SubscriptionState
from app.broadband.forms import RegularPaymentForm
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.payments import BACKDATE, pay
from app.broadband.queries import package_months
from app.broadband.views.cover import months_of
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.views import (
    DayFilter,
    EntityForm,
    GuardedInterface,
    Kind,
    LookupFilter,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    action_to,
    currency_of,
    present,
)
from app.foundation.views.links import Action
from app.offices.models import Office
from app.values.errors import N_, Message


def describe_payment(payment: RegularPayment) -> Preview:
    """Say what a payment does: its amounts, the days it buys, the stop date before and after, its papers."""
    line = payment.subscription
    amounts = [
        PreviewLine(
            N_("Plan fee"), payment.plan_total, Message("%(plan)s, %(time)s", plan=payment.plan.name, time=months_of(payment.months))
        ),
        PreviewLine(N_("Maintenance total"), payment.maintenance_total),
        PreviewLine(payment.other_item or N_("Other fee"), payment.other_fee),
        PreviewLine(N_("Discount"), -payment.discount),
        PreviewLine(N_("Arrears"), payment.arrears),
        PreviewLine(N_("Late fee"), payment.late_fee),
    ]
    return Preview(
        sentences=_sentences(payment),
        facts=[PreviewFact(N_("Stop date"), payment.stops_on_before, line.stops_on)],
        lines=[amount for amount in amounts if amount.amount],
        total=payment.total,
        total_in_words=payment.total_in_words,
        documents=[("receipt", Message("Receipt %(number)s", number=payment.number))],
        currency=line.office.currency.value,
        deed=Message("Take payment of %(amount)s", amount=payment.total, currency=line.office.currency.value),
    )


def _sentences(payment: RegularPayment) -> list[Message]:
    line = payment.subscription
    if payment.period_start is None:
        return [Message("Installation is pending: the service is billed from the day the work is done.")]
    said = [Message("The period %(start)s to %(end)s is paid.", start=payment.period_start, end=payment.period_end)]
    if payment.gift_months:
        said.append(Message("Given: %(time)s. The service stops on %(date)s.", time=months_of(payment.gift_months), date=line.stops_on))
    if payment.late_fee_proposed:
        said.append(Message("The late fee is %(fee)s.", fee=payment.late_fee, currency=line.office.currency.value))
    if payment.state_before is SubscriptionState.SUSPENDED:
        said.append(Message("The line stays suspended: these dates move by the days off."))
    if payment.state_before is SubscriptionState.FORCED and line.state is SubscriptionState.ACTIVE:
        said.append(Message("The line is resumed."))
    if payment.paid_on != payment.booked_on:
        said.append(Message("The business date is %(date)s; the receipt is booked today.", date=payment.paid_on))
    return said


class RegularPaymentView(OperationView):
    """Regular payments with every field of B2.4."""

    datamodel = GuardedInterface(RegularPayment)
    icon = "cash"
    list_title, show_title = N_("Regular payments"), N_("Regular payment")
    add_title, deed, deed_icon = N_("Regular payment"), N_("Take payment"), "cash"
    empty_text = N_("Payments appear here as they are taken. Find a customer at the counter to take the first one.")
    search_hint = N_("Payment number, name, initials, telephone, address, broadband account")
    label_columns = {
        "number": N_("Payment number"),
        "customer": N_("Customer"),
        "customer.customer_no": N_("Customer number"),
        "customer.name": N_("Customer name"),
        "subscription": N_("Broadband account"),
        "plan.name": N_("Plan type"),
        "plan_fee": N_("Plan fee"),
        "plan_total": N_("Plan fee total"),
        "maintenance_fee": N_("Maintenance fee"),
        "months": N_("Months paid"),
        "maintenance_total": N_("Maintenance total"),
        "other_item": N_("Other item"),
        "other_fee": N_("Other fee"),
        "discount": N_("Discount"),
        "arrears": N_("Arrears"),
        "late_fee": N_("Late fee"),
        "total": N_("Total"),
        "cashier": N_("Taken by"),
        "total_in_words": N_("Total in words"),
        "note": N_("Note"),
        "reason": N_("Reason"),
        "paid_on": N_("Paid on"),
        "booked_on": N_("Booked on"),
        "period_start": N_("Period start"),
        "period_end": N_("Period end"),
        "gift_months": N_("Gift months"),
        "status": N_("Status"),
        "receipt": N_("Receipt"),
    }
    column_kinds = {"status": Kind.CHOICE}
    list_columns = [
        "number",
        "customer.name",
        "plan.name",
        "months",
        "period_start",
        "period_end",
        "paid_on",
        "discount",
        "late_fee",
        "total",
        "status",
    ]
    second_lines = {"number": "subscription", "customer.name": "customer.customer_no", "paid_on": "cashier"}
    filters = [
        "paid_on",
        LookupFilter("plan"),
        LookupFilter("subscription", is_first=False),
        LookupFilter("customer", is_first=False),
        DayFilter("booked_on", is_first=False),
    ]
    order_columns = ["paid_on", "number"]
    base_order = ("id", "desc")
    totals_columns = ["discount", "late_fee", "total"]
    export_columns = [
        "number",
        "paid_on",
        "booked_on",
        "customer.customer_no",
        "customer.name",
        "subscription",
        "plan.name",
        "plan_fee",
        "months",
        "plan_total",
        "maintenance_fee",
        "maintenance_total",
        "other_item",
        "other_fee",
        "discount",
        "arrears",
        "late_fee",
        "total",
        "total_in_words",
        "period_start",
        "period_end",
        "gift_months",
        "cashier",
        "note",
        "reason",
        "status",
    ]
    facts = ["total", "paid_on", "period_start", "period_end", "status"]
    show_fieldsets = [
        (None, ["number", "customer", "customer.customer_no", "subscription", "cashier", "receipt"]),
        (
            N_("Amounts"),
            [
                "plan.name",
                "plan_fee",
                "months",
                "plan_total",
                "maintenance_fee",
                "maintenance_total",
                "other_item",
                "other_fee",
                "discount",
                "arrears",
                "late_fee",
                "total",
                "total_in_words",
            ],
        ),
        (N_("Period"), ["period_start", "period_end", "gift_months"]),
        (N_("Business date and note"), ["paid_on", "booked_on", "reason", "note"]),
    ]
    form, operation, describe = RegularPaymentForm, staticmethod(pay), staticmethod(describe_payment)

    def search(self, text: str) -> ColumnElement[bool]:
        people = select(Customer.id).where(matches(text))
        lines = select(Subscription.id).where(has_terms(Subscription.search_terms, text))
        number = RegularPayment.number.startswith(text.upper(), autoescape=True)
        return or_(number, RegularPayment.customer_id.in_(people), RegularPayment.subscription_id.in_(lines))

    def totals_conditions(self) -> list[ColumnElement[bool]]:
        return [RegularPayment.reversal_id.is_(None)]

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """The months of one package stand there already: of the line in the address, else one month."""
        form = super().opened_form(kind, record)
        if form["months"].data is None:
            form["months"].data = db.session.scalars(package_months(form["subscription"].data)).one_or_none() or 1
        return form

    def prepare_form(self, form: Any, record: Any) -> None:
        offer_methods(form, currency_of())
        if not current_scope().may(BACKDATE):
            form.on.locked = N_("Today. A manager can enter a past business date.")

    def done(self, record: RegularPayment) -> Any:
        return Message("Receipt %(number)s: %(amount)s taken.", number=record.number, amount=record.total, currency=_currency(record))

    def after_saving(self, record: RegularPayment) -> str:
        from app.foundation.views import record_address

        return record_address(record.receipt) or super().after_saving(record)

    def record_title(self, record: RegularPayment) -> Any:
        return record.number

    def record_badge(self, record: RegularPayment) -> Any:
        return record.status

    def row_actions(self, record: RegularPayment) -> list[Action]:
        return present(action_to("ReceiptView", N_("Receipt"), route="show", icon="receipt", pk=record.receipt_id))

    def record_actions(self, record: RegularPayment) -> list[Action]:
        voiding = voiding_action("VoidReceiptView", record.receipt, receipt=record.receipt_id) if not record.is_voided else None
        receipt = action_to("ReceiptView", N_("Receipt"), route="show", icon="receipt", primary=True, pk=record.receipt_id)
        return present(voiding, receipt)


def _currency(record: RegularPayment) -> str:
    return str(found(Office, record.office_id).currency.value)
