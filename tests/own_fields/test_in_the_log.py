"""The log tells in words what a manager changed of the office's own fields."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories
from tests.own_fields.conftest import contract, named


def test_the_history_leaves_out_nothing_that_is_hidden(chen: FlaskClient) -> None:
    customer = factories.a_customer(name="王晓明", tax_number="91310000X")
    sent = {"name": "王晓明", "kind": "person", "tax_number": "91310000Y", "version": str(customer.version)}
    assert chen.post(f"/customerview/edit/{customer.id}", data=sent).status_code == 302
    named(hidden=("tax_number",))
    assert "纳税人识别号" not in chen.get(f"/customerview/show/{customer.id}").get_data(as_text=True)
    page = chen.get(f"/customerview/show/{customer.id}?part=history").get_data(as_text=True)
    assert "纳税人识别号" in page
    assert "91310000X → 91310000Y" in page


def test_a_renamed_field_and_a_changed_text_are_told_in_words(of: Callable[[str], FlaskClient], chen: FlaskClient) -> None:
    named(contract())
    named(contract(name="合同号"))
    customer = factories.a_customer(name="王晓明", own_1="HT-17")
    sent = {"name": "王晓明", "kind": "person", "own_1": "HT-99", "version": str(customer.version)}
    assert chen.post(f"/customerview/edit/{customer.id}", data=sent).status_code == 302
    page = of("shen").get("/logview/list/").get_data(as_text=True)
    assert "合同编号 → 合同号" in page.replace("：", ": ")
    assert "自定义字段1: HT-17 → HT-99" in page.replace("：", ": ")
    assert "自定义字段" in page
    assert "Own field" not in page
    assert "Ab user" not in page
