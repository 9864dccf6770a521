"""What the night proposes, on its pages: a note with the decision, a count where the manager begins."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.broadband.choices import ProposalStatus, SubscriptionState
from app.broadband.models import LineProposal
from app.broadband.operations.proposals import propose
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from tests.factories import a_customer, a_line_until, on_day, reloaded
from tests.pages.conftest import signed_in

NIGHT = "2026-07-15"


@pytest.fixture
def proposal(app: Flask) -> LineProposal:
    """A forced stop that is proposed for a line which ran out on 30 June."""
    line = a_line_until("2026-06-30", customer=a_customer(name="王晓明"))
    with on_day(NIGHT), working_as(NIGHTLY), scoped(None, [line.office_id]):
        propose(office=line.office_id, day=datetime.date.fromisoformat(NIGHT))
        db.session.commit()
    with everything("a test's own proposal"):
        return db.session.query(LineProposal).one()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    with on_day(NIGHT):
        return signed_in(app, "chen", "en")


def test_the_page_says_why_and_asks_for_a_note(browser: FlaskClient, proposal: LineProposal) -> None:
    with on_day(NIGHT):
        page = browser.get(f"/lineproposalview/show/{proposal.id}").text
    assert "The line stopped on 2026-06-30" in page
    assert 'name="note"' in page


def test_a_dismissal_keeps_its_note(browser: FlaskClient, proposal: LineProposal) -> None:
    with on_day(NIGHT):
        browser.post(f"/lineproposalview/dismiss/{proposal.id}", data={"note": "答应周五缴费"})
        page = browser.get(f"/lineproposalview/show/{proposal.id}").text
    fresh = reloaded(proposal)
    assert (fresh.proposal_status, fresh.decision_note) == (ProposalStatus.DISMISSED, "答应周五缴费")
    assert 'name="note"' not in page


def test_a_forced_stop_is_confirmed_from_the_row_of_the_list(browser: FlaskClient, proposal: LineProposal) -> None:
    with on_day(NIGHT):
        assert f"/lineproposalview/confirm/{proposal.id}" in browser.get("/lineproposalview/list/").text
        browser.post(f"/lineproposalview/confirm/{proposal.id}")
    assert reloaded(proposal).proposal_status is ProposalStatus.CONFIRMED
    with everything("a test's own line"):
        assert reloaded(proposal).subscription.state is SubscriptionState.FORCED


def test_the_first_page_and_the_menu_count_what_waits(browser: FlaskClient, proposal: LineProposal) -> None:
    with on_day(NIGHT):
        before = browser.get("/").text
        browser.post(f"/lineproposalview/dismiss/{proposal.id}")
        after = browser.get("/").text
    assert "/lineproposalview/list/?proposal_status=waiting" in before
    assert "/lineproposalview/list/?proposal_status=waiting" not in after


def test_an_auditor_sees_it_and_decides_nothing(app: Flask, proposal: LineProposal) -> None:
    with on_day(NIGHT):
        auditor = signed_in(app, "shen", "en")
        page = auditor.get(f"/lineproposalview/show/{proposal.id}").text
        assert auditor.post(f"/lineproposalview/dismiss/{proposal.id}").status_code == 403
    assert 'name="note"' not in page
    assert reloaded(proposal).proposal_status is ProposalStatus.WAITING
