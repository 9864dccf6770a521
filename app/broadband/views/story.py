"""What happened to a line, newest first: payments, operations, voids, works, as the macro ``events`` shows them.

One question each for payments, operations, and the records of what is told of them beside dates; the orders come with the line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.billing.models import Reversal
from app.broadband.choices import SubscriptionOperation
from app.broadband.models import RegularPayment, Subscription, SubscriptionEvent
from app.broadband.views.cover import months_of
from app.foundation import effects
from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.values.errors import N_, Message
from app.workorders.choices import WorkKind, WorkOrderStatus
from app.workorders.models import WorkOrder

MOST_EVENTS = 8


def operations_of(line: Subscription) -> list[SubscriptionEvent]:
    """Return everything that was done to a line, in its order, voided ones too."""
    return list(
        db.session.scalars(
            select(SubscriptionEvent)
            .where(SubscriptionEvent.subscription_id == line.id)
            .options(
                joinedload(SubscriptionEvent.created_by),
                joinedload(SubscriptionEvent.receipt),
                joinedload(SubscriptionEvent.voucher),
                joinedload(SubscriptionEvent.reversal).joinedload(Reversal.created_by),
            )
            .order_by(SubscriptionEvent.id)
        )
    )


def events_of(line: Subscription, operations: Sequence[SubscriptionEvent]) -> list[dict[str, Any]]:
    """Return the newest events of a line; ``operations`` is what was done to it."""
    payments = db.session.scalars(
        select(RegularPayment)
        .where(RegularPayment.subscription_id == line.id)
        .options(joinedload(RegularPayment.cashier), joinedload(RegularPayment.reversal).joinedload(Reversal.created_by))
        .order_by(RegularPayment.id.desc())
        .limit(MOST_EVENTS)
    ).all()
    found = [*_of_payments(line, payments), *_of_operations(operations[-MOST_EVENTS:]), *_of_orders(line)]
    # What domains above this one have to tell of the line.
    found += [event for told in effects.call("line_story", line) for event in told]
    newest = sorted(found, key=lambda event: event["moment"], reverse=True)[:MOST_EVENTS]
    return [{**event, "at": FILTERS["moment"](event["moment"])} for event in newest]


def _of_operations(operations: Iterable[SubscriptionEvent]) -> Iterable[dict[str, Any]]:
    for event in operations:
        yield {
            "icon": event.operation.icon or "circle",
            "tone": "neutral" if event.is_voided else event.operation.colour,
            "title": event.operation,
            "text": " · ".join(_told(event)),
            "moment": event.created_at,
            "by": str(event.created_by) if event.created_by is not None else say(N_("by itself")),
            "href": (url_for("ReceiptView.show", pk=event.receipt_id) if event.receipt_id is not None else ""),
        }
        if event.reversal is not None:
            paper = event.receipt or event.voucher
            yield _voided(paper.number if paper is not None else event.operation, event.reversal)


def _told(event: SubscriptionEvent) -> Iterable[str]:
    """Yield what an operation did: its state, its stop date, its money, its day where that is not the day it was entered."""
    if event.state_before is not event.state_after:
        yield f"{say(event.state_before)} → {say(event.state_after)}"
    before, after = event.stops_on_before, event.stops_on_after
    if before is not None and before == after:
        yield say(Message("Stop date %(date)s", date=after))
    elif before is not None and after is not None:
        yield say(Message("Stop date %(before)s → %(after)s", before=before, after=after))
    for paper in (event.receipt, event.voucher):
        if paper is not None:
            yield f"{paper.number} {FILTERS['money'](paper.total, paper.content['currency'])}"
    if event.on != event.booked_on:
        yield say(Message("Business date %(date)s", date=event.on))


def _voided(number: str | SubscriptionOperation, reversal: Reversal) -> dict[str, Any]:
    return {
        "icon": "arrow-back-up",
        "tone": "bad",
        "title": Message("Void %(number)s", number=number),
        "text": reversal.reason,
        "moment": reversal.created_at,
        "by": str(reversal.created_by),
        "href": "",
    }


def _of_payments(line: Subscription, payments: Iterable[RegularPayment]) -> Iterable[dict[str, Any]]:
    stops = _stops(line)
    for payment in payments:
        after = stops.get(payment.id, payment.period_end)
        yield {
            "icon": "cash",
            "tone": "neutral" if payment.is_voided else "good",
            "title": Message("Regular payment, %(time)s", time=months_of(payment.months)),
            "text": say(Message("Stop date %(before)s → %(after)s", before=payment.stops_on_before, after=after)) if after else "",
            "moment": payment.created_at,
            "by": str(payment.cashier),
            "href": url_for("RegularPaymentView.show", pk=payment.id),
        }
        if payment.reversal is not None:
            yield _voided(payment.number, payment.reversal)


def _stops(line: Subscription) -> dict[int, datetime.date]:
    """Return the last day that each payment bought, its gift months included."""
    stops: dict[int, datetime.date] = {}
    for period in line.periods:
        if period.regular_payment_id is not None:
            stops[period.regular_payment_id] = max(period.stop, stops.get(period.regular_payment_id, period.stop))
    return stops


def _of_orders(line: Subscription) -> Iterable[dict[str, Any]]:
    for order in line.work_orders:
        yield {
            "icon": "tool",
            "tone": "neutral",
            "title": Message("Work order %(number)s: %(type)s", number=order.number, type=order.business_type.name),
            "text": order.address,
            "moment": order.accepted_at,
            "by": "",
            "href": url_for("WorkOrderView.show", pk=order.id),
        }
        if order.is_worked and order.worked_on is not None:
            yield {
                "icon": "player-play",
                "tone": "info",
                "title": WorkOrderStatus.DONE,
                # Other work than an installation begins no service.
                "text": say(Message("Billing from %(date)s", date=order.billing_from)) if order.business_type.kind is WorkKind.NEW else "",
                "moment": _worked_at(order, line.office.time_zone),
                "by": order.installer.name if order.installer else "",
                "href": url_for("WorkOrderView.show", pk=order.id),
            }


def _worked_at(order: WorkOrder, time_zone: str) -> datetime.datetime:
    """Return when the work was done: the moment that was noted, if it is of that day, else noon."""
    if order.finished_at is not None and order.finished_at.astimezone(ZoneInfo(time_zone)).date() == order.worked_on:
        return order.finished_at
    return max(_noon(order.worked_on or order.accepted_at.date(), time_zone), order.accepted_at)


def _noon(day: datetime.date, time_zone: str) -> datetime.datetime:
    """Return a moment of a day of which only the date is known."""
    return datetime.datetime.combine(day, datetime.time(12), ZoneInfo(time_zone))
