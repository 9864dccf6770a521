"""Undoing an operation on a line 沖正: the last one, by its receipt or voucher where it has one, else by itself."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from app.billing.models import Approval, Reversal
from app.billing.views.void_buttons import voiding_action
from app.billing.views.voiding import VoidForm, VoidView, describe_void, describe_voucher_void, described, void_facts
from app.broadband.choices import SubscriptionOperation
from app.broadband.models import Subscription, SubscriptionEvent
from app.broadband.operations.voiding import void_operation
from app.customers.queries import has_terms
from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.foundation.transactions import found
from app.foundation.views import LookupField, Preview, PreviewFact, action_to, register_lookup
from app.foundation.views.links import Action
from app.values.errors import N_, Message


def _of_lines(text: str) -> ColumnElement[bool]:
    return SubscriptionEvent.subscription_id.in_(select(Subscription.id).where(has_terms(Subscription.search_terms, text)))


register_lookup(
    "line_operation",
    SubscriptionEvent,
    search=_of_lines,
    text=lambda event: say(event.name),
    detail=lambda event: FILTERS["day"](event.on),
    order=("id",),
    condition=lambda: [SubscriptionEvent.reversal_id.is_(None), SubscriptionEvent.operation != SubscriptionOperation.CLOSE],
)


class VoidOperationForm(VoidForm):
    event = LookupField(N_("Operation"), lookup="line_operation", required=True)
    fieldsets = ((None, ("event", "reason")),)


def _operation_voided(result: Reversal) -> Preview:
    event = result.event
    if event is None:
        raise LookupError(f"The reversal {result.number} has no operation.")
    line, charge = event.subscription, event.charge
    currency = line.office.currency.value
    said = [
        Message("%(document)s is voided by the counter-document %(reversal)s.", document=event.name, reversal=result.number),
        Message("The line stands as before it: state, dates, plan, place and customer."),
    ]
    if charge is not None:
        said.append(Message("The fee of %(amount)s, which is not paid yet, is withdrawn.", amount=charge.total, currency=currency))
    if event.operation is SubscriptionOperation.RESUME and line.planned_resume_on is not None:
        said.append(
            Message(
                "The line is planned to resume on %(date)s. If it is to rest longer, move that day, else it resumes in the night after it.",
                date=line.planned_resume_on,
            )
        )
    facts = void_facts(result)
    facts["facts"] = [
        PreviewFact(N_("Subscription status"), event.state_after, line.state),
        PreviewFact(N_("Stop date"), event.stops_on_after, line.stops_on),
        PreviewFact(N_("Days left"), None, line.days_left),
    ]
    return Preview(sentences=said, currency=currency, deed=N_("Void the operation"), **facts)


def describe_operation_void(result: Reversal | Approval) -> Preview:
    """Say what undoing an operation does."""
    if isinstance(result, Reversal) and result.receipt_id is not None:
        return describe_void(result)
    if isinstance(result, Reversal) and result.voucher_id is not None:
        return describe_voucher_void(result)
    return described(result, _operation_voided)


class VoidOperationView(VoidView):
    """Undoing the last operation of a line."""

    class_permission_name = "SubscriptionView"
    add_title, deed = N_("Void an operation"), N_("Void the operation")
    done_words = N_("The operation is voided by %(number)s.")
    form, operation, describe = VoidOperationForm, staticmethod(void_operation), staticmethod(describe_operation_void)

    def after_saving(self, record: Reversal | Approval) -> str:
        line = action_to("SubscriptionView", "", route="show", pk=self._line_of(record))
        return str(line["href"]) if line else super().after_saving(record)

    def _line_of(self, record: Reversal | Approval) -> int | None:
        papers = {
            SubscriptionEvent.id: record.event_id,
            SubscriptionEvent.receipt_id: record.receipt_id,
            SubscriptionEvent.voucher_id: record.voucher_id,
        }
        (named,) = [column == number for column, number in papers.items() if number is not None]
        line: int | None = db.session.scalars(select(SubscriptionEvent.subscription_id).where(named)).one_or_none()
        return line


def undoing_action(event_id: int | None) -> Action | None:
    """Return the button that undoes an operation; a closure is final."""
    if event_id is None:
        return None
    event = found(SubscriptionEvent, event_id)
    if event.is_voided or event.operation is SubscriptionOperation.CLOSE:
        return None
    return voiding_action("VoidOperationView", event.document, event=event_id)
