"""Doing the work of a job: in steps that can be interrupted between any two, and begun again after a crash.

A handler gets a ``Work`` and returns what is kept as the job's result. The queue delivers at least once, so a handler begins where
``work.done`` says, or asks its own unique keys.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, OperationalError

from app.foundation import clock
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.jobs.models import BackgroundJob, JobState
from app.foundation.jobs.queue import kind_named
from app.foundation.scope import Scope, everything, set_scope
from app.values.errors import Message, OperationRefused

log = logging.getLogger(__name__)

BROKEN = Message("The work stopped because of an error on our side. The error was recorded.")
Handler = Callable[["Work"], dict[str, Any] | None]


class Interrupted(Exception):
    """The worker is being stopped; what is left of the job is done by the next one."""


class Unreachable(Exception):
    """The database went away during the work; it is tried again later."""


class Work:
    """A job in the hands of its handler."""

    def __init__(self, job: BackgroundJob, should_stop: Callable[[], bool]) -> None:
        self.job_id, self.kind = job.id, job.kind
        self.began = time.monotonic()
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.done, self.total = job.done, job.total
        self._should_stop = should_stop

    def progress(self, done: int, total: int | None = None, message: Message | None = None) -> None:
        """Show how far the work is, in a transaction of its own. Raises Interrupted where the worker is to stop."""
        self.advance(done, total, message)
        db.session.commit()
        self.pause()

    def advance(self, done: int, total: int | None = None, message: Message | None = None) -> None:
        """Note how far the work is as part of the transaction that does it: a chunk and its count stand together or not at all."""
        self.done, self.total = done, self.total if total is None else total
        values: dict[str, Any] = {"done": self.done, "total": self.total}
        if message is not None:
            values |= {"message": message.message_id, "message_facts": _plain(message)}
        _write(self.job_id, **values)

    def show(self, done: int, total: int) -> None:
        """Show how far the work is while its one transaction is still open: written beside it. Raises Interrupted as ``pause`` does."""
        self.done, self.total = done, total
        table = BackgroundJob.__table__
        statement = update(table).where(table.c.id == self.job_id).values(done=done, total=total)  # type: ignore[arg-type]
        with db.engine.engine.begin() as beside:
            beside.execute(statement)
        self.pause()

    def pause(self) -> None:
        """Raise Interrupted where the worker is to stop; called between two steps."""
        if self._should_stop():
            raise Interrupted


def perform(job_id: int, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Do the work of a job, unless it is over already.

    Raises Interrupted and Unreachable, after which it is to be performed again; any other error has been noted in the job.
    """
    _follow_clock()
    with everything("the worker serves every office"):
        # Locked, so that it is either begun or cancelled.
        job = db.session.get(BackgroundJob, job_id, populate_existing=True, with_for_update=True)
        if job is None or job.is_over:
            return
        _write(job_id, state=JobState.RUNNING, started_at=job.started_at or clock.real_now())
        db.session.commit()
        work, name, kind, actor = Work(job, should_stop), job.kind, kind_named(job.kind), _scope_of(job)
    try:
        with working_as(name):
            result = _handled(work, kind.target, actor)
    except (Interrupted, Unreachable):
        _settle(work, JobState.QUEUED)
        raise
    except OperationRefused as refusal:
        _end(work, JobState.FAILED, message=refusal.message.message_id, message_facts=_plain(refusal.message))
    except Exception:
        _end(work, JobState.FAILED, message=BROKEN.message_id, message_facts={})
        raise
    else:
        _end(work, JobState.DONE, result=result)


def _handled(work: Work, target: str, actor: Scope) -> dict[str, Any] | None:
    module, _, function = target.partition(":")
    handler: Handler = getattr(import_module(module), function)
    set_scope(actor)
    try:
        return handler(work)
    except (OperationalError, InterfaceError) as error:
        if getattr(error, "connection_invalidated", False):
            raise Unreachable from error
        raise
    finally:
        db.session.rollback()
        set_scope(None)


def _end(work: Work, state: JobState, **values: Any) -> None:
    _settle(work, state, ended_at=clock.real_now(), **values)


def _settle(work: Work, state: JobState, **values: Any) -> None:
    """Write to the job from outside its handler's transaction; the database may be away, which must not hide what happened."""
    milliseconds = round((time.monotonic() - work.began) * 1000)
    log.info("job", extra={"job": work.kind, "job_id": work.job_id, "state": state.value, "milliseconds": milliseconds})
    try:
        _write(work.job_id, state=state, **values)
        db.session.commit()
    except (OperationalError, InterfaceError):
        log.warning("The state of job %s could not be written.", work.job_id)
        db.session.rollback()


def _write(job_id: int, **values: Any) -> None:
    table = BackgroundJob.__table__
    # Past the scope: the worker writes this whoever acts.
    db.session.connection().execute(update(table).where(table.c.id == job_id).values(**values))  # type: ignore[arg-type]


def _scope_of(job: BackgroundJob) -> Scope:
    kept = job.actor
    return Scope(kept["user"], frozenset(kept["offices"]), frozenset(kept["rights"]), kept["unlimited"])


def _follow_clock() -> None:
    if current_app.config.get("TRAINING"):
        from app.foundation.training import follow_clock

        follow_clock()


def _plain(message: Message) -> dict[str, Any]:
    """Return the facts of a message as JSON can keep them."""
    return {name: _json(value) for name, value in message.parameters.items()}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
