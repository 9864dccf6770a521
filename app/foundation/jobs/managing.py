"""What an administrator does with jobs: repeat one that failed, cancel one that still waits."""

from __future__ import annotations

from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs.models import BackgroundJob, JobState
from app.foundation.jobs.queue import enqueue, kind_named
from app.foundation.log import LogKind, note
from app.foundation.transactions import locked
from app.values.errors import Message, OperationRefused


def may_repeat(job: BackgroundJob) -> bool:
    """Tell whether a job can be begun again from here."""
    return job.state in (JobState.FAILED, JobState.CANCELLED) and _stands_alone(job)


def may_cancel(job: BackgroundJob) -> bool:
    """Tell whether a job can be taken out of the queue."""
    return job.state is JobState.QUEUED and _stands_alone(job)


def repeat_job(*, job: int) -> BackgroundJob:
    """Put a job that failed into the queue again, for the person and with the rights of its first time; what it has done stays done."""
    record = locked(BackgroundJob, job)
    if not may_repeat(record):
        raise OperationRefused(Message("Only a job that failed or was cancelled can be repeated."), code="not_failed")
    record.state, record.started_at, record.ended_at = JobState.QUEUED, None, None
    record.message, record.message_facts = "", {}
    enqueue(record)
    note(LogKind.MAINTENANCE, Message("The job %(number)s was repeated: %(job)s", number=record.id, job=Message(record.label)), offices=())
    return record


def cancel_job(*, job: int) -> BackgroundJob:
    """Take a job that still waits out of the queue."""
    record = locked(BackgroundJob, job)
    if not may_cancel(record):
        raise OperationRefused(Message("Only a job that still waits can be cancelled."), code="not_waiting")
    # The queue still holds it; the worker finds it over and leaves it.
    record.state, record.ended_at = JobState.CANCELLED, clock.real_now()
    note(LogKind.MAINTENANCE, Message("The job %(number)s was cancelled: %(job)s", number=record.id, job=Message(record.label)), offices=())
    return record


def job_counts() -> dict[JobState, int]:
    """Return how many jobs are in each state."""
    found = db.session.execute(select(BackgroundJob.state, func.count()).group_by(BackgroundJob.state))
    return {row[0]: row[1] for row in found}


def _stands_alone(job: BackgroundJob) -> bool:
    try:
        return kind_named(job.kind).stands_alone
    except KeyError:  # of a newer or older program
        return False
