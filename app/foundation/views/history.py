"""Who changed a record last: asked when two people edit the same row, and shown on its page.

``wiring`` says by ``set_history`` where the trace of changes is; an application without one shows no history.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True)
class Change:
    """One change of a record: who, when, and per column the value before and after; ``job`` where no person's hand did it."""

    person: str
    at: datetime.datetime
    values: Sequence[tuple[str, Any, Any]] = field(default_factory=tuple)
    job: str = ""


Reader = Callable[[Any, int], Sequence[Change]]
READER = "feehouse_history"


def set_history(app: Flask, reader: Reader) -> None:
    """Say how ``app`` reads the newest ``limit`` changes of a record: ``reader(record, limit)``."""
    app.extensions[READER] = reader


def changes_of(record: Any, limit: int = 20) -> Sequence[Change]:
    """Return the newest changes of ``record``, newest first."""
    reader: Reader | None = current_app.extensions.get(READER)
    return reader(record, limit) if reader is not None else ()


def last_change(record: Any) -> Change | None:
    """Return the newest change of ``record``, or nothing where no trace is kept."""
    return next(iter(changes_of(record, 1)), None)
