"""Closures, months and days given, equipment: every cell of the table of states, through the page and through the API."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.broadband.choices import SubscriptionState, SubscriptionStatus
from app.broadband.models import Closure, Equipment, LineGrant, Subscription
from app.foundation.database import db
from app.foundation.scope import everything
from tests.api.conftest import Programs, assert_refused, made, of
from tests.broadband.lines import TODAY, in_state, line_until
from tests.broadband.test_halting_refusals import key_of
from tests.factories import on_day, reloaded
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

__all__ = ["of"]

S = SubscriptionStatus
DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "closures": ("closureview", {}),
    "gifts": ("giftview", {"gift_months": 2, "reason": "老客户"}),
    "compensations": ("compensationview", {"compensation_days": 3, "reason": "断网"}),
}
ALLOWED = {
    "closures": {status: SubscriptionState.CLOSED for status in S if status is not S.CLOSED},
    "gifts": {S.ACTIVE: SubscriptionState.ACTIVE, S.SUSPENDED: SubscriptionState.SUSPENDED},
    "compensations": {S.ACTIVE: SubscriptionState.ACTIVE, S.SUSPENDED: SubscriptionState.SUSPENDED},
}
RECORDS: dict[str, type[Any]] = {"closures": Closure, "gifts": LineGrant, "compensations": LineGrant}
REFUSED = [(name, status) for name in DEEDS for status in S if status not in ALLOWED[name]]
POSSIBLE = [(name, status) for name in DEEDS for status in S if status in ALLOWED[name]]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_program_is_refused(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    with on_day(TODAY):
        for address in (f"/{name}", f"/{name}/preview"):
            error = assert_refused(of("chen").post(address, {"subscription": line.id, **DEEDS[name][1]}), 422, f"state_{status}")
            assert line.broadband_account in error["message"]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_a_page_is_refused(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    address, terms = DEEDS[name]
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            answer = browser.post(f"/{address}/add", data={"subscription": line.id, "key": key_of(page), **terms})
        assert answer.status_code == 422
        assert line.broadband_account in answer.text


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_program_does_it(of: Programs, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    with on_day(TODAY):
        foreseen = made(of("chen").post(f"/{name}/preview", {"subscription": line.id, **DEEDS[name][1]}), 200)
        done = made(of("chen").post(f"/{name}", {"subscription": line.id, **DEEDS[name][1]}))
        assert made(of("chen").get(f"/{name}?subscription={line.id}"), 200)["total"] == 1
        assert made(of("chen").get(f"/{name}/{done['id']}"), 200)["id"] == done["id"]
    assert reloaded(line).state is ALLOWED[name][status]
    assert {key: done[key] for key in foreseen if "voucher" not in key} == {key: foreseen[key] for key in foreseen if "voucher" not in key}


@pytest.mark.parametrize(("name", "status"), POSSIBLE)
def test_a_page_does_it(app: Flask, name: str, status: SubscriptionStatus) -> None:
    line = in_state(status)
    address, terms = DEEDS[name]
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            assert browser.post(f"/{address}/preview", data={"subscription": line.id, **terms}).status_code == 200
        answer = browser.post(f"/{address}/add", data={"subscription": line.id, "key": key_of(page), **terms})
        assert answer.status_code == 302, answer.text
        assert reloaded(line).state is ALLOWED[name][status]
        with everything("the record"):
            record = db.session.scalars(select(RECORDS[name]).where(RECORDS[name].subscription_id == line.id)).one().id
        assert answer.location.endswith(f"/{address}/show/{record}")
        assert browser.get(f"/{address}/show/{record}").status_code == 200
        assert line.broadband_account in browser.get(f"/{address}/list/").text
        assert browser.get(f"/subscriptionview/show/{line.id}").status_code == 200


def given(of: Programs, name: str, line: Subscription) -> dict[str, Any]:
    return made(of("chen").post(f"/{name}", {"subscription": line.id, **DEEDS[name][1]}))


def test_months_and_days_given_are_two_lists_of_one_table(of: Programs, app: Flask) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        gift, days = given(of, "gifts", line), given(of, "compensations", line)
        assert [row["id"] for row in made(of("chen").get("/gifts"), 200)["items"]] == [gift["id"]]
        assert [row["id"] for row in made(of("chen").get("/compensations"), 200)["items"]] == [days["id"]]
        assert_refused(of("chen").get(f"/gifts/{days['id']}"), 404)
        browser = signed_in(app, "chen", "en")
        assert browser.get(f"/giftview/show/{days['id']}").status_code == 404
        assert browser.get(f"/compensationview/show/{gift['id']}").status_code == 404


@pytest.mark.parametrize("name", ["gifts", "compensations"])
def test_only_a_manager_gives(of: Programs, app: Flask, name: str) -> None:
    line = in_state(S.ACTIVE)
    address, terms = DEEDS[name]
    with on_day(TODAY):
        assert_refused(of("wang").post(f"/{name}", {"subscription": line.id, **terms}), 403)
        browser = signed_in(app, "wang")
        assert browser.get(f"/{address}/add?subscription={line.id}").status_code == 403
        assert f"/{address}/add" not in browser.get(f"/subscriptionview/show/{line.id}").text


@pytest.mark.parametrize("name", ["gifts", "compensations"])
def test_without_a_reason_nothing_is_given(of: Programs, app: Flask, name: str) -> None:
    line = in_state(S.ACTIVE)
    address, terms = DEEDS[name]
    with on_day(TODAY), assert_nothing_written():
        assert_refused(of("chen").post(f"/{name}", {"subscription": line.id, **terms, "reason": " "}), 422, "reason_missing")
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        page = browser.get(f"/{address}/add?subscription={line.id}").text
        with assert_nothing_written():
            answer = browser.post(f"/{address}/add", data={"subscription": line.id, "key": key_of(page), **terms, "reason": ""})
        assert answer.status_code == 422


def test_another_offices_line_is_not_there(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        for name, (_, terms) in DEEDS.items():
            assert_refused(of("binh").post(f"/{name}", {"subscription": line.id, **terms}), 404)
        assert_refused(of("binh").post("/equipment", {"subscription": line.id, "name": "光猫", "serial": "A1"}), 404)


def test_a_cashier_closes_and_the_answer_names_refund_and_voucher(of: Programs) -> None:
    line = line_until("2026-08-31", since="2026-08-01")
    with on_day("2026-08-10"):
        closed = made(of("wang").post("/closures", {"subscription": line.id}))
        voucher = made(of("wang").get(f"/vouchers/{closed['voucher']}"), 200)
    assert (closed["refund"], closed["closed_on"], closed["subscription_status"]) == ("33.87", "2026-08-10", "closed")
    assert [(row["days"], row["of_days"], row["amount"]) for row in closed["periods"]] == [(21, 31, "33.87")]
    assert (voucher["total"], [each["method"] for each in voucher["methods"]]) == ("33.87", ["cash"])


def test_a_request_sent_twice_closes_once(of: Programs) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        first = made(of("wang").post("/closures", {"subscription": line.id}, key="once"))
        again = of("wang").post("/closures", {"subscription": line.id}, key="once")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json is not None
    assert again.json["id"] == first["id"]


def test_the_refund_goes_into_the_balance_where_the_page_says_so(app: Flask) -> None:
    line = in_state(S.ACTIVE)
    with on_day(TODAY):
        browser = signed_in(app, "wang", "en")
        page = browser.get(f"/closureview/add?subscription={line.id}").text
        assert "Into the credit balance" in page
        sent = {"subscription": line.id, "refund_method": "credit", "key": key_of(page)}
        assert "credit balance" in browser.post("/closureview/preview", data=sent).text
        assert browser.post("/closureview/add", data=sent).status_code == 302
    with everything("the voucher"):
        closure = db.session.scalars(select(Closure)).one()
        assert [method.method.value for method in closure.event.voucher.methods] == ["credit"]


class TestEquipment:
    def lent(self, of: Programs, line: Subscription, **terms: Any) -> dict[str, Any]:
        body = {"subscription": line.id, "name": "光猫", "serial": "HG-1", "deposit": "100.00", "method": "cash"}
        return made(of("wang").post("/equipment", {**body, **terms}))

    def test_the_page_lends_a_piece(self, app: Flask) -> None:
        line = in_state(S.ACTIVE)
        with on_day(TODAY):
            browser = signed_in(app, "wang", "en")
            page = browser.get(f"/equipmentview/add?subscription={line.id}").text
            sent = {"subscription": line.id, "name": "光猫", "serial": "HG-1", "deposit": "100", "method": "cash", "key": key_of(page)}
            with assert_nothing_written():
                assert "¥100.00" in browser.post("/equipmentview/preview", data=sent).text
            answer = browser.post("/equipmentview/add", data=sent)
            assert answer.status_code == 302, answer.text
            assert browser.get(answer.location).status_code == 200
            assert "HG-1" in browser.get("/equipmentview/list/?q=HG").text
            assert "HG-1" in browser.get(f"/subscriptionview/show/{line.id}").text

    def test_without_a_payment_its_deposit_is_owed(self, of: Programs) -> None:
        line = in_state(S.ACTIVE)
        with on_day(TODAY):
            body = {"subscription": line.id, "name": "光猫", "serial": "HG-1", "deposit": "100.00"}
            piece = made(of("wang").post("/equipment", body))
            charge = made(of("wang").get(f"/charges/{piece['charge']}"), 200)
        assert (piece["state"], charge["fee_kind"], charge["open"]) == ("lent", "deposit", "100.00")

    def test_a_serial_number_is_lent_once(self, of: Programs) -> None:
        line = in_state(S.ACTIVE)
        with on_day(TODAY):
            self.lent(of, line)
            with assert_nothing_written():
                body = {"subscription": line.id, "name": "机顶盒", "serial": "HG-1"}
                assert_refused(of("wang").post("/equipment", body), 422, "uq_equipment_office_id_serial")

    def test_a_closed_line_gets_none(self, of: Programs) -> None:
        line = in_state(S.CLOSED)
        with on_day(TODAY):
            assert_refused(of("wang").post("/equipment", {"subscription": line.id, "name": "光猫", "serial": "A"}), 422, "state_closed")

    def test_the_page_of_a_closure_asks_for_every_piece(self, app: Flask, of: Programs) -> None:
        line = in_state(S.ACTIVE)
        with on_day(TODAY):
            piece = self.lent(of, line)
            browser = signed_in(app, "wang", "en")
            page = browser.get(f"/closureview/add?subscription={line.id}").text
            assert f'name="returned-0-equipment" type="hidden" value="{piece["id"]}"' in page
            sent = {"subscription": line.id, "refund_method": "cash", "returned-0-equipment": piece["id"], "key": key_of(page)}
            with assert_nothing_written():
                answer = browser.post("/closureview/add", data=sent)
            assert answer.status_code == 422
            assert "Say what became of the equipment" in answer.text
            answered = {**sent, "returned-0-state": "damaged", "returned-0-compensation": "60"}
            assert "¥60.00" in browser.post("/closureview/preview", data=answered).text
            answer = browser.post("/closureview/add", data={**answered, "key": key_of(answer.text)})
            assert answer.status_code == 302, answer.text
            assert "Returned damaged" in browser.get(answer.location).text
        with everything("the piece"):
            stored = db.session.scalars(select(Equipment)).one()
            assert (stored.state.value, str(stored.compensation), stored.closure_id is not None) == ("damaged", "60.00", True)

    def test_a_program_answers_for_every_piece(self, of: Programs) -> None:
        line = in_state(S.ACTIVE)
        with on_day(TODAY):
            piece = self.lent(of, line)
            with assert_nothing_written():
                assert_refused(of("wang").post("/closures", {"subscription": line.id}), 422, "equipment_open")
            lost = {"equipment": piece["id"], "state": "lost", "compensation": "150.00"}
            closed = made(of("wang").post("/closures", {"subscription": line.id, "returned": [lost]}))
        assert (closed["deposits"], closed["owed"]) == ("100.00", "150.00")
        assert [(row["serial"], row["state"]) for row in closed["equipment"]] == [("HG-1", "lost")]
        assert [(row["code"], row["amount"]) for row in closed["debts"]] == [("damage", "150.00")]
