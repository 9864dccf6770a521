"""Two people do something to one line at the same moment, on connections of their own: one of them is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.broadband.choices import StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.models import Subscription, SubscriptionEvent
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, resume, suspend
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.lines import TODAY, in_state, suspended
from tests.factories import acting, on_day
from tests.stories.test_two_counters import at_once, office_at_work

__all__ = ["office_at_work"]


def suspending(line: int, by: str) -> Callable[[], object]:
    def deed() -> object:
        with on_day(TODAY), acting(by):
            return run(suspend, subscription=line, terms=SuspensionTerms()).record.id

    return deed


def cutting(line: int) -> Callable[[], object]:
    def deed() -> object:
        with on_day(TODAY), acting("chen"):
            return run(force_stop, subscription=line, reason=StopReason.VIOLATION, terms=DeedTerms()).record.id

    return deed


def resuming(line: int, by: str) -> Callable[[], object]:
    def deed() -> object:
        with on_day(TODAY), acting(by):
            return run(resume, subscription=line, terms=ResumptionTerms()).record.id

    return deed


def events_of(line: int) -> int:
    with everything("counting"):
        return db.session.execute(select(func.count()).where(SubscriptionEvent.subscription_id == line)).scalar_one()


def state_of(line: int) -> SubscriptionState:
    with everything("looking"):
        db.session.rollback()
        return db.session.execute(select(Subscription.state).where(Subscription.id == line)).scalar_one()


def an_active_line() -> int:
    return in_state(SubscriptionStatus.ACTIVE).id


@pytest.mark.parametrize("other", ["suspends too", "cuts"])
def test_one_of_two_wins_and_the_other_is_told(office_at_work: Flask, other: str) -> None:
    line = an_active_line()
    second = suspending(line, "li") if other == "suspends too" else cutting(line)
    results = at_once(office_at_work, [suspending(line, "wang"), second])
    refused = [result for result in results if isinstance(result, OperationRefused)]
    assert len(refused) == 1
    assert refused[0].code in {"state_suspended", "state_forced"}
    assert events_of(line) == 1
    assert state_of(line) is not SubscriptionState.ACTIVE


def test_a_line_resumed_twice_at_once_is_shifted_once(office_at_work: Flask) -> None:
    line = in_state(SubscriptionStatus.ACTIVE)
    suspended(line, "2026-05-01")
    with everything("looking"):
        before = db.session.execute(select(Subscription.stops_on).where(Subscription.id == line.id)).scalar_one()
    results = at_once(office_at_work, [resuming(line.id, "wang"), resuming(line.id, "li")])
    assert [result.code for result in results if isinstance(result, OperationRefused)] == ["state_active"]
    with everything("looking"):
        db.session.rollback()
        after = db.session.execute(select(Subscription.stops_on).where(Subscription.id == line.id)).scalar_one()
    assert (after - before).days == 40
