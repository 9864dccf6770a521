"""The months of the demonstration's buildings are billed, and most people pay: through the operations of the desk, month after month.

The newest month is left to whoever tries the program out: its red readings wait. Each month is one transaction, so that a history that was
killed goes on behind the last month that stands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import groupby
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from app.billing.choices import Method
from app.billing.models import Charge
from app.billing.operations.receipts import take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.demonstration.meters import logins, month_ends
from app.demonstration.places import OFFICES
from app.demonstration.profiles import OfficeProfile
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, JobState
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.foundation.writing import one_sheet
from app.offices.models import Office
from app.roles import Role, rights_of
from app.runs.choices import RunState
from app.runs.models import BillingRun, ServiceCharge
from app.runs.operations import apportion_next, begin_posting, begin_run, calculate_chunk, end_calculation, end_posting, post_chunk
from app.tariffs.models import Tariff
from app.values.months import month_start

# Readings are of the last day of a month; the manager bills it on the second of the next one.
BILLED_AFTER = datetime.timedelta(days=2)
# Of a hundred customers, how many pay like this; the others pay at once all that they owe.
EVERY_SECOND_MONTH, EVERY_QUARTER, IN_PART, AHEAD, NOT_ANY_MORE = 5, 3, 3, 5, 6
# Whoever does not pay any more stopped so many months ago.
STOPPED = (1, 2, 3, 4, 6, 9)
SPREAD = 37
FIRST_DAYS, LATE_DAYS = (3, 14), (17, 27)
LATE = 0.03  # of those who pay every month, so many come after the day on which it is due
OPEN_HOURS = 8


def bill_months(*, work_id: int) -> None:
    """Bill the months that are read but the newest, and let people pay; what stands already is left as it is."""
    with everything("the demonstration plays in every office"):
        offices = {office.code: office.id for office in db.session.scalars(select(Office))}
        people = logins()
        db.session.rollback()
    for profile in OFFICES:
        office = offices.get(profile.code)
        if office is None or not profile.buildings or not profile.tariffs:
            continue
        desk = _Desk(profile, office, people[profile.manager], people[profile.cashier])
        ends = list(month_ends(clock.today(profile)))[1:]
        for back, end in reversed(list(enumerate(reversed(ends)))):
            if 0 < back <= profile.months_billed:
                run(desk.month, end=end, back=back, job=work_id)


@dataclass(frozen=True)
class _Desk:
    """The manager who bills and the cashier who takes the money of an office."""

    profile: OfficeProfile
    office: int
    manager: int
    cashier: int

    def month(self, *, end: datetime.date, back: int, job: int) -> BackgroundJob:
        """Bill the month that ends on ``end``, ``back`` months before the newest, and take what people pay until the next bill."""
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
        month = month_start(end)
        if not self._is_billed(month):
            billed_on = end + BILLED_AFTER
            with self._at(billed_on, 9), scoped(self.manager, [self.office], rights_of([Role.MANAGER])):
                self._bill(month)
            self._collect(billed_on, back)
        done: BackgroundJob = db.session.get_one(BackgroundJob, job)
        return done

    def _is_billed(self, month: datetime.date) -> bool:
        with scoped(self.manager, [self.office]):
            known = select(BillingRun.id).where(BillingRun.month == month, BillingRun.run_state == RunState.POSTED)
            return db.session.scalars(known.limit(1)).one_or_none() is not None

    def _at(self, day: datetime.date, hour: int, minute: int = 0) -> AbstractContextManager[None]:
        return clock.at(datetime.datetime.combine(day, datetime.time(hour, minute), ZoneInfo(self.profile.time_zone)))

    def _bill(self, month: datetime.date) -> None:
        """Calculate, look, post: what the worker does for a run, one step after the other."""
        priced = db.session.scalars(select(Tariff.service_id).where(Tariff.office_id == self.office).distinct().order_by(Tariff.service_id))
        number = begin_run(office=self.office, month=month, services=tuple(priced)).id
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
        db.session.flush()

    def _collect(self, billed_on: datetime.date, back: int) -> None:
        """Let people come with their money, in the order of their days.

        Payments without late interest, nearly all, are written together: nobody looks at one before the last of them is taken.
        """
        with scoped(self.cashier, [self.office], rights_of([Role.CASHIER])):
            coming = sorted(self._coming(billed_on, back), key=lambda one: (one.day, one.hour, one.minute, one.customer))
            for is_late, group in groupby(coming, key=lambda one: one.is_late):
                if is_late:
                    self._take(group)
                    continue
                with one_sheet() as sheet:
                    self._take(group)
                    db.session.flush()
                    sheet.write(db.session())

    def _take(self, coming: Iterable[_Coming]) -> None:
        for one in coming:
            with self._at(one.day, one.hour, one.minute):
                take_payment(customer=one.customer, methods=(one.method,))

    def _coming(self, billed_on: datetime.date, back: int) -> Iterator[_Coming]:
        """Yield who comes this month, with what. What a customer is like follows from the number on his papers, not from a key."""
        today = clock.today(self.profile)
        for customer, customer_no, owed, months, due_on in self._owed():
            random = Random(f"{self.profile.code} {customer_no} {back}")  # noqa: S311  (nothing secret comes from it)
            # Neighbours have other habits, and of a hundred in a row each has one of his own.
            amount = _brought(int(customer_no[-2:]) * SPREAD % 100, owed, months, back, self.profile.notes[-1])
            days = LATE_DAYS if random.random() < LATE else FIRST_DAYS
            day = billed_on + datetime.timedelta(days=random.randrange(*days))
            if amount is not None and day < today:
                method = _method(self.profile, amount, random)
                hour, minute = 8 + random.randrange(OPEN_HOURS), random.randrange(60)
                yield _Coming(day, hour, minute, customer, method, is_late=due_on < day)

    def _owed(self) -> Iterator[tuple[int, str, Decimal, int, datetime.date]]:
        """Yield which customers owe for services, how much, for how many months, and since when."""
        open_amount = Charge.total - Charge.paid
        months, since = func.count(ServiceCharge.period_id.distinct()), func.min(Charge.due_on)
        statement = (
            select(Charge.customer_id, Customer.customer_no, func.sum(open_amount), months, since)
            .join(ServiceCharge, ServiceCharge.charge_id == Charge.id)
            .join(Customer, Customer.id == Charge.customer_id)
            .where(ServiceCharge.reversal_id.is_(None), open_amount > 0)
            .group_by(Charge.customer_id, Customer.customer_no)
            .order_by(Charge.customer_id)
        )
        for customer, customer_no, owed, count, due_on in db.session.execute(statement).all():
            yield customer, customer_no, Decimal(owed), int(count), due_on


def run_is_done(number: int) -> None:
    """Note that what a run asked the worker for was done here: he finds it over in the queue and leaves it."""
    billing = db.session.get_one(BillingRun, number)
    job = db.session.get_one(BackgroundJob, billing.job_id)
    job.state, job.started_at, job.ended_at = JobState.DONE, clock.real_now(), clock.real_now()


@dataclass(frozen=True)
class _Coming:
    """A customer at the counter, on a day of the past."""

    day: datetime.date
    hour: int
    minute: int
    customer: int
    method: MethodAmount
    is_late: bool


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
