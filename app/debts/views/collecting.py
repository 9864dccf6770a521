"""Late interest, promises to pay, and the steps of collection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement, select

from app.billing.choices import PromiseState
from app.customers.models import Customer
from app.customers.queries import matches
from app.debts.choices import NOTED, CollectionKind
from app.debts.models import CollectionStep, DebtDigest, LateInterest, PaymentPromise
from app.debts.operations.collecting import note_promise, note_step
from app.debts.operations.interest import begin_posting_interest, post_interest
from app.debts.queries.interest import posted_on
from app.debts.queries.promises import debts_of, stated
from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import FILTERS, current_locale, say
from app.foundation.transactions import run
from app.foundation.views import (
    DayField,
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
    Tab,
    action,
    chosen_office,
    currency_of,
    present,
    record_address,
)
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.foundation.views.office import office_argument
from app.offices.menu import today_here
from app.values import formats
from app.values.errors import N_, Message, OperationRefused
from app.values.money import sum_of


def of_customer(column: Any, text: str) -> ColumnElement[bool]:
    """Return the condition of rows whose customer is found by ``text``."""
    found: ColumnElement[bool] = column.in_(select(Customer.id).where(matches(text)))
    return found


# Late interest -------------------------------------------------------------------------------------------------------------------


class PostInterestForm(EntityForm):
    """Whose interest is posted up to today."""

    customer = LookupField(N_("Customer"), lookup="customer", required=True)


def describe_interest(person: Customer) -> Preview:
    """Say which interest was posted today."""
    rows = db.session.scalars(posted_on(person.id, today_here())).all()
    lines = [
        PreviewLine(
            formats.with_month(each.charge.lines[0].detail, current_locale()),
            each.amount,
            Message("%(start)s to %(end)s", start=each.starts_on, end=each.ends_on),
        )
        for each in rows
        if each.charge is not None
    ]
    sentences = [] if lines else [Message("No late interest is due: nothing is overdue beyond the grace days, or it is posted already.")]
    return Preview(
        sentences=sentences,
        lines=lines,
        total=sum_of(line.amount for line in lines),
        currency=currency_of(person),
        deed=N_("Post interest"),
    )


class LateInterestView(OperationView):
    """Late interest 逾期利息: the days of overdue service charges that were counted, and what was posted."""

    datamodel = GuardedInterface(LateInterest)
    icon = "percentage"
    list_title, show_title, add_title = N_("Late interest"), N_("Late interest"), N_("Post late interest")
    deed, deed_icon, done_message = N_("Post interest"), "percentage", N_("The late interest is posted up to today.")
    empty_text = N_("Late interest is posted before every payment, and for everybody before notices are printed.")
    label_columns = {
        "id": N_("No."),
        "source.customer": N_("Customer"),
        "source.customer.name": N_("Customer"),
        "source.due_on": N_("Due on"),
        "source.fee_kind": N_("Fee kind"),
        "starts_on": N_("From"),
        "ends_on": N_("To"),
        "exact": N_("Exact sum of the days"),
        "amount": N_("Posted"),
        "created_at": N_("Entered at"),
    }
    list_columns = ["source.customer.name", "source.fee_kind", "source.due_on", "starts_on", "ends_on", "exact", "amount"]
    column_kinds = {"exact": Kind.NUMBER}
    filters = ["ends_on", LookupFilter("source.customer", argument="customer")]
    order_columns = ["ends_on"]
    base_order = ("id", "desc")
    totals_columns = ["amount"]
    show_columns = ["source.customer", "source.fee_kind", "source.due_on", "starts_on", "ends_on", "exact", "amount", "created_at"]
    form, operation, describe = PostInterestForm, staticmethod(post_interest), staticmethod(describe_interest)

    def record_title(self, record: LateInterest) -> Any:
        return say(self.show_title)

    def totals_conditions(self) -> list[Any]:
        return [LateInterest.reversal_id.is_(None)]

    def page_actions(self) -> list[Action]:
        if not self.allowed("can_add"):
            return present(*super().page_actions())
        href = url_for(f"{self.endpoint}.everybody", office=office_argument())
        return [action(N_("Post for everybody"), href, icon="users-group", method="post"), *super().page_actions()]

    @expose("/everybody", methods=["POST"])
    @needs("add")
    def everybody(self) -> Any:
        """Let the interest of every customer of the office be posted in the background."""
        try:
            run(begin_posting_interest, office=chosen_office())
        except OperationRefused as error:
            flash(say(error.message), "danger")
            return redirect(self.list_address()), status_of(error)
        flash(say(N_("The late interest of everybody is being posted in the background.")), "success")
        return redirect(self.list_address())


# Promises ------------------------------------------------------------------------------------------------------------------------


class PromiseForm(EntityForm):
    """What a customer promises."""

    customer = LookupField(N_("Customer"), lookup="customer", required=True, span=2)
    amount = MoneyField(N_("Amount"), required=True)
    due_on = DayField(N_("Promised by"), required=True)
    note = LongTextField(N_("Note"), span=3)


def describe_promise(record: PaymentPromise) -> Preview:
    """Say what is noted."""
    currency = currency_of(record)
    owed = FILTERS["money"](debts_of(record.customer_id), currency)
    return Preview(
        sentences=[
            Message("The promise is kept when so much of the debts is paid by the end of %(day)s.", day=record.due_on),
            Message("Until then the customer is not proposed for locking; late interest runs on."),
        ],
        facts=[PreviewFact(N_("Debt"), None, owed)],
        total=record.amount,
        currency=currency,
        deed=N_("Note the promise"),
    )


def _stands(state: PromiseState) -> Callable[[], ColumnElement[bool]]:
    return lambda: PaymentPromise.standing == state.value


class PaymentPromiseView(OperationView):
    """Promises to pay 承诺缴费; whether they were kept is computed from the payments since."""

    datamodel = GuardedInterface(PaymentPromise)
    icon = "calendar-due"
    list_title, show_title, add_title = N_("Promises to pay"), N_("Promise to pay"), N_("Note a promise to pay")
    deed, deed_icon, done_message = N_("Note the promise"), "calendar-due", N_("The promise is noted.")
    empty_text = N_("When a customer promises to pay by a day, the promise appears here.")
    search_hint = N_("Name and number of the customer")
    label_columns = {
        "customer": N_("Customer"),
        "customer.name": N_("Customer"),
        "customer.customer_no": N_("Customer number"),
        "made_on": N_("Made on"),
        "due_on": N_("Promised by"),
        "amount": N_("Amount"),
        "state": N_("State"),
        "note": N_("Note"),
        "created_by": N_("Noted by"),
    }
    list_columns = ["customer.name", "made_on", "due_on", "amount", "state", "note", "created_by"]
    column_kinds = {"state": Kind.CHOICE}
    tabs = [Tab(state.value, state.label, _stands(state)) for state in PromiseState]
    tabs_argument = "state"
    second_lines = {"customer.name": "customer.customer_no"}
    filters = ["due_on", LookupFilter("customer")]
    order_columns = ["due_on"]
    base_order = ("id", "desc")
    totals_columns = ["amount"]
    show_columns = ["customer", "made_on", "due_on", "amount", "state", "note", "created_by"]
    form, operation, describe = PromiseForm, staticmethod(note_promise), staticmethod(describe_promise)

    def search(self, text: str) -> ColumnElement[bool]:
        return of_customer(PaymentPromise.customer_id, text)

    def record_title(self, record: PaymentPromise) -> Any:
        return Message("Promise to pay by %(day)s", day=record.due_on)

    def record_badge(self, record: PaymentPromise) -> PromiseState:
        (one,) = stated([record], today_here())
        return one.state

    def record_context(self, record: PaymentPromise) -> Any:
        return record.customer.name

    def after_saving(self, record: PaymentPromise) -> str:
        return record_address(record.customer) or super().after_saving(record)


# Steps ---------------------------------------------------------------------------------------------------------------------------


class StepForm(EntityForm):
    """What was done to collect."""

    customer = LookupField(N_("Customer"), lookup="customer", required=True, span=2)
    unit = LookupField(N_("Unit"), lookup="unit")
    kind = RadioField(N_("What was done"), options=[(kind.value, kind.label) for kind in NOTED], required=True, span=2)
    note = LongTextField(N_("Note"), required=True, span=3, help=N_("What was said, in a few words. The next person reads it in the list."))

    def terms(self) -> dict[str, Any]:
        given = super().terms()
        return given | {"kind": CollectionKind(given["kind"])}


class CollectionStepView(OperationView):
    """The history of collection 催缴记录 (S2.4): reminders, calls, visits; a step is never changed."""

    datamodel = GuardedInterface(CollectionStep)
    icon = "speakerphone"
    list_title, show_title, add_title = N_("Collection history"), N_("Step of collection"), N_("Note a step of collection")
    deed, deed_icon, done_message = N_("Note the step"), "note", N_("The step is noted.")
    empty_text = N_("Calls, visits and reminder letters about debts appear here.")
    search_hint = N_("Name and number of the customer")
    label_columns = {
        "on": N_("Date"),
        "kind": N_("What was done"),
        "level": N_("Level"),
        "customer": N_("Customer"),
        "customer.name": N_("Customer"),
        "customer.customer_no": N_("Customer number"),
        "unit": N_("Unit"),
        "unit.code": N_("Unit"),
        "debt": N_("Debt"),
        "reference": N_("Reference"),
        "note": N_("Note"),
        "created_by": N_("Noted by"),
    }
    list_columns = ["on", "kind", "level", "customer.name", "unit.code", "debt", "note", "created_by"]
    second_lines = {"customer.name": "customer.customer_no"}
    filters = ["on", "kind", LookupFilter("customer"), LookupFilter("unit")]
    order_columns = ["on"]
    base_order = ("id", "desc")
    show_columns = ["on", "kind", "level", "customer", "unit", "debt", "reference", "note", "created_by"]
    form, operation = StepForm, staticmethod(note_step)

    def search(self, text: str) -> ColumnElement[bool]:
        return of_customer(CollectionStep.customer_id, text)

    def record_title(self, record: CollectionStep) -> Any:
        return record.title

    def record_context(self, record: CollectionStep) -> Any:
        return record.customer.name

    def after_saving(self, record: CollectionStep) -> str:
        return record_address(record.customer) or super().after_saving(record)


# The digest ----------------------------------------------------------------------------------------------------------------------


class DebtDigestView(EntityView):
    """Digests of debts 欠费汇总 for the managing staff (S1.4): what they said, and whether they were delivered."""

    datamodel = GuardedInterface(DebtDigest)
    icon = "mail"
    list_title, show_title = N_("Debt digests"), N_("Debt digest")
    empty_text = N_("Digests are written in the night for those named in the debt policy.")
    label_columns = {
        "day": N_("Date"),
        "recipient": N_("Sent to"),
        "subject": N_("Subject"),
        "body": N_("Text of the letter"),
        "state": N_("State"),
        "sent_at": N_("Sent at"),
        "error": N_("What the mail server said"),
        "attempts": N_("Attempts"),
    }
    list_columns = ["day", "recipient", "subject", "state", "sent_at"]
    filters = ["day"]
    state_column = "state"
    order_columns = ["day"]
    base_order = ("id", "desc")
    show_columns = ["day", "recipient", "state", "sent_at", "attempts", "error", "subject", "body"]

    def record_title(self, record: DebtDigest) -> Any:
        return record.subject

    def record_badge(self, record: DebtDigest) -> Any:
        return record.state
