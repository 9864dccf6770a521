"""What every operation on a line says of itself before it is saved: state, stop date and money, before and after."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.broadband.choices import StopReason, SubscriptionState
from app.broadband.models import LineOperation, SubscriptionEvent
from app.broadband.rules.status import days_left
from app.broadband.views.cover import Bar, drawn, drawn_line, drawn_periods, frozen, is_frozen
from app.broadband.views.story import operations_of
from app.foundation.i18n import current_locale
from app.foundation.views import Preview, PreviewFact, PreviewLine
from app.values.amount_in_words import in_words
from app.values.errors import N_, Message


def described(
    record: LineOperation,
    *,
    sentences: Sequence[Any],
    deed: Any,
    paid_deed: str = "",
    fee_label: Any = "",
    facts: Sequence[PreviewFact] = (),
    **more: Any,
) -> Preview:
    """Return the preview of an operation: the usual facts and then ``facts``, its money, ``sentences`` and papers.

    ``deed`` names the button; ``paid_deed`` is the message id that names it with the ``amount`` it takes ("Suspend and take %(amount)s").
    """
    event, currency = record.event, record.subscription.office.currency.value
    fee, receipt = record.fee, event.receipt
    return Preview(
        sentences=[*fee_sentences(record, currency), *sentences, *day_sentences(record)],
        facts=[*usual_facts(event), *facts],
        lines=[PreviewLine(fee_label, fee)] if fee else [],
        total=fee if fee else None,
        total_in_words=words_of(fee, currency) if fee else "",
        documents=[("receipt", Message("Receipt %(number)s", number=receipt.number))] if receipt else [],
        currency=currency,
        deed=Message(paid_deed, amount=receipt.total, currency=currency) if receipt and paid_deed else deed,
        **more,
    )


def days_drawn(record: LineOperation) -> dict[str, Any]:
    """Return the picture of the line's days before and after an operation, as ``described`` takes it."""
    event, line = record.event, record.subscription
    operations = operations_of(line)
    earlier = [each for each in operations if each.id != event.id]
    before = drawn_periods(line.periods, events=earlier)
    halted_on = event.halted_on_before
    if halted_on is not None and is_frozen(event.state_before, event.stop_reason_before):
        before = drawn(frozen([Bar(**bar) for bar in before], halted_on, max(event.on, halted_on), 0))
    after = drawn_line(line, operations)
    rests = is_frozen(line.state, line.stop_reason)
    extra = {
        "before": before,
        "stop_before": event.stops_on_before,
        "after": after,
        "stop_after": after[-1]["ends_on"] if rests and after else event.stops_on_after,
        "today": event.booked_on,
    }
    return {"picture": "broadband/halting_preview.html", "extra": extra} if before else {}


def usual_facts(event: SubscriptionEvent) -> list[PreviewFact]:
    """Return status, where it changes, stop date and days left before and after an operation."""
    line = event.subscription
    before = _left(event.state_before, event.stops_on_before, event.on, event.halted_on_before, event.stop_reason_before)
    after = _left(event.state_after, event.stops_on_after, event.on, line.halted_on, line.stop_reason)
    status = PreviewFact(N_("Subscription status"), event.state_before, event.state_after)
    return [
        *([status] if event.state_before is not event.state_after else []),
        PreviewFact(N_("Stop date"), event.stops_on_before, event.stops_on_after),
        PreviewFact(N_("Days left"), before, after),
    ]


def _left(
    state: SubscriptionState, stops_on: datetime.date | None, on: datetime.date, halted_on: datetime.date | None, reason: StopReason | None
) -> int | None:
    return days_left(state=state, stops_on=stops_on, today=on, frozen_on=halted_on if is_frozen(state, reason) else None)


def fee_sentences(record: LineOperation, currency: str) -> list[Message]:
    """Say what becomes of the fee: taken now, or still owed."""
    fee = record.fee
    if not fee:
        return []
    terms = {"fee": fee, "words": words_of(fee, currency), "currency": currency}
    if record.event.receipt is not None:
        return [Message("The fee of %(fee)s (%(words)s) is taken and a receipt made.", **terms)]
    return [
        Message(
            "The fee of %(fee)s (%(words)s) is not paid yet: it stays a debt of the customer, due on %(date)s.",
            date=record.event.on,
            **terms,
        )
    ]


def day_sentences(record: LineOperation) -> list[Message]:
    """Say so where the operation counts on another day than today."""
    event = record.event
    if event.on == event.booked_on:
        return []
    return [Message("The business date is %(date)s; it is booked today.", date=event.on)]


def words_of(amount: Decimal, currency: str) -> str:
    """Return an amount in the reader's words."""
    return in_words(amount, currency, current_locale(), capital=True)
