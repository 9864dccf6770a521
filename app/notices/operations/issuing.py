"""Payment-due notices are issued, replaced by corrected ones, and printed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.customers.models import Customer
from app.debts.operations.interest import before_payment
from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note
from app.foundation.scope import current_scope
from app.foundation.transactions import SOMEBODY_ELSE, explain_constraint, found, locked
from app.notices.captions import words
from app.notices.choices import NoticeKind
from app.notices.documents import Sender, Worked, language_of, notice_content, worked_out
from app.notices.documents.services import asked_for
from app.notices.models import Notice
from app.notices.queries import Known, counted_now, known_of, live_notice
from app.notices.rules.changes import Counted, has_changed
from app.notices.rules.numbers import next_number
from app.offices.models import Office
from app.places.models import Unit
from app.runs.models import BillingPeriod
from app.values.errors import Conflict, Message, OperationRefused

# Two papers at once may have been given the same: the later one tries again. Papers of one customer wait for each other before that, his
# row is always locked first, then the paper's.
for name in ("uq_notice_office_id_number", "uq_notice_office_id_reference"):
    explain_constraint(name, SOMEBODY_ELSE, kind=Conflict)


@dataclass
class Numbers:
    """Which references papers of one kind and month have in an office; each number that is given is taken at once."""

    prefix: str
    month: datetime.date
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, office: Office, kind: NoticeKind, month: datetime.date) -> Numbers:
        """Return the numbers of a kind and month as they stand."""
        statement = select(Notice.reference).where(Notice.office_id == office.id, Notice.kind == kind, Notice.month == month)
        return cls(words(f"prefix_{kind.value}", office.language.value), month, set(db.session.scalars(statement)))

    def take(self, unit: str, replaces: str = "") -> tuple[str, str]:
        """Return number and reference of the next paper about ``unit``."""
        number, reference = next_number(self.prefix, self.month, unit, taken=self.taken, replaces=replaces)
        self.taken.add(reference)
        return number, reference


def issue_notice(*, period: int, unit: int, customer: int) -> Notice:
    """Issue the notice of a unit and a customer for a period, late interest up to today posted before.

    The one that stands is returned again; where the period's charges have changed since, a corrected one replaces it.
    Raises OperationRefused where nothing was charged.
    """
    of_period = found(BillingPeriod, period)
    place, person = found(Unit, unit, field="unit"), locked(Customer, customer)
    sender = Sender.of(found(Office, of_period.office_id))
    today = clock.today(sender.office)
    before_payment(person, today)
    known = known_of([place.id], period=of_period, month=of_period.month, day=today)
    if (place.id, person.id) not in known.of_period:
        raise OperationRefused(
            Message("%(unit)s has no charges of %(customer)s in %(period)s.", unit=place.code, customer=person.name, period=of_period.name),
            code="nothing_charged",
            field="unit",
        )
    standing: Notice | None = db.session.scalars(live_notice(of_period.id, place.id, person.id)).one_or_none()
    if standing is not None and says_the_same(standing, known, place.id, person.id, counted_now(tuple(counted_on(standing)))):
        return standing
    return _issue(of_period, place, person, sender, standing)


def correct_notice(*, notice: int) -> Notice:
    """Replace a payment-due notice by one with today's figures, whose number ends in -2. Raises OperationRefused."""
    person = locked(Customer, found(Notice, notice).customer_id)
    one = locked(Notice, notice)
    require_live(one)
    if one.kind is not NoticeKind.DUE or one.period is None:
        raise OperationRefused(Message("Only payment-due notices are replaced; a reminder is followed by the next."), code="not_a_notice")
    sender = Sender.of(found(Office, one.office_id))
    before_payment(person, clock.today(sender.office))
    return _issue(one.period, one.unit, person, sender, one)


def says_the_same(standing: Notice, known: Known, unit: int, customer: int, now: Mapping[int, Counted]) -> bool:
    """Say whether a notice that stands names just the period's charges, and all it names asks for the same now; a payment is no change.

    One that took off credit which is gone since, for something else, asks for too little.
    """
    if standing.id in known.broken:
        return False
    here, on_it = known.of_period[unit, customer], set(standing.charges)
    asked = sorted(block["asked"] for block in standing.content["services"])
    if not {each.charge_id for each in here} <= on_it or asked != sorted(asked_for(each.charge) for each in here):
        return False
    # Paid when the notice was issued, and open again: a payment was taken back.
    reopened = any(
        each.charge_id not in on_it and each.charge.created_at < standing.created_at for each in known.earlier.get((unit, customer), ())
    )
    return not reopened and not has_changed(counted_on(standing), now)


def counted_on(notice: Notice) -> dict[int, Counted]:
    """Return what the charges on a notice asked for when it was issued; nothing for one of before that was kept."""
    then = notice.content.get("counted", {})
    return {int(number): Counted(Decimal(each["asked"]), Decimal(each["paid"])) for number, each in then.items()}


def require_live(one: Notice) -> None:
    """Raise OperationRefused for a notice that another one has replaced."""
    if not one.is_live:
        raise OperationRefused(Message("The notice %(number)s was replaced by another one.", number=one.number), code="replaced")


def _issue(period: BillingPeriod, unit: Unit, customer: Customer, sender: Sender, standing: Notice | None) -> Notice:
    if standing is not None:
        standing.is_live = False
        db.session.flush()
    today = clock.today(sender.office)
    # Read again: what the replaced notice had taken off the credit is there for this one.
    known = known_of([unit.id], period=period, month=period.month, day=today)
    if (unit.id, customer.id) not in known.of_period:
        raise OperationRefused(
            Message("%(unit)s has no charges of %(customer)s in %(period)s.", unit=unit.code, customer=customer.name, period=period.name),
            code="nothing_charged",
            field="unit",
        )
    numbers = Numbers.of(sender.office, NoticeKind.DUE, period.month)
    made = written(known, period, unit, customer, sender, numbers, replaces=standing)
    db.session.add(made)
    db.session.flush()
    return made


def written(
    known: Known,
    period: BillingPeriod,
    unit: Unit,
    customer: Customer,
    sender: Sender,
    numbers: Numbers,
    *,
    replaces: Notice | None = None,
    batch: int | None = None,
) -> Notice:
    """Return the notice of a unit and a customer with its number and its frozen content; it is not in the database yet."""
    today = clock.today(sender.office)
    worked: Worked = worked_out(known, unit, customer, sender, today)
    number, reference = numbers.take(unit.code, replaces.number if replaces is not None else "")
    content: Mapping[str, Any] = notice_content(
        worked,
        sender,
        unit,
        customer,
        number=number,
        reference=reference,
        month=period.month,
        today=today,
        replaces=replaces.number if replaces is not None else "",
        persons=known.persons.get(unit.id, ""),
    )
    return Notice(
        office_id=period.office_id,
        kind=NoticeKind.DUE,
        number=number,
        reference=reference,
        unit_id=unit.id,
        customer_id=customer.id,
        period_id=period.id,
        month=period.month,
        replaces_id=replaces.id if replaces is not None else None,
        batch_id=batch,
        issued_on=today,
        due_on=worked.due_on,
        language=language_of(customer, sender.office),
        total=worked.total,
        credit=worked.credit,
        charges=list(worked.charges),
        content=content,
        created_by_id=current_scope().user_id,
    )


def print_notices(*, notices: tuple[int, ...]) -> list[Notice]:
    """Count one more printing of each of these papers, note it in the log, and return them in their order."""
    # Locked by number, whatever the order asked for: two printings at once never wait for each other.
    rows = {number: locked(Notice, number) for number in sorted(set(notices))}
    printed = [rows[number] for number in notices]
    count_printings(printed)
    return printed


def count_printings(notices: Sequence[Notice]) -> None:
    """Count one more printing of each paper, with an entry in the log."""
    for one in notices:
        one.printings += 1
        sentence = Message("The notice %(number)s was printed (%(count)s).", number=one.number, count=one.printings)
        note(LogKind.PRINTED, sentence, record=one)
    db.session.flush()


def note_statement(*, customer: int, unit: int | None = None) -> Customer:
    """Note in the log that somebody printed a customer's statement."""
    person = found(Customer, customer)
    place = found(Unit, unit, field="unit") if unit is not None else None
    sentence = Message("The statement of %(number)s was printed.", number=place.code if place is not None else person.customer_no)
    note(LogKind.PRINTED, sentence, record=person)
    return person
