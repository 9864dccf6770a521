"""One line that cannot be resumed or moved to its plan stops neither the others nor the office's night."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.broadband import jobs
from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.log import LogEntry
from app.foundation.scope import everything, scoped
from app.values.errors import Message, OperationRefused
from tests.broadband.changes import booked_plan
from tests.broadband.lines import line_until, suspended
from tests.factories import a_plan, on_day, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")

REFUSAL = OperationRefused(Message("The subscription does not exist."), code="test")
BREAKS = [pytest.param(REFUSAL, id="refused"), pytest.param(RuntimeError("a mistake of ours"), id="broken")]


def night(deed: Callable[[int, datetime.date], None], line: Subscription, on: str) -> None:
    with on_day(on), working_as(NIGHTLY), scoped(None, [line.office_id]):
        deed(line.office_id, datetime.date.fromisoformat(on))


def failing_once(name: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operation of the night fail at the first line it is called for."""
    real, calls = getattr(jobs, name), []

    def failing(**terms: Any) -> Any:
        calls.append(terms)
        if len(calls) == 1:
            raise error
        return real(**terms)

    monkeypatch.setattr(jobs, name, failing)


def noted() -> list[tuple[int | None, str]]:
    with everything("reading a test's own log"):
        return [(entry.row_id, entry.message) for entry in db.session.scalars(select(LogEntry).where(LogEntry.of_table == "subscription"))]


@pytest.mark.parametrize("error", BREAKS)
def test_a_planned_resumption_that_fails_is_noted_and_the_next_line_resumes(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (line_until("2026-08-14", since="2026-05-15") for _ in range(2))
    for line in (first, second):
        suspended(line, "2026-06-10", planned_resume_on=datetime.date(2026, 7, 20))
    failing_once("resume_by", error, monkeypatch)
    night(jobs.resume_planned, first, "2026-07-20")
    assert [reloaded(line).state for line in (first, second)] == [SubscriptionState.SUSPENDED, SubscriptionState.ACTIVE]
    assert noted() == [(first.id, "A planned resumption was refused: %(reason)s")]


@pytest.mark.parametrize("error", BREAKS)
def test_a_booked_plan_that_cannot_come_is_noted_and_the_next_line_gets_its_own(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan()
    lines = [line_until("2026-06-30", since="2026-06-01") for _ in range(2)]
    for line in lines:
        booked_plan(line, "2026-06-10", plan)
        paid(line, "2026-06-20")
    failing_once("apply_booked_change", error, monkeypatch)
    night(jobs.switch_plans, lines[0], "2026-07-01")
    assert [reloaded(line).plan_id == plan.id for line in lines] == [False, True]
    assert noted() == [(lines[0].id, "A booked change of plan was refused: %(reason)s")]
