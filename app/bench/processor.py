"""The processor time that one payment and one page cost: what stays the same however busy the machine is."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.bench.figures import Figure
from app.bench.pages import LIST, browser_of
from app.bench.payments import EMPTY, PAYMENT
from app.bench.rows import Sizes
from app.bench.world import api_tokens
from app.foundation.database import db

RUNS = 5
DEEDS = 60


def measure_processor(app: Flask, sizes: Sizes) -> list[Figure]:
    """Return the milliseconds of Python, and where the system tells them of the database, for a payment, an empty POST and the list."""
    with app.app_context():
        token = api_tokens()[0]
        db.session.remove()
    script, browser = app.test_client(), browser_of(app)
    chance = random.Random()  # noqa: S311

    def posting(address: str) -> Callable[[], None]:
        def post() -> None:
            body = {"subscription": chance.randint(1, sizes.customers), "months": 1, "method": "cash"}
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
            answer = script.post(address, json=body, headers=headers)
            if answer.status_code >= 400:
                raise AssertionError(answer.text[:300])

        return post

    def page() -> None:
        browser.get(LIST)

    figures = []
    for name, deed in (("counter payment", posting(PAYMENT)), ("empty authorised POST", posting(EMPTY)), ("list of payments", page)):
        figures += _costs(app, name, deed)
    return figures


def _costs(app: Flask, name: str, deed: Callable[[], None]) -> list[Figure]:
    for _ in range(10):
        deed()
    python, database = [], []
    for _ in range(RUNS):
        began, before = time.process_time(), _of_database(app)
        for _ in range(DEEDS):
            deed()
        python.append((time.process_time() - began) * 1000 / DEEDS)
        database.append((_of_database(app) - before) / DEEDS)
    figures = [Figure(f"{name}: processor time of Python", "ms", python)]
    return [*figures, Figure(f"{name}: processor time of the database", "ms", database)] if any(database) else figures


def _of_database(app: Flask) -> float:
    """Return the milliseconds that the server's processes of our connections have used; 0 where the system does not tell."""
    with app.app_context():
        pids = db.session.connection().execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).scalars().all()
        db.session.remove()
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")
