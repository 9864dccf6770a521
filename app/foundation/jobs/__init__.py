"""Background jobs: long work that a page or an operation asks for and another process does.

``start_job`` asks, inside a transaction; a handler does the work with a ``Work`` in its hands; ``work`` is the process that performs.
The kinds of work stand in one table, ``app.wiring.JOB_KINDS``.
"""

from app.foundation.jobs.models import BackgroundJob, JobState
from app.foundation.jobs.patience import run_patiently
from app.foundation.jobs.performing import Interrupted, Work, perform
from app.foundation.jobs.queue import JobKind, running_job, start_job, visible_job
from app.foundation.jobs.worker import work, worker

__all__ = [
    "BackgroundJob",
    "Interrupted",
    "JobKind",
    "JobState",
    "Work",
    "perform",
    "run_patiently",
    "running_job",
    "start_job",
    "visible_job",
    "work",
    "worker",
]
