"""A chunk of a job that waits for people: what is refused because somebody else holds a row for a moment is tried again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from app.foundation.transactions import run
from app.values.errors import Conflict

# Each attempt waits for locks as long as everything does; the pauses between them grow.
ATTEMPTS, PAUSE = 6, 1.0


def run_patiently(operation: Callable[..., Any], /, **terms: Any) -> Any:
    """Run ``operation(**terms)`` in a transaction and return what it returns; a Conflict is tried again, the last one raised.

    Somebody at the counter may hold one of the rows for some seconds: work for hundreds of people must not end for that.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return run(operation, **terms).record
        except Conflict:
            time.sleep(attempt * PAUSE)
    return run(operation, **terms).record
