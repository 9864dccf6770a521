"""What is open, as it stood on any day: by customer, unit, building, service, period, or charge by charge. One statement each.

On a day that has passed the money is what was booked by then: charges and receipts that came later are not there, what was voided later
still stands. From today on it is what stands on the charges.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.billing.choices import AdjustmentKind, AgeingBucket
from app.billing.journal import JournalEntry
from app.billing.models import Adjustment, Allocation, Charge, Receipt, Reversal
from app.billing.rules.ageing import LAST_DAYS
from app.customers.models import Customer
from app.debts.choices import DebtGroup
from app.debts.models import LateInterest
from app.foundation.database import db
from app.places.models import Building, Unit
from app.runs.models import BillingPeriod, ServiceCharge
from app.tariffs.models import Service

NOTHING = literal(0)


@dataclass(frozen=True)
class DebtFilter:
    """Which debts are asked for; ``overdue_only`` leaves out what is not late yet."""

    building: int | None = None
    unit: int | None = None
    service: int | None = None
    period: int | None = None
    customer: int | None = None
    age: AgeingBucket | None = None
    overdue_only: bool = False


@dataclass(frozen=True)
class Window:
    """Which page of the rows is asked for, the first is 1."""

    page: int
    size: int

    @property
    def first(self) -> int:
        """How many rows stand before it."""
        return (self.page - 1) * self.size


def open_debts(offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter) -> Subquery:
    """Return every open charge of offices as of ``day`` with its unit, service and period, as a subquery to group or list.

    Late interest belongs to the unit, service and period of the charge that bears it.
    """
    remaining = _now(offices) if day >= today else _then(offices, day)
    late = cast(literal(day), Date) - remaining.c.due_on
    statement = (
        select(
            remaining.c.id,
            remaining.c.customer_id,
            remaining.c.fee_kind,
            remaining.c.due_on,
            remaining.c.open,
            late.label("late"),
            ServiceCharge.id.label("service_charge_id"),
            ServiceCharge.unit_id,
            ServiceCharge.service_id,
            ServiceCharge.period_id,
        )
        .select_from(remaining)
        .outerjoin(LateInterest, LateInterest.charge_id == remaining.c.id)
        .outerjoin(ServiceCharge, ServiceCharge.charge_id == func.coalesce(LateInterest.source_charge_id, remaining.c.id))
        .where(*_conditions(wanted, late, remaining.c.customer_id))
    )
    return statement.subquery("debt")


def _conditions(wanted: DebtFilter, late: ColumnElement[Any], customer: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.building is not None:
        found.append(ServiceCharge.unit_id.in_(select(Unit.id).where(Unit.building_id == wanted.building)))
    named = ((wanted.unit, ServiceCharge.unit_id), (wanted.service, ServiceCharge.service_id), (wanted.period, ServiceCharge.period_id))
    found += [column == number for number, column in named if number is not None]
    if wanted.customer is not None:
        found.append(customer == wanted.customer)
    if wanted.age is not None:
        found.append(_is_in(wanted.age, late))
    if wanted.overdue_only:
        found.append(late > 0)
    return found


def _is_in(bucket: AgeingBucket, late: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition of a bucket of ages; what is not due yet is among the youngest."""
    buckets = list(AgeingBucket)
    place = buckets.index(bucket)
    conditions = [late > LAST_DAYS[buckets[place - 1]]] if place else []
    if bucket in LAST_DAYS:
        conditions.append(late <= LAST_DAYS[bucket])
    return and_(*conditions)


def _now(offices: Sequence[int]) -> Subquery:
    open_amount = Charge.total + Charge.adjusted - Charge.written_off - Charge.paid
    statement = select(Charge.id, Charge.customer_id, Charge.fee_kind, Charge.due_on, open_amount.label("open"))
    return statement.where(Charge.office_id.in_(offices), Charge.is_open()).subquery("remaining")


def _then(offices: Sequence[int], day: datetime.date) -> Subquery:
    """Return what was open of every charge at the end of a day that has passed, from the booking days of the documents."""
    withdrawal = aliased(Reversal)
    paid, changed = _paid_by(offices, day), _adjusted_by(offices, day)
    open_amount = Charge.total - func.coalesce(paid.c.amount, 0) - func.coalesce(changed.c.amount, 0)
    statement = (
        select(Charge.id, Charge.customer_id, Charge.fee_kind, Charge.due_on, open_amount.label("open"))
        .join(JournalEntry, JournalEntry.charge_id == Charge.id)
        .outerjoin(withdrawal, withdrawal.id == Charge.reversal_id)
        .outerjoin(paid, paid.c.charge_id == Charge.id)
        .outerjoin(changed, changed.c.charge_id == Charge.id)
        .where(
            Charge.office_id.in_(offices),
            JournalEntry.booked_on <= day,
            or_(withdrawal.id.is_(None), withdrawal.booked_on > day),
            open_amount > 0,
        )
    )
    return statement.subquery("remaining")


def _paid_by(offices: Sequence[int], day: datetime.date) -> Subquery:
    undone = aliased(Reversal)
    statement = (
        select(Allocation.charge_id, func.sum(Allocation.amount).label("amount"))
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .outerjoin(undone, undone.receipt_id == Receipt.id)
        .where(Allocation.office_id.in_(offices), Receipt.booked_on <= day, or_(undone.id.is_(None), undone.booked_on > day))
        .group_by(Allocation.charge_id)
    )
    return statement.subquery("paid_by_then")


def _adjusted_by(offices: Sequence[int], day: datetime.date) -> Subquery:
    undone = aliased(Reversal)
    settled = case((Adjustment.kind == AdjustmentKind.RAISE, -Adjustment.amount), else_=Adjustment.amount - Adjustment.credited)
    statement = (
        select(Adjustment.charge_id, func.sum(settled).label("amount"))
        .outerjoin(undone, undone.adjustment_id == Adjustment.id)
        .where(Adjustment.office_id.in_(offices), Adjustment.booked_on <= day, or_(undone.id.is_(None), undone.booked_on > day))
        .group_by(Adjustment.charge_id)
    )
    return statement.subquery("adjusted_by_then")


# Grouped -------------------------------------------------------------------------------------------------------------------------


def ages(debt: Subquery) -> list[ColumnElement[Decimal]]:
    """Return the sums of every bucket, of all, and of what is overdue."""
    buckets = [func.coalesce(func.sum(debt.c.open).filter(_is_in(bucket, debt.c.late)), 0).label(bucket.value) for bucket in AgeingBucket]
    overdue = func.coalesce(func.sum(debt.c.open).filter(debt.c.late > 0), 0).label("overdue")
    return [*buckets, overdue, func.coalesce(func.sum(debt.c.open), 0).label("total")]


def grouped(group: DebtGroup, debt: Subquery) -> Select[Any]:
    """Return a row for every customer, unit, building, service, period or charge that has debts: who it is, and its ages."""
    keys, joined, order = _GROUPS[group](debt)
    facts = [func.count().label("charges"), func.min(debt.c.due_on).label("since")]
    return joined.with_only_columns(*keys, *facts, *ages(debt)).group_by(*[key.element for key in keys]).order_by(*order)


def _biggest(debt: Subquery, *then: Any) -> list[Any]:
    return [func.sum(debt.c.open).desc(), *then]


def _by_customer(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    keys = [Customer.id.label("key"), Customer.name.label("name"), Customer.customer_no.label("detail")]
    return keys, select(debt.c.id).join(Customer, Customer.id == debt.c.customer_id), _biggest(debt, Customer.id)


def _by_unit(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    keys = [Unit.id.label("key"), Unit.code.label("name"), Building.name.label("detail"), Unit.position.label("position")]
    joined = select(debt.c.id).outerjoin(Unit, Unit.id == debt.c.unit_id).outerjoin(Building, Building.id == Unit.building_id)
    return keys, joined, [Building.name, Unit.position, Unit.id]


def _by_building(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    keys = [Building.id.label("key"), Building.name.label("name"), Building.code.label("detail")]
    joined = select(debt.c.id).outerjoin(Unit, Unit.id == debt.c.unit_id).outerjoin(Building, Building.id == Unit.building_id)
    return keys, joined, [Building.code, Building.id]


def _by_service(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    keys = [Service.id.label("key"), Service.name.label("name"), debt.c.fee_kind.label("detail")]
    joined = select(debt.c.id).outerjoin(Service, Service.id == debt.c.service_id)
    return keys, joined, [Service.code, Service.id, debt.c.fee_kind]


def _by_period(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    month = BillingPeriod.month
    keys = [month.label("key"), func.to_char(month, "YYYY-MM").label("name"), literal("").label("detail")]
    return keys, select(debt.c.id).outerjoin(BillingPeriod, BillingPeriod.id == debt.c.period_id), [month]


def _by_charge(debt: Subquery) -> tuple[list[Any], Select[Any], list[Any]]:
    name = func.concat_ws(" · ", Unit.code, func.concat_ws(" ", Service.name, func.to_char(BillingPeriod.month, "YYYY-MM")))
    keys = [
        debt.c.id.label("key"),
        name.label("name"),
        Customer.name.label("detail"),
        debt.c.fee_kind.label("fee_kind"),
        debt.c.customer_id.label("customer_id"),
        debt.c.unit_id.label("unit_id"),
    ]
    joined = (
        select(debt.c.id)
        .join(Customer, Customer.id == debt.c.customer_id)
        .outerjoin(Unit, Unit.id == debt.c.unit_id)
        .outerjoin(Service, Service.id == debt.c.service_id)
        .outerjoin(BillingPeriod, BillingPeriod.id == debt.c.period_id)
    )
    return keys, joined, [func.min(debt.c.due_on), debt.c.id]


_GROUPS = {
    DebtGroup.CUSTOMER: _by_customer,
    DebtGroup.UNIT: _by_unit,
    DebtGroup.BUILDING: _by_building,
    DebtGroup.SERVICE: _by_service,
    DebtGroup.PERIOD: _by_period,
    DebtGroup.CHARGE: _by_charge,
}


def debts_by(
    group: DebtGroup, offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter, window: Window | None = None
) -> list[Any]:
    """Return the debts of offices as of ``day``, grouped; the rows of a window only, where one is asked for."""
    statement = grouped(group, open_debts(offices, day, today, wanted))
    if window is not None:
        statement = statement.limit(window.size).offset(window.first)
    return list(db.session.execute(statement).mappings())


def number_by(group: DebtGroup, offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter) -> int:
    """Return how many rows ``debts_by`` has in all."""
    statement = grouped(group, open_debts(offices, day, today, wanted)).order_by(None)
    return int(db.session.execute(select(func.count()).select_from(statement.subquery())).scalar_one())


def ages_of(offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter) -> Any:
    """Return the ages of everything that is asked for, in one row."""
    debt = open_debts(offices, day, today, wanted)
    return db.session.execute(select(func.count().label("charges"), *ages(debt)).select_from(debt)).mappings().one()


# For notices ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverdueCharge:
    """An overdue charge as a reminder lists it; unit, service and period are None for what is of no service."""

    charge_id: int
    customer_id: int
    unit_id: int | None
    service_id: int | None
    period_id: int | None
    fee_kind: Any
    due_on: datetime.date
    days_late: int
    open: Decimal


def overdue_of(
    office: int, as_of: datetime.date, today: datetime.date, *, building: int | None = None, customer: int | None = None
) -> list[OverdueCharge]:
    """Return every charge of an office, or of one building or customer, whose due date had passed by ``as_of``: by customer, oldest first.

    One statement. Late interest that was posted is among them, as a charge of the unit and service that bears it.
    """
    debt = open_debts([office], as_of, today, DebtFilter(building=building, customer=customer, overdue_only=True))
    names = ("id", "customer_id", "unit_id", "service_id", "period_id", "fee_kind", "due_on", "late", "open")
    statement = select(*(debt.c[name] for name in names)).order_by(debt.c.customer_id, debt.c.due_on, debt.c.id)
    return [OverdueCharge(*row) for row in db.session.execute(statement)]
