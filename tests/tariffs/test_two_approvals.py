"""Two approvals of one day at the same moment, with real commits: one wins, the other is told whose day it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.tariffs.choices import VersionState
from app.tariffs.models import TariffVersion
from app.tariffs.operations import approve_version, reopen_version
from app.values.errors import OperationRefused
from config import Settings
from tests.conftest import make_application
from tests.factories import acting, on_day
from tests.tariffs.making import a_checked, a_tariff


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[Flask]:
    app = make_application(settings, committed_database)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, *deeds: tuple[str, object, int]) -> list[str]:
    """Let people do their deeds at the same moment; return what became of each."""
    said: list[str] = []
    ready = threading.Barrier(len(deeds))

    def work(who: str, operation: object, version: int) -> None:
        with app.app_context(), on_day("2026-05-14"), acting(who):
            ready.wait(timeout=30)
            try:
                run(operation, version=version)  # type: ignore[arg-type]
                said.append("done")
            except OperationRefused as refusal:
                said.append(refusal.code)
            finally:
                db.session.remove()

    people = [threading.Thread(target=work, args=deed) for deed in deeds]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    return sorted(said)


def states(app: Flask) -> list[str]:
    with app.app_context(), everything("reading a test's own records"):
        return sorted(state.value for state in db.session.scalars(select(TariffVersion.state)))


def test_two_versions_of_one_day_are_approved_once(committed: Flask) -> None:
    with committed.app_context():
        tariff = a_tariff()
        versions = [a_checked(tariff, valid_from="2026-06-01").id for _ in range(2)]
        db.session.remove()
    assert at_once(committed, *(("zhou", approve_version, version) for version in versions)) == ["day_taken", "done"]
    assert states(committed) == ["approved", "checked"]


def test_one_version_is_approved_once(committed: Flask) -> None:
    with committed.app_context():
        version = a_checked(a_tariff(), valid_from="2026-06-01").id
        db.session.remove()
    assert at_once(committed, *[("zhou", approve_version, version)] * 2) == ["done", "wrong_state"]
    assert states(committed) == [VersionState.APPROVED.value]


def test_a_version_is_approved_or_a_draft_again_and_never_both(committed: Flask) -> None:
    with committed.app_context():
        version = a_checked(a_tariff(), valid_from="2026-06-01").id
        db.session.remove()
    assert at_once(committed, ("zhou", approve_version, version), ("chen", reopen_version, version)) == ["done", "wrong_state"]
    assert states(committed) in (["approved"], ["draft"])
