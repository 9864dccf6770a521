"""The papers of a building in one go: issued in floor order, chunk by chunk in transactions of their own, then made a file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import undefer

from app.customers.models import Customer
from app.debts.operations.interest import before_all
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import start_job
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.notices.choices import LEVELS, NoticeKind
from app.notices.documents import Sender
from app.notices.models import Notice, NoticeBatch
from app.notices.operations.issuing import Numbers, count_printings, counted_on, says_the_same, written
from app.notices.operations.reminding import Proposal, promised_until, proposals, reminder_for
from app.notices.queries import Pair, billed_in, counted_now, known_of, reminders_about, units_with_overdue
from app.offices.models import Office
from app.places.models import Building, Unit
from app.runs.models import BillingPeriod
from app.values.errors import Message, OperationRefused
from app.values.months import month_start

NOTICE_JOB = "notice_batch"
UNITS_AT_ONCE = 50
# So long a file is kept; the papers in it can be printed again.
KEPT_DAYS = 60


def begin_batch(
    *, building: int | None = None, period: int | None = None, kind: NoticeKind = NoticeKind.DUE, deadline: datetime.date | None = None
) -> NoticeBatch:
    """Let the papers of a building be made as one file, in the background: the notices of a period, or the reminders that are due.

    Raises OperationRefused where there is nothing to make.
    """
    of_period = None
    if kind is NoticeKind.DUE:
        if period is None:
            raise OperationRefused(Message("Choose the billing period."), code="period_missing", field="period")
        of_period = found(BillingPeriod, period, field="period")
        building = of_period.building_id
    if building is None:
        raise OperationRefused(Message("Choose a building."), code="building_missing", field="building")
    place = found(Building, building, field="building")
    office = found(Office, place.office_id)
    if deadline is not None and deadline < clock.today(office):
        raise OperationRefused(Message("The last day to pay must not lie before today."), code="deadline", field="deadline")
    _require_something(place, of_period, kind, office)
    batch = NoticeBatch(
        office_id=place.office_id,
        kind=kind,
        building_id=place.id,
        period_id=of_period.id if of_period is not None else None,
        deadline=deadline,
        notices=[],
        created_by_id=current_scope().user_id,
    )
    db.session.add(batch)
    db.session.flush()
    batch.job_id = start_job(NOTICE_JOB, office=batch.office_id, batch=batch.id).id
    return batch


def _require_something(place: Building, period: BillingPeriod | None, kind: NoticeKind, office: Office) -> None:
    if period is not None:
        if db.session.execute(billed_in(period).limit(1)).first() is None:
            raise OperationRefused(
                Message("Nothing is charged in %(period)s. Post its billing run first.", period=str(period)),
                code="nothing_charged",
                field="period",
            )
        return
    if not ready_for(kind, proposals(place.id, office), clock.today(office)):
        raise OperationRefused(
            Message("Nobody in %(building)s is due for the %(reminder)s today.", building=place.name, reminder=kind), code="nobody_due"
        )


def ready_for(kind: NoticeKind, listed: Sequence[Proposal], day: datetime.date) -> list[Proposal]:
    """Return whose reminder of a kind may be made on ``day``."""
    return [each for each in listed if each.is_ready(day) and each.due is not None and LEVELS[each.due.level] is kind]


# The work -----------------------------------------------------------------------------------------------------------------------


def units_of_batch(batch: NoticeBatch) -> int:
    """Return how many units a batch looks at."""
    return len(_units(batch))


def _units(batch: NoticeBatch) -> list[int]:
    if batch.period is not None:
        return list(dict.fromkeys(unit for unit, _ in db.session.execute(billed_in(batch.period))))
    return list(db.session.scalars(units_with_overdue(batch.building_id, clock.today(found(Office, batch.office_id)))))


def issue_chunk(*, batch: int) -> int:
    """Issue the papers of the next units of a batch; return how many units were looked at, 0 at the end."""
    one = locked(NoticeBatch, batch)
    units = _next_units(one)
    if not units:
        return 0
    made = _notices(one, units) if one.kind is NoticeKind.DUE else _reminders(one, units)
    db.session.flush()
    one.notices = [*one.notices, *(each.id for each in made)]
    one.issued += len(made)
    one.total += sum(each.total for each in made)
    one.reached_position, one.reached_unit = units[-1].position, units[-1].id
    return len(units)


def _next_units(batch: NoticeBatch) -> list[Unit]:
    statement = select(Unit).where(Unit.id.in_(_units(batch)))
    if batch.reached_unit is not None:
        statement = statement.where(tuple_(Unit.position, Unit.id) > (batch.reached_position, batch.reached_unit))
    return list(db.session.scalars(statement.order_by(Unit.position, Unit.id).limit(UNITS_AT_ONCE)))


def _notices(batch: NoticeBatch, units: Sequence[Unit]) -> list[Notice]:
    period = found(BillingPeriod, batch.period_id)
    sender = Sender.of(found(Office, batch.office_id))
    pairs = [(row[0], row[1]) for row in db.session.execute(billed_in(period)) if row[0] in {unit.id for unit in units}]
    people, today = _locked_people(pairs), clock.today(sender.office)
    before_all(list(people.values()), sender.office, today)
    ids = [unit.id for unit in units]
    known = known_of(ids, period=period, month=period.month, day=today)
    # What was voided while the locks were waited for has no paper.
    pairs = [pair for pair in pairs if pair in known.of_period]
    standing = _standing(period, pairs)
    now = counted_now([charge for each in standing.values() for charge in counted_on(each)])
    changed = {pair: each for pair, each in standing.items() if not says_the_same(each, known, *pair, now)}
    if changed:
        for each in changed.values():
            each.is_live = False
        db.session.flush()
        known = known_of(ids, period=period, month=period.month, day=today)
    places, numbers = {unit.id: unit for unit in units}, Numbers.of(sender.office, NoticeKind.DUE, period.month)
    found_here = []
    for pair in pairs:
        unit, person = places[pair[0]], people[pair[1]]
        if pair in standing and pair not in changed:
            found_here.append(standing[pair])
            continue
        made = written(known, period, unit, person, sender, numbers, replaces=changed.get(pair), batch=batch.id)
        db.session.add(made)
        found_here.append(made)
    return found_here


def _locked_people(pairs: Sequence[Pair]) -> dict[int, Customer]:
    """Return the customers, locked one after the other in the order of their numbers, as everywhere."""
    wanted = sorted({customer for _, customer in pairs})
    statement = select(Customer).where(Customer.id.in_(wanted)).order_by(Customer.id).with_for_update(of=Customer)
    return {person.id: person for person in db.session.scalars(statement)}


def _standing(period: BillingPeriod, pairs: Sequence[Pair]) -> dict[Pair, Notice]:
    here = tuple_(Notice.unit_id, Notice.customer_id).in_(pairs)
    statement = select(Notice).where(Notice.period_id == period.id, Notice.kind == NoticeKind.DUE, Notice.is_live, here)
    return {(each.unit_id, each.customer_id): each for each in db.session.scalars(statement)}


def _reminders(batch: NoticeBatch, units: Sequence[Unit]) -> list[Notice]:
    office = found(Office, batch.office_id)
    sender, today, ids = Sender.of(office), clock.today(office), [unit.id for unit in units]
    listed = ready_for(batch.kind, proposals(batch.building_id, office, ids), today)
    people = _locked_people([(each.unit.id, each.customer.id) for each in listed])
    promised = promised_until(list(people), today)
    before_all(list(people.values()), sender.office, today)
    known = known_of(ids, period=None, month=month_start(today), day=today)
    sent: dict[Pair, list[Notice]] = {}
    for paper in db.session.scalars(reminders_about(ids)):
        sent.setdefault((paper.unit_id, paper.customer_id), []).append(paper)
    numbers: dict[int, Numbers] = {}
    made = []
    for each in listed:
        try:
            paper = reminder_for(
                known, each.unit, people[each.customer.id], sender, sent, numbers, promised,
                level=batch.kind.level, deadline=batch.deadline, batch=batch.id,
            )  # fmt: skip
        except OperationRefused:
            # Paid, promised, or reminded by somebody else, since the batch was asked for.
            batch.refused += 1
            continue
        db.session.add(paper)
        made.append(paper)
    return made


def papers_of(batch: NoticeBatch) -> list[Notice]:
    """Return the papers of a batch in the order of the file."""
    found_here = {each.id: each for each in db.session.scalars(select(Notice).where(Notice.id.in_(batch.notices)))}
    return [found_here[number] for number in batch.notices]


def end_batch(*, batch: int, content: bytes) -> NoticeBatch:
    """Keep the file of a batch and count the printing of every paper in it."""
    one = locked(NoticeBatch, batch)
    if one.done_at is None:
        wanted = sorted(one.notices)
        statement = select(Notice).where(Notice.id.in_(wanted)).order_by(Notice.id).with_for_update(of=Notice)
        count_printings(list(db.session.scalars(statement.execution_options(populate_existing=True))))
        one.content, one.size, one.done_at = content or None, len(content), clock.now()
    return one


def file_of(batch: int) -> NoticeBatch:
    """Return a batch with its file. Raises OperationRefused while there is none, or no longer one."""
    statement = select(NoticeBatch).where(NoticeBatch.id == batch).options(undefer(NoticeBatch.content))
    one: NoticeBatch | None = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if one is None or not one.content:
        raise OperationRefused(
            Message("There is no file of this batch: it is not finished yet, or it was cleared away. Print the papers again."),
            code="no_file",
        )
    return one


def forget_files(*, office: int, before: datetime.datetime) -> int:
    """Clear away the files of batches that were finished ``before`` a moment; their papers stay."""
    statement = select(NoticeBatch).where(NoticeBatch.office_id == office, NoticeBatch.done_at < before, NoticeBatch.size.is_not(None))
    old = list(db.session.scalars(statement.with_for_update(of=NoticeBatch)))
    for each in old:
        each.content, each.size = None, None
    db.session.flush()
    return len(old)
