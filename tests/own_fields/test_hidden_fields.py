"""Optional fields that an office does not use: on no page and in no file, but never lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.foundation.views.fitting import _configurable_views
from tests import factories
from tests.own_fields.conftest import named
from tests.own_fields.test_own_texts import customer_of

TAX = "纳税人识别号"


def test_a_hidden_field_is_in_no_form_list_record_or_file(chen: FlaskClient) -> None:
    customer = factories.a_customer(name="王晓明", tax_number="91310000X")
    addresses = ("/customerview/add", f"/customerview/edit/{customer.id}", f"/customerview/show/{customer.id}")
    for address in addresses:
        assert TAX in chen.get(address).get_data(as_text=True), address
    named(hidden=("tax_number",))
    for address in (*addresses, "/customerview/list/"):
        page = chen.get(address).get_data(as_text=True)
        assert TAX not in page, address
        assert "91310000X" not in page, address
    sheet = load_workbook(io.BytesIO(chen.get("/customerview/export/xlsx", buffered=True).data)).active
    assert sheet is not None
    assert TAX not in [cell.value for cell in next(iter(sheet.iter_rows(max_row=1)))]


def test_a_hidden_filter_is_gone(chen: FlaskClient) -> None:
    assert 'name="gender"' in chen.get("/employeeview/list/").get_data(as_text=True)
    named(entity="employee", hidden=("gender",))
    assert 'name="gender"' not in chen.get("/employeeview/list/").get_data(as_text=True)


def test_saving_a_form_keeps_what_is_hidden(chen: FlaskClient) -> None:
    customer = factories.a_customer(name="王晓明", tax_number="91310000X", id_number="110101199003070011")
    named(hidden=("tax_number", "id_number"))
    sent = {"name": "王晓", "kind": "person", "tax_number": "typed past the page", "version": str(customer.version)}
    assert chen.post(f"/customerview/edit/{customer.id}", data=sent).status_code == 302
    stored = customer_of("王晓")
    assert (stored.tax_number, stored.id_number) == ("91310000X", "110101199003070011")


def test_a_field_hidden_for_customers_is_hidden_where_lines_show_it(chen: FlaskClient) -> None:
    line = factories.a_pending_line("2026-05-01", customer=factories.a_customer(name="王晓明", id_number="110101199003070011"))
    assert "身份证号" in chen.get(f"/subscriptionview/show/{line.id}").get_data(as_text=True)
    named(hidden=("id_number",))
    assert "身份证号" not in chen.get(f"/subscriptionview/show/{line.id}").get_data(as_text=True)
    assert 'name="id_number"' not in chen.get("/openaccountview/add").get_data(as_text=True)


def test_an_opening_works_without_the_fields_of_lines(chen: FlaskClient) -> None:
    hidden = ("contact_phone", "telephone", "access_order_no", "password", "bound_number", "salesperson", "note")
    named(entity="subscription", hidden=hidden)
    line = factories.a_pending_line("2026-05-01")
    page = chen.get("/openaccountview/add").get_data(as_text=True)
    for name in hidden:
        assert f'name="{name}"' not in page, name
    given = {
        "who": "existing",
        "customer": line.customer_id,
        "community": line.community_id,
        "plan": line.plan_id,
        "key": "opening-3",
        "business_type": line.business_type_id,
        "address": "9-9-999",
        "broadband_account": "sh-new-1",
        "applied_on": "2026-05-14",
    }
    assert chen.post("/openaccountview/add", data=given).status_code == 302
    listed = chen.get("/subscriptionview/list/?salesperson=1")
    assert "业务员" not in listed.get_data(as_text=True)


def test_hiding_is_one_offices_matter(of: Callable[[str], FlaskClient]) -> None:
    named(hidden=("tax_number",))
    customer = factories.a_customer("HN", name="Trần Thị Mai", tax_number="0100000001")
    assert "0100000001" in of("binh").get(f"/customerview/show/{customer.id}").get_data(as_text=True)


@pytest.fixture
def views(app: Flask) -> dict[str, object]:
    with app.test_request_context():
        return _configurable_views()


def test_nothing_of_need_can_be_hidden(views: dict[str, object]) -> None:
    """A field that a form asks for, that has no label, or that is no column of its table is never offered."""
    wrong = []
    for view in views.values():
        model = view.datamodel.obj  # type: ignore[attr-defined]
        for name in view.hideable:  # type: ignore[attr-defined]
            if not hasattr(model, name):
                wrong.append(f"{model.__name__} has no {name}")
            for form in (view.add_form, view.edit_form):  # type: ignore[attr-defined]
                unbound = getattr(form, name, None)
                if unbound is not None and unbound.kwargs.get("required"):
                    wrong.append(f"{model.__name__}.{name} is needed")
            if name in (*view.order_columns, view.state_column, *view.totals_columns):  # type: ignore[attr-defined]
                wrong.append(f"the list of {model.__name__} is ordered or added up by {name}")
    assert wrong == []
    assert set(views) >= {"customer", "work_order", "subscription", "employee", "material", "community", "plan", "installer"}
