"""What papers about units need to know, read for many units at once: a few statements for a chunk, however many units it has."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from app.billing.choices import LedgerAccount
from app.billing.journal import Posting
from app.billing.models import Charge
from app.customers.models import Customer
from app.debts.models import DebtPolicy, LateInterest
from app.foundation.database import db
from app.metering.models import Reading
from app.notices.choices import REMINDERS, NoticeKind
from app.notices.models import Notice, NoticeBatch, NoticeLetter, NoticeSetting
from app.notices.rules.changes import Counted, broken_promises, still_covered
from app.places.choices import FactName
from app.places.models import Unit, UnitFact
from app.reminders.choices import LetterState
from app.runs.models import BillingPeriod, ServiceCharge
from app.tariffs.models import TariffVersion
from app.values.money import ZERO, sum_of

Pair = tuple[int, int]
"""A unit and a customer, by their ids."""


@dataclass
class Known:
    """What is known of some units: charges by unit and customer, and by their ids what those were worked out from."""

    of_period: Mapping[Pair, Sequence[ServiceCharge]] = field(default_factory=dict)
    earlier: Mapping[Pair, Sequence[ServiceCharge]] = field(default_factory=dict)
    interest: Mapping[Pair, Sequence[LateInterest]] = field(default_factory=dict)
    elsewhere: Mapping[int, Sequence[Charge]] = field(default_factory=dict)
    credits: dict[int, Decimal] = field(default_factory=dict)
    shown: dict[int, set[int]] = field(default_factory=dict)
    # The live notices that took off credit which is not there any more.
    broken: set[int] = field(default_factory=set)
    readings: Mapping[int, Reading] = field(default_factory=dict)
    recipes: Mapping[int, Any] = field(default_factory=dict)
    starts: Mapping[int, datetime.date | None] = field(default_factory=dict)
    persons: Mapping[int, str] = field(default_factory=dict)


def setting_of(office: int) -> Select[tuple[NoticeSetting]]:
    """Return what an office prints on its notices."""
    return select(NoticeSetting).where(NoticeSetting.office_id == office)


def interest_rate(office: int) -> Decimal:
    """Return the late interest per day as a fraction; 0 where the office asks for none."""
    rate = db.session.scalars(select(DebtPolicy.interest_rate).where(DebtPolicy.office_id == office)).one_or_none()
    return rate if rate is not None else ZERO


def billed_in(period: BillingPeriod) -> Select[int, int]:
    """Return the units of a period with who was charged for them, in floor order."""
    return (
        select(ServiceCharge.unit_id, Charge.customer_id)
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .join(Unit, Unit.id == ServiceCharge.unit_id)
        .where(ServiceCharge.period_id == period.id, ServiceCharge.reversal_id.is_(None))
        .group_by(ServiceCharge.unit_id, Charge.customer_id, Unit.position, Unit.id)
        .order_by(Unit.position, Unit.id, func.min(ServiceCharge.part_start), Charge.customer_id)
    )


def known_of(units: Sequence[int], *, period: BillingPeriod | None, month: datetime.date, day: datetime.date) -> Known:
    """Return what is known of ``units`` for the notices of ``period``, or, without one, for reminders."""
    known = Known()
    charges = _service_charges(units, period)
    known.of_period, known.earlier = _grouped(charges, period)
    customers = sorted({each.charge.customer_id for each in charges})
    known.interest = _interest(units, period)
    known.elsewhere = _elsewhere(customers)
    _read_accounts(known, customers, month)
    here = [each for group in known.of_period.values() for each in group]
    known.readings = _readings(here)
    known.recipes, known.starts = _versions(here)
    known.persons = _persons(units, day)
    return known


def _service_charges(units: Sequence[int], period: BillingPeriod | None) -> list[ServiceCharge]:
    """Return the charges of the period, and the open ones of all others."""
    wanted = Charge.is_open()
    if period is not None:
        wanted = wanted | (ServiceCharge.period_id == period.id)
    statement = (
        select(ServiceCharge)
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .where(ServiceCharge.unit_id.in_(units), ServiceCharge.reversal_id.is_(None), wanted)
        .options(
            joinedload(ServiceCharge.charge),
            joinedload(ServiceCharge.service),
            joinedload(ServiceCharge.period),
            joinedload(ServiceCharge.unit),
        )
        .order_by(ServiceCharge.part_start, ServiceCharge.id)
    )
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def _grouped(
    charges: Sequence[ServiceCharge], period: BillingPeriod | None
) -> tuple[dict[Pair, list[ServiceCharge]], dict[Pair, list[ServiceCharge]]]:
    here: dict[Pair, list[ServiceCharge]] = defaultdict(list)
    earlier: dict[Pair, list[ServiceCharge]] = defaultdict(list)
    for each in charges:
        pair = (each.unit_id, each.charge.customer_id)
        if period is not None and each.period_id == period.id:
            here[pair].append(each)
        elif period is None or each.period.month < period.month:
            earlier[pair].append(each)
    for group in (*here.values(), *earlier.values()):
        group.sort(key=in_order)
    return here, earlier


def in_order(charge: ServiceCharge) -> tuple[Any, ...]:
    """Return the place of a charge among others: by month, then as the office orders its services, the unit's own before the shared."""
    return (charge.period.month, charge.service.position, charge.service_id, charge.share is not None, charge.part_start, charge.id)


def _interest(units: Sequence[int], period: BillingPeriod | None) -> Mapping[Pair, Sequence[LateInterest]]:
    """Return the open charges of late interest on charges of the units; for a notice on those up to its month."""
    found: dict[Pair, list[LateInterest]] = defaultdict(list)
    statement = (
        select(LateInterest, ServiceCharge.unit_id, Charge.customer_id)
        .join(Charge, Charge.id == LateInterest.charge_id)
        .join(ServiceCharge, ServiceCharge.charge_id == LateInterest.source_charge_id)
        .where(ServiceCharge.unit_id.in_(units), Charge.is_open())
        .options(joinedload(LateInterest.charge), joinedload(LateInterest.source))
        .order_by(Charge.due_on, Charge.id)
    )
    if period is not None:
        statement = statement.join(BillingPeriod, BillingPeriod.id == ServiceCharge.period_id).where(BillingPeriod.month <= period.month)
    for row, unit, customer in db.session.execute(statement.execution_options(populate_existing=True)):
        found[unit, customer].append(row)
    return found


def _elsewhere(customers: Sequence[int]) -> Mapping[int, Sequence[Charge]]:
    """Return what the customers owe that belongs to no unit: works, cards, lines."""
    of_units = select(ServiceCharge.charge_id).where(ServiceCharge.charge_id == Charge.id).exists()
    of_interest = select(LateInterest.charge_id).where(LateInterest.charge_id == Charge.id).exists()
    found: dict[int, list[Charge]] = defaultdict(list)
    statement = select(Charge).where(Charge.customer_id.in_(customers), Charge.is_open(), ~of_units, ~of_interest)
    for charge in db.session.scalars(statement.order_by(Charge.due_on, Charge.id)):
        found[charge.customer_id].append(charge)
    return found


def _read_accounts(known: Known, customers: Sequence[int], month: datetime.date) -> None:
    """Read the credit of the customers, and which charges stand on a live notice of the month already.

    What another unit's notice of the month has taken off the credit, and still needs, is left out, so that no money is promised twice.
    """
    statement = select(Posting.customer_id, -func.sum(Posting.amount)).where(
        Posting.customer_id.in_(customers), Posting.account == LedgerAccount.CREDIT
    )
    known.credits = {customer: Decimal(amount) for customer, amount in db.session.execute(statement.group_by(Posting.customer_id))}
    of_month = select(Notice.id, Notice.customer_id, Notice.credit, Notice.charges).where(
        Notice.customer_id.in_(customers), Notice.month == month, Notice.kind == NoticeKind.DUE, Notice.is_live
    )
    issued = db.session.execute(of_month).all()
    now = counted_now(sorted({charge for row in issued if row.credit for charge in row.charges}))
    needed: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in issued:
        known.shown.setdefault(row.customer_id, set()).update(row.charges)
        needed[row.customer_id][row.id] = still_covered(row.credit, row.charges, now)
    for customer, promises in needed.items():
        credit = known.credits.get(customer, ZERO)
        known.broken |= broken_promises(credit, promises)
        known.credits[customer] = max(credit - sum_of(promises.values()), ZERO)


def _readings(charges: Sequence[ServiceCharge]) -> Mapping[int, Reading]:
    wanted = sorted({int(each) for charge in charges for each in charge.readings})
    statement = select(Reading).where(Reading.id.in_(wanted)).options(joinedload(Reading.meter), joinedload(Reading.installation))
    return {reading.id: reading for reading in db.session.scalars(statement)} if wanted else {}


def _versions(charges: Sequence[ServiceCharge]) -> tuple[Mapping[int, Any], Mapping[int, datetime.date | None]]:
    wanted = sorted({int(each) for charge in charges for each in charge.versions})
    rows = db.session.execute(
        select(TariffVersion.id, TariffVersion.recipe, TariffVersion.valid_from).where(TariffVersion.id.in_(wanted))
    ).all()
    return {row.id: row.recipe for row in rows}, {row.id: row.valid_from for row in rows}


def _persons(units: Sequence[int], day: datetime.date) -> Mapping[int, str]:
    statement = select(UnitFact.unit_id, UnitFact.value).where(
        UnitFact.unit_id.in_(units),
        UnitFact.name == FactName.PERSONS,
        UnitFact.starts_on <= day,
        UnitFact.ends_on.is_(None) | (UnitFact.ends_on >= day),
    )
    return {row.unit_id: row.value for row in db.session.execute(statement)}


def live_notice(period: int, unit: int, customer: int) -> Select[tuple[Notice]]:
    """Return the notice that stands for a unit, a customer and a period."""
    return select(Notice).where(
        Notice.period_id == period,
        Notice.unit_id == unit,
        Notice.customer_id == customer,
        Notice.kind == NoticeKind.DUE,
        Notice.is_live,
    )


def reminders_about(units: Sequence[int]) -> Select[tuple[Notice]]:
    """Return the reminders of units that stand, the oldest first."""
    return select(Notice).where(Notice.unit_id.in_(units), Notice.kind.in_(REMINDERS), Notice.is_live).order_by(Notice.id)


def smallest_reminder(office: int) -> Decimal:
    """Return the smallest debt that an office reminds of."""
    least = db.session.scalars(select(DebtPolicy.remind_min_debt).where(DebtPolicy.office_id == office)).one_or_none()
    return least if least is not None else ZERO


def overdue_pairs(building: int, day: datetime.date, least: Decimal, units: Sequence[int] | None = None) -> Select[int, int, Decimal]:
    """Return unit, customer and sum of what is overdue on ``day`` in a building, in floor order; nobody who owes less than ``least``."""
    owed = func.sum(Charge.total + Charge.adjusted - Charge.written_off - Charge.paid)
    statement = (
        select(ServiceCharge.unit_id, Charge.customer_id, owed.label("amount"))
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .join(Unit, Unit.id == ServiceCharge.unit_id)
        .where(Unit.building_id == building, ServiceCharge.reversal_id.is_(None), Charge.is_open(), Charge.due_on < day)
        .group_by(ServiceCharge.unit_id, Charge.customer_id, Unit.position, Unit.id)
        .having(owed >= least)
        .order_by(Unit.position, Unit.id, Charge.customer_id)
    )
    return statement if units is None else statement.where(ServiceCharge.unit_id.in_(units))


def units_with_overdue(building: int, day: datetime.date) -> Select[int]:
    """Return the units of a building that have something overdue on ``day``, in floor order."""
    return (
        select(ServiceCharge.unit_id)
        .join(Charge, Charge.id == ServiceCharge.charge_id)
        .join(Unit, Unit.id == ServiceCharge.unit_id)
        .where(Unit.building_id == building, ServiceCharge.reversal_id.is_(None), Charge.is_open(), Charge.due_on < day)
        .group_by(ServiceCharge.unit_id, Unit.position, Unit.id)
        .order_by(Unit.position, Unit.id)
    )


def counted_now(charges: Sequence[int]) -> dict[int, Counted]:
    """Return what charges ask for now, and what of them is paid."""
    if not charges:
        return {}
    asked = case((Charge.reversal_id.is_(None), Charge.total + Charge.adjusted - Charge.written_off))
    rows = db.session.execute(select(Charge.id, asked, Charge.paid).where(Charge.id.in_(charges)))
    return {number: Counted(sum_asked, paid) for number, sum_asked, paid in rows}


def letter_about(notice: int) -> Select[tuple[NoticeLetter]]:
    """Return the letter in the outbox by which a notice is sent."""
    return select(NoticeLetter).where(NoticeLetter.notice_id == notice)


def sendable_of(notices: Sequence[int]) -> Select[tuple[Notice]]:
    """Return those of some notices that can be sent by e-mail and were not put into the outbox, or were needless there for a while."""
    put = select(NoticeLetter.id).where(NoticeLetter.notice_id == Notice.id, NoticeLetter.state != LetterState.OVERTAKEN)
    return (
        select(Notice)
        .join(Customer, Customer.id == Notice.customer_id)
        .where(Notice.id.in_(notices), Notice.is_live, Customer.email != "", Customer.is_reminded, ~put.exists())
        .order_by(Notice.id)
    )


def letters_of(batch: NoticeBatch) -> dict[LetterState, int]:
    """Return how many papers of a batch stand in the outbox, by what became of them."""
    statement = select(NoticeLetter.state, func.count()).where(NoticeLetter.notice_id.in_(batch.notices)).group_by(NoticeLetter.state)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def number_sendable(batch: NoticeBatch) -> int:
    """Return how many papers of a batch can still be put into the outbox."""
    return int(db.session.scalars(select(func.count()).select_from(sendable_of(batch.notices).order_by(None).subquery())).one())
