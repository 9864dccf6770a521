"""The change of plan 套餐變更: settled in money today, or booked for the next period, or for the resumption of a suspended line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.billing.choices import Method, PricedOperation
from app.broadband.choices import (
    Effect,
    Need,
    PlanChangeMode,
    PlanChangeStatus,
    SubscriptionOperation,
    SubscriptionState,
)
from app.broadband.models import Plan, PlanChange, Subscription
from app.broadband.operations.acting import (
    AROUND_THE_LINE,
    Deed,
    DeedTerms,
    begin_brought,
    begin_locked,
    common,
    finish,
    kept,
    price,
    require_free,
    require_no_payment,
)
from app.broadband.operations.places import of_its_office
from app.broadband.operations.plan_booking import apply_if_due, booked_of
from app.broadband.operations.plan_settling import settle
from app.broadband.queries import payments_of, periods_in_force
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import locked
from app.values.errors import Message, OperationRefused
from app.workorders.models import WorkOrder


@dataclass(frozen=True, kw_only=True)
class PlanChangeTerms(DeedTerms):
    """To which plan, and when. What comes back of a change in money is paid out by ``refund_method``."""

    plan: int
    mode: PlanChangeMode = PlanChangeMode.MONEY
    refund_method: Method = Method.CASH


def change_plan(*, subscription: int, terms: PlanChangeTerms) -> PlanChange:
    """Change the plan of a line: in money today, or booked for what is sold next; before its installation its application is corrected.

    A suspended line changes its plan with its resumption. Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    line = locked(Subscription, subscription, *AROUND_THE_LINE)
    waiting = booked_of(line)
    if waiting is not None:
        # The night may not have come to it yet.
        apply_if_due(line, waiting, clock.today(line.office))
    deed = begin_locked(SubscriptionOperation.CHANGE_PLAN, line, terms)
    return _changed(deed, terms)


def change_plan_by_order(line: Subscription, order: WorkOrder) -> PlanChange | None:
    """Change the plan of a locked line as its completed order says; what is due stays an open charge. None where the line has it."""
    if order.new_plan_id is None or order.new_plan_id == line.plan_id:
        return None
    on = clock.today(line.office)
    terms = PlanChangeTerms(plan=order.new_plan_id, note=order.number, refund_method=Method.CREDIT)
    is_covered = line.stops_on is not None and on <= line.stops_on
    if line.state is SubscriptionState.ACTIVE and not is_covered:
        terms = PlanChangeTerms(plan=order.new_plan_id, note=order.number, mode=PlanChangeMode.PERIOD_END)
    return _changed(begin_brought(SubscriptionOperation.CHANGE_PLAN, line, terms, on=on), terms)


def _changed(deed: Deed, terms: PlanChangeTerms) -> PlanChange:
    line = deed.line
    plan = of_its_office(Plan, terms.plan, line, "plan")
    _require_another(line, plan)
    if deed.move.effect is Effect.EDIT_ONLY:
        return _correct(deed, terms, plan)
    if terms.mode is PlanChangeMode.PERIOD_END or deed.move.effect is Effect.ON_RESUMPTION:
        return _book(deed, terms, plan)
    if deed.move.needs is Need.PAYMENT:
        raise OperationRefused(
            Message(
                "The subscription %(number)s expired on %(date)s. Take the payment first, or change the plan from the next period.",
                number=line.broadband_account,
                date=line.stops_on,
            ),
            code="state_expired",
            field="mode",
        )
    return _settle(deed, terms, plan)


def _settle(deed: Deed, terms: PlanChangeTerms, plan: Plan) -> PlanChange:
    line = deed.line
    if line.stops_on is None:
        raise AssertionError(f"The line {line.broadband_account} is installed but has no stop date.")
    settled = settle(
        deed,
        plan,
        rows=list(db.session.scalars(periods_in_force(line.id))),
        stops_on=line.stops_on,
        fee=price(deed, PricedOperation.PLAN_CHANGE),
        refund_method=terms.refund_method,
    )
    change = settled.change
    return _record(
        deed,
        terms,
        plan,
        status=PlanChangeStatus.APPLIED,
        changed_on=deed.on,
        credit=change.credit,
        charge=change.charge,
        difference=change.difference,
        applied_event_id=settled.event.id,
        set_off_receipt_id=settled.set_off_receipt_id,
        **common(deed, settled.event),
    )


def _book(deed: Deed, terms: PlanChangeTerms, plan: Plan) -> PlanChange:
    """Book the change. From the next period it costs nothing; of a suspended line the fee is agreed now and charged with the rest."""
    if terms.mode is PlanChangeMode.PERIOD_END:
        require_free(terms)
    else:
        require_no_payment(terms)
        deed.fee = price(deed, PricedOperation.PLAN_CHANGE)
    return _record(deed, terms, plan, status=PlanChangeStatus.BOOKED, **common(deed, finish(deed)))


def _correct(deed: Deed, terms: PlanChangeTerms, plan: Plan) -> PlanChange:
    """Correct the plan of an application: nothing was sold yet that would have to be settled."""
    require_free(terms)
    line = deed.line
    if db.session.scalars(payments_of(line.id)).first() is not None:
        raise OperationRefused(
            Message("A payment for %(plan)s waits for the installation. Void it first, or change the plan later.", plan=line.plan.name),
            code="payment_waits",
            field="plan",
        )
    line.plan, line.plan_id = plan, plan.id
    event = finish(deed)
    return _record(
        deed,
        terms,
        plan,
        status=PlanChangeStatus.APPLIED,
        changed_on=deed.on,
        applied_event_id=event.id,
        **common(deed, event),
    )


def _record(deed: Deed, terms: PlanChangeTerms, plan: Plan, *, status: PlanChangeStatus, **values: Any) -> PlanChange:
    return kept(
        PlanChange(
            asked_on=deed.on,
            mode=terms.mode,
            change_status=status,
            old_plan_id=deed.before["plan_id"],
            new_plan_id=plan.id,
            new_plan=plan,
            **values,
        )
    )


def _require_another(line: Subscription, plan: Plan) -> None:
    """Refuse the plan that the line has, and a second change while one is booked."""
    waiting = booked_of(line)
    if waiting is not None:
        raise OperationRefused(
            Message(
                "A change to %(plan)s is booked for this line since %(date)s. Withdraw it first.",
                plan=waiting.new_plan.name,
                date=waiting.asked_on,
            ),
            code="change_booked",
            field="plan",
        )
    if plan.id == line.plan_id:
        raise OperationRefused(
            Message("The line %(number)s has this plan already. Choose another one.", number=line.broadband_account),
            code="same_plan",
            field="plan",
        )
