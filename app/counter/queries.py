"""How the counter finds people, and what it shows of one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.billing.models import Charge, Receipt
from app.broadband.choices import SubscriptionState
from app.broadband.models import RegularPayment, Subscription
from app.customers.models import Customer, Occupancy
from app.customers.queries import has_id_number, has_terms, is_there_on, matches
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import IdempotencyKey
from app.places.models import Unit
from app.values.id_numbers import looks_like_id_number

MOST_RESULTS = 20
MOST_HITS = 60  # looked at in each branch of the search before the customers are put in order
MOST_RECEIPTS = 6


def found_customers(typed: str) -> Select[tuple[Customer]]:
    """Return the customers that ``typed`` finds, at most twenty: the one of a receipt's number, those found by name, number or
    telephone, those of lines found by room, address, login or telephone, and those who are or were in the unit of that code. One
    statement; the scope limits each branch.
    """
    number = typed.strip().upper()
    if looks_like_id_number(typed):
        return select(Customer).where(has_id_number(typed)).order_by(Customer.id).limit(MOST_RESULTS)
    branches = (
        select(Receipt.customer_id.label("id"), literal(0).label("rank")).where(Receipt.number == number).limit(1),
        select(Customer.id, literal(1)).where(matches(typed)).limit(MOST_HITS),
        select(Subscription.customer_id, literal(2)).where(has_terms(Subscription.search_terms, typed)).limit(MOST_HITS),
        select(Occupancy.customer_id, literal(2)).where(Occupancy.unit_id.in_(_called(typed.strip()))).limit(MOST_HITS),
    )
    hits = union_all(*branches).subquery()
    best = func.min(hits.c.rank)
    return (
        select(Customer)
        .join(hits, hits.c.id == Customer.id)
        .group_by(Customer.id)
        .order_by(best, Customer.name, Customer.id)
        .limit(MOST_RESULTS)
    )


def _called(code: str) -> Select[Any]:
    """Return the unit with exactly this code, in small letters too; the index on codes finds it."""
    return select(Unit.id).where(Unit.code.in_(sorted({code, code.upper()})))


def units_of(customer_ids: list[int], today: Mapping[int, datetime.date]) -> Select[int, str]:
    """Return the codes of the units where customers are, each once; ``today`` is the day in each of their offices."""
    is_there = or_(*((Occupancy.office_id == office) & is_there_on(day) for office, day in today.items()))
    units = select(Occupancy.customer_id, Unit.code).join(Unit, Unit.id == Occupancy.unit_id)
    return units.where(Occupancy.customer_id.in_(customer_ids), is_there).distinct().order_by(Unit.code)


def owed_by(customer_ids: list[int]) -> Select[int, Decimal]:
    """Return what each of the customers still owes."""
    amount = func.sum(Charge.total + Charge.adjusted - Charge.written_off - Charge.paid)
    return select(Charge.customer_id, amount).where(Charge.customer_id.in_(customer_ids), Charge.is_open()).group_by(Charge.customer_id)


def lines_of(customer_ids: list[int]) -> Select[tuple[Subscription]]:
    """Return the lines of customers with everything a card shows: those in use first, the one that stops next on top."""
    return (
        select(Subscription)
        .where(Subscription.customer_id.in_(customer_ids))
        .options(
            joinedload(Subscription.office),
            joinedload(Subscription.policy),
            joinedload(Subscription.plan),
            joinedload(Subscription.community),
        )
        .order_by(Subscription.state == SubscriptionState.CLOSED, Subscription.stops_on.nulls_first(), Subscription.id)
    )


def lines_with_periods(customer_id: int) -> Select[tuple[Subscription]]:
    """Return the lines of one customer together with their service periods."""
    return lines_of([customer_id]).options(selectinload(Subscription.periods))


def receipts_of(customer_id: int) -> Select[tuple[Receipt]]:
    """Return the last receipts of a customer."""
    return _with_marks(select(Receipt).where(Receipt.customer_id == customer_id))


def receipt_taken_with(key: str) -> int | None:
    """Return the receipt of the payment that the person who acts has taken under ``key``; nothing where the key was another form's."""
    done = (
        IdempotencyKey.user_id == current_scope().user_id,
        IdempotencyKey.key == key,
        IdempotencyKey.record_type == RegularPayment.__name__,
    )
    payment = select(IdempotencyKey.record_id).where(*done).scalar_subquery()
    receipt: int | None = db.session.scalars(select(RegularPayment.receipt_id).where(RegularPayment.id == payment)).one_or_none()
    return receipt


def receipts_taken(cashier_id: int | None, day: datetime.date) -> Select[tuple[Receipt]]:
    """Return what a cashier has taken on a day, the newest first. No sum: the drawer is counted blind."""
    return _with_marks(select(Receipt).where(Receipt.cashier_id == cashier_id, Receipt.booked_on == day))


def _with_marks(statement: Select[tuple[Receipt]]) -> Select[tuple[Receipt]]:
    loaded = (joinedload(Receipt.reversal), joinedload(Receipt.customer), selectinload(Receipt.methods))
    return statement.options(*loaded).order_by(Receipt.id.desc()).limit(MOST_RECEIPTS)
