"""Late interest 逾期利息: what overdue charges of services cost by the day, posted as charges of their own.

The days that were counted are rows with a watermark, and the database refuses a day twice. Nothing bears interest but charges of
services: no broadband charge, no interest. A void of a payment lets its days count again from the watermark on; days before it are final.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import FeeKind, LineCode
from app.billing.models import Charge, Reversal
from app.billing.operations.charges import LineTerms, charge, locked_charges
from app.billing.rules.late_interest import Interest, first_interest_day, late_interest
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.debts.queries.interest import Counted, counted, customers_with_overdue_charges, overdue_service_charges
from app.debts.queries.policies import interest_terms, policy
from app.foundation import clock
from app.foundation.database import OfficeRecord, db
from app.foundation.jobs import start_job
from app.foundation.jobs.models import BackgroundJob
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.offices.models import Office
from app.runs.models import ServiceCharge
from app.values.dates import ONE_DAY
from app.values.errors import Conflict, Message

INTEREST_JOB = "late_interest"
LONGEST_DETAIL = 200
explain_constraint(
    "ex_late_interest_days", Message("Somebody else has posted this late interest just now. Reload the page."), kind=Conflict
)


@dataclass(frozen=True)
class InterestDue:
    """What a charge's interest is by a day, counted and not posted."""

    source: Counted
    interest: Interest
    starts_on: datetime.date
    ends_on: datetime.date


def interest_due(customer_ids: Sequence[int], office: Office, day: datetime.date) -> list[InterestDue]:
    """Return the interest of customers by ``day``, included, that is not posted yet; nothing is written."""
    charges = overdue_service_charges(customer_ids, day)
    if not charges:
        return []
    terms = interest_terms(policy(office.id))
    due = []
    for one in counted(charges):
        first = first_interest_day(one.debt, terms)
        if one.so_far.counted_to is not None:
            first = max(first, one.so_far.counted_to + ONE_DAY)
        interest = late_interest(one.debt, to=day, terms=terms, currency=office.currency.value, so_far=one.so_far)
        if interest.watermark.exact > one.so_far.exact:
            due.append(InterestDue(one, interest, first, day))
    return due


def post_interest(*, customer: int) -> Customer:
    """Post the late interest of a customer's overdue charges up to today; nothing where none is due."""
    person = locked(Customer, customer)
    before_payment(person, clock.today(found(Office, person.office_id)))
    return person


def before_payment(person: Customer, day: datetime.date) -> list[Charge]:
    """Post the interest of a customer whose row is locked, so that his payment meets it. Return the charges made."""
    return _post(interest_due([person.id], found(Office, person.office_id), day), day)


def before_all(people: Sequence[Customer], office: Office, day: datetime.date) -> list[Charge]:
    """Post the interest of customers of one office whose rows are locked, in one go: their payments meet it, their notices name it."""
    return _post(interest_due([each.id for each in people], office, day), day)


def post_interest_of(*, office: int, after: int, most: int) -> list[int]:
    """Post the interest of the next customers of an office behind the number ``after``; return their numbers, none at the end.

    It is booked today, however long ago it was asked for: a day that is over takes no more charges.
    """
    day = clock.today(found(Office, office))
    people = list(db.session.scalars(customers_with_overdue_charges(office, day, after, most)))
    if people:
        # One lock after the other in the order of their numbers, as everywhere.
        db.session.scalars(select(Customer).where(Customer.id.in_(people)).order_by(Customer.id).with_for_update(of=Customer)).all()
        _post(interest_due(people, found(Office, office), day), day)
    return people


def begin_posting_interest(*, office: int) -> BackgroundJob:
    """Let the interest of everybody in an office be posted up to today, in the background: before notices are printed."""
    place = found(Office, office)
    day = clock.today(place).isoformat()
    return start_job(INTEREST_JOB, office=place.id, place=place.id, day=day)


def _post(due: Sequence[InterestDue], day: datetime.date) -> list[Charge]:
    if not due:
        return []
    made = []
    for one in due:
        record = LateInterest(
            office_id=one.source.service_charge.office_id,
            source_charge_id=one.source.service_charge.charge_id,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            exact=one.interest.watermark.exact - one.source.so_far.exact,
            amount=one.interest.amount,
            created_by_id=current_scope().user_id,
        )
        if one.interest.amount:
            record.charge = _charge(one, day)
            made.append(record.charge)
        db.session.add(record)
    db.session.flush()
    return made


def _charge(due: InterestDue, day: datetime.date) -> Charge:
    of = due.source.service_charge
    detail = f"{of.unit.code} · {of.service.name} {of.period.name}"[:LONGEST_DETAIL]
    line = LineTerms(LineCode.LATE_INTEREST, due.interest.amount, detail=detail, period_start=due.starts_on, period_end=due.ends_on)
    return charge(
        office_id=of.office_id,
        customer_id=of.charge.customer_id,
        fee_kind=FeeKind.LATE_INTEREST,
        lines=[line],
        on=day,
        booked_on=day,
        due_on=day,
    )


# What happens to interest when its charge is voided ------------------------------------------------------------------------------


def _standing_interest(document: OfficeRecord) -> list[LateInterest]:
    if not isinstance(document, ServiceCharge):
        return []
    rows = select(LateInterest).where(LateInterest.source_charge_id == document.charge_id, LateInterest.reversal_id.is_(None))
    return list(db.session.scalars(rows.order_by(LateInterest.id)))


def charges_withdrawn(document: OfficeRecord) -> list[Charge]:
    """Return the interest that goes with the void of a service charge: there was never anything to be late with."""
    numbers = [each.charge_id for each in _standing_interest(document) if each.charge_id is not None]
    return locked_charges(numbers) if numbers else []


def charge_voided(document: OfficeRecord, reversal: Reversal) -> None:
    """Note on the counted days what took them away."""
    for each in _standing_interest(document):
        each.reversal_id = reversal.id


def total_of(due: Iterable[InterestDue]) -> Decimal:
    """Return the sum of what is due."""
    return sum((each.interest.amount for each in due), Decimal(0))
