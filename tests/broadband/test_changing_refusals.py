"""Every cell of the table of states for relocation, transfer and change of plan, through the page and through the API."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.choices import PricedOperation
from app.broadband.choices import PlanChangeMode, PlanChangeStatus, SubscriptionStatus
from app.broadband.models import PlanChange, Relocation, Subscription, Transfer
from app.foundation.database import db
from app.foundation.scope import everything
from tests.api.conftest import Programs, assert_refused, made, of
from tests.broadband.changes import booked_plan, rows
from tests.broadband.lines import TODAY, cut, in_state, line_until
from tests.factories import a_community, a_customer, a_plan, on_day, reloaded, set_price
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

__all__ = ["of"]

S = SubscriptionStatus
RECORDS: dict[str, type[Any]] = {"relocations": Relocation, "transfers": Transfer, "plan_changes": PlanChange}
PAGES = {"relocations": "relocationview", "transfers": "transferview", "plan_changes": "planchangeview"}
ALLOWED = {
    "relocations": (S.PENDING, S.ACTIVE, S.SUSPENDED),
    "transfers": (S.PENDING, S.ACTIVE, S.SUSPENDED, S.FORCED),
    "plan_changes": (S.PENDING, S.ACTIVE, S.SUSPENDED),
}
REFUSED = [(name, status) for name in RECORDS for status in SubscriptionStatus if status not in ALLOWED[name]]
POSSIBLE = [(name, status) for name in RECORDS for status in SubscriptionStatus if status in ALLOWED[name]]


def terms_of(name: str) -> dict[str, Any]:
    """Return what a program says beside the line; what it names is there before anything is measured."""
    if name == "relocations":
        return {"community": a_community().id, "address": "8-1-301"}
    if name == "transfers":
        return {"customer": a_customer(name="李四").id}
    return {"plan": a_plan(fee=Decimal("80.00")).id}


def fields_of(terms: dict[str, Any]) -> dict[str, Any]:
    """Return the same as the fields of the page."""
    renamed = {"customer": "new_owner"}
    return {"method": "later", "who": "existing", "mode": "money"} | {renamed.get(name, name): value for name, value in terms.items()}


def key_of(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_program_is_refused(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line, terms = in_state(status), terms_of(name)
    with on_day(TODAY):
        error = assert_refused(of("chen").post(f"/{name}", {"subscription": line.id, **terms}), 422, f"state_{status}")
        assert_refused(of("chen").post(f"/{name}/preview", {"subscription": line.id, **terms}), 422, f"state_{status}")
    assert line.broadband_account in error["message"]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_page_is_refused(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line, terms = in_state(status), fields_of(terms_of(name))
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{PAGES[name]}/add?subscription={line.id}").text
        with assert_nothing_written():
            answer = browser.post(f"/{PAGES[name]}/add", data={"subscription": line.id, "key": key_of(page), **terms})
        assert answer.status_code == 422
        assert line.broadband_account in answer.text


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_program_does_it(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line, terms = in_state(status), terms_of(name)
    with on_day(TODAY):
        foreseen = made(of("chen").post(f"/{name}/preview", {"subscription": line.id, **terms}), 200)
        done = made(of("chen").post(f"/{name}", {"subscription": line.id, **terms}))
        assert made(of("chen").get(f"/{name}/{done['id']}"), 200) == done
    assert {key: done[key] for key in foreseen} == foreseen
    assert done["subscription_status"] == status.value
    assert made(of("chen").get(f"/{name}?subscription={line.id}"), 200)["total"] == 1


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_page_does_it(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line, terms = in_state(status), fields_of(terms_of(name))
    address = PAGES[name]
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            foreseen = browser.post(f"/{address}/preview", data={"subscription": line.id, **terms})
        assert foreseen.status_code == 200
        answer = browser.post(f"/{address}/add", data={"subscription": line.id, "key": key_of(page), **terms})
        assert answer.status_code == 302, answer.text
        with everything("the record"):
            record = db.session.scalars(select(RECORDS[name]).where(RECORDS[name].subscription_id == line.id)).one().id
        assert browser.get(f"/{address}/show/{record}").status_code == 200
        assert line.broadband_account in browser.get(f"/{address}/list/").text
        assert browser.get(f"/subscriptionview/show/{line.id}").status_code == 200


def test_a_cut_line_with_arrears_is_not_transferred(of: Programs) -> None:
    set_price(PricedOperation.SUSPENSION, "20.00")
    line, heir = in_state(S.SUSPENDED), a_customer(name="李四")
    with on_day(TODAY):
        made(of("chen").post("/resumptions", {"subscription": line.id}))
    cut(line, TODAY)
    with on_day(TODAY):
        assert_refused(of("chen").post("/transfers", {"subscription": line.id, "customer": heir.id}), 422, "arrears_open")


# What the answers say -----------------------------------------------------------------------------------------------------------------


def a_month(fee: str = "50.00") -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal(fee)))


def test_example_43_for_a_program(of: Programs) -> None:
    line, plan = a_month(), a_plan(fee=Decimal("80.00"))
    body = {"subscription": line.id, "plan": plan.id, "mode": "money", "method": "cash"}
    with on_day("2026-06-16"):
        foreseen = made(of("chen").post("/plan_changes/preview", body), 200)
        done = made(of("chen").post("/plan_changes", body))
        receipt = made(of("chen").get(f"/receipts/{done['receipt']}"), 200)
        told = made(of("chen").get(f"/subscriptions/{line.id}"), 200)
    amounts = {"credit": "25.00", "charge": "40.00", "difference": "15.00", "stops_on": "2026-06-30", "booked": False}
    assert {name: done[name] for name in amounts} == {name: foreseen[name] for name in amounts} == amounts
    assert (receipt["total"], told["plan"]) == ("15.00", plan.id)
    assert [(period["kind"], period["start"], period["price"]) for period in told["periods"]] == [
        ("paid", "2026-06-01", "25.00"),
        ("plan_change", "2026-06-16", "40.00"),
    ]


def test_example_44_for_a_program(of: Programs) -> None:
    line = line_until("2022-10-31", since="2022-10-01", plan=a_plan(fee=Decimal("200.00")))
    plan = a_plan(fee=Decimal("100.00"))
    with on_day("2022-10-20"):
        done = made(of("chen").post("/plan_changes", {"subscription": line.id, "plan": plan.id, "mode": "money", "fee": "30.00"}))
        voucher = made(of("chen").get(f"/vouchers/{done['voucher']}"), 200)
    assert (done["credit"], done["charge"], done["difference"], done["receipt"]) == ("77.42", "38.71", "-38.71", None)
    assert voucher["total"] == "8.71"


def test_example_48_for_a_program(of: Programs) -> None:
    line, plan = in_state(S.SUSPENDED), a_plan(fee=Decimal("80.00"))
    with on_day(TODAY):
        done = made(of("chen").post("/plan_changes", {"subscription": line.id, "plan": plan.id, "mode": "money"}))
    assert (done["booked"], done["credit"], done["charge"], done["difference"], done["charge_id"]) == (True, None, None, None, None)


def test_example_42_for_a_program(of: Programs) -> None:
    line = line_until("2026-08-31", customer=a_customer(name="张三"))
    body = {"subscription": line.id, "customer": {"name": "李四", "mobile": "13800000001"}, "fee": "30.00", "method": "cash"}
    with on_day("2026-06-15"):
        done = made(of("wang").post("/transfers", body))
        told = made(of("wang").get(f"/subscriptions/{line.id}"), 200)
    assert (done["customer_name"], done["new_name"], done["fee"], done["stops_on"]) == ("张三", "李四", "30.00", "2026-08-31")
    assert (told["customer"], told["customer_name"]) == (done["new_customer"], "李四")


def test_example_41_for_a_program(of: Programs) -> None:
    line = line_until("2026-08-31")
    body = {"subscription": line.id, "community": line.community_id, "address": "8-1-301", "fee": "50.00", "compensation_days": 3}
    with on_day("2026-06-15"):
        assert_refused(of("wang").post("/relocations", body), 422, "reason_missing")
        done = made(of("wang").post("/relocations", body | {"reason": "移机", "method": "cash"}))
    assert (done["stops_on_before"], done["stops_on"], done["new_address"]) == ("2026-08-31", "2026-09-03", "8-1-301")


# The booked change --------------------------------------------------------------------------------------------------------------------


def test_a_booked_change_is_withdrawn_by_a_program(of: Programs) -> None:
    line, plan = a_month(), a_plan()
    change = booked_plan(line, "2026-06-10", plan)
    with on_day("2026-06-11"):
        told = made(of("chen").post(f"/plan_changes/{change.id}/withdraw", {}), 200)
        assert told["change_status"] == "withdrawn"
        assert_refused(of("chen").post(f"/plan_changes/{change.id}/withdraw", {}), 422, "not_booked")


def test_a_booked_change_is_withdrawn_on_its_page(app: Flask) -> None:
    line, plan = a_month(), a_plan()
    change = booked_plan(line, "2026-06-10", plan)
    with on_day("2026-06-11"):
        browser = signed_in(app, "chen", "en")
        assert f"/planchangeview/withdraw/{change.id}" in browser.get(f"/planchangeview/show/{change.id}").text
        browser.post(f"/planchangeview/withdraw/{change.id}")
        assert reloaded(change).change_status is PlanChangeStatus.WITHDRAWN
        assert "/planchangeview/withdraw/" not in browser.get(f"/planchangeview/show/{change.id}").text


def test_an_expired_line_books_its_plan_on_the_page(app: Flask) -> None:
    line, plan = in_state(S.EXPIRED), a_plan()
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/planchangeview/add?subscription={line.id}").text
        sent = {"subscription": line.id, "key": key_of(page), "plan": plan.id, "mode": PlanChangeMode.PERIOD_END.value, "method": "later"}
        assert browser.post("/planchangeview/add", data=sent).status_code == 302
    with everything("the change"):
        assert db.session.scalars(select(PlanChange.change_status)).one() is PlanChangeStatus.BOOKED


# The doors beside the operations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["plan", "customer", "community", "address", "state", "stops_on", "password"])
def test_no_program_edits_a_line_past_its_operations(of: Programs, field: str) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY), assert_nothing_written():
        answer = of("chen").patch(f"/subscriptions/{line.id}", {field: "1", "version": line.version})
    assert answer.status_code == 405


def test_no_page_edits_a_line_past_its_operations(app: Flask) -> None:
    line = in_state(S.ACTIVE)
    before = rows(line)
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        for address in (f"/subscriptionview/edit/{line.id}", "/subscriptionview/add", f"/subscriptionview/delete/{line.id}"):
            with assert_nothing_written():
                assert browser.post(address, data={"plan": 1}).status_code in (404, 405), address
    assert rows(line) == before


def test_another_offices_line_is_not_there(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        for name in RECORDS:
            assert_refused(of("binh").post(f"/{name}", {"subscription": line.id, **terms_of(name)}), 404)


def test_a_cashier_changes_no_plan(of: Programs) -> None:
    line, plan = in_state(S.ACTIVE), a_plan()
    with on_day(TODAY):
        assert_refused(of("wang").post("/plan_changes", {"subscription": line.id, "plan": plan.id}), 403)


def test_the_page_of_a_line_names_its_booked_plan(app: Flask) -> None:
    line, plan = a_month(), a_plan(fee=Decimal("80.00"))
    change = booked_plan(line, "2026-06-10", plan)
    with on_day("2026-06-11"):
        page = signed_in(app, "wang", "en").get(f"/subscriptionview/show/{line.id}").text
    assert f"A change to the plan {plan.name} is booked since 2026-06-10." in page
    assert f"/planchangeview/show/{change.id}" in page
