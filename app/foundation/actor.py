"""Who works when no person does: the name of a job or a command, for the trace of changes and the log.

``transactions.run`` hands it to the database as ``app.job``; a change with neither a person nor a name was made directly in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST_NAME = 64
NIGHTLY = "nightly"
# What the trigger writes for the application's role without a person or a name.
PROGRAM = "program"

_job: ContextVar[str] = ContextVar("feehouse_job", default="")


def acting_job() -> str:
    """Return the name of the job or command that works here; empty where a person does."""
    return _job.get()


@contextmanager
def working_as(name: str) -> Iterator[None]:
    """Let changes inside the block be the work of ``name``: the kind of a job, ``nightly``, the name of a command."""
    before = _job.set(name[:LONGEST_NAME])
    try:
        yield
    finally:
        _job.reset(before)
