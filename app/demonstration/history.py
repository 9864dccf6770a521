"""Playing the history of the demonstration through the real operations, with the clock moved to each event's moment.

Each chunk of events is one transaction that also says how far the history is: after a crash the next worker goes on exactly behind the
last chunk that was committed.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from sqlalchemy import select

from app.billing.choices import ApprovalStatus
from app.billing.models import Approval
from app.billing.operations.voids import approve_void, void_receipt
from app.broadband.models import Plan, RegularPayment, Subscription, SubscriptionWorkOrder
from app.broadband.operations.openings import LineTerms, OrderTerms, open_account
from app.broadband.operations.payments import pay
from app.demonstration.events import Approving, Completion, Event, Opening, Paying, Voiding
from app.demonstration.reminding import remind
from app.demonstration.script import script
from app.demonstration.works import order_all_works
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, Work
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.offices.models import Employee, Office, SystemUser
from app.places.models import Community
from app.roles import rights_of
from app.values.errors import OperationRefused
from app.workorders.choices import OPEN, WorkKind
from app.workorders.models import BusinessType, Installer, WorkOrder
from app.workorders.operations import complete

log = logging.getLogger(__name__)

CHUNK = 10  # events: a fifth of a second, so that nobody at the counter waits long for a number


@dataclass(frozen=True)
class Desk:
    """Who acts, and where."""

    user_id: int
    office_id: int
    rights: frozenset[str]


def fill(work: Work) -> dict[str, Any]:
    """Play the history from where it stands; the handler of the job ``demonstration_history``."""
    until = datetime.datetime.fromisoformat(work.arguments["until"])
    events = script(until, work.arguments["customers"])
    desks = _desks(events)
    work.progress(work.done, len(events))
    while work.done < len(events):
        chunk = events[work.done : work.done + CHUNK]
        run(_live, work=work, chunk=chunk, desks=desks)
        work.pause()
    run(order_all_works, job=work.job_id, people={login: desk.user_id for (_, login), desk in desks.items()})
    run(remind, job=work.job_id, people={login: desk.user_id for (_, login), desk in desks.items()})
    return {"events": len(events)}


def _live(*, work: Work, chunk: Sequence[Event], desks: dict[tuple[str, str], Desk]) -> BackgroundJob:
    """Play a chunk inside the transaction under way, and count it."""
    try:
        with db.session.begin_nested():
            _played(chunk, desks)
    except OperationRefused:
        for event in chunk:
            _played_or_left_out(event, desks)
    work.advance(work.done + len(chunk))
    job: BackgroundJob = db.session.get_one(BackgroundJob, work.job_id)
    return job


def _played(events: Sequence[Event], desks: dict[tuple[str, str], Desk]) -> None:
    for event in events:
        desk = desks[event.office, event.by]
        with clock.at(event.at), scoped(desk.user_id, [desk.office_id], desk.rights):
            play(event, desk)


def _played_or_left_out(event: Event, desks: dict[tuple[str, str], Desk]) -> None:
    """Play one event, unless somebody who tries the program out meanwhile has closed the way."""
    try:
        with db.session.begin_nested():
            _played([event], desks)
    except OperationRefused as refusal:
        log.warning("The demonstration left out %s of %s: %s", type(event).__name__, event.account, refusal)


@singledispatch
def play(event: Event, desk: Desk) -> None:
    """Run the operation that ``event`` stands for."""
    raise TypeError(f"Nobody knows how to play {type(event).__name__}.")


@play.register
def _(event: Opening, desk: Desk) -> None:
    owner = select(Subscription.customer_id).where(Subscription.broadband_account == event.same_customer_as)
    open_account(
        office=desk.office_id,
        customer=_id(owner) if event.same_customer_as else None,
        new_customer=event.customer,
        line=LineTerms(
            community=_id(select(Community.id).where(Community.code == event.place)),
            address=event.address,
            plan=_id(select(Plan.id).where(Plan.name == event.plan)),
            business_type=_id(select(BusinessType.id).where(BusinessType.kind == WorkKind.NEW)),
            broadband_account=event.account,
            password=f"bb{event.account}",
            bound_number=event.bound_number,
            salesperson=_id(select(Employee.id).where(Employee.name == event.salesperson)),
        ),
        work_order=OrderTerms(
            installer=_id(select(Installer.id).where(Installer.name == event.installer)),
            appointment_at=event.appointment_at,
            note=event.order_note,
        ),
        payment=event.payment,
    )


@play.register
def _(event: Completion, desk: Desk) -> None:
    order = (
        select(WorkOrder.id)
        .join(SubscriptionWorkOrder, SubscriptionWorkOrder.work_order_id == WorkOrder.id)
        .where(SubscriptionWorkOrder.subscription_id == _line(event.account), WorkOrder.status.in_(OPEN))
    )
    complete(work_order=_id(order))


@play.register
def _(event: Paying, desk: Desk) -> None:
    pay(subscription=_line(event.account), terms=event.terms)


@play.register
def _(event: Voiding, desk: Desk) -> None:
    void_receipt(receipt=_last_receipt(event.account), reason=event.reason)


@play.register
def _(event: Approving, desk: Desk) -> None:
    receipt = _last_receipt(event.account)
    approve_void(approval=_id(select(Approval.id).where(Approval.receipt_id == receipt, Approval.status == ApprovalStatus.WAITING)))


def _line(account: str) -> int:
    return _id(select(Subscription.id).where(Subscription.broadband_account == account))


def _last_receipt(account: str) -> int:
    last = select(RegularPayment.receipt_id).where(RegularPayment.subscription_id == _line(account))
    return _id(last.order_by(RegularPayment.id.desc()).limit(1))


def _id(statement: Any) -> int:
    return int(db.session.scalars(statement).first())


def _desks(events: Sequence[Event]) -> dict[tuple[str, str], Desk]:
    """Return who acts in which office: office code and login -> ids and rights, read once."""
    with everything("the demonstration plays in every office"):
        offices = {office.code: office.id for office in db.session.scalars(select(Office))}
        users = {user.username: user for user in db.session.scalars(select(SystemUser))}
        return {
            (office, login): Desk(users[login].id, offices[office], rights_of([role.name for role in users[login].roles]))
            for office, login in {(event.office, event.by) for event in events}
        }
