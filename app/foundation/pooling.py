"""Connections of the pool: one that rested is not asked whether it lives, and one that rolled back keeps its prepared statements.

A question costs each request a round trip. What the database has closed (a restart, a connection ended by its administrator) can be read
on the socket at once; only a connection that rested long is asked, since a network may have forgotten it without a word.

Every page that only reads ends by rolling back. The driver then forgets the statements that it prepared, because an object made in the
transaction might be gone; the program makes no objects while it serves, and the database itself keeps the statements and plans one anew
when its tables changed. So they stay, and the pages' statements are planned once for a connection instead of for every page.
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

# A network forgets connections after minutes, never after seconds.
RESTED_LONG = 20.0
_RESTS_SINCE = "feehouse_rests_since"
# The statements of the pages that one cashier lives in; each holds its plan in the memory of its connection.
STATEMENTS_KEPT = 400


class KeepingConnection(psycopg.Connection[Any]):
    """A connection that keeps its prepared statements when it rolls back."""

    def rollback(self) -> None:
        """Roll back the transaction under way.

        Raises psycopg's OperationalError when the database has gone, as the driver's own does.
        """
        with self.lock:
            if self.pgconn.transaction_status == TransactionStatus.IDLE:
                return
            if self.pgconn.exec_(b"ROLLBACK").status != ExecStatus.COMMAND_OK:
                raise psycopg.OperationalError(self.pgconn.get_error_message())


def keep_statements(engine: Engine) -> None:
    """Let ``engine`` make connections that keep their prepared statements over a rollback."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, arguments: list[Any], named: dict[str, Any]) -> KeepingConnection:
        connection = KeepingConnection.connect(*arguments, **named)
        connection.prepared_max = STATEMENTS_KEPT
        return connection


def keep_alive_only(engine: Engine) -> None:
    """Let ``engine`` hand out no connection that the database has closed; the pool makes a new one in its place."""

    @event.listens_for(engine, "checkin")
    def note_time(connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def require_alive(connection: Any, record: Any, proxy: Any) -> None:
        since = record.info.pop(_RESTS_SINCE, None)
        if since is None:
            return
        if _is_closed(connection) or (time.monotonic() - since > RESTED_LONG and not _answers(engine, connection)):
            raise InvalidatePoolError


def _is_closed(connection: Any) -> bool:
    """Say whether something stands on the socket of a connection that asked nothing: the database takes leave."""
    return bool(connection.closed or select.select([connection.fileno()], (), (), 0)[0])


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except engine.dialect.loaded_dbapi.Error:
        return False
