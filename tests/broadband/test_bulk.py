"""Force stop and resume for a selection: tried on every line first, done line by line, resumed after a kill."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.broadband import jobs
from app.broadband.choices import BulkOutcome, BulkState, StopReason, SubscriptionOperation, SubscriptionState, SubscriptionStatus
from app.broadband.models import BulkRow, BulkRun, ForcedStop, Subscription
from app.broadband.operations.bulk import BULK_JOB, BulkTerms, begin_bulk
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob
from app.foundation.jobs.performing import perform
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotAllowed, NotFound, OperationRefused
from tests.api.conftest import Programs, made, of
from tests.broadband.lines import TODAY, in_state, line_until, suspended
from tests.broadband.test_halting_refusals import key_of
from tests.factories import acting, office, on_day, reloaded
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

__all__ = ["of"]
pytestmark = pytest.mark.usefixtures("app")
STOP = BulkTerms(operation=SubscriptionOperation.FORCE_STOP, stop_reason=StopReason.ARREARS, note="欠费")


def begun(*lines: Subscription, terms: BulkTerms = STOP, by: str = "chen") -> BulkRun:
    with on_day(TODAY), acting(by):
        return run(begin_bulk, office=office().id, lines=tuple(line.id for line in lines), terms=terms).record


def worked(bulk: BulkRun) -> None:
    """Let the worker do the job of a run."""
    with everything("the worker"):
        job = db.session.scalars(select(BackgroundJob.id).where(BackgroundJob.kind == BULK_JOB).order_by(BackgroundJob.id.desc())).first()
    assert job is not None
    with on_day(TODAY):
        perform(job)


def outcomes(bulk: BulkRun) -> list[tuple[BulkOutcome, str]]:
    with everything("the results"):
        db.session.expunge_all()
        rows = db.session.scalars(select(BulkRow).where(BulkRow.bulk_run_id == bulk.id).order_by(BulkRow.position)).all()
        return [(row.outcome, say(row.sentence, "en")) for row in rows]


def test_each_line_is_done_or_refused_by_itself() -> None:
    lines = [in_state(status) for status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.PENDING, SubscriptionStatus.EXPIRED)]
    bulk = begun(*lines)
    worked(bulk)
    assert [outcome for outcome, _ in outcomes(bulk)] == [BulkOutcome.DONE, BulkOutcome.REFUSED, BulkOutcome.DONE]
    assert lines[1].broadband_account in outcomes(bulk)[1][1]
    assert [reloaded(line).state for line in lines] == [SubscriptionState.FORCED, SubscriptionState.PENDING, SubscriptionState.FORCED]
    fresh = reloaded(bulk)
    assert (fresh.bulk_state, fresh.done, fresh.refused, fresh.total) == (BulkState.DONE, 2, 1, 3)


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "is not installed yet"), ("zh_Hans", "尚未装机"), ("zh_Hant", "尚未裝機"), ("vi", "chưa lắp đặt")],
)
def test_every_reader_has_the_results_in_his_language(app: Flask, locale: str, words: str) -> None:
    bulk = begun(in_state(SubscriptionStatus.PENDING))
    worked(bulk)
    with on_day(TODAY):
        browser = signed_in(app, "chen", locale)
        assert words in browser.get(f"/bulkrunview/show/{bulk.id}").text
        assert words in browser.get(f"/bulkrowview/export/csv?bulk_run={bulk.id}").text


def test_lines_are_resumed_together() -> None:
    lines = [in_state(SubscriptionStatus.SUSPENDED), in_state(SubscriptionStatus.FORCED)]
    bulk = begun(*lines, terms=BulkTerms(operation=SubscriptionOperation.RESUME))
    worked(bulk)
    assert {reloaded(line).state for line in lines} == {SubscriptionState.ACTIVE}


def test_a_killed_job_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [in_state(SubscriptionStatus.ACTIVE) for _ in range(3)]
    bulk = begun(*lines)
    note = jobs.note_row
    calls: list[int] = []

    def killed_at_the_second(**terms: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return note(**terms)  # type: ignore[arg-type]

    # The second line is cut, and the worker dies before it notes that.
    killed_at_the_second.__module__, killed_at_the_second.__qualname__ = note.__module__, note.__qualname__
    monkeypatch.setattr(jobs, "note_row", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        worked(bulk)
    assert [outcome for outcome, _ in outcomes(bulk)] == [BulkOutcome.DONE, BulkOutcome.WAITING, BulkOutcome.WAITING]
    monkeypatch.setattr(jobs, "note_row", note)
    worked(bulk)
    assert [outcome for outcome, _ in outcomes(bulk)] == [BulkOutcome.DONE] * 3
    with everything("the stops"):
        wanted = [line.id for line in lines]
        stops = db.session.scalars(select(ForcedStop.subscription_id).where(ForcedStop.subscription_id.in_(wanted))).all()
    assert sorted(stops) == sorted(wanted)


def test_it_takes_the_right_to_cut() -> None:
    line = in_state(SubscriptionStatus.ACTIVE)
    with assert_nothing_written(), pytest.raises(NotAllowed):
        begun(line, by="wang")


def test_a_line_of_another_office_is_not_there() -> None:
    line, strange = in_state(SubscriptionStatus.ACTIVE), in_state(SubscriptionStatus.ACTIVE, code="HN")
    with assert_nothing_written(), pytest.raises(NotFound):
        begun(line, strange)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (BulkTerms(operation=SubscriptionOperation.FORCE_STOP), "stop_reason"),
        (BulkTerms(operation=SubscriptionOperation.RESUME, stop_reason=StopReason.ARREARS), "stop_reason"),
        (BulkTerms(operation=SubscriptionOperation.SUSPEND), "not_in_bulk"),
    ],
)
def test_what_makes_no_sense_is_refused(terms: BulkTerms, code: str) -> None:
    line = in_state(SubscriptionStatus.ACTIVE)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        begun(line, terms=terms)
    assert refused.value.code == code


def test_no_line_is_no_selection() -> None:
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        begun()
    assert refused.value.code == "no_lines"


def test_the_page_tries_every_line_and_writes_nothing(app: Flask) -> None:
    good, bad = in_state(SubscriptionStatus.ACTIVE), in_state(SubscriptionStatus.PENDING)
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        ticked = browser.post("/subscriptionview/action_post", data={"action": "force_stop", "rowid": [good.id, bad.id]})
        assert ticked.status_code == 302
        with assert_nothing_written():
            page = browser.get(ticked.location).text
        assert good.broadband_account in page
        assert "is not installed yet" in page
        assert "1 of the lines can be done, 1 are refused." in page
        sent = {"operation": "force_stop", "reason": "arrears", "ids": f"{good.id},{bad.id}", "key": key_of(page)}
        started = browser.post("/bulkrunview/add", data=sent)
        assert started.status_code == 302, started.text
        with everything("the run"):
            bulk = db.session.scalars(select(BulkRun).order_by(BulkRun.id.desc())).first()
        assert bulk is not None
        number = bulk.id
        worked(bulk)
        shown = browser.get(f"/bulkrunview/show/{number}").text
        assert "is not installed yet" in shown
        file = browser.get(f"/bulkrowview/export/csv?bulk_run={number}")
        assert file.status_code == 200
        assert good.broadband_account in file.text


def test_the_page_takes_everything_that_a_filter_finds(app: Flask) -> None:
    expired = [in_state(SubscriptionStatus.EXPIRED) for _ in range(2)]
    in_state(SubscriptionStatus.ACTIVE)
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        listed = browser.get("/subscriptionview/list/?status=expired").text
        assert "Force-stop all of these" in listed
        page = browser.get("/bulkrunview/add?operation=force_stop&filter=status%3Dexpired").text
    assert "2 lines selected" in page
    assert all(line.broadband_account in page for line in expired)


def test_the_page_calls_a_line_past_its_stop_date_expired(app: Flask) -> None:
    line = in_state(SubscriptionStatus.EXPIRED)
    with on_day(TODAY):
        page = signed_in(app, "chen", "en").get(f"/bulkrunview/add?operation=force_stop&reason=arrears&ids={line.id}").text
    assert "Expired → Force-stopped" in page


def test_a_line_that_resumes_past_its_stop_date_is_called_expired(app: Flask) -> None:
    """A rest of some days moves no date: the line resumes into what it would be without it."""
    line = line_until("2026-06-08", since="2026-02-09")
    suspended(line, "2026-06-07")
    with on_day(TODAY):
        page = signed_in(app, "chen", "en").get(f"/bulkrunview/add?operation=resume&ids={line.id}").text
    assert "Suspended → Expired" in page


def test_the_reason_of_a_stop_is_asked_only_for_a_stop(app: Flask) -> None:
    line = in_state(SubscriptionStatus.FORCED)
    with on_day(TODAY):
        page = signed_in(app, "chen", "en").get(f"/bulkrunview/add?operation=resume&ids={line.id}").text
    assert re.search(r'<div class="fh-field[^>]*data-only-with="operation=force_stop">\s*<label[^>]*for="reason"', page)


def test_a_program_begins_it_and_reads_the_results(of: Programs) -> None:
    good, bad = in_state(SubscriptionStatus.ACTIVE), in_state(SubscriptionStatus.CLOSED)
    with on_day(TODAY):
        body = {"operation": "force_stop", "reason": "arrears", "subscriptions": [good.id, bad.id]}
        answer = made(of("chen").post("/bulk_runs", body), 202)
        assert (answer["state"], answer["total"]) == ("waiting", 2)
        with everything("the run"):
            worked(db.session.get_one(BulkRun, answer["id"]))
        rows = made(of("chen").get(f"/bulk_rows?bulk_run={answer['id']}"), 200)["items"]
    assert [row["outcome"] for row in rows] == ["done", "refused"]


def test_a_filter_that_finds_nothing_leads_back_to_where_lines_are_chosen(app: Flask) -> None:
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        answer = browser.get("/bulkrunview/add?operation=force_stop&filter=status%3Dexpired", follow_redirects=True)
    assert "No line is selected." in answer.text
    assert answer.request.path == "/subscriptionview/list/"
