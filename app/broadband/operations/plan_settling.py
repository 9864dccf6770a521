"""A change of plan settled in money: what is due or comes back, and the rows of cover that end and are written again.

Nothing is paid out while something is open for the line: what comes back settles that first, as at a closure (docs/rules/plan_change.md).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import update

from app.billing.choices import FeeKind, LineCode, Method, VoucherKind
from app.billing.documents import receipt_locale
from app.billing.models import Receipt
from app.billing.operations.charges import LineTerms, locked_charges
from app.billing.operations.vouchers import PaidOut, pay_out
from app.broadband.models import Plan, ServicePeriod, Subscription, SubscriptionEvent
from app.broadband.operations.acting import Deed, debts, finish, require_no_payment, take
from app.broadband.operations.settling import Debt, lock_owners, parts_of, require_payout, set_off
from app.broadband.rules.plan_change import PlanChange as Change
from app.broadband.rules.plan_change import PlanPrice, plan_change
from app.broadband.rules.sold_rows import WrittenRow
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import current_scope
from app.values.errors import Message
from app.values.money import require_fitting, sum_of


@dataclass(frozen=True)
class Settlement:
    """A change settled in money: its amounts, and the event it left behind."""

    change: Change[ServicePeriod]
    event: SubscriptionEvent
    set_off_receipt_id: int | None = None


def settle(
    deed: Deed,
    plan: Plan,
    *,
    rows: list[ServicePeriod],
    stops_on: datetime.date,
    fee: Decimal,
    refund_method: Method,
    decided_by: int | None = None,
    is_newest: bool = True,
) -> Settlement:
    """Change the plan of the deed's line in money, over ``rows`` with cover until ``stops_on``; the line's own stop date stays.

    What is due is charged, and paid where a payment was given; what comes back settles what is open for the line, and the rest is paid out
    by ``refund_method``; as credit all of it is kept. Where the newest row of the line is not among ``rows``, the shifts since it was sold
    are counted from it as before.
    """
    line, old = deed.line, deed.line.plan
    change = plan_change(rows, stops_on=stops_on, on=deed.on, new=PlanPrice(plan.fee, plan.months), currency=deed.currency, fee=fee)
    require_fitting(change.charge, field="plan")
    require_fitting(change.to_pay, field="fee")
    deed.fee = fee
    line.plan, line.plan_id = plan, plan.id
    settled = None
    if change.to_pay < 0:
        settled = _pay_out(deed, old, plan, -change.to_pay, refund_method, decided_by)
    else:
        take(deed, _lines(deed, change, old, plan, stops_on), kind=FeeKind.REGULAR)
    deed.shift_days = change.shift_days if is_newest else 0
    event = finish(deed)
    _write_again(line, change, event)
    return Settlement(change, event, settled.id if settled else None)


def _lines(deed: Deed, change: Change[ServicePeriod], old: Plan, new: Plan, stops_on: datetime.date) -> list[LineTerms]:
    lines = [
        LineTerms(code=LineCode.PLAN, amount=change.charge, detail=new.name, period_start=deed.on, period_end=stops_on),
        LineTerms(code=LineCode.PLAN_CREDIT, amount=-change.credit, detail=old.name, period_start=deed.on, period_end=stops_on),
        LineTerms(code=LineCode.PLAN_CHANGE, amount=change.fee),
    ]
    return [line for line in lines if line.amount]


def _pay_out(deed: Deed, old: Plan, new: Plan, amount: Decimal, method: Method, decided_by: int | None) -> Receipt | None:
    """Pay out what comes back; return the receipt by which a part of it settled what was open."""
    require_payout(method)
    require_no_payment(deed.terms)
    locale = receipt_locale(deed.office)
    reason = say(Message("Plan change from %(old)s to %(new)s", old=old.name, new=new.name), locale)
    open_debts = [] if method is Method.CREDIT else _open_debts(deed)
    settled = min(amount, sum_of(debt.amount for debt in open_debts))
    deed.voucher = pay_out(
        office=deed.office,
        kind=VoucherKind.REFUND,
        lines=[PaidOut(reason, amount, FeeKind.REGULAR)],
        methods=parts_of(amount, into_balance=settled, method=method),
        reason=reason,
        on=deed.on,
        booked_on=deed.booked_on,
        customer=deed.line.customer,
        note=deed.terms.note,
        decided_by=decided_by,
    )
    if not settled:
        return None
    db.session.flush()
    return set_off(deed, open_debts, settled)


def _open_debts(deed: Deed) -> list[Debt]:
    """Return what the customer owes for the line, overdue or not, with the locks taken as a payment takes them."""
    lock_owners(deed, ())
    charges = [charge.id for charge in debts(deed.line)]
    return [Debt(charge, charge.open_amount) for charge in locked_charges(charges) if charge.open_amount] if charges else []


def _write_again(line: Subscription, change: Change[ServicePeriod], event: SubscriptionEvent) -> None:
    """End the rows and write them again as the used part and the rest; rows in force never overlap, so the old ones end first."""
    db.session.execute(
        update(ServicePeriod).where(ServicePeriod.id.in_([row.id for row in change.rows_ended])).values(ended_by_event_id=event.id)
    )
    db.session.add_all(_row(line, written, event) for written in change.rows_written)
    db.session.flush()
    db.session.expire(line, ["periods"])


def _row(line: Subscription, written: WrittenRow, event: SubscriptionEvent) -> ServicePeriod:
    return ServicePeriod(
        office_id=line.office_id,
        subscription_id=line.id,
        kind=written.kind,
        start=written.start,
        stop=written.stop,
        months=written.months,
        price=written.price,
        of_days=written.of_days,
        anchor=written.anchor,
        anchor_months=written.anchor_months,
        cut_from_days=written.cut_from_days,
        sold_by_event_id=event.id,
        created_by_id=current_scope().user_id,
    )
