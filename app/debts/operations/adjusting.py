"""Adjustments 調整單 and write-offs 坏账核销: documents that change what a posted charge asks for, which is never edited.

A charge of any kind; not what comes back one day by a way of its own: a deposit, and days of a line that were sold. A write-off of all
that is open of a charge takes the late interest along that was posted on it, by documents of their own and one approval.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select

from app.billing.choices import AdjustmentKind, ApprovalStatus, FeeKind, LedgerAccount
from app.billing.journal import Side, post
from app.billing.models import Adjustment, Approval, Charge
from app.billing.operations.charges import locked_charges
from app.billing.operations.shifts import moment_of
from app.billing.queries import adjustment_stands
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.debts.queries.policies import policy
from app.foundation import clock, effects
from app.foundation.database import OfficeRecord, db
from app.foundation.numbering import NumberToCome
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.foundation.writing import enter, new
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_amount, sum_of

ADJUST = "adjust"
PREFIX = "A"


@dataclass(frozen=True)
class Terms:
    """What is done to a charge; ``interest`` is the late interest on it that is written off with it."""

    kind: AdjustmentKind
    amount: Decimal
    reason: str
    interest: Decimal = ZERO


def adjust_charge(*, charge: int, kind: AdjustmentKind, amount: Decimal, reason: str) -> Adjustment | Approval:
    """Lower or raise a posted charge, or ask for it: above the limit, and without the right, somebody else must agree.

    Raises OperationRefused for a charge that was voided, a deposit or days of a line, an amount of 0 or less or above what it asks for,
    while a request about it waits, and without a reason.
    """
    return _adjust(charge, kind, amount, reason)


def write_off(*, charge: int, amount: Decimal | None = None, takes_interest: bool = True, reason: str) -> Adjustment | Approval:
    """Give up what is open of a charge, or a part of it; always with another person's approval. It is shown as written off, not paid.

    All of it takes along what is open of the late interest posted on it, unless ``takes_interest`` is False.
    """
    return _adjust(charge, AdjustmentKind.WRITE_OFF, amount, reason, takes_interest=takes_interest)


def adjustment_approved(request: Approval) -> Adjustment:
    """Make the adjustment that was asked for, with the day and the facts of its approval."""
    assert request.charge_id is not None
    assert request.adjustment_kind is not None
    assert request.amount is not None
    office = found(Office, request.office_id)
    one = _prepared(request.charge_id, request.adjustment_kind)
    terms = Terms(request.adjustment_kind, request.amount, request.reason, request.interest_amount or ZERO)
    return _made(one, terms, office, made_by=request.created_by_id or _me(), approved_by=_me())


def _adjust(
    number: int, kind: AdjustmentKind, amount: Decimal | None, reason: str, *, takes_interest: bool = False
) -> Adjustment | Approval:
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for the adjustment."), code="reason_missing", field="reason")
    office = found(Office, found(Charge, number).office_id)
    one = _prepared(number, kind)
    _require_nothing_waits(one)
    wanted = one.open_amount if amount is None else require_amount(amount, office.currency.value, field="amount")
    _require_amount(one, kind, wanted, office)
    interest = sum_of(each.open_amount for each in _interest_on(one)) if takes_interest and wanted == one.open_amount else ZERO
    terms = Terms(kind, wanted, reason.strip(), interest)
    if not _needs_approval(one, kind, wanted, office):
        return _made(one, terms, office, made_by=_me(), approved_by=None)
    if current_scope().may("approve") and not office.second_person:
        return _made(one, terms, office, made_by=_me(), approved_by=_me())
    return _ask(one, terms)


def taken_along(made: Adjustment) -> list[Adjustment]:
    """Return the write-offs of late interest that went with that of its charge, the oldest first."""
    return list(db.session.scalars(select(Adjustment).where(Adjustment.taken_with_id == made.id).order_by(Adjustment.id)))


def voided_first(document: OfficeRecord) -> list[Adjustment]:
    """Return what goes before the void of a write-off: those of the interest that it took along, while they stand."""
    if not isinstance(document, Adjustment):
        return []
    taken = select(Adjustment).where(Adjustment.taken_with_id == document.id, adjustment_stands())
    return list(db.session.scalars(taken.order_by(Adjustment.id)))


def _prepared(number: int, kind: AdjustmentKind) -> Charge:
    """Return the charge with the locks of its customer and its own.

    No interest is posted before: its days count what was open on each of them whenever they are counted, and what is given up or was
    wrong to the last bit is to bear none.
    """
    locked(Customer, found(Charge, number).customer_id)
    (one,) = locked_charges([number])
    if one.is_voided:
        raise OperationRefused(Message("This charge was voided. Nothing is to be paid for it."), code="not_adjustable", field="charge")
    if one.fee_kind is FeeKind.DEPOSIT:
        raise OperationRefused(
            Message("A deposit is neither adjusted nor written off: it is given back, or set off against debts, when the line is closed."),
            code="deposit",
            field="charge",
        )
    if one.sells_days:
        effects.call("may_adjust_sold_days", one, kind)
    return one


def _interest_on(one: Charge) -> list[Charge]:
    """Return, locked, what is open of the late interest that was posted on a charge, the oldest first."""
    posted = (
        select(Charge.id)
        .join(LateInterest, LateInterest.charge_id == Charge.id)
        .where(LateInterest.source_charge_id == one.id, LateInterest.reversal_id.is_(None), Charge.is_open())
    )
    numbers = list(db.session.scalars(posted))
    return locked_charges(numbers) if numbers else []


def _require_amount(one: Charge, kind: AdjustmentKind, amount: Decimal, office: Office) -> None:
    if amount <= 0:
        raise OperationRefused(Message("The amount of an adjustment must be above 0."), code="amount", field="amount")
    most = {AdjustmentKind.RAISE: None, AdjustmentKind.WRITE_OFF: one.open_amount, AdjustmentKind.LOWER: _asked_for(one)}[kind]
    if most is not None and amount > most:
        raise OperationRefused(
            Message("At most %(most)s can be taken from this charge.", most=most, currency=office.currency.value),
            code="over_open",
            field="amount",
        )


def _asked_for(one: Charge) -> Decimal:
    """Return what a charge asks for after all adjustments: what is open and what was paid, without what was given back of it as credit."""
    credited = select(func.coalesce(func.sum(Adjustment.credited), 0)).where(Adjustment.charge_id == one.id, adjustment_stands())
    return one.open_amount + one.paid - Decimal(db.session.execute(credited).scalar_one())


def _needs_approval(one: Charge, kind: AdjustmentKind, amount: Decimal, office: Office) -> bool:
    limit = policy(office.id).adjustment_limit
    is_above = limit is not None and amount + _on_own_word(one) > limit
    return kind is AdjustmentKind.WRITE_OFF or is_above or not current_scope().may(ADJUST)


def _on_own_word(one: Charge) -> Decimal:
    """Return what this person has adjusted of a charge already without anybody's approval: many small parts are one big adjustment."""
    own = select(func.coalesce(func.sum(Adjustment.amount), 0)).where(
        Adjustment.charge_id == one.id, Adjustment.created_by_id == _me(), Adjustment.approved_by_id.is_(None), adjustment_stands()
    )
    return Decimal(db.session.execute(own).scalar_one())


def _require_nothing_waits(one: Charge) -> None:
    """Refuse while a request about the charge waits: what was asked for was reckoned from what the charge asks for now."""
    waiting = select(Approval.id).where(Approval.charge_id == one.id, Approval.status == ApprovalStatus.WAITING)
    if db.session.scalars(waiting).first() is not None:
        raise OperationRefused(
            Message("An adjustment of this charge waits for approval already."), code="adjustment_waiting", field="charge"
        )


def _ask(one: Charge, terms: Terms) -> Approval:
    request = Approval(
        office_id=one.office_id,
        charge_id=one.id,
        adjustment_kind=terms.kind,
        amount=terms.amount,
        interest_amount=terms.interest or None,
        reason=terms.reason,
        created_by_id=_me(),
    )
    request.charge = one
    db.session.add(request)
    return request


def _made(one: Charge, terms: Terms, office: Office, *, made_by: int, approved_by: int | None) -> Adjustment:
    """Make the document, and those of the interest that goes with it: exactly as much as was asked for, the oldest first."""
    made = _document(one, terms, office, made_by=made_by, approved_by=approved_by)
    db.session.flush()
    left = terms.interest
    for each in _interest_on(one) if left else ():
        part = min(each.open_amount, left)
        left -= part
        if part:
            with_it = replace(terms, amount=part, interest=ZERO)
            _document(each, with_it, office, made_by=made_by, approved_by=approved_by, taken_with=made.id)
    if left:
        raise OperationRefused(
            Message("Late interest on this charge was paid or written off meanwhile. Ask again."), code="over_open", field="amount"
        )
    db.session.flush()
    return made


def _document(
    one: Charge, terms: Terms, office: Office, *, made_by: int, approved_by: int | None, taken_with: int | None = None
) -> Adjustment:
    kind, amount = terms.kind, terms.amount
    _require_amount(one, kind, amount, office)
    today = clock.today(office)
    credited = max(amount - one.open_amount, ZERO) if kind is AdjustmentKind.LOWER else ZERO
    number = NumberToCome(office.id, "adjustment", PREFIX, today.year)
    record = new(
        Adjustment,
        office_id=office.id,
        number=number,
        year=today.year,
        sequence=number.sequence,
        kind=kind,
        charge_id=one.id,
        customer_id=one.customer_id,
        booked_on=today,
        amount=amount,
        credited=credited,
        reason=terms.reason,
        taken_with_id=taken_with,
        needs_approval=approved_by is not None,
        approved_by_id=approved_by,
        second_person_off=not office.second_person,
        created_by_id=made_by,
        created_at=moment_of(today, office),
    )
    record.charge = one
    if kind is AdjustmentKind.WRITE_OFF:
        one.written_off += amount
    else:
        one.adjusted += amount if kind is AdjustmentKind.RAISE else credited - amount
    enter(record)
    post(record, _sides(record, one), booked_on=today)
    return record


def _sides(record: Adjustment, one: Charge) -> list[Side]:
    """Return the sides of its entry: the debt against the revenue, or against what is lost; what was paid already becomes credit."""
    owes = Side(LedgerAccount.RECEIVABLE, -record.settled, one.customer_id, one.fee_kind)
    if record.kind is AdjustmentKind.WRITE_OFF:
        return [owes, Side(LedgerAccount.WRITTEN_OFF, record.amount, one.customer_id, one.fee_kind)]
    earns = -record.amount if record.kind is AdjustmentKind.RAISE else record.amount
    return [
        owes,
        Side(LedgerAccount.REVENUE, earns, one.customer_id, one.fee_kind),
        Side(LedgerAccount.CREDIT, -record.credited, one.customer_id),
    ]


def _me() -> int:
    return current_scope().user_id or 0
