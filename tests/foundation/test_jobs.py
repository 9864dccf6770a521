"""Background jobs: asked for inside a transaction, done by another process, begun again after a crash."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import procrastinate
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, Interrupted, JobKind, JobState, Work, perform, queue, running_job, start_job, visible_job
from app.foundation.jobs.worker import bring_back, queue_of, work_for
from app.foundation.scope import current_scope, everything
from app.foundation.transactions import run
from app.offices.models import Office
from app.values.errors import Message, NotFound, OperationRefused
from config import Settings
from tests.conftest import make_application
from tests.factories import acting, office

HERE = "tests.foundation.test_jobs"
# Of a busy machine; what is shown is how a job was given back, long before its end.
PATIENCE = 60.0
REPOSITORY = Path(__file__).resolve().parents[2]


def rename(work: Work) -> dict[str, Any]:
    """Give the offices of the actor a note in steps: the handler of these tests."""
    for step in range(work.done, 3):
        work.advance(step + 1, 3, Message("Step %(step)s", step=step + 1))
        db.session.commit()
        work.pause()
    return {"offices": sorted(current_scope().office_ids), "word": work.arguments["word"]}


def refuse(work: Work) -> None:
    raise OperationRefused(Message("The plan %(plan)s is gone.", plan="200M"))


def break_down(work: Work) -> None:
    raise ZeroDivisionError


def dawdle(work: Work) -> None:
    """Work until somebody says stop."""
    for step in range(600):
        work.progress(step + 1, 600)
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(queue._kinds)
    queue.register({name: JobKind(f"{HERE}:{name}", f"Test of {name}") for name in ("rename", "refuse", "break_down", "dawdle")})
    yield
    queue.register(before)


def queued_rows() -> int:
    return int(db.session.connection().execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


@pytest.mark.usefixtures("app")
class TestAsking:
    def test_a_job_runs_with_the_scope_of_whoever_asked(self) -> None:
        with acting("wang") as wang:
            job = run(start_job, kind="rename", word="x").record
        perform(job.id)
        with everything("reading"):
            done = visible_job(job.id)
        assert (done.state, done.done, done.total) == (JobState.DONE, 3, 3)
        assert done.result == {"offices": [office("SH").id], "word": "x"}
        assert (done.message, done.message_facts) == ("Step %(step)s", {"step": 3})
        assert done.created_by_id == wang.id

    def test_a_refused_operation_leaves_no_job(self) -> None:
        def refused(word: str) -> BackgroundJob:
            start_job("rename", word=word)
            raise OperationRefused(Message("No."))

        before = queued_rows()
        with acting("wang"), pytest.raises(OperationRefused):
            run(refused, word="x")
        assert queued_rows() == before
        with everything("counting"):
            assert db.session.query(BackgroundJob).count() == 0

    def test_the_same_key_asks_once(self) -> None:
        with acting("wang"):
            jobs = [run(start_job, kind="rename", unique_key="once", word="x").record.id for _ in range(2)]
        assert jobs[0] == jobs[1]
        assert queued_rows() == 1

    def test_a_finished_job_is_not_done_again(self) -> None:
        with acting("wang"):
            job = run(start_job, kind="rename", word="x").record
        perform(job.id)
        with everything("reading"):
            ended = visible_job(job.id).ended_at
        perform(job.id)
        with everything("reading"):
            assert visible_job(job.id).ended_at == ended

    def test_an_interrupted_job_goes_on_where_it_stopped(self) -> None:
        with acting("wang"):
            job = run(start_job, kind="rename", word="x").record
        with pytest.raises(Interrupted):
            perform(job.id, lambda: True)
        with everything("reading"):
            waiting = visible_job(job.id)
            assert (waiting.state, waiting.done) == (JobState.QUEUED, 1)
        perform(job.id)
        with everything("reading"):
            assert visible_job(job.id).state is JobState.DONE

    def test_a_refusal_is_the_message_of_the_job(self) -> None:
        with acting("wang"):
            job = run(start_job, kind="refuse").record
        perform(job.id)
        with everything("reading"):
            failed = visible_job(job.id)
        assert (failed.state, failed.message, failed.message_facts) == (JobState.FAILED, "The plan %(plan)s is gone.", {"plan": "200M"})

    def test_a_bug_fails_the_job_and_says_so(self) -> None:
        with acting("wang"):
            job = run(start_job, kind="break_down").record
        with pytest.raises(ZeroDivisionError):
            perform(job.id)
        with everything("reading"):
            failed = visible_job(job.id)
        assert failed.state is JobState.FAILED
        assert failed.ended_at is not None

    def test_a_job_is_seen_by_its_person_and_its_office_only(self) -> None:
        with acting("wang"):
            own = run(start_job, kind="rename", word="x").record.id
            of_office = run(start_job, kind="rename", office=office("SH").id, word="y").record.id
            assert visible_job(own).id == own
        with acting("li"):
            assert visible_job(of_office).id == of_office
            with pytest.raises(NotFound):
                visible_job(own)
        with acting("lan"), pytest.raises(NotFound):
            visible_job(of_office)

    def test_the_running_job_of_a_person_is_found(self) -> None:
        with acting("wang"):
            assert running_job() is None
            job = run(start_job, kind="rename", word="x").record
            found = running_job()
            assert found is not None
            assert found.id == job.id
        perform(job.id)
        with acting("wang"):
            assert running_job() is None


def test_our_copy_of_the_queue_schema_is_that_of_the_installed_release() -> None:
    ours = (REPOSITORY / "migrations" / "sql" / "procrastinate_3_10_0.sql").read_text(encoding="utf-8")
    theirs = (Path(procrastinate.__file__).parent / "sql" / "schema.sql").read_text(encoding="utf-8")
    assert ours == theirs, "A newer procrastinate changes its schema: add a migration with its changes."


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[Flask]:
    """An application over a database of its own, where commits are real."""
    application = make_application(settings, committed_database)
    with application.app_context():
        # Making an application takes over the wiring's kinds; these tests have their own.
        queue.register({name: JobKind(f"{HERE}:{name}", name) for name in ("rename", "dawdle")})
        yield application
        db.session.remove()
        db.engine.dispose()


def test_a_worker_does_what_was_committed_and_never_what_was_rolled_back(committed: Flask) -> None:
    with acting("wang"):
        kept = run(start_job, kind="rename", word="kept").record.id
        start_job("rename", word="lost")
        db.session.rollback()
    work_for(committed, until_empty=True)
    with everything("reading"):
        assert visible_job(kept).state is JobState.DONE
        assert db.session.query(BackgroundJob).count() == 1


def _become_worker(settings: Settings, url: str) -> None:
    application = make_application(settings, url)
    queue.register({"dawdle": JobKind(f"{HERE}:dawdle", "dawdle")})
    work_for(application)


def _until(condition: Any, seconds: float = PATIENCE) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _state(connection: Connection) -> tuple[str, int]:
    row = connection.execute(text("SELECT state, done FROM background_job")).one()
    return str(row.state), int(row.done)


def test_a_stopped_worker_gives_its_job_back_in_time(committed: Flask, settings: Settings, committed_database: str) -> None:
    with acting("wang"):
        run(start_job, kind="dawdle")
    db.session.remove()
    db.engine.dispose()
    process = get_context("spawn").Process(target=_become_worker, args=(settings, committed_database))
    process.start()
    engine = create_engine(committed_database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            assert _until(lambda: _state(connection)[1] > 2)
            assert process.pid is not None
            os.kill(process.pid, signal.SIGTERM)
            process.join(PATIENCE)
            assert process.exitcode == 0
            state, done = _state(connection)
            assert state == "queued"
            assert done < 600
            assert connection.execute(text("SELECT status::text FROM procrastinate_jobs")).scalar_one() == "todo"
    finally:
        process.kill()
        process.join()
        engine.dispose()


def test_the_job_of_a_worker_that_was_killed_is_done_by_another(committed: Flask) -> None:
    with acting("wang"):
        job = run(start_job, kind="rename", word="x").record.id
    session = db.session.connection()
    session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"))
    session.execute(text("SELECT procrastinate_fetch_job_v2(NULL, (SELECT id FROM procrastinate_workers))"))
    db.session.commit()
    work_for(committed, until_empty=True)

    async def sweep() -> None:
        waiting = queue_of(committed)
        async with waiting.open_async():
            await bring_back(waiting)

    asyncio.run(sweep())
    work_for(committed, until_empty=True)
    with everything("reading"):
        assert visible_job(job).state is JobState.DONE


def test_the_office_of_a_job_must_exist(committed: Flask) -> None:
    with acting("wang"), pytest.raises(Exception, match="fk_background_job_office_id"):
        run(start_job, kind="rename", office=10_000, word="x")
    with everything("counting"):
        assert db.session.query(Office).count() == 3
