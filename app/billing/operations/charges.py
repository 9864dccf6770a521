"""Charging: what a customer owes from now on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.billing.choices import FeeKind, LedgerAccount, LineCode
from app.billing.journal import Side, post
from app.billing.models import Charge, ChargeLine
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.writing import enter, new
from app.values.errors import Message, NotFound, OperationRefused
from app.values.money import sum_of


@dataclass(frozen=True)
class LineTerms:
    """A line to be charged; ``amount`` is rounded already and negative for a discount."""

    code: LineCode
    amount: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    detail: str = ""
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None


def charge(
    *,
    office_id: int,
    customer_id: int,
    fee_kind: FeeKind,
    lines: Sequence[LineTerms],
    on: datetime.date,
    booked_on: datetime.date,
    due_on: datetime.date,
) -> Charge:
    """Make a charge of the sum of ``lines`` and post it: the customer owes, the fee kind earns."""
    record = new(
        Charge,
        office_id=office_id,
        customer_id=customer_id,
        fee_kind=fee_kind,
        on=on,
        due_on=due_on,
        total=sum_of(line.amount for line in lines),
        paid=Decimal(0),
        adjusted=Decimal(0),
        written_off=Decimal(0),
        created_by_id=current_scope().user_id,
    )
    record.lines = [
        new(
            ChargeLine,
            office_id=office_id,
            position=position,
            code=line.code,
            detail=line.detail,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            period_start=line.period_start,
            period_end=line.period_end,
        )
        for position, line in enumerate(lines, start=1)
    ]
    enter(record)
    post(record, earned(record), booked_on=booked_on)
    return record


def earned(record: Charge) -> list[Side]:
    """Return the sides of a charge's entry: debt against revenue, or against what is given back one day."""
    earns = LedgerAccount.DEPOSIT if record.fee_kind is FeeKind.DEPOSIT else LedgerAccount.REVENUE
    return [
        Side(LedgerAccount.RECEIVABLE, record.total, record.customer_id, record.fee_kind),
        Side(earns, -record.total, record.customer_id, record.fee_kind),
    ]


def locked_charges(charge_ids: Sequence[int]) -> list[Charge]:
    """Return the charges with their locks taken in the order of their ids, so that two counters never wait for each other."""
    statement = (
        select(Charge)
        .where(Charge.id.in_(sorted(charge_ids)))
        .order_by(Charge.id)
        .with_for_update(of=Charge)
        # A paper names the lines of all of them: not one statement for each.
        .options(selectinload(Charge.lines))
        .execution_options(populate_existing=True)
    )
    charges = list(db.session.scalars(statement))
    if len(charges) < len(set(charge_ids)):
        raise NotFound(Message("This record does not exist."), code="not_found", field="items")
    return charges


def require_open(record: Charge, amount: Decimal) -> None:
    """Refuse to take more for a charge than is still owed for it."""
    if amount > record.open_amount:
        raise OperationRefused(
            Message("This debt has already been paid, or less is owed than %(amount)s. Reload the page.", amount=amount),
            code="already_paid",
            field="items",
        )
