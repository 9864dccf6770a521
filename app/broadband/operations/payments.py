"""The regular payment 正常繳費: what it costs, which days it buys, and what it does to the line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import joinedload

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Facts, Payment, receive
from app.billing.queries import price_of
from app.billing.rules.methods import MethodAmount
from app.billing.rules.value_date import value_date
from app.broadband.choices import Effect, Move, PeriodKind, StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.models import BroadbandPolicy, RegularPayment, Subscription
from app.broadband.operations.standing import earliest_end, period_row, policy_for, standing_of, status_on
from app.broadband.rules.late_fee import LateFee, agreed_late_fee, late_fee
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.payment_amount import LineCode as AmountCode
from app.broadband.rules.payment_amount import PaymentAmount, payment_amount, require_gift_months
from app.broadband.rules.service_period import Period, periods_sold, require_end
from app.broadband.rules.standing import Standing
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, require_amount

BACKDATE, WAIVE, SELL_PARTS = "backdate", "waive_late_fee", "sell_parts"


@dataclass(frozen=True, kw_only=True)
class PaymentTerms:
    """What the cashier enters. None for a fee means the office's price, for ``late_fee`` the proposed one, for ``on`` today."""

    months: int
    methods: tuple[MethodAmount, ...]
    maintenance_fee: Decimal | None = None
    other_item: str = ""
    other_fee: Decimal = ZERO
    discount: Decimal = ZERO
    late_fee: Decimal | None = None
    gift_months: int = 0
    on: datetime.date | None = None
    reason: str = ""
    note: str = ""
    payer_name: str = ""


@dataclass(frozen=True)
class _Deal:
    """Everything a payment is made of, computed before anything is written."""

    on: datetime.date
    booked_on: datetime.date
    move: Move
    fee: LateFee
    amount: PaymentAmount
    periods: tuple[Period, ...]


# What a payment reads beside the line, by the same statement.
_AROUND_THE_LINE = (
    *(
        joinedload(related, innerjoin=True)
        for related in (Subscription.customer, Subscription.plan, Subscription.community, Subscription.office)
    ),
    joinedload(Subscription.policy),
)


def pay(*, subscription: int, terms: PaymentTerms) -> RegularPayment:
    """Take a regular payment for a subscription: charge, receipt, service periods, the new stop date.

    Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    line = locked(Subscription, subscription, *_AROUND_THE_LINE)
    return take_locked(line, line.office, terms)


def take_locked(line: Subscription, office: Office, terms: PaymentTerms) -> RegularPayment:
    """Take the payment for a line whose row is locked already, or new."""
    rules = policy_for(line)
    terms = replace(terms, maintenance_fee=_maintenance_fee(office.id, terms))
    deal = _deal(line, office, rules, terms)
    require_amount(deal.amount.total, office.currency)
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
    )
    payment = _record(line, deal, terms)
    payment.number, payment.total_in_words = receipt.number, receipt.total_in_words
    payment.charge, payment.receipt, payment.cashier = sold, receipt, receipt.cashier
    db.session.add(payment)
    db.session.add_all(period_row(line, period, _price(period, deal.amount), payment) for period in deal.periods)
    _move_line(line, deal)
    return payment


def _deal(line: Subscription, office: Office, rules: BroadbandPolicy, terms: PaymentTerms) -> _Deal:
    """Work out the payment by the rules, from the line as it stands."""
    today = clock.today(office)
    on = _business_day(line, rules, terms, today)
    move = allowed_move(SubscriptionOperation.PAY, status=status_on(line, rules, on), number=line.broadband_account, stops_on=line.stops_on)
    fee = LateFee()
    periods: tuple[Period, ...] = ()
    require_gift_months(terms.gift_months)
    standing = standing_of(line) if line.state is not SubscriptionState.PENDING else None
    if standing is not None:
        fee = _late_fee(line, standing, office, rules, on)
    agreed = agreed_late_fee(
        asked=terms.late_fee,
        proposed=fee.amount,
        may_waive=current_scope().may(WAIVE),
        reason=terms.reason,
        currency=office.currency,
    )
    amount = payment_amount(
        plan=line.plan.name,
        plan_fee=line.plan.fee,
        plan_months=line.plan.months,
        months=terms.months,
        maintenance_fee=terms.maintenance_fee or ZERO,
        other_fee=terms.other_fee,
        discount=terms.discount,
        late_fee=agreed,
        arrears=fee.arrears,
        currency=office.currency,
        may_sell_parts=current_scope().may(SELL_PARTS),
    )
    if standing is not None:
        periods = periods_sold(
            standing,
            on=on,
            months=terms.months,
            gift_months=terms.gift_months,
            late_policy=rules.late_policy,
            grace_days=rules.grace_days,
        )
    require_end(periods[-1].stop if periods else earliest_end(line, on, terms.months + terms.gift_months))
    return _Deal(on, today, move, fee, amount, periods)


def _business_day(line: Subscription, rules: BroadbandPolicy, terms: PaymentTerms, today: datetime.date) -> datetime.date:
    on = value_date(
        terms.on, today=today, may_backdate=current_scope().may(BACKDATE), max_days=rules.backdate_max_days, reason=terms.reason
    )
    if on < line.applied_on:
        raise OperationRefused(
            Message("%(date)s is before the application of %(accepted)s.", date=on, accepted=line.applied_on),
            code="before_application",
            field="on",
        )
    return on


def _late_fee(line: Subscription, standing: Standing, office: Office, rules: BroadbandPolicy, on: datetime.date) -> LateFee:
    return late_fee(
        standing,
        on=on,
        plan_fee=line.plan.fee,
        plan_months=line.plan.months,
        late_policy=rules.late_policy,
        grace_days=rules.grace_days,
        daily_rate=rules.late_fee_rate,
        cap=rules.late_fee_cap,
        currency=office.currency,
    )


def _maintenance_fee(office_id: int, terms: PaymentTerms) -> Decimal:
    """Return the monthly maintenance fee: as entered, else the office's price, else none."""
    if terms.maintenance_fee is not None:
        return terms.maintenance_fee
    price = db.session.scalars(price_of(office_id, PricedOperation.MAINTENANCE)).one_or_none()
    return price.fee if price else ZERO


def _charge_lines(deal: _Deal, terms: PaymentTerms) -> list[LineTerms]:
    paid = next((period for period in deal.periods if period.kind is PeriodKind.PAID), None)
    lines = []
    for line in deal.amount.lines:
        is_plan = line.code is AmountCode.PLAN
        lines.append(
            LineTerms(
                code=LineCode(line.code.value),
                amount=line.amount,
                quantity=line.quantity,
                unit_price=line.unit_price,
                detail=_detail(line.code, deal, terms),
                period_start=paid.start if is_plan and paid else None,
                period_end=paid.stop if is_plan and paid else None,
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


def _detail(code: AmountCode, deal: _Deal, terms: PaymentTerms) -> str:
    if code is AmountCode.OTHER:
        return terms.other_item
    if code is AmountCode.DISCOUNT:
        return terms.reason
    if code is AmountCode.LATE_FEE:
        return f"{deal.fee.base} × {deal.fee.days_late}"
    return ""


def _facts(line: Subscription, deal: _Deal, terms: PaymentTerms) -> Facts:
    return Facts(
        broadband_account=line.broadband_account,
        plan=line.plan.name,
        address=f"{line.community.name} {line.address}",
        note=terms.note,
        remark=_remark(line, deal),
    )


def _remark(line: Subscription, deal: _Deal) -> Message:
    if not deal.periods:
        return Message("Installation is pending: the service is billed from the day the work is done.")
    stops_on = deal.periods[-1].stop
    if deal.move.effect is Effect.STAYS_FROZEN:
        return Message(
            "The line is suspended: its dates move by the length of the suspension. The stop date is now %(date)s.", date=stops_on
        )
    return Message("After this payment the broadband stop date is %(date)s.", date=stops_on)


def _record(line: Subscription, deal: _Deal, terms: PaymentTerms) -> RegularPayment:
    amount = deal.amount
    return RegularPayment(
        office_id=line.office_id,
        customer_id=line.customer_id,
        subscription_id=line.id,
        plan_id=line.plan_id,
        plan_fee=line.plan.fee,
        plan_months=line.plan.months,
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
        plan=line.plan,
    )


def _paid_until(periods: Sequence[Period]) -> datetime.date | None:
    """Return 套餐费截止日期: the end of the paid months; gift months follow it."""
    return next((period.stop for period in periods if period.kind is PeriodKind.PAID), None)


def _price(period: Period, amount: PaymentAmount) -> Decimal:
    return amount.cover_price if period.kind is PeriodKind.PAID else ZERO


def _move_line(line: Subscription, deal: _Deal) -> None:
    if not deal.periods:
        return
    line.stops_on = deal.periods[-1].stop
    was_cut_for_arrears = deal.move.effect is Effect.RESUMES_ARREARS and line.stop_reason is StopReason.ARREARS
    if was_cut_for_arrears and line.stops_on >= deal.on:
        line.state, line.halted_on, line.stop_reason = SubscriptionState.ACTIVE, None, None
