"""Asking for long work, and finding it again.

``start_job`` is called inside an operation: the job stands in the queue when the operation is committed, and never where it is rolled
back. The queue's own SQL function is called on the session's connection, so no other connection could disagree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, text, true
from sqlalchemy.sql.elements import ColumnElement

from app.foundation.database import db
from app.foundation.jobs.models import BackgroundJob, JobState
from app.foundation.scope import Scope, current_scope, kept
from app.values.errors import Message, NotFound

QUEUE = "feehouse"
TASK = "feehouse.perform"

DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, :priority, :lock, NULL, CAST(:arguments AS jsonb), NULL)]"
    "::procrastinate_job_to_defer_v1[])"
)


@dataclass(frozen=True)
class JobKind:
    """A kind of long work: the function ``module:function`` that does it, and what people read while it runs (a message id).

    ``stands_alone`` says that nothing but the job itself knows of the work: it may be cancelled while it waits and repeated when it failed.
    """

    target: str
    label: str
    stands_alone: bool = True


_kinds: dict[str, JobKind] = {}


def register(kinds: Mapping[str, JobKind]) -> None:
    """Take over the table of kinds; called once by the wiring."""
    _kinds.clear()
    _kinds.update(kinds)


def kind_named(name: str) -> JobKind:
    """Return the kind of that name; KeyError is a mistake in the wiring's table."""
    return _kinds[name]


def label_of(name: str) -> str | None:
    """Return the label of the kind of that name, or nothing where there is none."""
    kind = _kinds.get(name)
    return kind.label if kind is not None else None


def start_job(kind: str, *, office: int | None = None, unique_key: str | None = None, priority: int = 0, **arguments: Any) -> BackgroundJob:
    """Ask for work of ``kind`` as part of the transaction under way, and return its row.

    ``arguments`` are plain JSON values. With a ``unique_key`` the same work is asked for once: the first job is returned again.
    Work of low ``priority`` waits for work of high.
    """
    if unique_key is not None:
        earlier: BackgroundJob | None = db.session.scalars(
            select(BackgroundJob).where(BackgroundJob.unique_key == unique_key)
        ).one_or_none()
        if earlier is not None:
            return earlier
    scope = current_scope()
    job = BackgroundJob(
        kind=kind,
        label=kind_named(kind).label,
        office_id=office,
        unique_key=unique_key,
        arguments=arguments,
        actor=_kept(scope),
        created_by_id=scope.user_id,
    )
    db.session.add(job)
    db.session.flush()
    enqueue(job, priority)
    return job


def enqueue(job: BackgroundJob, priority: int = 0) -> None:
    """Put a job into the queue, as part of the transaction under way."""
    values = {"queue": QUEUE, "task": TASK, "priority": priority, "lock": f"job-{job.id}", "arguments": json.dumps({"job": job.id})}
    db.session.execute(DEFER, values)


def visible_job(job_id: int) -> BackgroundJob:
    """Return a job that the person who acts may see: his own, one of his offices, or the program's. Raises NotFound."""
    statement = select(BackgroundJob).where(BackgroundJob.id == job_id, _visible(current_scope()))
    job: BackgroundJob | None = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if job is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return job


def running_job() -> BackgroundJob | None:
    """Return the work that the person who acts is waiting for: his own first, then the program's."""
    job: BackgroundJob | None = db.session.scalars(_running(), {"person": current_scope().user_id}).one_or_none()
    return job


@cache
def _running() -> Select[BackgroundJob]:
    # The frame of every page asks this.
    mine_first = BackgroundJob.created_by_id.is_(None)
    statement = select(BackgroundJob).where(
        BackgroundJob.state.in_((JobState.QUEUED, JobState.RUNNING)),
        or_(BackgroundJob.created_by_id == bindparam("person"), BackgroundJob.created_by_id.is_(None)),
    )
    return kept(statement.order_by(mine_first, BackgroundJob.id.desc()).limit(1))


def is_visible() -> ColumnElement[bool]:
    """Return the condition of the jobs that the person who acts may see."""
    return _visible(current_scope())


def _visible(scope: Scope) -> ColumnElement[bool]:
    if scope.unlimited:
        return true()
    is_programs = BackgroundJob.created_by_id.is_(None) & BackgroundJob.office_id.is_(None)
    return or_(BackgroundJob.created_by_id == scope.user_id, BackgroundJob.office_id.in_(list(scope.office_ids)), is_programs)


def _kept(scope: Scope) -> dict[str, Any]:
    return {
        "user": scope.user_id,
        "offices": sorted(scope.office_ids),
        "rights": sorted(scope.rights),
        "unlimited": scope.unlimited,
    }
