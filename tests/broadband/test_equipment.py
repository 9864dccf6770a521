"""Equipment: its name is corrected with a trace, a removal brings it back, a closure opens with what was brought."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask import Flask

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState
from app.broadband.models import Equipment, Subscription
from app.broadband.operations.equipping import EquipmentTerms, lend
from app.broadband.operations.works import order_works
from app.foundation.scope import everything
from app.foundation.trace import changes_of
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from app.workorders.choices import Brought
from app.workorders.models import WorkOrder
from app.workorders.operations import Completion, TakenBack, complete
from tests.api.conftest import Programs, assert_refused, made, of
from tests.broadband.lines import line_until
from tests.factories import acting, on_day, reloaded
from tests.pages.conftest import signed_in
from tests.workorders.conftest import type_of
from tests.written import assert_nothing_written

__all__ = ["of"]
pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-06-10"


def lent(line: Subscription, serial: str = "GM-1") -> Equipment:
    with on_day(TODAY), acting("wang"):
        return run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial=serial, deposit=Decimal(100))).record


def a_removal(line: Subscription, kind: str = "removal") -> WorkOrder:
    with on_day(TODAY), acting("chen"):
        return run(order_works, subscription=line.id, business_type=type_of(kind)).record


def completed(order: WorkOrder, *taken_back: TakenBack) -> None:
    with on_day(TODAY), acting("chen"):
        run(complete, work_order=order.id, completion=Completion(taken_back=taken_back))


def test_money_brought_for_a_piece_without_a_deposit_is_refused() -> None:
    line, cash = line_until("2026-08-31"), (MethodAmount(Method.CASH, Decimal(100)),)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused, on_day(TODAY), acting("wang"):
        run(lend, subscription=line.id, terms=EquipmentTerms(name="光猫", serial="GM-1", methods=cash))
    assert refused.value.code == "nothing_to_pay"


def test_a_name_typed_wrong_is_corrected_and_the_old_one_is_kept(app: Flask) -> None:
    piece = lent(line_until("2026-08-31"))
    with on_day(TODAY):
        browser = signed_in(app, "wang", "en")
        assert f"/equipmentview/edit/{piece.id}" in browser.get(f"/equipmentview/show/{piece.id}").text
        assert "光猫" in browser.get(f"/equipmentview/edit/{piece.id}").text
        sent = {"name": "光猫 GPON", "serial": "GM-01", "note": "换过电源", "version": str(piece.version)}
        answer = browser.post(f"/equipmentview/edit/{piece.id}", data=sent)
    assert answer.status_code == 302, answer.text
    fresh = reloaded(piece)
    assert (fresh.name, fresh.serial, fresh.note, fresh.deposit) == ("光猫 GPON", "GM-01", "换过电源", Decimal(100))
    with everything("the trace"):
        assert ("name", "光猫", "光猫 GPON") in changes_of(fresh, 1)[0].values


@pytest.mark.parametrize(("version", "status"), [(None, 400), ("0", 409)])
def test_a_correction_without_the_version_of_now_changes_nothing(app: Flask, version: str | None, status: int) -> None:
    piece = lent(line_until("2026-08-31"))
    sent = {"name": "x", "serial": "y", **({"version": version} if version else {})}
    with on_day(TODAY):
        browser = signed_in(app, "wang", "en")
        with assert_nothing_written():
            answer = browser.post(f"/equipmentview/edit/{piece.id}", data=sent)
    assert answer.status_code == status


def test_a_form_sent_with_a_piece_of_another_line_does_not_name_it(app: Flask) -> None:
    piece, order = lent(line_until("2026-08-31"), "GM-77"), a_removal(line_until("2026-08-31"))
    sent = {"work_order": order.id, "taken_back-0-equipment": piece.id, "taken_back-0-state": "good"}
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        with assert_nothing_written():
            answer = browser.post("/completeorderview/add", data=sent)
    assert answer.status_code == 422
    assert "GM-77" not in answer.text


def test_a_removal_asks_for_every_piece_of_the_line(app: Flask) -> None:
    line = line_until("2026-08-31")
    piece, order = lent(line), a_removal(line)
    with on_day(TODAY):
        page = signed_in(app, "chen", "en").get(f"/completeorderview/add?work_order={order.id}").text
    assert "光猫 GM-1" in page
    assert f'name="taken_back-0-equipment" type="hidden" value="{piece.id}"' in page


def test_another_order_asks_for_none(app: Flask) -> None:
    line = line_until("2026-08-31")
    lent(line)
    order = a_removal(line, "fault")
    with on_day(TODAY):
        page = signed_in(app, "chen", "en").get(f"/completeorderview/add?work_order={order.id}").text
    assert "光猫 GM-1" not in page


def test_what_was_brought_back_is_noted_and_the_closure_opens_with_it(app: Flask) -> None:
    line = line_until("2026-08-31")
    good, left = lent(line), lent(line, "GM-2")
    completed(a_removal(line), TakenBack(good.id, Brought.DAMAGED), TakenBack(left.id, Brought.LEFT))
    fresh = reloaded(good)
    assert (fresh.state, fresh.brought_on, fresh.returned_on) == (EquipmentState.DAMAGED, datetime.date.fromisoformat(TODAY), None)
    assert (reloaded(left).state, reloaded(left).brought_on) == (EquipmentState.LENT, None)
    with on_day(TODAY):
        page = signed_in(app, "wang", "en").get(f"/closureview/add?subscription={line.id}").text
    assert '<option selected value="damaged">' in page


def test_a_piece_of_another_line_is_not_there() -> None:
    line, other = line_until("2026-08-31"), line_until("2026-08-31")
    piece, order = lent(other), a_removal(line)
    with assert_nothing_written(), pytest.raises(NotFound):
        completed(order, TakenBack(piece.id, Brought.GOOD))


def test_an_answer_is_asked_of_the_installer_for_each_piece(app: Flask) -> None:
    line = line_until("2026-08-31")
    piece, order = lent(line), a_removal(line)
    sent = {"work_order": order.id, "worked_on": TODAY, "billing_from": TODAY, "method": "later", "key": "k1"}
    with on_day(TODAY):
        browser = signed_in(app, "chen", "en")
        with assert_nothing_written():
            answer = browser.post("/completeorderview/add", data={**sent, "taken_back-0-equipment": piece.id, "taken_back-0-state": ""})
    assert answer.status_code == 422
    assert 'id="taken_back-0-state-error"' in answer.text


def test_a_program_corrects_name_and_serial_number(of: Programs) -> None:
    piece = lent(line_until("2026-08-31"))
    with on_day(TODAY):
        answer = made(of("wang").patch(f"/equipment/{piece.id}", {"serial": "GM-7"}), 200)
    assert (answer["name"], answer["serial"], answer["version"]) == ("光猫", "GM-7", piece.version + 1)
    with everything("the trace"):
        assert ("serial", "GM-1", "GM-7") in changes_of(reloaded(piece), 1)[0].values


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"serial": " "}, 422, "serial_missing"),
        ({"serial": "GM-2"}, 422, "uq_equipment_office_id_serial"),
        ({"version": 9, "name": "x"}, 409, "stale"),
    ],
)
def test_a_correction_by_a_program_is_refused_like_that_of_the_page(of: Programs, body: dict[str, object], status: int, code: str) -> None:
    line = line_until("2026-08-31")
    piece = lent(line)
    lent(line, "GM-2")
    with assert_nothing_written(), on_day(TODAY):
        assert_refused(of("wang").patch(f"/equipment/{piece.id}", body), status, code)


def test_a_program_may_not_correct_the_equipment_of_another_office(of: Programs) -> None:
    piece = lent(line_until("2026-08-31"))
    with assert_nothing_written(), on_day(TODAY):
        assert_refused(of("lan").patch(f"/equipment/{piece.id}", {"name": "x"}), 404, "not_found")


def test_what_was_brought_back_is_asked_for_no_second_time_and_settled_by_the_closure(of: Programs) -> None:
    line = line_until("2026-08-31")
    piece = lent(line)
    completed(a_removal(line), TakenBack(piece.id, Brought.GOOD))
    with on_day(TODAY):
        shown = made(of("wang").get(f"/equipment?state=good&subscription={line.id}"), 200)["items"]
        assert [(row["brought_on"], row["returned_on"], row["closure"]) for row in shown] == [(TODAY, None, None)]
        returned = [{"equipment": piece.id, "state": "good"}]
        closure = made(of("chen").post("/closures", {"subscription": line.id, "returned": returned}, key="close"))
    assert [(row["serial"], row["state"]) for row in closure["equipment"]] == [("GM-1", "good")]
    fresh = reloaded(piece)
    assert (fresh.state, fresh.closure_id) == (EquipmentState.GOOD, closure["id"])


def test_a_closure_asks_for_what_was_brought_back_too(of: Programs) -> None:
    line = line_until("2026-08-31")
    piece = lent(line)
    completed(a_removal(line), TakenBack(piece.id, Brought.GOOD))
    with assert_nothing_written(), on_day(TODAY):
        assert_refused(of("chen").post("/closures", {"subscription": line.id}, key="close"), 422, "equipment_open")
