"""What happened to a line, newest first: payments, voids, works, as the macro ``events`` shows them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.broadband.models import RegularPayment, Subscription
from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.values.errors import Message
from app.workorders.choices import WorkOrderStatus

MOST_EVENTS = 8


def events_of(line: Subscription) -> list[dict[str, Any]]:
    """Return the newest events of a line."""
    payments = db.session.scalars(
        select(RegularPayment)
        .where(RegularPayment.subscription_id == line.id)
        .options(joinedload(RegularPayment.cashier), joinedload(RegularPayment.reversal))
        .order_by(RegularPayment.id.desc())
        .limit(MOST_EVENTS)
    ).all()
    found = [*_of_payments(line, payments), *_of_orders(line)]
    newest = sorted(found, key=lambda event: event["moment"], reverse=True)[:MOST_EVENTS]
    return [{**event, "at": FILTERS["moment"](event["moment"])} for event in newest]


def _of_payments(line: Subscription, payments: Iterable[RegularPayment]) -> Iterable[dict[str, Any]]:
    stops = _stops(line)
    for payment in payments:
        after = stops.get(payment.id, payment.period_end)
        yield {
            "icon": "cash",
            "tone": "neutral" if payment.is_voided else "good",
            "title": Message("Regular payment, %(months)s months", months=payment.months),
            "text": say(Message("Stop date %(before)s → %(after)s", before=payment.stops_on_before, after=after)) if after else "",
            "moment": payment.created_at,
            "by": str(payment.cashier),
            "href": url_for("RegularPaymentView.show", pk=payment.id),
        }
        if payment.reversal is not None:
            yield {
                "icon": "arrow-back-up",
                "tone": "bad",
                "title": Message("Void %(number)s", number=payment.number),
                "text": payment.reversal.reason,
                "moment": payment.reversal.created_at,
                "by": str(payment.reversal.created_by),
                "href": "",
            }


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
                "text": say(Message("Billing from %(date)s", date=order.billing_from)),
                "moment": max(_noon(order.worked_on, line.office.time_zone), order.accepted_at),
                "by": order.installer.name if order.installer else "",
                "href": url_for("WorkOrderView.show", pk=order.id),
            }


def _noon(day: datetime.date, time_zone: str) -> datetime.datetime:
    """Return a moment of a day of which only the date is known."""
    return datetime.datetime.combine(day, datetime.time(12), ZoneInfo(time_zone))
