"""Every cell of the table of states for suspension, resumption and forced stop, through the page and through the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.broadband.choices import StopReason, SubscriptionState, SubscriptionStatus
from app.broadband.models import ForcedStop, Resumption, Subscription, Suspension
from app.foundation.database import db
from app.foundation.scope import everything
from tests.api.conftest import Programs, assert_refused, made, of
from tests.broadband.lines import TODAY, cut, in_state, line_until
from tests.factories import on_day, reloaded
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

__all__ = ["of"]

S = SubscriptionStatus
# Resource, page and what both are told beside the line.
DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "suspensions": ("suspensionview", {}),
    "resumptions": ("resumptionview", {}),
    "forced_stops": ("forcedstopview", {"reason": "violation"}),
}
ALLOWED = {
    "suspensions": {S.ACTIVE: SubscriptionState.SUSPENDED},
    "resumptions": {S.SUSPENDED: SubscriptionState.ACTIVE, S.FORCED: SubscriptionState.ACTIVE},
    "forced_stops": {S.ACTIVE: SubscriptionState.FORCED, S.EXPIRED: SubscriptionState.FORCED},
}
RECORDS: dict[str, type[Any]] = {"suspensions": Suspension, "resumptions": Resumption, "forced_stops": ForcedStop}
REFUSED = [(name, status) for name in DEEDS for status in SubscriptionStatus if status not in ALLOWED[name]]
POSSIBLE = [(name, status) for name in DEEDS for status in SubscriptionStatus if status in ALLOWED[name]]


def key_of(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_program_is_refused(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    with on_day(TODAY):
        answer = of("chen").post(f"/{name}", {"subscription": line.id, **DEEDS[name][1]})
    error = assert_refused(answer, 422, f"state_{status}")
    assert line.broadband_account in error["message"]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_preview_is_refused(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    with on_day(TODAY):
        assert_refused(of("chen").post(f"/{name}/preview", {"subscription": line.id, **DEEDS[name][1]}), 422, f"state_{status}")


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_page_is_refused(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    address, terms = DEEDS[name]
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            sent = {"subscription": line.id, "method": "later", "key": key_of(page), **terms}
            answer = browser.post(f"/{address}/add", data=sent)
        assert answer.status_code == 422
        assert line.broadband_account in answer.text


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_program_does_it(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    with on_day(TODAY):
        foreseen = made(of("chen").post(f"/{name}/preview", {"subscription": line.id, **DEEDS[name][1]}), 200)
        done = made(of("chen").post(f"/{name}", {"subscription": line.id, **DEEDS[name][1]}))
    assert reloaded(line).state is ALLOWED[name][status]
    assert {key: done[key] for key in foreseen} == foreseen
    assert made(of("chen").get(f"/{name}?subscription={line.id}"), 200)["total"] == 1


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_page_does_it(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    address, terms = DEEDS[name]
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            assert browser.post(f"/{address}/preview", data={"subscription": line.id, "method": "later", **terms}).status_code == 200
        sent = {"subscription": line.id, "method": "later", "key": key_of(page), **terms}
        answer = browser.post(f"/{address}/add", data=sent)
        assert answer.status_code == 302, answer.text
        assert reloaded(line).state is ALLOWED[name][status]
        with everything("the record"):
            record = db.session.scalars(select(RECORDS[name]).where(RECORDS[name].subscription_id == line.id)).one().id
        assert browser.get(f"/{address}/show/{record}").status_code == 200
        assert line.broadband_account in browser.get(f"/{address}/list/").text
        assert browser.get(f"/subscriptionview/show/{line.id}").status_code == 200


def test_a_cut_line_without_cover_stays_cut(of: Programs) -> None:
    line = line_until("2026-05-14", since="2026-02-15")
    cut(line, "2026-05-20")
    with on_day(TODAY):
        assert_refused(of("chen").post("/resumptions", {"subscription": line.id}), 422, "stop_before_day")


def test_a_cashier_cuts_no_line(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        assert_refused(of("wang").post("/forced_stops", {"subscription": line.id, "reason": "arrears"}), 403)


def test_a_stop_without_a_reason_is_no_request(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        assert_refused(of("chen").post("/forced_stops", {"subscription": line.id}), 400)


@pytest.mark.parametrize("reason", list(StopReason))
def test_the_answer_names_the_kind_of_the_stop(of: Programs, reason: StopReason) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        answer = made(of("chen").post("/forced_stops", {"subscription": line.id, "reason": reason.value}))
    assert (answer["reason"], answer["subscription_status"], answer["stopped_on"]) == (reason.value, "forced", TODAY)


def test_another_offices_line_is_not_there(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        assert_refused(of("binh").post("/suspensions", {"subscription": line.id}), 404)
        assert_refused(of("binh").post("/forced_stops", {"subscription": line.id, "reason": "arrears"}), 404)


def test_a_request_sent_twice_suspends_once(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        first = made(of("wang").post("/suspensions", {"subscription": line.id}, key="once"))
        again = of("wang").post("/suspensions", {"subscription": line.id}, key="once")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json is not None
    assert again.json["id"] == first["id"]


def subscription(line: Subscription, of: Programs, day: str) -> dict[str, Any]:
    with on_day(day):
        return made(of("wang").get(f"/subscriptions/{line.id}"), 200)


def test_a_suspended_line_tells_its_planned_day_and_its_frozen_days(of: Programs) -> None:
    line = in_state(S.SUSPENDED)
    told = subscription(line, of, TODAY)
    assert (told["status"], told["halted_on"], told["planned_resume_on"]) == ("suspended", "2026-06-05", "2026-12-02")
    assert told["days_left"] == subscription(line, of, "2026-07-10")["days_left"] == 70


def test_the_planned_day_is_moved_by_a_program(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        suspension = made(of("wang").post("/suspensions", {"subscription": line.id, "planned_resume_on": "2026-07-20"}))
        moved = made(of("wang").patch(f"/suspensions/{suspension['id']}", {"planned_resume_on": "2026-08-01"}), 200)
        assert_refused(
            of("wang").patch(f"/suspensions/{suspension['id']}", {"planned_resume_on": "2027-08-01"}), 422, "suspension_too_long"
        )
    assert (moved["planned_resume_on"], moved["resumes_on"]) == ("2026-07-20", "2026-08-01")


@pytest.mark.parametrize(
    ("status", "said"),
    [(S.SUSPENDED, "resumes by itself on 2026-12-02"), (S.FORCED, "A payment does not resume the line"), (S.ACTIVE, None)],
)
def test_the_counter_says_what_to_do_about_a_line_that_rests(app: Flask, status: SubscriptionStatus, said: str | None) -> None:
    line = in_state(status)
    with on_day(TODAY):
        page = signed_in(app, "wang", "en").get(f"/counter/?customer={line.customer_id}").text
    assert line.broadband_account in page
    assert (f"/resumptionview/add?subscription={line.id}" in page) is (said is not None)
    assert said is None or said in page


def test_the_page_of_a_line_offers_what_its_state_allows(app: Flask) -> None:
    offered = {}
    with on_day(TODAY):
        for status in SubscriptionStatus:
            line = in_state(status)
            page = signed_in(app, "chen", "en").get(f"/subscriptionview/show/{line.id}").text
            offered[status] = {name for name, (address, _) in DEEDS.items() if f'href="/{address}/add?subscription={line.id}' in page}
    assert offered == {status: {name for name, states in ALLOWED.items() if status in states} for status in SubscriptionStatus}
