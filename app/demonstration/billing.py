"""The months of the demonstration's buildings are billed, and most people pay: through the operations of the desk, month after month.

The newest month is left to whoever tries the program out: its red readings wait.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from random import Random

from sqlalchemy import ARRAY, Select, String, any_, bindparam, func, select

from app.billing.choices import Method
from app.billing.models import Charge
from app.billing.operations.many_payments import read_ahead, take_read
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer, Occupancy
from app.demonstration.events import Billing, Collecting
from app.demonstration.months import FIRST_DAYS, LATE_DAYS
from app.demonstration.places import OFFICES
from app.demonstration.playing import Desk, play
from app.demonstration.profiles import OfficeProfile
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, JobState
from app.foundation.scope import kept
from app.foundation.writing import one_sheet
from app.runs.models import BillingRun, ServiceCharge
from app.runs.operations import apportion_next, begin_posting, begin_run, calculate_chunk, end_calculation, end_posting, post_chunk
from app.tariffs.models import Tariff

# Of a hundred customers, how many pay like this; the others pay at once all that they owe.
EVERY_SECOND_MONTH, EVERY_QUARTER, IN_PART, AHEAD, NOT_ANY_MORE = 5, 3, 3, 5, 6
# Whoever does not pay any more stopped so many months ago.
STOPPED = (1, 2, 3, 4, 6, 9)
SPREAD = 37
LATE = 0.03  # of those who pay every month, so many come after the day on which it is due
OPEN_MINUTES = 85


@play.register
def _(event: Billing, desk: Desk) -> None:
    """Calculate, look, post: what the worker does for a run, one step after the other."""
    priced = db.session.scalars(select(Tariff.service_id).where(Tariff.office_id == desk.office_id).distinct().order_by(Tariff.service_id))
    number = begin_run(office=desk.office_id, month=event.month, services=tuple(priced)).id
    while calculate_chunk(run=number):
        pass
    while apportion_next(run=number):
        pass
    run_is_done(number)
    if end_calculation(run=number).billed:
        begin_posting(run=number)
        while post_chunk(run=number):
            pass
        end_posting(run=number)
        run_is_done(number)


def run_is_done(number: int) -> None:
    """Note that what a run asked the worker for was done here: he finds it over in the queue and leaves it."""
    billing = db.session.get_one(BillingRun, number)
    job = db.session.get_one(BackgroundJob, billing.job_id)
    job.state, job.started_at, job.ended_at = JobState.DONE, clock.real_now(), clock.real_now()


@play.register
def _(event: Collecting, desk: Desk) -> None:
    """Let the people of a morning come with their money: what their payments need is read ahead, their rows are written together."""
    profile = next(each for each in OFFICES if each.code == event.office)
    coming = sorted(_coming(profile, event), key=lambda one: (one.at, one.customer_no))
    if not coming:
        return
    ahead = read_ahead([one.customer for one in coming])
    with one_sheet() as sheet:
        for one in coming:
            with clock.at(one.at):
                take_read(ahead, customer=one.customer, methods=(one.method,))
        db.session.flush()
        sheet.write(db.session())


@dataclass(frozen=True)
class _Coming:
    """A customer at the counter, at a moment of the past."""

    at: datetime.datetime
    customer: int
    customer_no: str
    method: MethodAmount


def _coming(profile: OfficeProfile, event: Collecting) -> Iterator[_Coming]:
    """Yield who comes this morning, with what. What a customer is like follows from the number on his papers, not from a key."""
    days = (clock.local(event.at, profile).date() - event.billed_on).days
    chances = {no: Random(f"{profile.code} {no} {event.back}") for no in db.session.scalars(_residents())}  # noqa: S311  (no secret)
    today = {no: random for no, random in chances.items() if random.randrange(*_days(random)) == days}
    for customer, no, owed, months in _owed(list(today)):
        # Neighbours have other habits, and of a hundred in a row each has one of his own.
        amount = _brought(int(no[-2:]) * SPREAD % 100, owed, months, event.back, profile.notes[-1])
        if amount is not None:
            random = today[no]
            at = event.at + datetime.timedelta(minutes=random.randrange(OPEN_MINUTES))
            yield _Coming(at, customer, no, _method(profile, amount, random))


def _days(random: Random) -> tuple[int, int]:
    return LATE_DAYS if random.random() < LATE else FIRST_DAYS


@cache
def _residents() -> Select[str]:
    return kept(select(Customer.customer_no).where(select(Occupancy.id).where(Occupancy.customer_id == Customer.id).exists()))


def _owed(numbers: Sequence[str]) -> Iterator[tuple[int, str, Decimal, int]]:
    """Yield which of the customers owe for services, how much, and for how many months."""
    for customer, no, owed, count in db.session.execute(_open_services(), {"numbers": list(numbers)}).all():
        yield customer, no, Decimal(owed), int(count)


@cache
def _open_services() -> Select[int, str, Decimal, int]:
    open_amount = Charge.total - Charge.paid
    statement = (
        select(Charge.customer_id, Customer.customer_no, func.sum(open_amount), func.count(ServiceCharge.period_id.distinct()))
        .join(ServiceCharge, ServiceCharge.charge_id == Charge.id)
        .join(Customer, Customer.id == Charge.customer_id)
        .where(
            Customer.customer_no == any_(bindparam("numbers", type_=ARRAY(String))), ServiceCharge.reversal_id.is_(None), open_amount > 0
        )
        .group_by(Charge.customer_id, Customer.customer_no)
    )
    return kept(statement)


def _brought(habit: int, owed: Decimal, months: int, back: int, note: int) -> Decimal | None:
    """Return how much a customer brings; None where he does not come this month."""
    if habit < NOT_ANY_MORE and back <= STOPPED[habit]:
        return None
    habit -= NOT_ANY_MORE
    if 0 <= habit < EVERY_SECOND_MONTH:
        return owed if months >= 2 else None
    habit -= EVERY_SECOND_MONTH
    if 0 <= habit < EVERY_QUARTER:
        return owed if months >= 3 else None
    habit -= EVERY_QUARTER
    if 0 <= habit < IN_PART:
        # Seven tenths in whole banknotes: what is left grows older every month.
        return (owed * 7 / 10 / note).to_integral_value(ROUND_HALF_UP) * note or None
    habit -= IN_PART
    if 0 <= habit < AHEAD:
        return (owed / note).to_integral_value(ROUND_CEILING) * note
    return owed


def _method(profile: OfficeProfile, amount: Decimal, random: Random) -> MethodAmount:
    methods, weights = zip(*profile.methods, strict=True)
    method = random.choices(methods, weights)[0]
    if method is Method.CASH:
        note = Decimal(profile.notes[0])
        return MethodAmount(method, amount, tendered=(amount / note).to_integral_value(ROUND_CEILING) * note)
    return MethodAmount(method, amount, reference=f"{random.randrange(10**10):010d}" if method is not Method.CHEQUE else "000001")
