"""Changes of plan 套餐變更: their list, the page that makes one, and the button that withdraws a booked one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose

from app.billing.choices import Method, PricedOperation
from app.billing.forms import COUNTER_METHODS
from app.billing.models import Voucher
from app.broadband.choices import PlanChangeMode, PlanChangeStatus, SubscriptionState
from app.broadband.models import PlanChange
from app.broadband.operations.plan_booking import withdraw_plan_change
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.views.deeds import PaidDeedForm, PaidDeedView
from app.broadband.views.describing import day_sentences, usual_facts, words_of
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import (
    ChoiceField,
    GuardedInterface,
    Kind,
    LookupField,
    LookupFilter,
    Preview,
    PreviewFact,
    PreviewLine,
    RadioField,
    action,
)
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused
from app.values.money import ZERO, sum_of


class PlanChangeForm(PaidDeedForm):
    """To which plan, and when."""

    plan = LookupField(N_("New plan"), lookup="other_plan", narrowed_by="subscription", required=True)
    mode = RadioField(N_("Takes effect"), options=PlanChangeMode, default=PlanChangeMode.MONEY, span=2)
    refund_method = ChoiceField(
        N_("What comes back is paid out"),
        options=(*COUNTER_METHODS, Method.CREDIT),
        default=Method.CASH,
        help=N_("Left as credit, it pays for the next months."),
    )

    asked = ("plan", "mode", "refund_method")
    terms_class = PlanChangeTerms

    def own_terms(self) -> dict[str, Any]:
        return {
            "plan": self.plan.data,
            "mode": self.mode.data or PlanChangeMode.MONEY,
            "refund_method": self.refund_method.data or Method.CASH,
        }


def describe_plan_change(record: PlanChange) -> Preview:
    """Say from when the line has its new plan, what the days left are worth and cost, and what is paid or given back."""
    event, currency = record.event, record.subscription.office.currency.value
    booked = record.change_status is PlanChangeStatus.BOOKED
    due = None if record.difference is None else record.difference + record.fee
    lines = [
        PreviewLine(Message("%(plan)s: days left", plan=record.new_plan.name), record.charge or ZERO),
        PreviewLine(Message("%(plan)s: credit of the days left", plan=record.old_plan.name), -(record.credit or ZERO)),
        PreviewLine(N_("Plan change fee"), record.fee if due is not None else ZERO),
    ]
    documents = [("receipt", Message("Receipt %(number)s", number=event.receipt.number))] if event.receipt else []
    if event.voucher:
        documents.append(("receipt-refund", Message("Payment voucher %(number)s", number=event.voucher.number)))
    return Preview(
        sentences=[*(_booked_words(record) if booked else _applied_words(record)), *day_sentences(record)],
        facts=[PreviewFact(N_("Plan type"), record.old_plan.name, record.new_plan.name), *usual_facts(event)],
        lines=[line for line in lines if line.amount],
        total=due or None,
        total_in_words=words_of(due, currency) if due and due > 0 else "",
        documents=documents,
        currency=currency,
        deed=_deed(record),
    )


def _applied_words(record: PlanChange) -> list[Message]:
    event, currency = record.event, record.subscription.office.currency.value
    said = [Message("From %(date)s on the line has the plan %(plan)s.", date=record.changed_on, plan=record.new_plan.name)]
    if event.state_before is SubscriptionState.PENDING:
        return [*said, Message("The line is not installed yet: its application is corrected. Nothing is charged.")]
    said.append(Message("The stop date stays %(stop)s.", stop=event.stops_on_after))
    if event.voucher is not None:
        said += _back_words(record, event.voucher, currency)
    elif event.receipt is not None:
        said.append(Message("%(amount)s are taken and a receipt made.", amount=event.receipt.total, currency=currency))
    elif event.charge is not None:
        said.append(
            Message(
                "%(amount)s are not paid yet: they stay a debt of the customer, due on %(date)s.",
                amount=event.charge.total,
                date=event.on,
                currency=currency,
            )
        )
    else:
        said.append(Message("Nothing is to be paid."))
    return said


def _back_words(record: PlanChange, voucher: Voucher, currency: str) -> list[Message]:
    by_credit = sum_of(each.amount for each in voucher.methods if each.method is Method.CREDIT)
    if by_credit and record.set_off_receipt_id is None:
        return [Message("%(amount)s go into the customer's credit balance.", amount=voucher.total, currency=currency)]
    back = Message("%(amount)s (%(words)s) come back.", amount=voucher.total, words=words_of(voucher.total, currency), currency=currency)
    if not by_credit:
        return [back]
    rest = voucher.total - by_credit
    return [
        back,
        Message(
            "%(amount)s of it settle what is open for the line, %(rest)s are paid out.", amount=by_credit, rest=rest, currency=currency
        ),
    ]


def _booked_words(record: PlanChange) -> list[Message]:
    plan, currency = record.new_plan.name, record.subscription.office.currency.value
    if record.mode is PlanChangeMode.MONEY:
        said = [
            Message("The change to %(plan)s is booked. It takes effect on the day on which the line resumes.", plan=plan),
            Message("On that day the days left are settled: what is due becomes a debt, what comes back goes into the credit balance."),
        ]
        if record.fee:
            said.append(Message("The fee of %(fee)s is charged on that day.", fee=record.fee, currency=currency))
        return said
    return [
        Message("Nothing changes today. The next months are sold at the price of %(plan)s.", plan=plan),
        Message("The line gets the plan on the first day of those months. Until they are sold the change can be withdrawn."),
    ]


def _deed(record: PlanChange) -> Any:
    event, currency = record.event, record.subscription.office.currency.value
    if record.change_status is PlanChangeStatus.BOOKED:
        return N_("Book plan change")
    if event.receipt is not None:
        return Message("Change plan and take %(amount)s", amount=event.receipt.total, currency=currency)
    if event.voucher is not None:
        return Message("Change plan and give back %(amount)s", amount=event.voucher.total, currency=currency)
    return N_("Change plan")


class PlanChangeView(PaidDeedView):
    """Changes of plan, settled in money or booked."""

    datamodel = GuardedInterface(PlanChange)
    icon = "replace"
    list_title, show_title, related_title = N_("Plan changes"), N_("Plan change"), N_("Plan changes")
    add_title, deed, deed_icon = N_("Plan change"), N_("Change plan"), "replace"
    empty_text = N_("Plan changes appear here. Find a line in the subscriber query to change its plan.")
    done_message = N_("The plan change is saved.")
    day, day_label, fee_label = "asked_on", N_("Asked on"), N_("Plan change fee")
    own_labels = {
        "old_plan": N_("Old plan"),
        "new_plan": N_("New plan"),
        "mode": N_("Takes effect"),
        "change_status": N_("Plan change status"),
        "changed_on": N_("In effect since"),
        "credit": N_("Credit of the old plan"),
        "charge": N_("Charge of the new plan"),
        "difference": N_("Difference"),
    }
    own_columns = ("old_plan", "new_plan", "change_status", "changed_on", "difference")
    # A change of plan says nothing about the place, and twelve columns are more than a screen holds.
    list_columns = (
        *("subscription", "customer.name", "asked_on", "old_plan", "new_plan", "change_status", "changed_on", "difference"),
        *("fee", "event.receipt", "status"),
    )
    priced = PricedOperation.PLAN_CHANGE
    form, operation, describe = PlanChangeForm, staticmethod(change_plan), staticmethod(describe_plan_change)
    column_kinds = {
        **dict.fromkeys(("status", "event.charge.status", "change_status", "mode"), Kind.CHOICE),
        "customer.masked_id_number": Kind.TEXT,
    }
    filters = ["asked_on", LookupFilter("new_plan"), LookupFilter("customer", is_first=False), LookupFilter("subscription", is_first=False)]
    state_column = "change_status"

    def record_badge(self, record: PlanChange) -> Any:
        return record.status if record.is_voided else record.change_status

    def undone_by(self, record: PlanChange) -> int | None:
        """Return the event that settled the change; one that only waits is withdrawn, one that took effect at its time stays."""
        is_settled = record.applied_event_id is not None and (record.applied_event_id == record.event_id or record.credit is not None)
        return record.applied_event_id if is_settled else None

    def further_actions(self, record: PlanChange) -> list[Action]:
        if record.change_status is not PlanChangeStatus.BOOKED or not self.allowed("can_withdraw"):
            return []
        return [action(N_("Withdraw"), url_for(f"{self.endpoint}.withdraw", pk=record.id), icon="arrow-back-up", method="post")]

    @expose("/withdraw/<pk>", methods=["POST"])
    @needs("withdraw")
    def withdraw(self, pk: str) -> Any:
        """Take a booked change back."""
        record = self.record_or_404(pk)
        try:
            run(withdraw_plan_change, plan_change=record.id)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(N_("The plan change is withdrawn. The next months are sold at the line's own plan.")), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
