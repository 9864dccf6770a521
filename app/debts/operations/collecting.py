"""Collecting: a promise to pay is noted, and what was done to collect is written down. Neither is ever changed."""

from __future__ import annotations

import datetime
from decimal import Decimal

from app.billing.rules.promise import Promise, require_promise
from app.customers.models import Customer
from app.debts.choices import NOTED, CollectionKind
from app.debts.models import CollectionStep, PaymentPromise
from app.debts.queries.policies import policy
from app.debts.queries.promises import debts_of, promises_of, stated
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.places.models import Unit
from app.values.errors import Message, OperationRefused


def note_promise(*, customer: int, amount: Decimal, due_on: datetime.date, note: str = "") -> PaymentPromise:
    """Note that a customer promises to pay ``amount`` by ``due_on``: one open promise at a time, within the office's days.

    Raises OperationRefused as ``require_promise`` does.
    """
    # The customer's row is the lock: of two who note a promise at once the second meets the first.
    person = locked(Customer, customer)
    office = found(Office, person.office_id)
    today = clock.today(office)
    earlier = stated(list(db.session.scalars(promises_of(person.id))), today)
    terms = require_promise(
        Promise(today, due_on, amount),
        debts=debts_of(person.id),
        max_days=policy(office.id).promise_max_days,
        earlier=[each.state for each in earlier],
        currency=office.currency.value,
    )
    record = PaymentPromise(
        office_id=office.id,
        customer_id=person.id,
        customer=person,
        made_on=terms.made_on,
        due_on=terms.due_on,
        amount=terms.amount,
        note=note.strip(),
        created_by_id=current_scope().user_id,
    )
    db.session.add(record)
    db.session.flush()
    return record


def note_step(
    *,
    customer: int,
    kind: CollectionKind,
    unit: int | None = None,
    note: str = "",
) -> CollectionStep:
    """Write down a call, a visit or a message of today. Raises OperationRefused for what leaves its own trace."""
    if kind not in NOTED:
        raise OperationRefused(Message("Letters, promises and payments are noted by themselves."), code="noted_by_itself", field="kind")
    if not note.strip():
        raise OperationRefused(Message("Write down what was said or done."), code="note_missing", field="note")
    person = found(Customer, customer)
    today = clock.today(found(Office, person.office_id))
    return write_step(customer=person, kind=kind, on=today, unit=unit, note=note, debt=debts_of(person.id))


def write_step(
    *,
    customer: Customer,
    kind: CollectionKind,
    on: datetime.date,
    unit: int | None = None,
    level: int | None = None,
    debt: Decimal | None = None,
    reference: str = "",
    note: str = "",
) -> CollectionStep:
    """Write a step of the collection history, inside the caller's transaction: for notices, whose letters have levels."""
    record = CollectionStep(
        office_id=customer.office_id,
        customer_id=customer.id,
        customer=customer,
        unit_id=found(Unit, unit, "unit").id if unit is not None else None,
        kind=kind,
        level=level,
        on=on,
        debt=debt,
        reference=reference,
        note=note.strip(),
        created_by_id=current_scope().user_id,
    )
    db.session.add(record)
    db.session.flush()
    return record
