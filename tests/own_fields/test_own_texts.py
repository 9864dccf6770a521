"""Fields that an office named itself: in forms, lists, files, search, history, and in no other office."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from app.foundation.own_fields.operations import OwnFieldTerms
from app.foundation.scope import everything
from app.workorders.models import WorkOrder
from tests import factories
from tests.own_fields.conftest import contract, named
from tests.pages.conftest import counted

LABEL = "合同编号"


def customer_of(name: str) -> Customer:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(Customer).where(Customer.name == name)).one()


def test_a_customer_is_added_with_the_field_and_shows_it(chen: FlaskClient) -> None:
    named(contract())
    assert LABEL in chen.get("/customerview/add").get_data(as_text=True)
    chen.post("/customerview/add", data={"name": "王晓明", "kind": "person", "own_1": " HT-2026-17 "})
    customer = customer_of("王晓明")
    assert customer.own_1 == "HT-2026-17"
    page = chen.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert LABEL in page
    assert "HT-2026-17" in page


def test_a_required_field_is_asked_for(chen: FlaskClient) -> None:
    named(contract(is_required=True))
    answer = chen.post("/customerview/add", data={"name": "王晓明", "kind": "person", "own_1": " "})
    assert answer.status_code == 422
    assert 'id="own_1-error"' in answer.get_data(as_text=True)
    with everything("counting rows"):
        assert db.session.scalars(select(Customer).where(Customer.name == "王晓明")).one_or_none() is None


def test_a_text_beyond_two_hundred_characters_is_refused(chen: FlaskClient) -> None:
    named(contract())
    assert chen.post("/customerview/add", data={"name": "王晓明", "kind": "person", "own_1": "长" * 201}).status_code == 422
    assert chen.post("/customerview/add", data={"name": "王晓明", "kind": "person", "own_1": "长" * 200}).status_code == 302


def test_the_list_has_a_column_and_a_filter(chen: FlaskClient) -> None:
    named(contract())
    factories.a_customer(name="王晓明", own_1="HT-17")
    factories.a_customer(name="李娜", own_1="HT-18")
    page = chen.get("/customerview/list/").get_data(as_text=True)
    assert LABEL in page
    assert "HT-17" in page
    filtered = chen.get("/customerview/list/?own_1=ht-17").get_data(as_text=True)
    assert "王晓明" in filtered
    assert "李娜" not in filtered


def test_a_field_that_is_no_column_is_a_filter_all_the_same(chen: FlaskClient) -> None:
    named(contract(is_listed=False))
    factories.a_customer(name="王晓明", own_1="HT-17")
    factories.a_customer(name="李娜", own_1="HT-18")
    assert "HT-17" not in chen.get("/customerview/list/").get_data(as_text=True)
    assert "李娜" not in chen.get("/customerview/list/?own_1=HT-17").get_data(as_text=True)


@pytest.mark.parametrize("typed", ["HT-2026-17", "ht-2026", "xianlu", "线路", "17"])
def test_a_customer_is_found_by_what_the_field_says(app: object, typed: str) -> None:
    factories.a_customer(name="王晓明", own_1="HT-2026-17 专线路由")
    with factories.acting("chen"):
        found = db.session.scalars(select(Customer.name).where(matches(typed))).all()
    assert ("王晓明" in found) is (typed != "xianlu")


def test_a_file_has_every_field_in_use(chen: FlaskClient) -> None:
    named(contract(is_listed=False), OwnFieldTerms(2, "门禁卡号", position=1))
    factories.a_customer(name="王晓明", own_1="HT-17", own_2="9001")
    sheet = load_workbook(io.BytesIO(chen.get("/customerview/export/xlsx", buffered=True).data)).active
    assert sheet is not None
    heads, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    assert heads[-2:] == [LABEL, "门禁卡号"]
    assert row[-2:] == ["HT-17", "9001"]
    assert LABEL in chen.get("/customerview/export/csv", buffered=True).get_data(as_text=True)


def test_the_fields_stand_in_their_order(chen: FlaskClient) -> None:
    named(contract(position=2), OwnFieldTerms(2, "门禁卡号", position=1))
    page = chen.get("/customerview/add").get_data(as_text=True)
    assert page.index("门禁卡号") < page.index(LABEL)


def test_the_history_tells_the_change_under_the_fields_name(chen: FlaskClient) -> None:
    named(contract())
    customer = factories.a_customer(name="王晓明", own_1="HT-17")
    version = {"version": str(customer.version)}
    chen.post(f"/customerview/edit/{customer.id}", data={"name": "王晓明", "kind": "person", "own_1": "HT-99"} | version)
    assert customer_of("王晓明").own_1 == "HT-99"
    page = chen.get(f"/customerview/show/{customer.id}?part=history").get_data(as_text=True)
    assert "HT-17 → HT-99" in re.sub(r"<[^>]+>", "", page)
    assert page.count(LABEL) == 2


def test_switching_off_and_renaming_keep_what_is_stored(chen: FlaskClient) -> None:
    named(contract())
    customer = factories.a_customer(name="王晓明", own_1="HT-17")
    named(contract(is_on=False))
    assert "HT-17" not in chen.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert chen.get("/customerview/list/?own_1=nothing").status_code == 200
    chen.post(f"/customerview/edit/{customer.id}", data={"name": "王晓", "kind": "person", "version": str(customer.version)})
    assert customer_of("王晓").own_1 == "HT-17"
    named(contract(name="合同号"))
    page = chen.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert "合同号" in page
    assert "HT-17" in page


def test_a_reader_of_another_language_reads_the_name_given_for_it(chen: FlaskClient) -> None:
    named(contract(names=(("vi", "Số hợp đồng"),)))
    chen.post("/preferences/language", data={"language": "vi", "next": "/"})
    page = chen.get("/customerview/list/").get_data(as_text=True)
    assert "Số hợp đồng" in page
    assert LABEL not in page


def test_another_office_has_fields_of_its_own(of: Callable[[str], FlaskClient]) -> None:
    named(contract())
    named(OwnFieldTerms(1, "Số hợp đồng", is_listed=True), office="HN")
    factories.a_customer(name="王晓明", own_1="HT-17")
    theirs = of("binh").get("/customerview/list/").get_data(as_text=True)
    assert LABEL not in theirs
    assert "Số hợp đồng" in theirs
    # Somebody of several offices sees the fields of the office that the page is of.
    ada = of("ada")
    for code, shown, absent in (("SH", LABEL, "Số hợp đồng"), ("HN", "Số hợp đồng", LABEL), ("HK", "", LABEL)):
        page = ada.get(f"/customerview/list/?office={factories.office(code).id}").get_data(as_text=True)
        assert shown in page
        assert absent not in page


def test_a_record_is_shown_with_the_fields_of_its_own_office(of: Callable[[str], FlaskClient]) -> None:
    named(contract())
    customer = factories.a_customer("HK", name="陳大文", own_1="X-1")
    page = of("ada").get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    assert LABEL not in page


def test_the_name_of_a_new_customer_is_marked_as_needed(chen: FlaskClient) -> None:
    page = chen.get("/openaccountview/add").get_data(as_text=True)
    for name in ("name", "customer"):
        label = page.split(f'for="{name}"')[1].split("</label>")[0]
        assert "fh-required" in label, name
    assert "fh-required" not in page.split('for="id_number"')[1].split("</label>")[0]


def test_a_new_customer_of_an_opening_gets_the_texts(chen: FlaskClient) -> None:
    named(contract(is_required=True))
    line = factories.a_pending_line("2026-05-01", customer=factories.a_customer(name="李娜"))
    given = {
        "who": "new",
        "name": "王晓明",
        "community": line.community_id,
        "plan": line.plan_id,
        "business_type": line.business_type_id,
        "address": "9-9-999",
        "broadband_account": "sh-new-1",
        "applied_on": "2026-05-14",
        "key": "opening-1",
    }
    assert LABEL in chen.get("/openaccountview/add").get_data(as_text=True)
    assert chen.post("/openaccountview/add", data=given).status_code == 422
    assert chen.post("/openaccountview/add", data=given | {"own_1": "HT-17"}).status_code == 302
    assert customer_of("王晓明").own_1 == "HT-17"


def test_an_opening_for_a_customer_who_is_there_does_not_ask_again(chen: FlaskClient) -> None:
    named(contract(is_required=True))
    line = factories.a_pending_line("2026-05-01", customer=factories.a_customer(name="李娜", own_1="HT-17"))
    given = {
        "who": "existing",
        "customer": line.customer_id,
        "community": line.community_id,
        "plan": line.plan_id,
        "business_type": line.business_type_id,
        "address": "9-9-999",
        "broadband_account": "sh-new-1",
        "applied_on": "2026-05-14",
    }
    assert chen.post("/openaccountview/add", data=given | {"key": "opening-2"}).status_code == 302
    assert customer_of("李娜").own_1 == "HT-17"


def order_of(line_customer: int) -> WorkOrder:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(WorkOrder).where(WorkOrder.customer_id == line_customer)).one()


def test_an_order_is_edited_and_completed_with_its_fields(chen: FlaskClient) -> None:
    named(OwnFieldTerms(1, "光猫序列号", is_listed=True), OwnFieldTerms(2, "信号"), entity="work_order")
    line = factories.a_pending_line("2026-05-01")
    order = order_of(line.customer_id)
    edited = {"phone": "138", "note": "", "own_1": "SN-1", "own_2": "", "version": str(order.version)}
    assert chen.post(f"/workorderview/edit/{order.id}", data=edited).status_code == 302
    assert "SN-1" in chen.get(f"/completeorderview/add?work_order={order.id}").get_data(as_text=True)
    done = {
        "work_order": order.id,
        "worked_on": "2026-05-14",
        "billing_from": "2026-05-14",
        "own_1": "",
        "own_2": "-18 dBm",
        "key": "done-1",
    }
    assert chen.post("/completeorderview/add", data=done).status_code == 302
    order = order_of(line.customer_id)
    assert (order.own_1, order.own_2, order.status.value) == ("SN-1", "-18 dBm", "done")
    assert "SN-1" in chen.get("/workorderview/list/?own_1=SN").get_data(as_text=True)


def test_the_fields_cost_one_statement_however_many_rows(chen: FlaskClient) -> None:
    chen.get("/customerview/list/")
    with counted() as before:
        chen.get("/customerview/list/")
    named(contract(), OwnFieldTerms(2, "门禁卡号", is_listed=True), hidden=("tax_number", "telephone"))
    for number in range(20):
        factories.a_customer(name=f"客户{number}", own_1=f"HT-{number}")
    with counted() as after:
        chen.get("/customerview/list/")
    asked = [statement for statement in after if "own_field" in statement]
    assert len(asked) == 1
    assert len(after) <= len(before) + 1
