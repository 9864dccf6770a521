"""The pages of orders: an installer's phone, the week, the record, the sheet; and the same for programs."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from app.foundation.transactions import run
from app.workorders.operations import Completion, Technical, book, complete
from tests import factories
from tests.api.conftest import NO_KEY, Programs, assert_refused, made
from tests.pages.conftest import signed_in
from tests.workorders.conftest import AT_DOOR, Works, order_of, type_of

pytestmark = pytest.mark.usefixtures("march_8")


def words_of(pdf: bytes) -> str:
    """Return what a paper says."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")


def test_the_sheet_writes_what_was_measured_as_people_do(app: Flask, works: Works) -> None:
    measured = Technical(optical_power=Decimal("-19.5"), speed_mbps=Decimal("1198.4"))
    with factories.acting("gong"):
        run(complete, work_order=works.order().id, completion=Completion(technical=measured))
    words = words_of(signed_in(app, "chen").post(f"/workorderview/paper/{works.order().id}").data)
    assert "−19.5" in words
    assert "1,198.4" in words


def test_an_installer_sees_his_orders_first_and_the_money_he_holds(app: Flask, works: Works) -> None:
    order = works.completed(methods=AT_DOOR)
    page = signed_in(app, "gong", "zh_Hans").get("/myorders/").get_data(as_text=True)
    assert order.number in page
    assert "206.50" in page


def test_the_week_shows_visits_and_what_overlaps(app: Flask, works: Works) -> None:
    other = factories.a_pending_line("2026-03-05")
    with factories.acting("chen"):
        for order in (works.order(), order_of(other)):
            run(book, work_order=order.id, installer=works.installer, appointment_at=factories.noon("2026-03-10"))
    chen = signed_in(app, "chen", "zh_Hans")
    assert chen.get("/ordercalendar/?week=2026-03-10").get_data(as_text=True).count("时间冲突") == 2
    assert works.order().number not in chen.get("/ordercalendar/?week=2026-03-17").get_data(as_text=True)


@pytest.mark.parametrize("week", ["tomorrow", "9999-12-31"])
def test_a_week_that_cannot_be_is_refused(app: Flask, works: Works, week: str) -> None:
    assert signed_in(app, "chen").get(f"/ordercalendar/?week={week}").status_code == 400


def test_the_sheet_is_planned_before_and_final_after_the_work(app: Flask, works: Works) -> None:
    chen = signed_in(app, "chen")
    order = works.order().id
    planned = words_of(chen.post(f"/workorderview/paper/{order}").data)
    works.completed(methods=AT_DOOR)
    final = words_of(chen.post(f"/workorderview/paper/{order}").data)
    assert "完工版" not in planned
    assert "完工版" in final
    assert "人民币贰佰零陆元伍角整" in final
    assert "安装员代收" in final


def test_the_final_sheet_stays_as_it_was_when_a_material_is_renamed(app: Flask, works: Works) -> None:
    order = works.completed().id
    chen = signed_in(app, "chen")
    rename: dict[str, Any] = {"code": "M1", "name": "另一种线", "unit": "米", "unit_price": "9", "version": "1"}
    assert chen.post(f"/materialview/edit/{works.cable}", data=rename).status_code == 302
    assert "另一种线" not in words_of(chen.post(f"/workorderview/paper/{order}").data)


def test_a_manager_fills_the_plan_of_an_order_on_its_page(app: Flask, works: Works) -> None:
    chen = signed_in(app, "chen")
    order = works.order()
    form = {"version": str(order.version), "handling_fee": "20", "materials-0-material": str(works.cable), "materials-0-quantity": "4"}
    answer = chen.post(f"/workorderview/edit/{order.id}", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert works.order().total == Decimal("30.00")


def test_a_program_orders_books_completes_and_checks(of: Programs, works: Works) -> None:
    chen = of("chen")
    line = factories.a_line_until("2026-04-14")
    order = made(chen.post("/work_orders", {"subscription": line.id, "business_type": type_of("fault"), "customer_request": "掉线"}))
    booking = {"installer": works.installer, "appointment_at": "2026-03-08T14:00:00+08:00"}
    assert made(chen.post(f"/work_orders/{order['id']}/book", booking), 200)["status"] == "booked"
    assert made(chen.post(f"/work_orders/{order['id']}/start", {}), 200)["status"] == "on_site"
    told = {"materials": [{"material": works.cable, "quantity": "12"}], "fees": {"labour_material_fee": "50"}, "method": "door"}
    foreseen = made(chen.post(f"/work_orders/{order['id']}/complete/preview", told), 200)
    done = made(chen.post(f"/work_orders/{order['id']}/complete", told, key="once"), 200)
    assert (foreseen["total"], done["total"], done["collected_by"]) == ("80.00", "80.00", works.installer)
    assert made(chen.post(f"/work_orders/{order['id']}/check", {}), 200)["status"] == "checked"
    wang = of("wang")
    assert made(wang.post("/handovers", {"installer": works.installer}, key="bring"))["amount"] == "80.00"


def test_a_completion_with_money_needs_a_key(of: Programs, works: Works) -> None:
    told = {"fees": {"handling_fee": "20"}, "method": "door"}
    assert_refused(of("gong").post(f"/work_orders/{works.order().id}/complete", told, key=NO_KEY), 400)


def test_a_second_completion_is_refused_for_programs_too(of: Programs, works: Works) -> None:
    gong = of("gong")
    order = works.order().id
    made(gong.post(f"/work_orders/{order}/complete", {}), 200)
    assert_refused(gong.post(f"/work_orders/{order}/complete", {}), 422, "order_done")
