"""Works in the demonstration beside installations: a fault, a relocation, a change of plan and a removal, in every state of an order."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionState
from app.broadband.models import Plan, Subscription, SubscriptionWorkOrder
from app.broadband.operations.works import WorkTerms, order_works
from app.demonstration.remarks import REMARKS
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.scope import everything, scoped
from app.offices.models import Office
from app.roles import Role, rights_of
from app.values.money import decimals
from app.workorders.choices import OPEN, WorkKind
from app.workorders.models import BusinessType, Installer, Material, WorkOrder
from app.workorders.operations import (
    Completion,
    FeeTerms,
    MaterialTerms,
    OrderChanges,
    Technical,
    book,
    check,
    complete,
    fail,
    hand_over,
    start,
)

# Login of the manager in each office; what he does with works nobody else needs to do in a demonstration.
MANAGERS = {"SZ": "manager.sz", "HK": "manager.hk", "HN": "manager.hn"}
LINES_NEEDED = 7
LINES_WANTED = 11
# Days ahead and hours of the visits to whatever lines are left.
VISITS = ((0, 16), (2, 9), (2, 15), (4, 10))


def order_all_works(*, job: int, people: dict[str, int], since: datetime.datetime) -> BackgroundJob:
    """Let every office have orders of today in every state, unless it was done ``since``; ``people`` are the ids of logins."""
    with everything("the demonstration plays in every office"):
        offices = list(db.session.scalars(select(Office).order_by(Office.id)))
        others = select(WorkOrder.id).join(BusinessType, BusinessType.id == WorkOrder.business_type_id)
        is_done = db.session.scalars(others.where(BusinessType.kind != WorkKind.NEW, WorkOrder.accepted_at >= since)).first()
    for office in [] if is_done is not None else offices:
        manager = people.get(MANAGERS.get(office.code, ""))
        if manager is not None:
            with scoped(manager, [office.id], rights_of([Role.MANAGER.value])):
                _OfficeWorks(office).play()
    done: BackgroundJob = db.session.get_one(BackgroundJob, job)
    return done


class _OfficeWorks:
    """The orders of one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = clock.local(clock.now(), office)
        self.types = {each.kind: each.id for each in db.session.scalars(select(BusinessType).where(BusinessType.office_id == office.id))}
        self.installers = db.session.scalars(select(Installer).where(Installer.office_id == office.id).order_by(Installer.code)).all()
        self.materials = db.session.scalars(select(Material).where(Material.office_id == office.id).order_by(Material.code)).all()
        open_work = select(SubscriptionWorkOrder.subscription_id).join(WorkOrder).where(WorkOrder.status.in_(OPEN))
        covered = select(Subscription).where(
            Subscription.office_id == office.id,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.stops_on >= self.now.date(),
            Subscription.id.not_in(open_work),
        )
        self.lines = db.session.scalars(covered.order_by(Subscription.id.desc()).limit(LINES_WANTED)).all()
        self.remarks = REMARKS[office.language]

    def play(self) -> None:
        """Make an order in each state: new, booked twice at one time, on site, done and paid at the door, failed, checked."""
        if len(self.lines) < LINES_NEEDED or not self.installers or not self.materials:
            return
        request = self.remarks.requests[0]
        self._fault(0)
        moved = self._order(1, WorkKind.RELOCATION, request, OrderChanges(new_address="9-2-1803"))
        self._book(moved, days=1, hour=10)
        self._book(self._order(2, WorkKind.PLAN_CHANGE, request, OrderChanges(new_plan=self._other_plan(2))), days=1, hour=11)
        on_site = self._fault(3)
        self._book(on_site, days=0, hour=14)
        start(work_order=on_site.id)
        self._complete(4)
        failed = self._order(5, WorkKind.REMOVAL)
        self._book(failed, days=0, hour=9)
        fail(work_order=failed.id, reason=self.remarks.failed[0])
        checked = self._complete(6)
        check(work_order=checked.id)
        # A part of what was taken at the doors has been brought.
        hand_over(installer=self.installers[0].id, amount=checked.total)
        for number, (days, hour) in enumerate(VISITS[: len(self.lines) - LINES_NEEDED], start=LINES_NEEDED):
            self._book(self._fault(number), days=days, hour=hour, worker=number % len(self.installers))

    def _fault(self, number: int) -> WorkOrder:
        symptom, _, _ = self._told_of(number)
        request = self.remarks.requests[number % len(self.remarks.requests)]
        return self._order(number, WorkKind.FAULT, request, technical=Technical(fault_symptom=symptom))

    def _told_of(self, number: int) -> tuple[str, str, str]:
        return self.remarks.faults[number % len(self.remarks.faults)]

    def _order(
        self, number: int, kind: WorkKind, request: str = "", changes: OrderChanges | None = None, technical: Technical | None = None
    ) -> WorkOrder:
        terms = WorkTerms(customer_request=request, changes=changes or OrderChanges(), technical=technical or Technical())
        return order_works(subscription=self.lines[number].id, business_type=self.types[kind], terms=terms)

    def _book(self, order: WorkOrder, *, days: int, hour: int, worker: int = 0) -> None:
        day = self.now.date() + datetime.timedelta(days=days)
        when = datetime.datetime.combine(day, datetime.time(hour), self.now.tzinfo)
        book(work_order=order.id, installer=self.installers[worker].id, appointment_at=when)

    def _complete(self, number: int) -> WorkOrder:
        """Mend a fault with two materials and a fee, paid at the door."""
        order = self._fault(number)
        _, cause, remedy = self._told_of(number)
        self._book(order, days=0, hour=10)
        used = tuple(MaterialTerms(material.id, Decimal(quantity)) for material, quantity in zip(self.materials, (12, 2), strict=False))
        fee = Decimal(50) if decimals(self.office.currency) else Decimal(100_000)
        told = Completion(
            materials=used,
            fees=FeeTerms(labour_material_fee=fee),
            technical=Technical(fault_cause=cause, fault_remedy=remedy, optical_power=Decimal("-19.5"), speed_mbps=Decimal("198.4")),
            methods=(MethodAmount(Method.DOOR),),
        )
        return complete(work_order=order.id, completion=told)

    def _other_plan(self, number: int) -> int:
        plans = select(Plan.id).where(Plan.office_id == self.office.id, Plan.id != self.lines[number].plan_id).order_by(Plan.id)
        other: int = db.session.scalars(plans.limit(1)).one()
        return other
