"""How the collection stands and what was done: a customer's, a unit's, an office's. No statement is asked in a loop."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.billing.choices import AgeingBucket, PromiseState
from app.billing.models import Allocation, Receipt, Reversal
from app.customers.models import Customer
from app.debts.choices import CollectionKind, DebtGroup
from app.debts.models import CollectionStep, PaymentPromise
from app.debts.queries.open_debts import DebtFilter, Window, debts_by, number_by
from app.debts.queries.promises import StatedPromise, promises_of, stated
from app.foundation.database import db
from app.runs.models import ServiceCharge
from app.values.errors import Message

MOST_RECEIPTS = 50


@dataclass(frozen=True)
class Done:
    """Something that was done to collect: when, what, by which record."""

    on: datetime.date
    kind: CollectionKind
    title: Any
    note: str
    amount: Decimal | None
    record: Any
    state: PromiseState | None = None


def steps_of(customer_id: int | None = None, unit_id: int | None = None) -> Select[tuple[CollectionStep]]:
    """Return the steps of a customer, or of a unit, the newest first."""
    statement = select(CollectionStep).options(joinedload(CollectionStep.customer), joinedload(CollectionStep.unit))
    if customer_id is not None:
        statement = statement.where(CollectionStep.customer_id == customer_id)
    if unit_id is not None:
        statement = statement.where(CollectionStep.unit_id == unit_id)
    return statement.order_by(CollectionStep.id.desc())


def history_of_customer(customer_id: int, today: datetime.date) -> list[Done]:
    """Return what was done about a customer's debts: steps, promises and payments, the newest first."""
    steps = [_step(each) for each in db.session.scalars(steps_of(customer_id))]
    promises = [_promise(each) for each in stated(list(db.session.scalars(promises_of(customer_id))), today)]
    return _in_order([*steps, *promises, *_payments(Receipt.customer_id == customer_id)])


def history_of_unit(unit_id: int) -> list[Done]:
    """Return what was done about a unit's debts: steps that name it, and payments of its service charges."""
    steps = [_step(each) for each in db.session.scalars(steps_of(unit_id=unit_id))]
    of_unit = select(Allocation.receipt_id).join(ServiceCharge, ServiceCharge.charge_id == Allocation.charge_id)
    return _in_order([*steps, *_payments(Receipt.id.in_(of_unit.where(ServiceCharge.unit_id == unit_id)))])


def _step(step: CollectionStep) -> Done:
    return Done(step.on, step.kind, step.title, step.note or step.reference, step.debt, step)


def _promise(one: StatedPromise) -> Done:
    promise = one.promise
    title = Message("Promise to pay by %(day)s", day=promise.due_on)
    return Done(promise.made_on, CollectionKind.PROMISE, title, promise.note, promise.amount, promise, one.state)


def _payments(condition: Any) -> list[Done]:
    gone = select(Reversal.id).where(Reversal.receipt_id == Receipt.id).exists()
    statement = select(Receipt).where(condition, ~gone, Receipt.total > Receipt.credited).order_by(Receipt.id.desc()).limit(MOST_RECEIPTS)
    return [
        Done(each.booked_on, CollectionKind.PAYMENT, Message("Receipt %(number)s", number=each.number), each.note, each.total, each)
        for each in db.session.scalars(statement)
    ]


def _in_order(done: list[Done]) -> list[Done]:
    return sorted(done, key=lambda each: (each.on, each.record.created_at), reverse=True)


# Of an office --------------------------------------------------------------------------------------------------------------------


def collection_status(
    offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter, window: Window | None = None
) -> list[dict[str, Any]]:
    """Return every customer with something overdue: how much since when, and what was done last. Four statements, however many."""
    debtors = debts_by(DebtGroup.CUSTOMER, offices, day, today, _overdue(wanted), window)
    people = [row["key"] for row in debtors]
    steps = _newest(CollectionStep, offices, people)
    promises = {one.promise.customer_id: one for one in stated(list(_newest(PaymentPromise, offices, people).values()), day)}
    payments = _last_payments(people)
    return [_status(row, steps.get(row["key"]), promises.get(row["key"]), payments.get(row["key"])) for row in debtors]


def number_of_late(offices: Sequence[int], day: datetime.date, today: datetime.date, wanted: DebtFilter) -> int:
    """Return how many customers that are."""
    return number_by(DebtGroup.CUSTOMER, offices, day, today, _overdue(wanted))


def _overdue(wanted: DebtFilter) -> DebtFilter:
    return DebtFilter(building=wanted.building, unit=wanted.unit, service=wanted.service, customer=wanted.customer, overdue_only=True)


def _status(row: Any, step: Any, promise: StatedPromise | None, paid_on: datetime.date | None) -> dict[str, Any]:
    return {
        "customer_id": row["key"],
        "customer": row["name"],
        "customer_no": row["detail"],
        "since": row["since"],
        "overdue": row["total"],
        AgeingBucket.OVER_90.value: row[AgeingBucket.OVER_90.value],
        "step": step.title if step is not None else None,
        "step_on": step.on if step is not None else None,
        "promise": promise.state if promise is not None else None,
        "promised_by": promise.promise.due_on if promise is not None else None,
        "paid_on": paid_on,
    }


def _newest(model: Any, offices: Sequence[int], people: Sequence[int]) -> dict[int, Any]:
    """Return customer -> his newest row of ``model``."""
    if not people:
        return {}
    newest = select(func.max(model.id)).where(model.office_id.in_(offices), model.customer_id.in_(people)).group_by(model.customer_id)
    return {row.customer_id: row for row in db.session.scalars(select(model).where(model.id.in_(newest)))}


def _last_payments(people: Sequence[int]) -> dict[int, datetime.date]:
    if not people:
        return {}
    gone = select(Reversal.id).where(Reversal.receipt_id == Receipt.id).exists()
    statement = select(Receipt.customer_id, func.max(Receipt.booked_on)).where(Receipt.customer_id.in_(people), ~gone)
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(Receipt.customer_id))}


def customers_named(people: Sequence[int]) -> dict[int, Customer]:
    """Return customers by their numbers."""
    return {each.id: each for each in db.session.scalars(select(Customer).where(Customer.id.in_(people)))} if people else {}
