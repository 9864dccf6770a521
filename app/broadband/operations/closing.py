"""Closure 銷戶: what goes back, what is set off against it, what is paid out, and the settlement sheet 銷戶結算單."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.billing.choices import FeeKind, LineCode, Method
from app.billing.models import Charge
from app.billing.operations.charges import LineTerms, charge, locked_charges
from app.broadband.choices import EquipmentState, PeriodKind, PlanChangeStatus, SubscriptionOperation, SubscriptionState
from app.broadband.documents import closure_settlement
from app.broadband.models import Closure, Equipment, PlanChange, RegularPayment
from app.broadband.operations.acting import Deed, DeedTerms, begin, common, debts, finish, kept, late, require_free
from app.broadband.operations.equipping import Returned
from app.broadband.operations.places import open_orders
from app.broadband.operations.settling import (
    Debt,
    Worked,
    give_back_to_former,
    lock_owners,
    paid_by_another,
    pay_back,
    require_payout,
    said,
    set_off,
)
from app.broadband.queries import equipment_to_settle, payments_of, periods_in_force
from app.broadband.rules.closure import (
    MaintenancePaid,
    maintenance_refund,
    plan_refund,
    refund_before_installation,
)
from app.broadband.rules.late_fee import LateFee
from app.broadband.rules.standing import Run
from app.broadband.rules.stop_date import days_unused
from app.foundation import clock
from app.foundation.database import db
from app.values.errors import Message, NotFound, OperationRefused
from app.values.money import ZERO, require_fee, require_fitting, sum_of
from app.workorders.choices import WorkKind, WorkOrderStatus


@dataclass(frozen=True, kw_only=True)
class ClosureTerms(DeedTerms):
    """``refund_method`` pays out what is left; by credit it goes into the customer's balance. Every piece lent is accounted for."""

    refund_method: Method = Method.CASH
    returned: tuple[Returned, ...] = ()


def close(*, subscription: int, terms: ClosureTerms) -> Closure:
    """Close a line for good. Raises OperationRefused (nothing is written) for a closed line and for equipment not accounted for."""
    require_payout(terms.refund_method)
    require_free(terms)
    deed = begin(SubscriptionOperation.CLOSE, subscription, terms)
    line = deed.line
    pieces = _taken_back(deed, terms.returned)
    lock_owners(deed, pieces)
    damages = _charge_what_is_owed(deed, pieces)
    worked = _work_out(deed, pieces)
    settlement = worked.settlement
    require_fitting(settlement.deductions, field="returned")
    require_fitting(settlement.due_back)
    refund, deposit = pay_back(deed, worked, terms.refund_method)
    receipt = set_off(deed, worked.owed, settlement.set_off)
    give_back_to_former(deed, pieces)
    deed.voucher = refund or deposit
    _end(deed)
    event = finish(deed)
    closure = Closure(
        closed_on=deed.on,
        refund_policy=deed.rules.refund_policy,
        plan_refund=settlement.plan_refund,
        maintenance_refund=settlement.maintenance,
        deposits=settlement.deposits,
        owed=settlement.deductions,
        set_off=settlement.set_off,
        refund=settlement.paid_out,
        settlement=_as_printed(deed, worked, pieces),
        set_off_receipt_id=receipt.id if receipt else None,
        deposit_voucher_id=deposit.id if deposit and refund else None,
        damage_charge_id=damages.id if damages else None,
        **common(deed, event),
    )
    kept(closure, closure_settlement)
    for piece in pieces:
        piece.closure_id = closure.id
    line.renews_from_credit = False
    db.session.flush()
    return closure


def _taken_back(deed: Deed, returned: Sequence[Returned]) -> list[Equipment]:
    """Note what became of every piece lent on the line. Raises OperationRefused for one that is not accounted for, NotFound for others."""
    pieces = list(db.session.scalars(equipment_to_settle(deed.line.id).with_for_update()))
    told = {each.equipment: each for each in returned}
    if len(told) < len(returned) or told.keys() - {piece.id for piece in pieces}:
        raise NotFound(Message("This record does not exist."), code="not_found", field="returned")
    missing = [piece for piece in pieces if piece.id not in told]
    if missing:
        raise OperationRefused(
            Message("Say what became of the equipment %(name)s.", name=str(missing[0])), code="equipment_open", field="returned"
        )
    for piece in pieces:
        fate = told[piece.id]
        if fate.state is EquipmentState.LENT:
            raise OperationRefused(
                Message("Say what became of the equipment %(name)s.", name=str(piece)), code="equipment_open", field="returned"
            )
        piece.state, piece.returned_on = fate.state, deed.on
        piece.compensation = require_fee(fate.compensation, deed.currency, field="returned")
    return pieces


def _charge_what_is_owed(deed: Deed, pieces: Sequence[Equipment]) -> Charge | None:
    """Charge the days used without cover with their late fee, and what is asked for equipment: they are debts like the others.

    The days are the charge of the operation itself; that of the equipment is returned.
    """
    owed = late(deed)
    lines = [
        *_amounts(LineCode.ARREARS, owed.base, detail=""),
        *_amounts(LineCode.LATE_FEE, owed.amount, detail=_reckoning(owed)),
    ]
    if lines:
        deed.charge = _charge(deed, FeeKind.REGULAR, lines)
    require_fitting(sum_of(piece.compensation for piece in pieces), field="returned")
    damages = [line for piece in pieces for line in _amounts(LineCode.DAMAGE, piece.compensation, detail=str(piece)[:200])]
    return _charge(deed, FeeKind.OTHER, damages) if damages else None


def _reckoning(owed: LateFee) -> str:
    return f"{owed.base} × {owed.days_late}"


def _amounts(code: LineCode, amount: Decimal, *, detail: str) -> list[LineTerms]:
    return [LineTerms(code=code, amount=amount, quantity=Decimal(1), unit_price=amount, detail=detail)] if amount else []


def _charge(deed: Deed, kind: FeeKind, lines: list[LineTerms]) -> Charge:
    made = charge(
        office_id=deed.office.id,
        customer_id=deed.line.customer_id,
        fee_kind=kind,
        lines=lines,
        on=deed.on,
        booked_on=deed.booked_on,
        due_on=deed.on,
    )
    db.session.flush()
    deed.papers.setdefault("charges", []).append(made)
    return made


def _work_out(deed: Deed, pieces: Sequence[Equipment]) -> Worked:
    line, policy, currency = deed.line, deed.rules.refund_policy, deed.currency
    made = deed.papers.get("charges", [])
    owed = {each.id: each for each in [*debts(line), *made]}
    due = tuple(Debt(each, each.open_amount) for each in locked_charges(list(owed))) if owed else ()
    deposits = sum_of(piece.deposit for piece in pieces if not paid_by_another(piece, deed))
    payments = list(db.session.scalars(payments_of(line.id).options(selectinload(RegularPayment.periods))))
    if line.state is SubscriptionState.PENDING:
        # Work done already is a charge of its own: it is set off like any other debt.
        back = refund_before_installation(paid=sum_of(payment.total for payment in payments))
        return Worked((), (), back, deposits, due)
    rows = list(db.session.scalars(periods_in_force(line.id)))
    unused = days_unused(deed.stop_date, on=deed.on, frozen_on=deed.standing.frozen_on)
    return Worked(
        plan_refund(rows, unused_days=unused, policy=policy, currency=currency),
        maintenance_refund(rows, unused_days=unused, policy=policy, paid=_maintenance(payments), currency=currency),
        ZERO,
        deposits,
        due,
    )


def _maintenance(payments: Sequence[RegularPayment]) -> dict[Run, MaintenancePaid]:
    """Return what each payment took for maintenance, by the run as it stood after its paid row."""
    return {
        Run(row.anchor, row.anchor_months): MaintenancePaid.of_payment(
            plan_total=payment.plan_total,
            maintenance_total=payment.maintenance_total,
            discount=payment.discount,
            months=payment.months,
        )
        for payment in payments
        for row in payment.periods
        if row.kind is PeriodKind.PAID
    }


def _end(deed: Deed) -> None:
    """Leave nothing open behind a closed line: no halt, no booked change of plan, no work to do."""
    line = deed.line
    line.state = SubscriptionState.CLOSED
    line.halted_on = line.stop_reason = line.planned_resume_on = None
    booked = select(PlanChange).where(PlanChange.subscription_id == line.id, PlanChange.change_status == PlanChangeStatus.BOOKED)
    for change in db.session.scalars(booked):
        change.change_status = PlanChangeStatus.WITHDRAWN
    for order in open_orders(line):
        if order.business_type.kind is not WorkKind.REMOVAL:
            order.status, order.failure_reason = WorkOrderStatus.FAILED, said(deed, Message("The line was closed."))
            order.finished_at = clock.now()


def _as_printed(deed: Deed, worked: Worked, pieces: Sequence[Equipment]) -> dict[str, Any]:
    """Return the lines of the settlement sheet, amounts as decimal strings, days as written in papers of every language."""
    return {
        "plan": [
            {
                "start": line.row.start.isoformat(),
                "stop": line.row.stop.isoformat(),
                "kind": line.row.kind.value,
                "price": str(line.price),
                "of_days": line.of_days,
                "days": line.days,
                "months": line.months,
                "of_months": line.row.months if line.row.cut_from_days is None else None,
                "amount": str(line.amount),
            }
            for line in worked.plan
        ],
        "maintenance": [{"months": line.months, "amount": str(line.amount)} for line in worked.maintenance],
        "before_installation": str(worked.before_installation),
        "deposits": str(worked.deposits),
        "former_deposits": [
            {"customer": piece.charge.customer.name, "amount": str(piece.deposit)}
            for piece in pieces
            if piece.charge is not None and paid_by_another(piece, deed)
        ],
        "debts": [row for debt in worked.owed for row in _debt_as_printed(debt)],
        "equipment": [
            {"name": piece.name, "serial": piece.serial, "state": piece.state.value, "compensation": str(piece.compensation)}
            for piece in pieces
        ],
    }


def _debt_as_printed(debt: Debt) -> list[dict[str, str]]:
    """Return a debt by its lines where nothing was paid yet, else as one: which of its lines are paid nobody can say."""
    lines, due_on = debt.charge.lines, debt.charge.due_on.isoformat()
    if debt.amount == debt.charge.total:
        return [{"code": line.code.value, "detail": line.detail, "due_on": due_on, "amount": str(line.amount)} for line in lines]
    return [{"code": lines[0].code.value, "detail": lines[0].detail, "due_on": due_on, "amount": str(debt.amount)}]
