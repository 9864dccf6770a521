"""Proofs of a whole database: one snapshot, every night, and a record of what was found."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InternalError
from sqlalchemy.pool import NullPool

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, JobState, perform
from app.foundation.log import LogEntry
from app.foundation.proofs import invariants, prove
from app.foundation.proofs.nightly import HOUR, ask_for_proof, see_to_proof
from app.foundation.proofs.proving import snapshot
from app.foundation.proofs.records import ProofKind, ProofRun, Verdict
from app.foundation.proofs.state import proof_news
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import Conflict
from config import Settings
from tests.conftest import make_application
from tests.factories import acting, office


def test_a_proof_sees_one_moment_and_can_write_nothing(committed_database: str) -> None:
    engine = create_engine(committed_database, poolclass=NullPool)
    count = text("SELECT count(*) FROM idempotency_key")
    write = "INSERT INTO idempotency_key (user_id, key, fingerprint, created_at) SELECT id, 'k', 'f', '2026-01-01' FROM ab_user LIMIT 1"
    with snapshot(committed_database) as connection:
        before = connection.execute(count).scalar_one()
        with engine.begin() as other:
            other.execute(text(write))
        assert connection.execute(count).scalar_one() == before
        with pytest.raises(InternalError, match="read-only"):
            connection.execute(text(write))
    engine.dispose()


def test_the_database_without_any_books_holds(settings: Settings, committed_database: str) -> None:
    owner = make_application(settings, committed_database, AS_OWNER=True)
    asked: list[tuple[int, int]] = []
    results = prove(owner, lambda done, total: asked.append((done, total)))
    assert [result.invariant.name for result in results if not result.holds] == []
    assert asked[-1] == (len(invariants()), len(invariants()))


# --- the record ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(app: Flask) -> ProofRun:
    """A proof that found a row in Shanghai, one in Hà Nội and one of the whole installation."""
    where = {"SH": office("SH").id, "HN": office("HN").id}
    found = [(where["SH"], "KH-1"), (where["HN"], "KH-2"), (None, "posting")]
    answers = [
        {
            "name": name,
            "examined": 10,
            "seconds": 0.1,
            "error": "",
            "offices": {str(place or "installation"): {"count": 1, "rows": [["customer", 1, number, "0", "1"]]}},
        }
        for name, (place, number) in zip(("entries_balance", "receipts_add_up", "books_cannot_be_rewritten"), found, strict=True)
    ]
    return _stored(answers)


def _stored(answers: list[dict[str, object]]) -> ProofRun:
    now = clock.real_now()
    record = ProofRun(
        kind=ProofKind.NIGHTLY,
        started_at=now - datetime.timedelta(seconds=3),
        finished_at=now,
        examined=30,
        results={"invariants": answers},
    )
    db.session.add(record)
    db.session.commit()
    return record


def test_a_manager_sees_what_is_wrong_in_his_own_office_only(stored: ProofRun) -> None:
    with acting("binh"):
        found = {answer.name: [each.number for each in answer.violations] for answer in stored.broken}
        # What is wrong with the installation itself concerns everybody.
        assert found == {"receipts_add_up": ["KH-2"], "books_cannot_be_rewritten": ["posting"]}


def test_what_is_wrong_in_other_offices_is_no_news_for_a_manager(app: Flask) -> None:
    found = {str(office("SH").id): {"count": 1, "rows": [["customer", 1, "KH-1", "0", "1"]]}}
    record = _stored([{"name": "entries_balance", "examined": 9, "seconds": 0.1, "error": "", "offices": found}])
    with acting("wong"):
        assert record.verdict is Verdict.HOLDS
        assert proof_news().tone == "good"
    with acting("chen"):
        assert record.verdict is Verdict.BROKEN
        assert proof_news().tone == "bad"


def test_an_administrator_of_all_offices_sees_every_office_and_the_installation(stored: ProofRun) -> None:
    with acting("ada"):
        numbers = {each.number for answer in stored.broken for each in answer.violations}
        assert numbers == {"KH-1", "KH-2", "posting"}
        assert proof_news().tone == "bad"


def test_what_broke_in_the_asking_is_told_to_everybody(app: Flask) -> None:
    record = _stored([{"name": "entries_balance", "examined": 0, "seconds": 0.0, "error": "timeout", "offices": {}}])
    with acting("wong"):
        assert [answer.error for answer in record.broken] == ["timeout"]


def test_an_old_proof_is_no_good_news(app: Flask) -> None:
    _stored([])
    with acting("chen"):
        assert proof_news().tone == "good"
        assert proof_news(clock.real_now() + datetime.timedelta(hours=51)).tone == "amber"


def test_without_a_proof_the_news_is_that_one_comes(app: Flask) -> None:
    with acting("chen"):
        assert proof_news().tone == "neutral"


# --- every night ---------------------------------------------------------------------------------------------------------------


def at(hour: int, minute: int = 0) -> datetime.datetime:
    """Return a time of today on the clock of the first office."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.combine(clock.real_now().astimezone(zone).date(), datetime.time(hour, minute), zone)


@pytest.mark.usefixtures("app")
class TestEveryNight:
    def test_it_is_asked_for_once_after_its_hour_on_the_first_offices_clock(self) -> None:
        assert see_to_proof(at(2, 9)) is None
        job = see_to_proof(at(HOUR.hour, HOUR.minute))
        assert job is not None
        assert job.arguments == {"nightly": True}
        assert see_to_proof(at(3)) is None

    def test_it_waits_for_other_work_but_not_for_long(self) -> None:
        with everything("a test's own job"):
            other = BackgroundJob(kind="x", label="X", arguments={}, actor={}, created_at=at(2, 0))
            db.session.add(other)
            db.session.commit()
        assert see_to_proof(at(2, 30)) is None
        assert see_to_proof(at(4, 30)) is not None

    def test_a_second_one_is_refused_while_one_is_made(self) -> None:
        with acting("ada"):
            run(ask_for_proof)
            with pytest.raises(Conflict):
                run(ask_for_proof)


@pytest.fixture
def served(settings: Settings, committed_database: str) -> Iterator[Flask]:
    app = make_application(settings, committed_database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_job_keeps_what_it_found_and_tells_the_log_of_a_corruption(served: Flask, committed_database: str) -> None:
    engine = create_engine(committed_database, poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("GRANT DELETE ON posting TO feehouse_app"))
    with acting("ada"):
        job = run(ask_for_proof).record
    perform(job.id)
    with everything("reading what the job left"):
        done = db.session.get(BackgroundJob, job.id, populate_existing=True)
        assert done is not None
        assert (done.state, done.done, done.result) == (JobState.DONE, len(invariants()), {"proof_run": 1, "holds": False})
        proof = db.session.get(ProofRun, 1)
        assert proof is not None
        assert [answer.name for answer in proof.broken] == ["books_cannot_be_rewritten"]
        assert proof.requested_by_id == job.created_by_id
        entry = db.session.query(LogEntry).filter(LogEntry.of_table == "proof_run").one()
        assert entry.facts["count"]
    engine.dispose()


def test_a_proof_cannot_be_changed_afterwards(served: Flask) -> None:
    with scoped(None, []):
        record = _stored([])
        record.examined = 0
        with pytest.raises(Exception, match="permission denied"):
            db.session.commit()
        db.session.rollback()
