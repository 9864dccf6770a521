"""Reminders by level: who is due for which, and the letter itself."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.billing.choices import PromiseState
from app.customers.models import Customer
from app.debts.models import PaymentPromise
from app.debts.operations.interest import before_payment
from app.debts.queries.promises import stated
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.notices.choices import LEVELS, NoticeKind
from app.notices.documents import Sender, language_of, reminder_content
from app.notices.documents.reminder import overdue_of, owed_by
from app.notices.models import Notice, NoticeSetting
from app.notices.operations.issuing import Numbers
from app.notices.queries import Known, Pair, known_of, overdue_pairs, reminders_about, smallest_reminder
from app.notices.rules.reminder_levels import Due, Sent, Waits, due_for
from app.offices.models import Office
from app.places.models import Unit
from app.values.errors import Message, OperationRefused
from app.values.months import month_start

LATEST = datetime.date.max


@dataclass(frozen=True)
class Proposal:
    """A unit and a customer with something overdue: how much, since when, and which reminder is due for it, and from which day."""

    unit: Unit
    customer: Customer
    amount: Decimal
    oldest: datetime.date
    due: Due | None
    last: Notice | None
    promised_until: datetime.date | None

    def is_ready(self, day: datetime.date) -> bool:
        """Whether the reminder may be made on ``day``: an open promise holds it back."""
        return self.due is not None and self.due.on <= day and self.promised_until is None


def waits_of(setting: NoticeSetting) -> Waits:
    """Return the office's days between reminders."""
    return Waits(setting.first_after, setting.second_after, setting.third_after)


def number_of_proposals(building: int, office: Office) -> int:
    """Return how many proposals a building has."""
    pairs = overdue_pairs(building, clock.today(office), smallest_reminder(office.id)).order_by(None).subquery()
    return int(db.session.scalar(select(func.count()).select_from(pairs)) or 0)


def proposals(
    building: int, office: Office, units: Sequence[int] | None = None, *, first: int = 0, most: int | None = None
) -> list[Proposal]:
    """Return who has something overdue in a building today, in floor order, with the reminder that is due.

    Who owes less than the office's debt policy reminds of is left out. ``most`` after the ``first`` ones, where only a page is wanted.
    """
    today = clock.today(office)
    rows = db.session.execute(overdue_pairs(building, today, smallest_reminder(office.id), units).offset(first).limit(most)).all()
    amounts = {(row.unit_id, row.customer_id): Decimal(row.amount) for row in rows}
    wanted = list(dict.fromkeys(unit for unit, _ in amounts))
    known = known_of(wanted, period=None, month=month_start(today), day=today)
    places = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    pairs = list(amounts)
    people = _people([customer for _, customer in pairs])
    sent = _sent(wanted)
    promised = promised_until([customer for _, customer in pairs], today)
    waits = waits_of(Sender.of(office).setting)
    found_here = []
    for unit, customer in pairs:
        overdue = overdue_of(known, unit, customer, today)
        if not overdue:
            continue
        papers = sent.get((unit, customer), [])
        due = due_for(overdue, [_as_sent(each) for each in papers], waits)
        last = _standing(papers, overdue)
        oldest = min(day for _, day in overdue)
        found_here.append(
            Proposal(
                places[unit], people[customer], amounts[unit, customer], oldest, due, last[-1] if last else None, promised.get(customer)
            )
        )
    return found_here


def _people(customers: Sequence[int]) -> Mapping[int, Customer]:
    return {person.id: person for person in db.session.scalars(select(Customer).where(Customer.id.in_(customers)))}


def _sent(units: Sequence[int]) -> Mapping[Pair, list[Notice]]:
    papers: dict[Pair, list[Notice]] = defaultdict(list)
    for each in db.session.scalars(reminders_about(units)):
        papers[each.unit_id, each.customer_id].append(each)
    return papers


def _as_sent(paper: Notice) -> Sent:
    return Sent(paper.kind.level, frozenset(paper.charges), paper.delivered_on)


def _standing(papers: Sequence[Notice], overdue: Sequence[tuple[int, datetime.date]]) -> list[Notice]:
    """Return the reminders about something that is still overdue, by level."""
    charges = {charge for charge, _ in overdue}
    return sorted((each for each in papers if charges & set(each.charges)), key=lambda each: (each.kind.level, each.id))


def promised_until(customers: Sequence[int], day: datetime.date) -> Mapping[int, datetime.date]:
    """Return the last day of each customer's open promise."""
    rows = list(db.session.scalars(select(PaymentPromise).where(PaymentPromise.customer_id.in_(customers), PaymentPromise.due_on >= day)))
    return {each.promise.customer_id: each.promise.due_on for each in stated(rows, day) if each.state is PromiseState.OPEN}


def issue_reminder(*, unit: int, customer: int, level: int | None = None, deadline: datetime.date | None = None) -> Notice:
    """Issue the reminder that a unit's overdue charges are due for, late interest up to today posted before. Raises OperationRefused.

    ``level`` is what whoever asks expects; ``deadline`` is the last day to pay, else as the office says.
    """
    place, person = found(Unit, unit, field="unit"), locked(Customer, customer)
    sender = Sender.of(found(Office, place.office_id))
    today = clock.today(sender.office)
    before_payment(person, today)
    known = known_of([place.id], period=None, month=month_start(today), day=today)
    numbers: dict[int, Numbers] = {}
    promised = promised_until([person.id], today)
    made = reminder_for(known, place, person, sender, _sent([place.id]), numbers, promised, level=level, deadline=deadline)
    db.session.add(made)
    db.session.flush()
    return made


def reminder_for(
    known: Known,
    unit: Unit,
    customer: Customer,
    sender: Sender,
    sent: Mapping[Pair, list[Notice]],
    numbers: dict[int, Numbers],
    promised: Mapping[int, datetime.date],
    *,
    level: int | None,
    deadline: datetime.date | None,
    batch: int | None = None,
) -> Notice:
    """Return the reminder that is due, with its number and its frozen content; it is not in the database yet. Raises OperationRefused."""
    today = clock.today(sender.office)
    overdue = overdue_of(known, unit.id, customer.id, today)
    papers = sent.get((unit.id, customer.id), [])
    due = due_for(overdue, [_as_sent(each) for each in papers], waits_of(sender.setting))
    due = _require_due(due, unit, today, level, has_debts=bool(overdue))
    if customer.id in promised:
        raise OperationRefused(
            Message("%(customer)s has promised to pay by %(date)s.", customer=customer.name, date=promised[customer.id]),
            code="promise_open",
            field="customer",
        )
    last_day = deadline or today + datetime.timedelta(days=sender.setting.deadline_days)
    if last_day < today:
        raise OperationRefused(Message("The last day to pay must not lie before today."), code="deadline", field="deadline")
    kind = LEVELS[due.level]
    if due.level not in numbers:
        numbers[due.level] = Numbers.of(sender.office, kind, month_start(today))
    number, reference = numbers[due.level].take(unit.code)
    rows, charges = owed_by(known, unit, customer, sender, today)
    content: dict[str, Any] = reminder_content(
        rows,
        sender,
        unit,
        customer,
        level=due.level,
        number=number,
        reference=reference,
        today=today,
        deadline=last_day,
        earlier=_standing(papers, overdue),
    )
    return Notice(
        office_id=unit.office_id,
        kind=kind,
        number=number,
        reference=reference,
        unit_id=unit.id,
        customer_id=customer.id,
        month=month_start(today),
        batch_id=batch,
        issued_on=today,
        due_on=last_day,
        language=language_of(customer, sender.office),
        total=Decimal(content["total"]),
        charges=sorted(charges),
        content=content,
        created_by_id=current_scope().user_id,
    )


def _require_due(due: Due | None, unit: Unit, today: datetime.date, level: int | None, *, has_debts: bool) -> Due:
    if not has_debts:
        raise OperationRefused(Message("%(unit)s has nothing overdue.", unit=unit.code), code="nothing_overdue", field="unit")
    if due is None:
        raise OperationRefused(Message("%(unit)s has had all three reminders.", unit=unit.code), code="all_reminders_made", field="unit")
    if due.waits_for_delivery:
        raise OperationRefused(
            Message("The reminder before was not noted as delivered. Note how %(unit)s got it first.", unit=unit.code),
            code="not_delivered",
            field="unit",
        )
    if due.on > today:
        raise OperationRefused(
            Message("%(unit)s is due for the next reminder on %(date)s.", unit=unit.code, date=due.on), code="not_due_yet", field="unit"
        )
    if level is not None and level != due.level:
        raise OperationRefused(
            Message("%(unit)s is due for the %(reminder)s.", unit=unit.code, reminder=NoticeKind(LEVELS[due.level])),
            code="another_level",
            field="level",
        )
    return due
