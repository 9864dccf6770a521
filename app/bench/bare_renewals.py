"""What of the renewals is the database's own: the statements of a chunk, noted once, sent again without Python's work between them."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from app.broadband.jobs import LINES_AT_ONCE
from app.broadband.operations.renewing import due_for_renewal, renew
from app.foundation.database import db
from app.foundation.transactions import preview

Sent = list[tuple[str, Any]]


def bare_rate(database_url: str, office: int, day: datetime.date) -> float:
    """Return how many renewals a second the statements of one chunk alone make, their commit included. The lines are renewed by it."""
    lines = tuple(db.session.scalars(due_for_renewal(office, day)).all()[:LINES_AT_ONCE])
    db.session.rollback()
    with _noted() as sent:
        done = preview(renew, lambda renewed: renewed.lines, lines=lines)
    with psycopg.connect(database_url) as connection:
        began = time.perf_counter()
        for statement, terms in sent:
            connection.execute(statement.encode(), terms or None)
        connection.commit()
        took = time.perf_counter() - began
    return float(done / took)


@contextmanager
def _noted() -> Iterator[Sent]:
    """Note what is sent inside the block."""
    sent: Sent = []

    def note(connection: Any, cursor: Any, statement: str, terms: Any, *rest: Any) -> None:
        sent.append((statement, terms))

    engine = db.engine.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
