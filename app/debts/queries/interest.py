"""What bears late interest, what has settled it since, and how far it was counted. Each one statement, however many charges."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from sqlalchemy import ARRAY, Integer, Select, any_, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from app.billing.choices import AdjustmentKind
from app.billing.models import Adjustment, Allocation, Charge, Receipt, Reversal
from app.billing.queries import adjustment_stands
from app.billing.rules.late_interest import Debt, Settled, Watermark
from app.debts.models import LateInterest
from app.foundation.database import db
from app.foundation.scope import kept
from app.runs.models import ServiceCharge
from app.values.money import ZERO


@dataclass(frozen=True)
class Counted:
    """A service charge with its debt as the rule reads it, and how far its interest was counted."""

    service_charge: ServiceCharge
    debt: Debt
    so_far: Watermark


def overdue_service_charges(customer_ids: Sequence[int], day: datetime.date) -> list[ServiceCharge]:
    """Return the charges of services whose due date has passed and of which something is open: what bears interest."""
    return list(db.session.scalars(_overdue(), {"customers": list(customer_ids), "day": day}))


@cache
def _overdue() -> Select[tuple[ServiceCharge]]:
    # Every payment asks it: one statement however many customers, whose plan is kept.
    statement = (
        select(ServiceCharge)
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .where(
            Charge.customer_id == any_(bindparam("customers", type_=ARRAY(Integer))),
            Charge.is_open(),
            Charge.due_on < bindparam("day"),
        )
        .options(
            joinedload(ServiceCharge.charge),
            joinedload(ServiceCharge.unit),
            joinedload(ServiceCharge.service),
            joinedload(ServiceCharge.period),
        )
        .order_by(Charge.customer_id, Charge.due_on, Charge.id)
        .execution_options(populate_existing=True)
    )
    return kept(statement)


def customers_with_overdue_charges(office_id: int, day: datetime.date, after: int, most: int) -> Select[int]:
    """Return the next customers behind the number ``after`` who have such charges."""
    return (
        select(Charge.customer_id)
        .join(ServiceCharge, ServiceCharge.charge_id == Charge.id)
        .where(Charge.office_id == office_id, Charge.is_open(), Charge.due_on < day, Charge.customer_id > after)
        .distinct()
        .order_by(Charge.customer_id)
        .limit(most)
    )


def number_of_customers(office_id: int, day: datetime.date) -> Select[int]:
    """Return how many customers have such charges."""
    people = customers_with_overdue_charges(office_id, day, 0, 1).limit(None).order_by(None)
    return select(func.count()).select_from(people.subquery())


def counted(charges: Sequence[ServiceCharge]) -> list[Counted]:
    """Return ``charges`` with what settled them and how far their interest was counted."""
    ids = [each.charge_id for each in charges]
    settled, corrected, marks = _settled(ids), _corrected(ids), _watermarks(ids)
    return [
        Counted(
            each,
            Debt(
                each.charge.total,
                each.charge.due_on,
                tuple(settled.get(each.charge_id, ())),
                corrected.get(each.charge_id, ZERO),
            ),
            marks.get(each.charge_id, Watermark()),
        )
        for each in charges
    ]


def _settled(charge_ids: Sequence[int]) -> dict[int, list[Settled]]:
    """Return what lowered each charge: payments of their value date and adjustments that stand; what raised it is below 0."""
    gone = select(Reversal.id).where(Reversal.receipt_id == Allocation.receipt_id).exists()
    payments = (
        select(Allocation.charge_id, Receipt.on, Allocation.amount)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.charge_id.in_(charge_ids), ~gone)
    )
    adjustments = select(Adjustment.charge_id, Adjustment.booked_on, Adjustment.kind, Adjustment.amount, Adjustment.credited).where(
        Adjustment.charge_id.in_(charge_ids), adjustment_stands()
    )
    found: dict[int, list[Settled]] = {}
    for charge, on, amount in db.session.execute(payments):
        found.setdefault(charge, []).append(Settled(on, amount))
    for charge, on, kind, amount, credited in db.session.execute(adjustments):
        found.setdefault(charge, []).append(Settled(on, -amount if kind is AdjustmentKind.RAISE else amount - credited))
    return found


def _corrected(charge_ids: Sequence[int]) -> dict[int, Decimal]:
    """Return what the standing corrections of each charge added or, below 0, took: what became credit too, what was given up not."""
    added = case((Adjustment.kind == AdjustmentKind.RAISE, Adjustment.amount), else_=-Adjustment.amount)
    statement = (
        select(Adjustment.charge_id, func.sum(added).label("amount"))
        .where(Adjustment.charge_id.in_(charge_ids), Adjustment.kind != AdjustmentKind.WRITE_OFF, adjustment_stands())
        .group_by(Adjustment.charge_id)
    )
    return {row.charge_id: row.amount for row in db.session.execute(statement)}


def _watermarks(charge_ids: Sequence[int]) -> dict[int, Watermark]:
    statement = (
        select(LateInterest.source_charge_id, func.max(LateInterest.ends_on), func.sum(LateInterest.exact), func.sum(LateInterest.amount))
        .where(LateInterest.source_charge_id.in_(charge_ids), LateInterest.reversal_id.is_(None))
        .group_by(LateInterest.source_charge_id)
    )
    return {charge: Watermark(to, exact, posted) for charge, to, exact, posted in db.session.execute(statement)}


def posted_on(customer_id: int, day: datetime.date) -> Select[tuple[LateInterest]]:
    """Return the interest of a customer that was posted on a day, with its charges and their lines."""
    return (
        select(LateInterest)
        .join(Charge, Charge.id == LateInterest.source_charge_id)
        .where(Charge.customer_id == customer_id, LateInterest.ends_on == day, LateInterest.reversal_id.is_(None))
        .options(joinedload(LateInterest.charge).selectinload(Charge.lines))
        .order_by(LateInterest.id)
    )
