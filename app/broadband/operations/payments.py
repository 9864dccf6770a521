"""The regular payment 正常繳費: charge, receipt, service periods, and what it does to the line."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import joinedload

from app.billing.choices import FeeKind, LineCode
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Facts, Payment, ReadAhead, receive
from app.broadband.choices import Effect, PeriodKind, StopReason, SubscriptionState
from app.broadband.models import PlanChange, RegularPayment, Subscription
from app.broadband.operations.deals import BACKDATE, Deal, PaymentTerms, maintenance_fee_of, work_out
from app.broadband.operations.standing import period_row, policy_for
from app.broadband.rules.payment_amount import LineCode as AmountCode
from app.broadband.rules.payment_amount import PaymentAmount
from app.broadband.rules.service_period import Period
from app.broadband.rules.standing import Standing
from app.foundation.scope import current_scope
from app.foundation.transactions import change_locked, locked
from app.foundation.writing import enter, new
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_amount

__all__ = ["BACKDATE", "PaymentTerms", "Together", "pay", "take_locked"]


# What a payment reads around its line, joined to the statement that locks it.
AROUND_A_PAYMENT = (
    *(
        joinedload(related, innerjoin=True)
        for related in (Subscription.customer, Subscription.plan, Subscription.community, Subscription.office)
    ),
    joinedload(Subscription.policy),
    joinedload(Subscription.booked_change).load_only(PlanChange.new_plan_id).joinedload(PlanChange.new_plan),
)
BY_THE_MONTH = (AmountCode.PLAN, AmountCode.MAINTENANCE)


def pay(*, subscription: int, terms: PaymentTerms) -> RegularPayment:
    """Take a regular payment for a subscription: charge, receipt, service periods, the new stop date.

    Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    line = locked(Subscription, subscription, *AROUND_A_PAYMENT)
    return take_locked(line, line.office, terms)


@dataclass(frozen=True)
class Together:
    """What somebody who takes many payments at once has read for one of them, and how its line is moved.

    ``credit`` is the customer's balance, which pays all of it: what a late line costs is known only once it is worked out.
    """

    standing: Standing
    ahead: ReadAhead
    credit: Decimal
    move: Callable[..., None]


def take_locked(line: Subscription, office: Office, terms: PaymentTerms, *, together: Together | None = None) -> RegularPayment:
    """Take the payment for a line whose row is locked already, or new."""
    rules = policy_for(line)
    if together is None or terms.maintenance_fee is None:
        # Who takes many payments at once has read the price for all of them.
        terms = replace(terms, maintenance_fee=maintenance_fee_of(office, terms))
    deal = work_out(line, office, rules, terms, standing=together.standing if together else None)
    require_amount(deal.amount.total, office.currency)
    if together is not None:
        _require_credit(deal.amount.total, together.credit, office.currency)
    # The payment notes how the line stood; then the line moves, so that nothing is left to do once the receipt's number is taken.
    payment = _record(line, deal, terms)
    _move_line(line, deal, together.move if together else change_locked)
    sold = charge(
        office_id=office.id,
        customer_id=line.customer_id,
        fee_kind=FeeKind.REGULAR,
        lines=_charge_lines(deal, terms),
        on=deal.on,
        booked_on=deal.booked_on,
        due_on=deal.on,
    )
    receipt = receive(
        office=office,
        customer=line.customer,
        shares=[(sold, sold.total)],
        payment=Payment(terms.methods, terms.payer_name),
        on=deal.on,
        booked_on=deal.booked_on,
        facts=_facts(line, deal, terms),
        backdate_reason=terms.reason if deal.on != deal.booked_on else "",
        ahead=together.ahead if together else None,
    )
    payment.number, payment.total_in_words = receipt.number, receipt.total_in_words
    payment.charge, payment.receipt, payment.cashier = sold, receipt, receipt.cashier
    payment.periods = [period_row(line, period, _price(period, deal.amount), payment) for period in deal.periods]
    enter(payment)
    return payment


def _require_credit(wanted: Decimal, balance: Decimal, currency: str) -> None:
    """Refuse before anything is written what the balance does not pay."""
    if wanted > balance:
        raise OperationRefused(
            Message("The credit balance is %(balance)s, less than %(wanted)s.", balance=balance, wanted=wanted, currency=currency),
            code="credit_too_small",
            field="method",
        )


def _charge_lines(deal: Deal, terms: PaymentTerms) -> list[LineTerms]:
    paid = next((period for period in deal.periods if period.kind is PeriodKind.PAID), None)
    lines = []
    for line in deal.amount.lines:
        # What is paid by the month is paid for the months of the plan.
        covered = paid if line.code in BY_THE_MONTH else None
        lines.append(
            LineTerms(
                code=LineCode(line.code.value),
                amount=line.amount,
                quantity=line.quantity,
                unit_price=line.unit_price,
                detail=_detail(line.code, deal, terms),
                period_start=covered.start if covered else None,
                period_end=covered.stop if covered else None,
            )
        )
    gift = next((period for period in deal.periods if period.kind is PeriodKind.GIFT), None)
    if terms.gift_months:
        lines.append(
            LineTerms(
                code=LineCode.GIFT,
                amount=ZERO,
                quantity=Decimal(terms.gift_months),
                period_start=gift.start if gift else None,
                period_end=gift.stop if gift else None,
            )
        )
    return lines


def _detail(code: AmountCode, deal: Deal, terms: PaymentTerms) -> str:
    if code is AmountCode.OTHER:
        return terms.other_item
    if code is AmountCode.DISCOUNT:
        return terms.reason
    if code is AmountCode.LATE_FEE:
        return f"{deal.fee.base} × {deal.fee.days_late}"
    return ""


def _facts(line: Subscription, deal: Deal, terms: PaymentTerms) -> Facts:
    return Facts(
        broadband_account=line.broadband_account,
        plan=line.plan_sold.name,
        months=terms.months,
        address=f"{line.community.name} {line.address}",
        note=terms.note,
        remark=_remark(line, deal),
    )


def _remark(line: Subscription, deal: Deal) -> Message:
    if not deal.periods:
        return Message("Installation is pending: the service is billed from the day the work is done.")
    stops_on = deal.periods[-1].stop
    if deal.move.effect is Effect.STAYS_FROZEN:
        return Message(
            "The line is suspended: its dates move by the length of the suspension. The stop date is now %(date)s.", date=stops_on
        )
    return Message("After this payment the broadband stop date is %(date)s.", date=stops_on)


def _record(line: Subscription, deal: Deal, terms: PaymentTerms) -> RegularPayment:
    amount, plan = deal.amount, line.plan_sold
    return new(
        RegularPayment,
        office_id=line.office_id,
        customer_id=line.customer_id,
        subscription_id=line.id,
        plan_id=plan.id,
        plan_fee=plan.fee,
        plan_months=plan.months,
        months=terms.months,
        plan_total=amount.of(AmountCode.PLAN),
        maintenance_fee=terms.maintenance_fee or ZERO,
        maintenance_total=amount.of(AmountCode.MAINTENANCE),
        other_item=terms.other_item,
        other_fee=amount.of(AmountCode.OTHER),
        discount=-amount.of(AmountCode.DISCOUNT),
        arrears=amount.of(AmountCode.ARREARS),
        late_fee=amount.of(AmountCode.LATE_FEE),
        late_fee_proposed=deal.fee.amount,
        total=amount.total,
        gift_months=terms.gift_months,
        cashier_id=current_scope().user_id,
        note=terms.note,
        reason=terms.reason,
        paid_on=deal.on,
        booked_on=deal.booked_on,
        period_start=deal.periods[0].start if deal.periods else None,
        period_end=_paid_until(deal.periods),
        stops_on_before=line.stops_on,
        state_before=line.state,
        halted_on_before=line.halted_on,
        stop_reason_before=line.stop_reason,
        created_by_id=current_scope().user_id,
        subscription=line,
        customer=line.customer,
        plan=plan,
    )


def _paid_until(periods: Sequence[Period]) -> datetime.date | None:
    """Return 套餐费截止日期: the end of the paid months; gift months follow it."""
    return next((period.stop for period in periods if period.kind is PeriodKind.PAID), None)


def _price(period: Period, amount: PaymentAmount) -> Decimal:
    return amount.cover_price if period.kind is PeriodKind.PAID else ZERO


def _move_line(line: Subscription, deal: Deal, move: Callable[..., None]) -> None:
    if not deal.periods:
        return
    stops_on = deal.periods[-1].stop
    was_cut_for_arrears = deal.move.effect is Effect.RESUMES_ARREARS and line.stop_reason is StopReason.ARREARS
    if was_cut_for_arrears and stops_on >= deal.on:
        move(line, stops_on=stops_on, state=SubscriptionState.ACTIVE, halted_on=None, stop_reason=None)
    else:
        move(line, stops_on=stops_on)
