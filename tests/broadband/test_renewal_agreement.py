"""The agreement to renewals from credit: noted on the page of the line and by API, with who noted it and since when."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.broadband.models import Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.renewing import agree_to_renewal
from app.foundation.transactions import run
from tests.api.conftest import Programs, assert_refused, made, of
from tests.factories import a_customer, a_line_until, acting, on_day, reloaded, user
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

__all__ = ["of"]

TODAY = "2026-06-10"


@pytest.fixture
def line(app: Flask) -> Subscription:
    return a_line_until("2026-06-30", customer=a_customer(name="王晓明"))


def agreement(line: Subscription) -> tuple[bool, int | None, datetime.date | None]:
    fresh = reloaded(line)
    return fresh.renews_from_credit, fresh.renewal_agreed_by_id, fresh.renewal_agreed_on


def pressed(app: Flask, username: str, line: Subscription, button: str) -> TestResponse:
    return signed_in(app, username, "en").post(f"/subscriptionview/{button}/{line.id}")


@pytest.mark.parametrize("username", ["wang", "chen"])
def test_the_page_says_who_noted_it_and_since_when(app: Flask, line: Subscription, username: str) -> None:
    with on_day(TODAY):
        assert pressed(app, username, line, "renew").status_code == 302
        page = signed_in(app, username, "en").get(f"/subscriptionview/show/{line.id}").text
    assert agreement(line) == (True, user(username).id, datetime.date(2026, 6, 10))
    assert f"noted by {user(username).get_full_name().strip()}" in page
    assert f"/subscriptionview/end_renewal/{line.id}" in page


def test_it_is_taken_back_on_the_page(app: Flask, line: Subscription) -> None:
    with on_day(TODAY):
        pressed(app, "wang", line, "renew")
        pressed(app, "chen", line, "end_renewal")
    assert agreement(line) == (False, None, None)


def test_said_twice_the_first_time_stands(app: Flask, line: Subscription) -> None:
    with on_day(TODAY):
        pressed(app, "wang", line, "renew")
    with on_day("2026-06-20"):
        pressed(app, "chen", line, "renew")
    assert agreement(line) == (True, user("wang").id, datetime.date(2026, 6, 10))


def test_a_closed_line_has_no_button_and_is_refused(app: Flask, of: Programs, line: Subscription) -> None:
    with on_day(TODAY):
        with acting("wang"):
            run(agree_to_renewal, subscription=line.id, renews=True)
        with acting("chen"):
            run(close, subscription=line.id, terms=ClosureTerms())
        browser = signed_in(app, "wang", "en")
        page = browser.get(f"/subscriptionview/show/{line.id}").text
        assert "_renewal/" not in page
        assert "/renew/" not in page
        with assert_nothing_written():
            answer = browser.post(f"/subscriptionview/renew/{line.id}", follow_redirects=True)
        assert f"The subscription {line.broadband_account} is closed" in answer.text
        assert_refused(of("wang").post(f"/subscriptions/{line.id}/renewal", {"renews": True}), 422, "state_closed")
    assert reloaded(line).renews_from_credit is False


def test_a_program_notes_it_and_finds_those_who_agreed(of: Programs, line: Subscription) -> None:
    other = a_line_until("2026-06-30", customer=a_customer(name="李娜"))
    with on_day(TODAY):
        given = made(of("wang").post(f"/subscriptions/{line.id}/renewal", {"renews": True}), 200)
    assert (given["renews_from_credit"], given["renewal_agreed_on"], given["renewal_agreed_by"]) == (True, "2026-06-10", "wang")
    found = {
        wish: [item["id"] for item in made(of("wang").get(f"/subscriptions?renews_from_credit={wish}"), 200)["items"]]
        for wish in ("true", "false")
    }
    assert found == {"true": [line.id], "false": [other.id]}


@pytest.mark.parametrize("body", [{}, {"renews": "yes"}, {"renews": None}, {"renews": True, "by": 3}])
def test_an_answer_that_is_none_is_malformed(of: Programs, line: Subscription, body: dict[str, object]) -> None:
    assert_refused(of("wang").post(f"/subscriptions/{line.id}/renewal", body), 400)


def test_a_receptionist_and_another_office_may_not(app: Flask, of: Programs, line: Subscription) -> None:
    assert_refused(of("mei").post(f"/subscriptions/{line.id}/renewal", {"renews": True}), 403)
    assert_refused(of("binh").post(f"/subscriptions/{line.id}/renewal", {"renews": True}), 404)
    assert pressed(app, "mei", line, "renew").status_code == 403
    assert pressed(app, "binh", line, "renew").status_code == 404
    assert agreement(line) == (False, None, None)


def test_the_subscriber_query_finds_them_and_its_file_says_so(app: Flask, line: Subscription) -> None:
    other = a_line_until("2026-06-30", customer=a_customer(name="李娜"))
    with on_day(TODAY):
        pressed(app, "wang", line, "renew")
        browser = signed_in(app, "chen", "en")
        shown = browser.get("/subscriptionview/list/?renews_from_credit=yes").text
        with browser.get("/subscriptionview/export/csv") as answer:
            rows = answer.data.decode("utf-8-sig").splitlines()
    assert line.broadband_account in shown
    assert other.broadband_account not in shown
    assert rows[0].endswith("Renew from credit")
    assert sorted(row.rpartition(",")[2] for row in rows[1:]) == ["No", "Yes"]
