"""What a regular payment 正常繳費 comes to, worked out by the rules before anything is written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from sqlalchemy import Select, bindparam

from app.billing.choices import PricedOperation
from app.billing.models import PriceListItem
from app.billing.queries import price_of
from app.billing.rules.listed_price import agreed_fee
from app.billing.rules.methods import MethodAmount
from app.billing.rules.value_date import value_date
from app.broadband.choices import Move, SubscriptionOperation, SubscriptionState
from app.broadband.models import BroadbandPolicy, Subscription
from app.broadband.operations.standing import earliest_end, standing_of, status_on
from app.broadband.rules.late_fee import LateFee, agreed_late_fee, late_fee
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.payment_amount import PaymentAmount, payment_amount, require_gift_months
from app.broadband.rules.service_period import Period, periods_sold, require_end
from app.broadband.rules.standing import Standing
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, kept
from app.offices.models import Office
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO

BACKDATE, WAIVE, SELL_PARTS, DISCOUNT = "backdate", "waive_late_fee", "sell_parts", "discount"


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
class Deal:
    """Everything a payment is made of, computed before anything is written."""

    on: datetime.date
    booked_on: datetime.date
    move: Move
    fee: LateFee
    amount: PaymentAmount
    periods: tuple[Period, ...]


def work_out(line: Subscription, office: Office, rules: BroadbandPolicy, terms: PaymentTerms, *, standing: Standing | None = None) -> Deal:
    """Return the payment worked out by the rules, from the line as it stands. Raises OperationRefused and NotAllowed.

    ``standing`` is read here, unless the caller has read those of many lines at once.
    """
    today = clock.today(office)
    on = _business_day(line, rules, terms, today)
    move = allowed_move(SubscriptionOperation.PAY, status=status_on(line, rules, on), number=line.broadband_account, stops_on=line.stops_on)
    fee = LateFee()
    periods: tuple[Period, ...] = ()
    require_gift_months(terms.gift_months)
    if standing is None and line.state is not SubscriptionState.PENDING:
        standing = standing_of(line)
    if standing is not None:
        fee = _late_fee(line, standing, office, rules, on)
    agreed = agreed_late_fee(
        asked=terms.late_fee,
        proposed=fee.amount,
        may_waive=current_scope().may(WAIVE),
        reason=terms.reason,
        currency=office.currency,
    )
    plan = line.plan_sold
    amount = payment_amount(
        plan=plan.name,
        plan_fee=plan.fee,
        plan_months=plan.months,
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
    return Deal(on, today, move, fee, amount, periods)


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


def maintenance_fee_of(office: Office, terms: PaymentTerms) -> Decimal:
    """Return the monthly maintenance fee: as entered, else the office's price, else none."""
    price = db.session.scalars(_maintenance_price(), {"office": office.id}).one_or_none()
    return agreed_fee(
        asked=terms.maintenance_fee,
        listed=price.fee if price else ZERO,
        is_firm=office.prices_are_firm,
        may_lower=current_scope().may(DISCOUNT),
        reason=terms.reason,
        currency=office.currency,
        field="maintenance_fee",
    )


@cache
def _maintenance_price() -> Select[tuple[PriceListItem]]:
    return kept(price_of(bindparam("office"), PricedOperation.MAINTENANCE))
