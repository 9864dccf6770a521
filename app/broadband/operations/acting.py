"""What every operation on a line does alike: lock, day, state, arrears, fee, and the event that is left behind.

An operation begins a ``Deed``, changes the line by the rules, and finishes the deed; it never commits.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.billing.models import Charge, Receipt, Voucher
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Facts, Payment, receive
from app.billing.queries import price_of
from app.billing.rules.methods import MethodAmount
from app.billing.rules.value_date import value_date
from app.broadband.choices import Move, Need, ProposalStatus, SubscriptionOperation, SubscriptionState, SubscriptionStatus
from app.broadband.models import BroadbandPolicy, LineOperation, LineProposal, RegularPayment, Subscription, SubscriptionEvent
from app.broadband.operations.deals import BACKDATE
from app.broadband.operations.standing import policy_for, standing_of, status_on
from app.broadband.queries import charges_of_line, newest_event
from app.broadband.rules.arrears import arrears, require_settled
from app.broadband.rules.late_fee import LateFee, late_fee
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.standing import Standing
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_fee, sum_of

Kept = TypeVar("Kept", bound=LineOperation)

PROPOSED = (SubscriptionOperation.FORCE_STOP, SubscriptionOperation.CLOSE)

# What an operation reads around its line, joined to the statement that locks it.
AROUND_THE_LINE = (
    *(
        joinedload(related, innerjoin=True)
        for related in (Subscription.customer, Subscription.plan, Subscription.community, Subscription.office)
    ),
    joinedload(Subscription.policy),
)


@dataclass(frozen=True, kw_only=True)
class DeedTerms:
    """What is entered for any operation on a line.

    ``on`` None is today, ``fee`` None the office's price, 0 where it has none. Without ``methods`` the fee stays an open charge.
    """

    on: datetime.date | None = None
    fee: Decimal | None = None
    reason: str = ""
    note: str = ""
    methods: tuple[MethodAmount, ...] = ()
    payer_name: str = ""


@dataclass
class Deed:
    """An operation under way: the locked line, its day, and how the line stood before anything was changed."""

    operation: SubscriptionOperation
    line: Subscription
    office: Office
    rules: BroadbandPolicy
    terms: DeedTerms
    on: datetime.date
    booked_on: datetime.date
    move: Move
    status: SubscriptionStatus
    before: dict[str, Any]
    fee: Decimal = ZERO
    charge: Charge | None = None
    receipt: Receipt | None = None
    voucher: Voucher | None = None
    shift_days: int = 0
    papers: dict[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.office.currency

    @property
    def stop_date(self) -> datetime.date:
        """The last day with service; only for a line that is installed."""
        if self.line.stops_on is None:
            raise AssertionError(f"The line {self.line.broadband_account} is installed but has no stop date.")
        return self.line.stops_on

    @property
    def standing(self) -> Standing:
        """How the line stands by the rules; only for one that is installed."""
        return standing_of(self.line)


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


def owed(deed: Deed) -> Decimal:
    """Return the arrears 欠費 of the line on the day: charges past their due date, days used without cover, their late fee."""
    overdue = [debt.open_amount for debt in debts(deed.line) if debt.due_on < deed.on]
    return arrears(overdue, late(deed))


def late(deed: Deed) -> LateFee:
    """Return the days used without cover on the day of the operation and what they cost; nothing while a line is not installed."""
    if deed.line.state is SubscriptionState.PENDING:
        return LateFee()
    rules, plan = deed.rules, deed.line.plan
    return late_fee(
        deed.standing,
        on=deed.on,
        plan_fee=plan.fee,
        plan_months=plan.months,
        late_policy=rules.late_policy,
        grace_days=rules.grace_days,
        daily_rate=rules.late_fee_rate,
        cap=rules.late_fee_cap,
        currency=deed.currency,
    )


def debts(line: Subscription) -> list[Charge]:
    """Return what its customer owes for the line, the oldest first: fees of operations, of work orders, deposits.

    What the customer before a transfer left open stays his own.
    """
    return list(db.session.scalars(charges_of_line(line.id).where(Charge.customer_id == line.customer_id)))


def price(deed: Deed, operation: PricedOperation) -> Decimal:
    """Return the fee of the operation: as entered, else the office's price, else 0."""
    if deed.terms.fee is not None:
        return require_fee(deed.terms.fee, deed.currency, field="fee")
    item = db.session.scalars(price_of(deed.office.id, operation)).one_or_none()
    return item.fee if item else ZERO


def take_fee(deed: Deed, operation: PricedOperation, *, kind: FeeKind, code: LineCode) -> None:
    """Charge the fee of the operation, and take its payment where one was given."""
    deed.fee = price(deed, operation)
    take(deed, [LineTerms(code=code, amount=deed.fee, quantity=Decimal(1), unit_price=deed.fee)] if deed.fee else [], kind=kind)


def take(deed: Deed, lines: list[LineTerms], *, kind: FeeKind) -> None:
    """Charge ``lines`` for the line's customer, and receive the whole of it where a payment was given; nothing for no lines."""
    terms = deed.terms
    total = sum_of(line.amount for line in lines)
    if not total:
        require_no_payment(terms)
        return
    deed.charge = charge(
        office_id=deed.office.id,
        customer_id=deed.line.customer_id,
        fee_kind=kind,
        lines=lines,
        on=deed.on,
        booked_on=deed.booked_on,
        due_on=deed.on,
    )
    if not terms.methods:
        return
    deed.receipt = receive(
        office=deed.office,
        customer=deed.line.customer,
        shares=[(deed.charge, total)],
        payment=Payment(terms.methods, terms.payer_name),
        on=deed.on,
        booked_on=deed.booked_on,
        facts=facts_of(deed.line, note=terms.note),
        backdate_reason=(terms.reason or terms.note) if deed.on != deed.booked_on else "",
    )


def facts_of(line: Subscription, *, note: str = "") -> Facts:
    """Return what a receipt says of the line."""
    return Facts(broadband_account=line.broadband_account, plan=line.plan.name, address=f"{line.community.name} {line.address}", note=note)


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
        **{name: deed.before[name] for name in ("customer_id", "community_id", "address", "telephone", "contact_phone")},
        "booked_on": deed.booked_on,
        "fee": deed.fee,
        "reason": deed.terms.reason,
        "note": deed.terms.note,
        "created_by_id": current_scope().user_id,
    }


def kept(record: Kept) -> Kept:
    """Store the operation's own record."""
    db.session.add(record)
    db.session.flush()
    return record


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
        "community_id": line.community_id,
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
    """Refuse a day before the application or before the line's last operation: its days have been counted to there."""
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
    last = db.session.scalars(newest_event(line.id)).one_or_none()
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


def require_free(terms: DeedTerms) -> None:
    """Refuse a fee or a payment where the operation costs nothing."""
    if terms.fee:
        raise OperationRefused(Message("This costs nothing: leave the fee empty."), code="nothing_to_pay", field="fee")
    require_no_payment(terms)


def require_no_payment(terms: DeedTerms) -> None:
    """Refuse a payment where nothing is due."""
    if any(each.amount for each in terms.methods):
        raise OperationRefused(Message("There is nothing to pay for this operation."), code="nothing_to_pay", field="method")


def _newest_payment(subscription_id: int) -> int | None:
    newest = select(RegularPayment.id).where(RegularPayment.subscription_id == subscription_id).order_by(RegularPayment.id.desc())
    found: int | None = db.session.scalars(newest.limit(1)).one_or_none()
    return found
