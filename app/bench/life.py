"""The life of lines in bulk: renewals from credit, the statistics of B4, the night of an office."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import func, select

from app.bench.bare_renewals import bare_rate
from app.bench.figures import Figure
from app.bench.rows import Sizes
from app.broadband.choices import SubscriptionState
from app.broadband.jobs import CHUNKS_AT_ONCE, LINES_AT_ONCE, propose_stops, renew_from_credit, resume_planned
from app.broadband.models import LineProposal, RegularPayment, Subscription
from app.foundation import clock
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import scoped
from app.foundation.views.interface import PAGE_SIZES
from app.offices.models import Office
from app.reports import payments_in_period
from app.reports.daily_takings import takings
from app.reports.openings_in_period import openings_in_period
from app.reports.period import Period
from app.reports.subscribers_by_community import subscribers_by_community

RUNS = 5
# In each run, or a tenth of the lines where there are fewer.
RENEWALS, RESUMPTIONS = 2_000, 200
YEAR, MONTH = datetime.timedelta(days=365), datetime.timedelta(days=30)

# Give customers a balance: a receipt of a bank transfer that pays no debt, with its entry. One statement, as the owner.
CREDIT = """
WITH line AS (
    SELECT subscription.id, subscription.customer_id, row_number() OVER (ORDER BY subscription.id) AS position
    FROM subscription WHERE office_id = %(office)s AND state = 'active' AND stops_on <= %(day)s AND NOT renews_from_credit
    ORDER BY subscription.id LIMIT %(lines)s
), counter AS (
    INSERT INTO number_counter (office_id, series, year, last) SELECT %(office)s, 'receipt', %(year)s, count(*) FROM line
    ON CONFLICT (office_id, series, year) DO UPDATE SET last = number_counter.last + excluded.last
    RETURNING last - (SELECT count(*) FROM line) AS before
), agreed AS (
    UPDATE subscription SET renews_from_credit = true, renewal_agreed_by_id = %(cashier)s FROM line WHERE subscription.id = line.id
), sample AS (SELECT * FROM receipt WHERE office_id = %(office)s ORDER BY id LIMIT 1), paper AS (
    INSERT INTO receipt (office_id, number, year, sequence, customer_id, "on", booked_on, total, credited, total_in_words, has_cash,
        cashier_id, payer_name, note, backdate_reason, content, created_at, created_by_id)
    SELECT %(office)s, 'SK-' || %(year)s || '-' || lpad((before + position)::text, 6, '0'), %(year)s, before + position, line.customer_id,
        %(day)s, %(day)s, %(amount)s, %(amount)s, sample.total_in_words, false, %(cashier)s, sample.payer_name, '', '', sample.content,
        now(), %(cashier)s
    FROM line, counter, sample RETURNING id, customer_id
), method AS (
    INSERT INTO receipt_method (office_id, receipt_id, method, amount, reference)
    SELECT %(office)s, id, 'bank_transfer', %(amount)s, '' FROM paper
), entry AS (
    INSERT INTO journal_entry (office_id, booked_on, receipt_id, created_at, created_by_id)
    SELECT %(office)s, %(day)s, id, now(), %(cashier)s FROM paper RETURNING id, receipt_id
)
INSERT INTO posting (office_id, entry_id, account, customer_id, amount)
SELECT %(office)s, entry.id, side.account, paper.customer_id, side.amount
FROM entry JOIN paper ON paper.id = entry.receipt_id
CROSS JOIN (VALUES ('bank_transfer', %(amount)s::numeric), ('credit', -%(amount)s::numeric)) AS side (account, amount)
"""
FORGET = """
UPDATE subscription SET renews_from_credit = false, renewal_agreed_by_id = NULL WHERE office_id = %(office)s AND renews_from_credit
"""
HALT = """
UPDATE subscription SET state = 'suspended', halted_on = %(day)s - 60, planned_resume_on = %(day)s
WHERE id IN (
    SELECT id FROM subscription WHERE office_id = %(office)s AND state = 'active' AND NOT renews_from_credit
    ORDER BY id DESC LIMIT %(lines)s
)
"""


def measure_reports(app: Flask, sizes: Sizes) -> list[Figure]:
    """Measure the four statistics of B4 up to the last day that was filled: what the database and Python need for all rows and sums.

    Not up to today: there stand the payments of the measurements themselves, more with each of them.
    """
    with app.app_context(), scoped(None, [1]):
        office, day = db.session.execute(
            select(RegularPayment.office_id, RegularPayment.booked_on).where(RegularPayment.id == sizes.payments)
        ).one()
        year, month = Period([office], day - YEAR, day), Period([office], day - MONTH, day)
        customers = payments_in_period.summary(Period([office], day, day)).count
        ways: dict[str, tuple[Callable[[], Any], str]] = {
            "subscribers by community, a year": (lambda: subscribers_by_community(offices=[office], start=day - YEAR, end=day), "300 ms"),
            "sums of the payments of a month": (lambda: payments_in_period.summary(month), "300 ms"),
            "sums of the payments of a year": (lambda: payments_in_period.summary(year), "300 ms"),
            "openings of a year": (lambda: openings_in_period(offices=[office], start=day - YEAR, end=day), "300 ms"),
            f"takings of a day of {customers:,} payments": (lambda: _takings(office, day), "50 ms"),
        }
        return [Figure(f"report: {name}", "ms", [_timed(way) for _ in range(RUNS)], goal) for name, (way, goal) in ways.items()]


def measure_life(app: Flask, database_url: str, sizes: Sizes) -> list[Figure]:
    """Measure renewals from credit in chunks of one transaction, and the night over all lines of the office."""
    with _night_worker(app) as (office, today):
        rates, bare = [], []
        for _ in range(RUNS):
            _let_agree(database_url, office, today, min(RENEWALS, sizes.customers // 10) + LINES_AT_ONCE)
            bare.append(bare_rate(database_url, office, today))
            before = _count(RegularPayment)
            began = time.perf_counter()
            renew_from_credit(office, today)
            took, renewed = time.perf_counter() - began, _count(RegularPayment) - before
            if not renewed:
                raise RuntimeError("Nothing was renewed: the measurement would be of nothing.")
            rates.append(renewed / took)
        proposing = [_proposing(office, today) for _ in range(RUNS)]
        resumed = [_resuming(database_url, office, today, min(RESUMPTIONS, sizes.customers // 10)) for _ in range(RUNS)]
    lines = f"{LINES_AT_ONCE} in a transaction, {CHUNKS_AT_ONCE} transactions at once"
    return [
        Figure(f"renewals from credit, {lines}: rate", "/s", rates, "1,000 /s"),
        Figure("renewals from credit, the same statements alone, one transaction after the other: rate", "/s", bare),
        Figure("night: proposing stops and closures over all lines", "ms", proposing),
        Figure("night: planned resumptions: rate", "/s", resumed),
    ]


@contextmanager
def _night_worker(app: Flask) -> Iterator[tuple[int, datetime.date]]:
    """Work as the night does in the office; give its id and a day on which the lines' cover has ended."""
    with app.app_context(), scoped(None, [1]):
        office = db.session.scalars(select(Office)).one()
        today = db.session.scalars(select(func.max(Subscription.stops_on))).one() or clock.today(office)
        moment = datetime.datetime.combine(max(today, clock.today(office)), datetime.time(0, 10), datetime.UTC)
        number, day = office.id, moment.date()
        db.session.remove()
        with clock.at(moment), working_as(NIGHTLY):
            yield number, day
        db.session.remove()


def _let_agree(database_url: str, office: int, today: datetime.date, lines: int) -> None:
    """Let so many customers agree to renewals and bring money for them, and nobody else: what an earlier run left would be renewed too."""
    with psycopg.connect(database_url) as owner:
        owner.execute(FORGET, {"office": office})
        cashier = owner.execute("SELECT min(id) FROM ab_user WHERE username LIKE 'cashier%'").fetchone()
        terms = {"office": office, "day": today, "year": today.year, "cashier": cashier[0] if cashier else None, "amount": 200}
        owner.execute(CREDIT, {**terms, "lines": lines})


def _timed(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    db.session.rollback()
    return (time.perf_counter() - began) * 1000


def _takings(office: int, day: datetime.date) -> None:
    """Read what the page shows: one page of the rows, the sums of all of them, the methods."""
    takings(Period([office], day, day), size=PAGE_SIZES[-1])


def _proposing(office: int, today: datetime.date) -> float:
    """Return the milliseconds of a night that finds every line that has run out."""
    began = time.perf_counter()
    propose_stops(office, today)
    took = (time.perf_counter() - began) * 1000
    if not _count(LineProposal):
        raise RuntimeError("Nothing was proposed: the measurement would be of nothing.")
    return took


def _resuming(database_url: str, office: int, today: datetime.date, lines: int) -> float:
    with psycopg.connect(database_url) as owner:
        owner.execute(HALT, {"office": office, "day": today, "lines": lines})
    began = time.perf_counter()
    resume_planned(office, today)
    took = time.perf_counter() - began
    left = db.session.scalar(select(func.count()).select_from(Subscription).where(Subscription.state == SubscriptionState.SUSPENDED))
    if left:
        raise RuntimeError(f"{left} lines were not resumed.")
    return lines / took


def _count(model: type[Any]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)
