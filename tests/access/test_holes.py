"""Holes that were found by looking for them, each kept shut by its own test."""

from __future__ import annotations

import re

from tests import factories
from tests.access.ground import Ground
from tests.access.objects import MISSING


def test_another_offices_record_looks_exactly_like_one_that_never_was(ground: Ground) -> None:
    theirs = ground.records["HN"]
    for path, record in (("/customerview/show", "Customer"), ("/receiptview/show", "Receipt"), ("/planview/edit", "Plan")):
        pages = [ground.open("chen", "GET", f"{path}/{number}").get_data(as_text=True) for number in (theirs[record], MISSING)]
        other, missing = [re.sub(r'nonce="[^"]+"|· [0-9a-f]+<|\d+', "", page) for page in pages]
        assert other == missing, path
    for resource, record in (("customers", "Customer"), ("receipts", "Receipt"), ("jobs", "BackgroundJob")):
        answers = [ground.call("chen", "GET", f"/api/v1/{resource}/{number}") for number in (theirs[record], MISSING)]
        assert answers[0].json == answers[1].json, resource


def test_an_argument_of_an_address_never_becomes_the_scheme_of_a_link(ground: Ground) -> None:
    page = ground.open("chen", "GET", "/customerview/list/?_scheme=javascript&_external=1&sort=x&endpoint=x").get_data(as_text=True)
    assert "javascript:" not in page
    assert 'href="/customerview/export/csv' in page


def test_an_installer_finds_no_order_of_another_and_no_customers(ground: Ground) -> None:
    records = ground.records["SH"]
    orders = ground.open("gong", "GET", "/lookup/work_order?q=").json
    assert [item["id"] for item in orders["items"]] == [records["WorkOrder"]]
    assert ground.open("gong", "GET", "/lookup/customer?q=").status_code == 403
    page = ground.open("gong", "GET", f"/workorderview/list/?customer={records['Customer']}").get_data(as_text=True)
    assert "王晓明" not in page


def test_a_filter_names_nobody_of_another_office(ground: Ground) -> None:
    stranger = factories.user("lan").id
    for username, path in (("chen", "/receiptview/list/?cashier="), ("shen", "/logview/list/?person=")):
        page = ground.open(username, "GET", f"{path}{stranger}").get_data(as_text=True)
        assert "Lan" not in page, path


def test_an_auditor_sees_the_users_of_his_own_offices(ground: Ground) -> None:
    page = ground.open("shen", "GET", "/systemuserview/list/").get_data(as_text=True)
    assert "wang" in page
    assert "binh" not in page
    assert "binh" in ground.open("ada", "GET", "/systemuserview/list/").get_data(as_text=True)
