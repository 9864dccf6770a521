"""The worker: a process that takes jobs from the queue until it is told to stop.

The server runs one beside itself, ``run.py worker`` more of them anywhere. Of a worker that was killed, another one takes over the jobs
after some seconds; an advisory lock keeps two from doing the same job at once, should the first one only have been silent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from flask import Flask
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text

from app.foundation.commands import UsageError
from app.foundation.database import db
from app.foundation.database_role import APPLICATION_ROLE
from app.foundation.jobs.nightly import run_nights, watch_installation
from app.foundation.jobs.performing import Interrupted, Unreachable, perform
from app.foundation.jobs.queue import QUEUE, TASK

if TYPE_CHECKING:
    from config import Settings

log = logging.getLogger(__name__)

AT_ONCE = 2  # jobs of one worker: a long one must not hold up the short ones
HEARTBEAT = 3.0  # seconds
SILENT = 12.0  # seconds without a heartbeat after which a worker counts as dead
HOUSEKEEPING = 5.0
ATTEMPTS = 20
PATIENCE = 3600.0  # seconds
# Any fixed number: the first half of the advisory locks of jobs.
JOB_LOCKS = 7_310


class Occupied(Exception):
    """Another worker has this job in its hands."""


class _Again(BaseRetryStrategy):
    """A job goes back into the queue when it was interrupted, never when it failed: a failure is the same the next time."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, Unreachable | Occupied) and job.attempts < ATTEMPTS:
            return RetryDecision(retry_in={"seconds": 5})
        return None


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; the job under way is interrupted between two of its steps and goes back into the queue."""
    from app import create_app

    work_for(create_app(settings))


def worker(arguments: list[str]) -> int:
    """``run.py worker``: run background jobs beside, or far from, the server."""
    from app.foundation.commands.database import opened
    from app.foundation.listening import StopRequested, stop_signals
    from app.foundation.logs import configure_logging
    from config import read_settings

    if arguments:
        raise UsageError(f"{arguments[0]!r} is unknown here: the worker takes no arguments.")
    settings = read_settings()
    configure_logging(settings.log_format)
    with suppress(StopRequested), stop_signals(), opened(settings):
        _require_tables(settings)
        print("The worker is ready. Ctrl-C stops it.", flush=True)
        work(settings)
    print("The worker has stopped.", flush=True)
    return 0


def work_for(app: Flask, *, until_empty: bool = False) -> None:
    """Work with the application ``app``; with ``until_empty`` only until no job waits."""
    asyncio.run(_work(app, until_empty=until_empty))


async def _work(app: Flask, *, until_empty: bool) -> None:
    queue = queue_of(app)
    async with queue.open_async():
        housekeeping = asyncio.create_task(_keep_house(queue, app))
        try:
            await queue.run_worker_async(
                queues=[QUEUE],
                wait=not until_empty,
                concurrency=AT_ONCE,
                fetch_job_polling_interval=HOUSEKEEPING,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=SILENT,
                # Told to stop, our jobs do so between two steps; where the queue is merely empty, they are awaited.
                shutdown_graceful_timeout=PATIENCE if until_empty else 0.0,
                delete_jobs="successful",
            )
        finally:
            housekeeping.cancel()
            with suppress(asyncio.CancelledError):
                await housekeeping


def queue_of(app: Flask) -> App:
    """Return the queue with its one task, connected as the application's role."""
    address = str(app.config["SQLALCHEMY_DATABASE_URI"]).replace("postgresql+psycopg", "postgresql", 1)
    connector = PsycopgConnector(conninfo=address, min_size=1, max_size=4, configure=_become_application)
    queue = App(connector=connector)

    @queue.task(name=TASK, pass_context=True, retry=_Again())
    def perform_job(context: JobContext, job: int) -> None:
        with app.app_context(), _alone_with(job):
            try:
                perform(job, context.should_abort)
            except Interrupted:
                raise JobAborted from None

    return queue


async def _become_application(connection: Any) -> None:
    await connection.execute(f"SET ROLE {APPLICATION_ROLE}")
    await connection.commit()


@contextmanager
def _alone_with(job: int) -> Iterator[None]:
    """Hold the job's own lock for the time of the work, on a connection that ends with this process. Raises Occupied."""
    key = {"locks": JOB_LOCKS, "job": job}
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:locks, :job)"), key).scalar():
            raise Occupied
        try:
            yield
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:locks, :job)"), key)


async def _keep_house(queue: App, app: Flask) -> None:
    """Bring back the jobs of dead workers, and see to the nights that have passed."""
    while True:
        try:
            await bring_back(queue)
            await asyncio.to_thread(_nights, app)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("The worker's housekeeping failed; it is tried again.")
        await asyncio.sleep(HOUSEKEEPING)


async def bring_back(queue: App) -> None:
    """Put the jobs of workers that have fallen silent back into the queue."""
    for stalled in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await queue.job_manager.retry_job(stalled)


def _nights(app: Flask) -> None:
    with app.app_context():
        run_nights()
        watch_installation()


def _require_tables(settings: Settings) -> None:
    import psycopg

    with psycopg.connect(settings.database_url) as connection:
        row = connection.execute("SELECT to_regclass('background_job')").fetchone()
    if row is None or row[0] is None:
        raise UsageError("The database is empty. Start the server once (python3 run.py), then the worker.")
