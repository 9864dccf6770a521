"""Pages offer what can be chosen: no change to the plan a line has, proposals that wait, the equipment of the chosen line."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.broadband.lines import TODAY, line_until
from tests.factories import a_plan, on_day
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def test_a_change_of_plan_does_not_offer_the_plan_that_the_line_has(app: Flask) -> None:
    own, other = a_plan(name="宽带一百兆"), a_plan(name="宽带二百兆")
    line = line_until("2026-08-31", plan=own)
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/planchangeview/add?subscription={line.id}").text
        offered = browser.get(f"/lookup/other_plan?q=宽带&subscription={line.id}").get_json()["items"]
    assert 'data-lookup-with="subscription"' in page
    assert [item["id"] for item in offered] == [other.id]


def test_the_list_of_proposals_opens_on_those_that_wait(app: Flask) -> None:
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        opened, everything = browser.get("/lineproposalview/list/").text, browser.get("/lineproposalview/list/?proposal_status=all").text
    assert opened.count('aria-current="page"') == everything.count('aria-current="page"')
    assert 'proposal_status=waiting" aria-current="page"' in opened
    assert 'proposal_status=all" aria-current="page"' in everything


def test_the_closing_page_gets_the_equipment_of_the_line_that_is_chosen_on_it(app: Flask) -> None:
    with on_day(TODAY):
        page = signed_in(app, "wang", "en").get("/closureview/add").text
    assert 'data-lookup-renews="returned"' in page
    assert 'data-part="returned"' in page


def test_a_relocation_shows_its_reason_beside_the_days_that_need_it(app: Flask) -> None:
    line = line_until("2026-08-31")
    with on_day(TODAY):
        page = signed_in(app, "wang", "en").get(f"/relocationview/add?subscription={line.id}").text
    before_the_folded_part = page.split("<details", 1)[0] if "<details" in page else page
    assert 'name="reason"' in page
    assert page.index('name="compensation_days"') < page.index('name="reason"') < page.index('name="method"')
    assert before_the_folded_part
