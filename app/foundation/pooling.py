"""Connections that rested in the pool: whether one is still alive is seen on its socket, not asked for before every request.

A question costs each request a round trip. What the database has closed (a restart, a connection ended by its administrator) can be read
on the socket at once; only a connection that rested long is asked, since a network may have forgotten it without a word.
"""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

# A network forgets connections after minutes, never after seconds.
RESTED_LONG = 20.0
_RESTS_SINCE = "feehouse_rests_since"


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
