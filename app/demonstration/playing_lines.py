"""Playing what happens to lines between their payments: operations, works, and the nights."""

from __future__ import annotations

import datetime
from dataclasses import replace

from sqlalchemy import select

from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import ProposalStatus, SubscriptionState
from app.broadband.models import Equipment, LineProposal, Plan, Subscription, SubscriptionEvent, SubscriptionWorkOrder
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, resume, resume_by, suspend
from app.broadband.operations.plan_booking import apply_booked_change, due_changes
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.proposals import dismiss, propose
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.renewing import agree_to_renewal, due_for_renewal, renew
from app.broadband.operations.transferring import TransferTerms, transfer
from app.broadband.operations.works import WorkTerms, order_works
from app.broadband.queries import equipment_to_settle
from app.demonstration import deeds
from app.demonstration.nights import waiting
from app.demonstration.playing import Desk, line_of, owner_of, play, the_id
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import scoped
from app.foundation.transactions import found
from app.offices.models import Office
from app.places.models import Community
from app.workorders.choices import OPEN, WORKED
from app.workorders.models import BusinessType, Installer, Material, WorkOrder
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, OrderChanges, check, complete, fail, hand_over, start
from app.workorders.queries import money_held

LINES_A_NIGHT = 500


@play.register
def _(event: deeds.Suspending, desk: Desk) -> None:
    planned = _today(desk) + datetime.timedelta(days=event.days)
    suspend(subscription=line_of(event.account), terms=SuspensionTerms(planned_resume_on=planned, note=event.note, methods=event.methods))


@play.register
def _(event: deeds.Resuming, desk: Desk) -> None:
    terms = ResumptionTerms(note=event.note, methods=event.methods)
    if event.is_free:
        # Less than the price in the list is given for a reason.
        terms = replace(terms, fee=deeds.ZERO, reason=event.note)
    resume(subscription=line_of(event.account), terms=terms)


@play.register
def _(event: deeds.Stopping, desk: Desk) -> None:
    force_stop(subscription=line_of(event.account), reason=event.reason, terms=DeedTerms(note=event.note))


@play.register
def _(event: deeds.Dismissing, desk: Desk) -> None:
    waiting = select(LineProposal.id).where(
        LineProposal.subscription_id == line_of(event.account), LineProposal.proposal_status == ProposalStatus.WAITING
    )
    # A customer who has paid at the last moment is spared anyway.
    for proposal in db.session.scalars(waiting).all():
        dismiss(proposal=proposal, note=event.note)


@play.register
def _(event: deeds.Closing, desk: Desk) -> None:
    line = line_of(event.account)
    returned = tuple(Returned(equipment=piece.id, state=event.fate, compensation=event.compensation) for piece in _lent(line))
    close(subscription=line, terms=ClosureTerms(note=event.note, refund_method=event.refund_method, returned=returned))


@play.register
def _(event: deeds.Relocating, desk: Desk) -> None:
    terms = RelocationTerms(
        community=the_id(select(Community.id).where(Community.code == event.place)),
        address=event.address,
        compensation_days=event.compensation_days,
        reason=event.reason,
        note=event.note,
        methods=event.methods,
    )
    relocate(subscription=line_of(event.account), terms=terms)


@play.register
def _(event: deeds.Transferring, desk: Desk) -> None:
    known = owner_of(event.homes)
    taker = event.customer if known is None else None
    terms = TransferTerms(customer=known, new_customer=taker, password=f"bb{event.account}", note=event.note, methods=event.methods)
    transfer(subscription=line_of(event.account), terms=terms)


@play.register
def _(event: deeds.Changing, desk: Desk) -> None:
    terms = PlanChangeTerms(plan=_plan(event.plan), mode=event.mode, note=event.note, methods=event.methods)
    change_plan(subscription=line_of(event.account), terms=terms)


@play.register
def _(event: deeds.Giving, desk: Desk) -> None:
    line = line_of(event.account)
    if event.months:
        give_months(subscription=line, terms=GiftTerms(gift_months=event.months, reason=event.reason))
    else:
        compensate(subscription=line, terms=CompensationTerms(compensation_days=event.days, reason=event.reason))


@play.register
def _(event: deeds.Undoing, desk: Desk) -> None:
    last = select(SubscriptionEvent.receipt_id).where(
        SubscriptionEvent.subscription_id == line_of(event.account), SubscriptionEvent.receipt_id.is_not(None)
    )
    void_receipt(receipt=the_id(last.order_by(SubscriptionEvent.id.desc()).limit(1)), reason=event.reason)


@play.register
def _(event: deeds.Lending, desk: Desk) -> None:
    terms = EquipmentTerms(name=event.name, serial=event.serial, deposit=event.deposit, methods=event.methods)
    lend(subscription=line_of(event.account), terms=terms)


@play.register
def _(event: deeds.Prepaying, desk: Desk) -> None:
    line = found(Subscription, line_of(event.account))
    take_payment(customer=line.customer_id, methods=event.methods, note=event.note)
    agree_to_renewal(subscription=line.id, renews=True)


@play.register
def _(event: deeds.Settling, desk: Desk) -> None:
    line = found(Subscription, line_of(event.account))
    take_payment(customer=line.customer_id, methods=(MethodAmount(event.method),))


@play.register
def _(event: deeds.Ordering, desk: Desk) -> None:
    terms = WorkTerms(
        installer=the_id(select(Installer.id).where(Installer.name == event.installer)),
        appointment_at=event.appointment_at,
        customer_request=event.request,
        changes=OrderChanges(new_address=event.new_address, new_plan=_plan(event.new_plan) if event.new_plan else None),
        technical=event.technical,
    )
    business_type = the_id(select(BusinessType.id).where(BusinessType.kind == event.kind))
    order_works(subscription=line_of(event.account), business_type=business_type, terms=terms)


@play.register
def _(event: deeds.Arriving, desk: Desk) -> None:
    start(work_order=_order(event.account, OPEN))


@play.register
def _(event: deeds.Finishing, desk: Desk) -> None:
    goods = db.session.scalars(select(Material.id).order_by(Material.code).limit(len(event.quantities))).all()
    told = Completion(
        materials=tuple(MaterialTerms(good, quantity) for good, quantity in zip(goods, event.quantities, strict=True)),
        fees=FeeTerms(labour_material_fee=event.fee),
        technical=event.technical,
        methods=event.methods,
    )
    complete(work_order=_order(event.account, OPEN), completion=told)


@play.register
def _(event: deeds.Failing, desk: Desk) -> None:
    fail(work_order=_order(event.account, OPEN), reason=event.reason)


@play.register
def _(event: deeds.Checking, desk: Desk) -> None:
    check(work_order=_order(event.account, WORKED))


@play.register
def _(event: deeds.HandingOver, desk: Desk) -> None:
    installer = the_id(select(Installer.id).where(Installer.name == event.installer))
    # Another line's door may have been handed over together with this one's.
    if money_held(installer):
        hand_over(installer=installer)


@play.register
def _(event: deeds.Nightfall, desk: Desk) -> None:
    """Do what the jobs of the night do, inside the transaction of the history."""
    today = _today(desk)
    db.session.flush()
    due = waiting(desk.office_id, today)
    with scoped(None, [desk.office_id]):
        moved = [
            *(_resume_planned(today) if due.resumptions else ()),
            *(_change_plans(desk.office_id, today) if due.plan_changes else ()),
            *(_renewed(desk.office_id, today) if due.renewals else ()),
        ]
        if due.proposals or moved:
            propose(office=desk.office_id, day=today)


def _resume_planned(today: datetime.date) -> list[int]:
    planned = select(Subscription.id).where(Subscription.state == SubscriptionState.SUSPENDED, Subscription.planned_resume_on <= today)
    lines = list(db.session.scalars(planned.order_by(Subscription.id)))
    for line in lines:
        resume_by(subscription=line, terms=ResumptionTerms(), is_automatic=True)
    return lines


def _change_plans(office: int, today: datetime.date) -> list[int]:
    changes = due_changes(office, today)
    for change, _line in changes:
        apply_booked_change(plan_change=change, on=today)
    return [line for _change, line in changes]


def _renewed(office: int, today: datetime.date) -> list[int]:
    lines = list(db.session.scalars(due_for_renewal(office, today).limit(LINES_A_NIGHT)))
    if lines:
        renew(lines=tuple(lines))
    return lines


def _today(desk: Desk) -> datetime.date:
    return clock.today(found(Office, desk.office_id))


def _lent(line: int) -> list[Equipment]:
    return list(db.session.scalars(equipment_to_settle(line)))


def _plan(name: str) -> int:
    return the_id(select(Plan.id).where(Plan.name == name))


def _order(account: str, states: tuple[object, ...]) -> int:
    """Return the line's last order in one of the states."""
    of_line = select(SubscriptionWorkOrder.work_order_id).where(SubscriptionWorkOrder.subscription_id == line_of(account))
    return the_id(select(WorkOrder.id).where(WorkOrder.id.in_(of_line), WorkOrder.status.in_(states)).order_by(WorkOrder.id.desc()))
