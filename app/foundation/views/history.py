"""Who changed a record last: asked when two people edit the same row, and shown on its page.

The trace of changes belongs to a domain above; ``wiring`` says where it is by ``set_history``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """One change of a record: who, when, and per column the value before and after."""

    person: str
    at: datetime.datetime
    values: Sequence[tuple[str, Any, Any]] = field(default_factory=tuple)


Reader = Callable[[Any, int], Sequence[Change]]
_readers: list[Reader] = []


def set_history(reader: Reader) -> None:
    """Say how the newest ``limit`` changes of a record are read: ``reader(record, limit)``."""
    _readers[:] = [reader]


def changes_of(record: Any, limit: int = 20) -> Sequence[Change]:
    """Return the newest changes of ``record``, newest first."""
    return _readers[0](record, limit) if _readers else ()


def last_change(record: Any) -> Change | None:
    """Return the newest change of ``record``, or nothing where no trace is kept."""
    return next(iter(changes_of(record, 1)), None)
