"""The pages for those who answer for the installation: proofs, jobs, and how everything stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, JobKind, JobState, Work, perform, queue, start_job
from app.foundation.proofs.records import ProofKind, ProofRun
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.cast import PASSWORD
from tests.factories import acting, an_active_line, office, paid

pytestmark = pytest.mark.usefixtures("app")


def signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def fail(work: Work) -> None:
    raise ZeroDivisionError


def succeed(work: Work) -> None:
    work.progress(1, 1)


@pytest.fixture
def kinds() -> Iterator[None]:
    before = dict(queue._kinds)
    queue.register({"fail": JobKind(f"{__name__}:fail", "Notices"), "bound": JobKind(f"{__name__}:succeed", "Notices", stands_alone=False)})
    yield
    queue.register(before)


def a_proof(code: str, record: int, number: str) -> ProofRun:
    """Store a proof that found one receipt of an office."""
    now = clock.real_now()
    found = {str(office(code).id): {"count": 21, "rows": [["receipt", record, number, "50.00", "49.00"]]}}
    answers = [{"name": "receipts_add_up", "examined": 9, "seconds": 0.2, "error": "", "offices": found}]
    proof = ProofRun(kind=ProofKind.BY_HAND, started_at=now, finished_at=now, examined=9, results={"invariants": answers})
    db.session.add(proof)
    db.session.commit()
    return proof


class TestProofs:
    def test_the_first_page_says_that_all_hold_or_leads_to_what_is_wrong(self, app: Flask) -> None:
        assert "fh-home-proof tone-neutral" in signed_in(app, "chen").get("/").text
        payment = paid(an_active_line("2026-05-14"), "2026-05-14")
        proof = a_proof("SH", payment.receipt_id, payment.number)
        page = signed_in(app, "chen").get("/").text
        assert f"/proofs/show/{proof.id}" in page
        assert "fh-alert tone-bad" in page
        assert "fh-alert tone-bad" not in signed_in(app, "binh").get("/").text

    def test_the_page_of_a_proof_links_the_rows_and_counts_the_others(self, app: Flask) -> None:
        payment = paid(an_active_line("2026-05-14"), "2026-05-14")
        proof = a_proof("SH", payment.receipt_id, payment.number)
        page = signed_in(app, "chen").get(f"/proofs/show/{proof.id}").text
        assert payment.number in page
        assert f"/receiptview/show/{payment.receipt_id}" in page
        assert "49.00" in page
        assert payment.number not in signed_in(app, "binh").get(f"/proofs/show/{proof.id}").text

    def test_a_manager_reads_but_only_administrators_and_auditors_ask_for_one(self, app: Flask) -> None:
        assert signed_in(app, "chen").post("/proofs/make").status_code == 403
        for username in ("ada", "shen"):
            answer = signed_in(app, username).post("/proofs/make")
            with everything("a test's own job"):
                job = db.session.query(BackgroundJob).order_by(BackgroundJob.id.desc()).first()
                assert job is not None
                assert answer.headers["Location"].partition("?")[0] == f"/jobs/{job.id}"
                job.state, job.ended_at = JobState.DONE, clock.real_now()
                db.session.commit()


@pytest.mark.usefixtures("kinds")
class TestJobs:
    def test_a_failed_job_is_repeated_by_an_administrator(self, app: Flask) -> None:
        job = self.failed()
        client = signed_in(app, "ada")
        assert f"/background_jobs/repeat/{job}" in client.get(f"/background_jobs/show/{job}").text
        client.post(f"/background_jobs/repeat/{job}")
        assert self.state_of(job) is JobState.QUEUED
        with pytest.raises(ZeroDivisionError):
            perform(job)
        assert self.state_of(job) is JobState.FAILED

    def test_a_waiting_job_is_cancelled_and_then_not_performed(self, app: Flask) -> None:
        with acting("wang"):
            job = run(start_job, kind="fail").record.id
        signed_in(app, "ada").post(f"/background_jobs/cancel/{job}")
        assert self.state_of(job) is JobState.CANCELLED
        perform(job)
        assert self.state_of(job) is JobState.CANCELLED

    def test_a_job_that_something_else_knows_of_is_left_alone(self, app: Flask) -> None:
        with acting("wang"):
            job = run(start_job, kind="bound").record.id
        client = signed_in(app, "ada")
        assert f"/background_jobs/cancel/{job}" not in client.get(f"/background_jobs/show/{job}").text
        client.post(f"/background_jobs/cancel/{job}")
        assert self.state_of(job) is JobState.QUEUED

    def test_a_job_that_is_over_is_neither_repeated_nor_cancelled(self, app: Flask) -> None:
        job = self.failed()
        with everything("a test's own job"):
            record = db.session.get(BackgroundJob, job)
            assert record is not None
            record.state = JobState.DONE
            db.session.commit()
        client = signed_in(app, "ada")
        for deed in ("repeat", "cancel"):
            client.post(f"/background_jobs/{deed}/{job}")
            assert self.state_of(job) is JobState.DONE

    def test_the_list_shows_every_state_with_its_sentence(self, app: Flask) -> None:
        job = self.failed()
        page = signed_in(app, "ada").get("/background_jobs/list/?state=failed").text
        assert f"/background_jobs/show/{job}" in page
        assert f"/background_jobs/show/{job}" not in signed_in(app, "ada").get("/background_jobs/list/?state=done").text

    def test_an_auditor_sees_jobs_of_his_offices_and_of_the_program_only(self, app: Flask) -> None:
        with acting("lan"):
            job = run(start_job, kind="fail", office=office("HN").id).record.id
        assert signed_in(app, "shen").get(f"/background_jobs/show/{job}").status_code == 404
        assert signed_in(app, "ada").get(f"/background_jobs/show/{job}").status_code == 200

    @staticmethod
    def failed() -> int:
        with acting("wang"):
            job: int = run(start_job, kind="fail").record.id
        with pytest.raises(ZeroDivisionError):
            perform(job)
        return job

    @staticmethod
    def state_of(job: int) -> JobState:
        with everything("a test's own job"):
            db.session.expire_all()
            found = db.session.get(BackgroundJob, job, populate_existing=True)
            assert found is not None
            return found.state


class TestInstallation:
    def test_it_tells_versions_space_and_counts(self, app: Flask) -> None:
        page = signed_in(app, "ada").get("/installation/").text
        assert "PostgreSQL" in page
        newest = max(file.name[:4] for file in Path(app.config["MIGRATIONS_FOLDER"], "versions").glob("[0-9]*.py"))
        assert newest in page

    def test_it_warns_of_what_is_not_safe(self, app: Flask) -> None:
        page = signed_in(app, "ada").get("/installation/").text
        assert "PUBLIC_URL" in page
        assert "FEEHOUSE_BACKUP_PASSPHRASE" in page

    def test_nobody_else_sees_it(self, app: Flask) -> None:
        for username in ("chen", "zhou", "wang"):
            assert signed_in(app, username).get("/installation/").status_code == 403
