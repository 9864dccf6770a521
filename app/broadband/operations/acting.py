"""What every operation on a line does alike: lock, day, state, arrears, fee, and the event that is left behind.

An operation begins a ``Deed``, changes the line by the rules, and finishes the deed; it never commits. What it owes and costs is in
``charging``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select, update

from app.billing.rules.value_date import value_date
from app.broadband.choices import Need, ProposalStatus, SubscriptionOperation
from app.broadband.documents import Application, application_content
from app.broadband.models import BroadbandPolicy, LineOperation, LineProposal, RegularPayment, Subscription, SubscriptionEvent
from app.broadband.operations.charging import debts, facts_of, late, owed, price, require_free, require_no_payment, take, take_fee
from app.broadband.operations.deals import BACKDATE
from app.broadband.operations.deed import AROUND_THE_LINE, Deed, DeedTerms
from app.broadband.operations.standing import policy_for, status_on
from app.broadband.queries import last_paid_on, latest_event
from app.broadband.rules.arrears import require_settled
from app.broadband.rules.moves import allowed_move
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.values.errors import Message, OperationRefused

__all__ = [
    "AROUND_THE_LINE",
    "Deed",
    "DeedTerms",
    "begin",
    "begin_brought",
    "begin_locked",
    "common",
    "debts",
    "facts_of",
    "finish",
    "kept",
    "late",
    "owed",
    "price",
    "require_free",
    "require_no_payment",
    "take",
    "take_fee",
]

Kept = TypeVar("Kept", bound=LineOperation)
Paper = Callable[[Kept, BroadbandPolicy], Application]

PROPOSED = (SubscriptionOperation.FORCE_STOP, SubscriptionOperation.CLOSE)


def begin(operation: SubscriptionOperation, subscription: int, terms: DeedTerms, *, backdate_reason: str | None = None) -> Deed:
    """Lock the line and begin ``operation`` on it. ``backdate_reason`` stands for the reason where that field means something else.

    Raises OperationRefused where the state, the day or arrears forbid it; NotAllowed and NotFound.
    """
    line = locked(Subscription, subscription, *AROUND_THE_LINE)
    return begin_locked(operation, line, terms, backdate_reason=backdate_reason)


def begin_locked(operation: SubscriptionOperation, line: Subscription, terms: DeedTerms, *, backdate_reason: str | None = None) -> Deed:
    """Begin ``operation`` on a line whose row is locked already."""
    office, rules = line.office, policy_for(line)
    today = clock.today(office)
    on = value_date(
        terms.on,
        today=today,
        may_backdate=current_scope().may(BACKDATE),
        max_days=rules.backdate_max_days,
        reason=terms.reason if backdate_reason is None else backdate_reason,
    )
    status = status_on(line, rules, on)
    move = allowed_move(operation, status=status, number=line.broadband_account, stops_on=line.stops_on)
    _require_order(line, on)
    deed = Deed(operation, line, office, rules, terms, on, today, move, status, _snapshot(line))
    if move.needs is Need.NO_ARREARS:
        require_settled(owed(deed), currency=office.currency)
    return deed


def begin_brought(operation: SubscriptionOperation, line: Subscription, terms: DeedTerms, *, on: datetime.date) -> Deed:
    """Begin what an earlier decision brings to a locked line: a completed order, a booked change. Day and arrears were asked about then."""
    office, rules = line.office, policy_for(line)
    status = status_on(line, rules, on)
    move = allowed_move(operation, status=status, number=line.broadband_account, stops_on=line.stops_on)
    return Deed(operation, line, office, rules, terms, on, clock.today(office), move, status, _snapshot(line))


def finish(deed: Deed) -> SubscriptionEvent:
    """Leave the event behind: how the line stood, how it stands now, and the papers. Everything is flushed."""
    line = deed.line
    db.session.flush()
    event = SubscriptionEvent(
        office_id=deed.office.id,
        subscription_id=line.id,
        operation=deed.operation,
        on=deed.on,
        booked_on=deed.booked_on,
        after_payment_id=_newest_payment(line.id),
        state_after=line.state,
        stops_on_after=line.stops_on,
        shift_days=deed.shift_days,
        charge_id=deed.charge.id if deed.charge else None,
        receipt_id=deed.receipt.id if deed.receipt else None,
        voucher_id=deed.voucher.id if deed.voucher else None,
        created_by_id=current_scope().user_id,
        subscription=line,
        charge=deed.charge,
        receipt=deed.receipt,
        voucher=deed.voucher,
        **{name: deed.before[name] for name in _OF_THE_EVENT},
    )
    db.session.add(event)
    db.session.flush()
    _carry_out_proposal(deed, event)
    return event


def common(deed: Deed, event: SubscriptionEvent) -> dict[str, Any]:
    """Return the columns that every operation's own record has."""
    return {
        "office_id": deed.office.id,
        "event_id": event.id,
        "event": event,
        "subscription_id": deed.line.id,
        "subscription": deed.line,
        **{name: deed.before[name] for name in _OF_EVERY_RECORD},
        "booked_on": deed.booked_on,
        "fee": deed.fee,
        "reason": deed.terms.reason,
        "note": deed.terms.note,
        "created_by_id": current_scope().user_id,
        "created_by": event.created_by,
    }


def kept(record: Kept, paper: Paper[Kept] | None = None) -> Kept:
    """Store the operation's own record, and with it what its ``paper`` says: customers, plans and credit change later."""
    if paper is not None:
        line = record.subscription
        with db.session.no_autoflush:
            record.paper = application_content(record, paper(record, policy_for(line)), office=line.office)
    db.session.add(record)
    db.session.flush()
    return record


_OF_EVERY_RECORD = ("customer_id", "customer", "community_id", "community", "address", "telephone", "contact_phone")
_OF_THE_EVENT = (
    *("customer_id", "community_id", "address", "plan_id", "state_before", "stops_on_before"),
    *("halted_on_before", "stop_reason_before", "planned_resume_on_before"),
)


def _carry_out_proposal(deed: Deed, event: SubscriptionEvent) -> None:
    """Note that what the night had proposed was done."""
    if deed.operation not in PROPOSED:
        return
    db.session.execute(
        update(LineProposal)
        .where(
            LineProposal.subscription_id == deed.line.id,
            LineProposal.operation == deed.operation,
            LineProposal.proposal_status == ProposalStatus.WAITING,
        )
        .values(
            proposal_status=ProposalStatus.CONFIRMED,
            decided_at=clock.now(),
            decided_by_id=current_scope().user_id,
            decision_note=deed.terms.note,
            event_id=event.id,
            version=LineProposal.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _snapshot(line: Subscription) -> dict[str, Any]:
    return {
        "customer_id": line.customer_id,
        "customer": line.customer,
        "community_id": line.community_id,
        "community": line.community,
        "address": line.address,
        "telephone": line.telephone,
        "contact_phone": line.contact_phone,
        "password": line.password,
        "plan_id": line.plan_id,
        "state_before": line.state,
        "stops_on_before": line.stops_on,
        "halted_on_before": line.halted_on,
        "stop_reason_before": line.stop_reason,
        "planned_resume_on_before": line.planned_resume_on,
    }


def _require_order(line: Subscription, on: datetime.date) -> None:
    """Refuse a day before the application, or before the line's last operation or payment: its days have been counted to there."""
    if on < line.applied_on:
        raise OperationRefused(
            Message("%(date)s is before the application of %(accepted)s.", date=on, accepted=line.applied_on),
            code="before_application",
            field="on",
        )
    if line.activated_on is not None and on < line.activated_on:
        raise OperationRefused(
            Message("%(date)s is before the activation of the line on %(activated)s.", date=on, activated=line.activated_on),
            code="before_activation",
            field="on",
        )
    paid_on = db.session.execute(last_paid_on(line.id)).scalar_one()
    if paid_on is not None and on < paid_on:
        raise OperationRefused(
            Message("%(date)s is before the last payment of the line on %(paid)s.", date=on, paid=paid_on),
            code="before_last_payment",
            field="on",
        )
    last = db.session.scalars(latest_event(line.id)).one_or_none()
    if last is not None and on < last.on:
        raise OperationRefused(
            Message(
                "%(date)s is before the last operation of the line: %(operation)s on %(last)s.",
                date=on,
                operation=last.operation,
                last=last.on,
            ),
            code="before_last_operation",
            field="on",
        )


def _newest_payment(subscription_id: int) -> int | None:
    newest = select(RegularPayment.id).where(RegularPayment.subscription_id == subscription_id).order_by(RegularPayment.id.desc())
    found: int | None = db.session.scalars(newest.limit(1)).one_or_none()
    return found
