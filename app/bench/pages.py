"""Pages measured inside the process: the time the server needs for one answer, and how often it asks the database."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.bench.figures import Figure, percentile
from app.bench.rows import Sizes, name_of
from app.bench.world import page_token
from app.billing.models import Receipt
from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.offices.presence import TOKEN

RUNS = 5
PAGES_PER_RUN = 20
SEARCHES_PER_RUN = 100
LIST = "/regularpaymentview/list/"
BY_DAY = {
    "list of payments": f"{LIST}?paid_on_from={{day}}&paid_on_to={{day}}",
    "list of receipts": "/receiptview/list/?booked_on_from={day}&booked_on_to={day}",
}
SEARCH = "/customerview/list/?q="
COUNTER = "/counter/find?q="


def measure_list(app: Flask) -> list[Figure]:
    """Measure page 1 of the list of payments, unfiltered, the newest first."""
    browser = browser_of(app)
    for _ in range(5):
        _get(browser, LIST)
    with _counted(app) as statements:
        _get(browser, LIST)
    queries = len(statements)
    runs = [statistics.median(_timed(browser, [LIST] * PAGES_PER_RUN)) for _ in range(RUNS)]
    return [
        Figure("list of payments, page 1: queries", "queries", [queries], "at most 12"),
        Figure("list of payments, page 1: server time", "ms", runs, "20 ms"),
        *(
            Figure(f"{name}, page 1 of an old day: server time", "ms", _of_old_days(app, browser, address))
            for name, address in BY_DAY.items()
        ),
    ]


def _of_old_days(app: Flask, browser: FlaskClient, address: str) -> list[float]:
    """Return the medians of lists that are narrowed to single days, long ago and lately, each day asked for the first time."""
    with app.app_context(), everything("which days are filled"):
        first, last = db.session.execute(select(func.min(Receipt.booked_on), func.max(Receipt.booked_on))).one()
        db.session.remove()
    days = [first + (last - first) * part / (RUNS * 4) for part in range(RUNS * 4)]
    pages = [address.format(day=day.isoformat()) for day in days]
    return [statistics.median(_timed(browser, pages[run::RUNS])) for run in range(RUNS)]


def measure_search(app: Flask, sizes: Sizes) -> list[Figure]:
    """Measure the search for customers by two Chinese characters of their names: statement, lookup and page."""
    browser = browser_of(app)
    addresses = {"the counter's search": COUNTER, "list of customers": SEARCH}
    _timed(browser, [SEARCH + quote(text) for text in _pairs(sizes, run=0)[:10]])
    figures = [Figure("customers by two characters, statement: p95", "ms", [_statements(app, sizes, run) for run in range(RUNS)])]
    for name, address in addresses.items():
        runs = [percentile(_timed(browser, [address + quote(text) for text in _pairs(sizes, run)]), 0.95) for run in range(RUNS)]
        figures.append(Figure(f"customers by two characters, {name}: p95", "ms", runs, "50 ms"))
    return figures


def _pairs(sizes: Sizes, run: int) -> list[str]:
    """Return two neighbouring characters of the names of customers chosen by chance, the same ones at every call."""
    chance = random.Random(run)  # noqa: S311
    names = [name_of(chance.randint(1, sizes.customers)) for _ in range(SEARCHES_PER_RUN)]
    return [name[at : at + 2] for name in names for at in [chance.randrange(len(name) - 1)]]


def _statements(app: Flask, sizes: Sizes, run: int) -> float:
    """Return the p95 of the search's statement alone: the first 25 customers found."""
    times = []
    with app.app_context(), scoped(None, [1]):
        for text in _pairs(sizes, run):
            statement = select(Customer).where(Customer.office_id == 1, matches(text)).order_by(Customer.id.desc()).limit(25)
            began = time.perf_counter()
            db.session.scalars(statement).all()
            times.append((time.perf_counter() - began) * 1000)
            db.session.expunge_all()
        db.session.remove()
    return percentile(times, 0.95)


def browser_of(app: Flask) -> FlaskClient:
    """Return the browser of a cashier who is signed in."""
    with app.app_context():
        token = page_token()
        db.session.remove()
    browser = app.test_client()
    with browser.session_transaction() as session:
        session[TOKEN] = token
    return browser


def _timed(browser: FlaskClient, addresses: Sequence[str]) -> list[float]:
    times = []
    for address in addresses:
        began = time.perf_counter()
        _get(browser, address)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _get(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}: {answer.text[:300]}")


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    """Note the statements of the block."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
