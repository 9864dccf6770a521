"""A line in memory, moved by the rules of ``app.broadband.rules`` alone, with the operations and answers of the small model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from app.broadband.choices import (
    LatePolicy,
    PeriodKind,
    RefundPolicy,
    StopReason,
    SubscriptionOperation,
    SubscriptionState,
    SubscriptionStatus,
)
from app.broadband.rules.arrears import arrears, require_settled
from app.broadband.rules.closure import MaintenancePaid, Settlement, maintenance_refund, plan_refund
from app.broadband.rules.compensation import compensation_shift, gift_period
from app.broadband.rules.forced_stop import resumes_when_paid
from app.broadband.rules.late_fee import LateFee, late_fee
from app.broadband.rules.moves import allowed_move
from app.broadband.rules.payment_amount import LineCode, payment_amount
from app.broadband.rules.plan_change import PlanPrice, plan_change
from app.broadband.rules.resumption import resumption_shift
from app.broadband.rules.service_period import Period, periods_from, periods_sold
from app.broadband.rules.sold_rows import WrittenRow, run_of
from app.broadband.rules.standing import Run, Standing
from app.broadband.rules.status import status
from app.broadband.rules.stop_date import days_unused, newest_row, stop_date
from app.broadband.rules.suspension import planned_resumption, require_cover
from app.values.errors import OperationRefused
from app.values.money import ZERO, sum_of
from tests.broadband.line_model import ModelPlan, ModelPolicy, Outcome

CURRENCIES = {0: "VND", 2: "CNY"}
Operation = SubscriptionOperation


class RulesLine:
    """One line: its rows in force, and the days shifted since the newest of them was sold."""

    def __init__(self, plan: ModelPlan, policy: ModelPolicy, start: date, months: int) -> None:
        self.currency, self.places = CURRENCIES[policy.decimals], policy.decimals
        self.plan, self.policy = self.price(plan), policy
        self.state = SubscriptionState.ACTIVE
        self.halted_on: date | None = None
        self.reason: StopReason | None = None
        self.shifts: list[int] = []
        self.rows: list[WrittenRow] = []
        self.maintenance: dict[Run, MaintenancePaid] = {}
        self.sold_for = self.paid_back = ZERO
        self.booked: PlanPrice | None = None
        price = payment_amount(plan="p", plan_fee=self.plan.fee, plan_months=self.plan.months, months=months, currency=self.currency)
        self._sell(periods_from(Run(start), months=months), price.cover_price)

    def price(self, plan: ModelPlan) -> PlanPrice:
        return PlanPrice(Decimal(plan.fee).scaleb(-self.places), plan.months)

    @property
    def stops_on(self) -> date:
        stop = stop_date(self.rows, shifted_days=self.shifts)
        assert stop is not None
        return stop

    @property
    def standing(self) -> Standing:
        newest = newest_row(self.rows)
        assert newest is not None
        return Standing(state=self.state, stops_on=self.stops_on, run=run_of(newest), halted_on=self.halted_on, reason=self.reason)

    def status(self, on: date) -> SubscriptionStatus:
        return status(state=self.state, stops_on=self.stops_on, today=on, grace_days=self.policy.grace_days)

    def play(self, operation: str, on: date, **terms: object) -> Outcome:
        """Play ``operation`` as the small model does."""
        method: Callable[..., Decimal] = getattr(self, operation)
        money, refusal = ZERO, None
        try:
            allowed_move(OPERATIONS[operation], status=self.status(on), number="K-1", stops_on=self.stops_on)
            money = method(on, **terms)
        except OperationRefused as refused:
            refusal = refused.code
        return Outcome(self.state.value, self.status(on).value, self.stops_on, money, refusal)

    def _sell(self, periods: tuple[Period, ...], price: Decimal) -> None:
        for period in periods:
            is_paid = period.kind is PeriodKind.PAID
            self.rows.append(
                WrittenRow(
                    kind=period.kind,
                    start=period.start,
                    stop=period.stop,
                    months=period.months,
                    price=price if is_paid else ZERO,
                    anchor=period.anchor,
                    anchor_months=period.anchor_months,
                )
            )
            self.shifts = []
        self.sold_for += price

    def _late_fee(self, on: date) -> LateFee:
        return late_fee(
            self.standing,
            on=on,
            plan_fee=self.plan.fee,
            plan_months=self.plan.months,
            late_policy=LatePolicy(self.policy.late_policy),
            grace_days=self.policy.grace_days,
            daily_rate=Decimal("0.003"),
            cap=Decimal(1),
            currency=self.currency,
        )

    def _require_settled(self, on: date) -> None:
        require_settled(arrears([], self._late_fee(on)), currency=self.currency)

    def pay(self, on: date, months: int, gift_months: int = 0, discount: int = 0, maintenance: int = 0) -> Decimal:
        fee, monthly, less = self._late_fee(on), Decimal(maintenance).scaleb(-self.places), Decimal(discount).scaleb(-self.places)
        amount = payment_amount(
            plan="p",
            plan_fee=self.plan.fee,
            plan_months=self.plan.months,
            months=months,
            maintenance_fee=monthly,
            discount=less,
            late_fee=fee.amount,
            arrears=fee.arrears,
            currency=self.currency,
        )
        sold = periods_sold(
            self.standing,
            on=on,
            months=months,
            gift_months=gift_months,
            late_policy=LatePolicy(self.policy.late_policy),
            grace_days=self.policy.grace_days,
        )
        self._sell(sold, amount.cover_price)
        self.maintenance[sold[0].run] = MaintenancePaid.of_payment(
            plan_total=amount.of(LineCode.PLAN), maintenance_total=monthly * months, discount=less, months=months
        )
        if resumes_when_paid(self.reason, stops_on=self.stops_on, on=on):
            self.state, self.halted_on, self.reason = SubscriptionState.ACTIVE, None, None
        return amount.total

    def suspend(self, on: date, planned: date | None = None) -> Decimal:
        self._require_settled(on)
        require_cover(self.stops_on, on)
        planned_resumption(on, planned, max_days=self.policy.suspension_max_days)
        self.state, self.halted_on = SubscriptionState.SUSPENDED, on
        return ZERO

    def resume(self, on: date, extend_anyway: bool = False) -> Decimal:
        assert self.halted_on is not None
        shift = resumption_shift(
            self.halted_on,
            on,
            cut_for=self.reason,
            stops_on=self.stops_on,
            min_days=self.policy.suspension_min_days,
            extend_anyway=extend_anyway,
            may_extend_anyway=True,
            reason="x",
        )
        self.shifts.append(shift.days)
        self.state, self.halted_on, self.reason = SubscriptionState.ACTIVE, None, None
        return ZERO

    def force_stop(self, on: date, reason: str) -> Decimal:
        self.state, self.halted_on, self.reason = SubscriptionState.FORCED, on, StopReason(reason)
        return ZERO

    def transfer(self, on: date) -> Decimal:
        self._require_settled(on)
        return ZERO

    def change_plan(self, on: date, new: ModelPlan) -> Decimal:
        self._require_settled(on)
        change = plan_change(self.rows, stops_on=self.stops_on, on=on, new=self.price(new), currency=self.currency)
        stops_on = self.stops_on
        self.rows = sorted(
            [row for row in self.rows if row not in change.rows_ended] + list(change.rows_written), key=lambda row: row.start
        )
        if newest_row(self.rows) in change.rows_written:
            self.shifts = []
        self.shifts.append(change.shift_days)
        assert self.stops_on == stops_on
        self.plan = self.price(new)
        self.sold_for += change.charge
        self.paid_back += change.credit
        return change.to_pay

    def gift(self, on: date, months: int) -> Decimal:
        period = gift_period(self.standing, on=on, gift_months=months, reason="x", grace_days=self.policy.grace_days)
        self._sell((period,), ZERO)
        return ZERO

    def compensate(self, on: date, days: int) -> Decimal:
        self.shifts.append(compensation_shift(days, stops_on=self.stops_on, reason="x"))
        return ZERO

    def close(self, on: date) -> Decimal:
        unused = days_unused(self.stops_on, on=on, frozen_on=self.standing.frozen_on)
        policy = RefundPolicy(self.policy.refund_policy)
        plan = sum_of(line.amount for line in plan_refund(self.rows, unused_days=unused, policy=policy, currency=self.currency))
        kept = maintenance_refund(self.rows, unused_days=unused, policy=policy, paid=self.maintenance, currency=self.currency)
        settlement = Settlement(plan_refund=plan, maintenance=sum_of(line.amount for line in kept), arrears=arrears([], self._late_fee(on)))
        self.paid_back += plan
        self.state, self.halted_on, self.reason = SubscriptionState.CLOSED, None, None
        return -settlement.paid_out


OPERATIONS = {
    "pay": Operation.PAY,
    "suspend": Operation.SUSPEND,
    "resume": Operation.RESUME,
    "force_stop": Operation.FORCE_STOP,
    "transfer": Operation.TRANSFER,
    "change_plan": Operation.CHANGE_PLAN,
    "gift": Operation.GIFT,
    "compensate": Operation.COMPENSATE,
    "close": Operation.CLOSE,
}
