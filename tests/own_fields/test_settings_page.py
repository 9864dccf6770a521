"""The settings page: what an office hides, and what it calls its own fields."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.foundation.database import db
from app.foundation.own_fields.models import HiddenField, OwnField
from app.foundation.own_fields.operations import OwnFieldTerms, save_fields
from app.foundation.scope import everything
from app.values.errors import NotFound
from tests import factories
from tests.own_fields.conftest import contract, named

EVERYTHING_SHOWN = {
    f"show_{name}": "y" for name in ("id_number", "language", "mobile", "telephone", "email", "tax_number", "invoice_address", "note")
}


def _count(model: type) -> int:
    with everything("counting rows"):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def version_shown(client: FlaskClient) -> str:
    """Return the mark of what the form was opened with."""
    page = client.get("/ownfieldview/edit/customer").get_data(as_text=True)
    return page.split('name="version" value="')[1].split('"')[0]


def sent(client: FlaskClient, typed: dict[str, str]) -> TestResponse:
    """Send the form as somebody who has just opened it, unless ``typed`` says otherwise."""
    return client.post("/ownfieldview/edit/customer", data={"version": version_shown(client)} | typed)


def test_a_manager_names_a_field_and_finds_it_on_the_page(chen: FlaskClient) -> None:
    data = EVERYTHING_SHOWN | {"own_1_name": "合同编号", "own_1_name_vi": "Số hợp đồng", "own_1_is_listed": "y"}
    assert sent(chen, data).status_code == 302
    page = chen.get("/ownfieldview/list/").get_data(as_text=True)
    assert "合同编号" in page
    with everything("reading a test's own record"):
        field = db.session.scalars(select(OwnField)).one()
    assert (field.name, field.name_vi, field.is_on, field.is_listed, field.is_required) == ("合同编号", "Số hợp đồng", True, True, False)


def test_the_form_opens_with_what_is_stored(chen: FlaskClient) -> None:
    named(contract(is_required=True), hidden=("tax_number",))
    page = chen.get("/ownfieldview/edit/customer").get_data(as_text=True)
    assert 'value="合同编号"' in page
    assert "checked" in _box(page, "show_note")
    assert "checked" not in _box(page, "show_tax_number")


def _box(page: str, name: str) -> str:
    return next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)


def test_an_unticked_field_is_hidden_and_a_ticked_one_shown_again(chen: FlaskClient) -> None:
    without_tax = {name: value for name, value in EVERYTHING_SHOWN.items() if name != "show_tax_number"}
    sent(chen, without_tax)
    assert _count(HiddenField) == 1
    sent(chen, EVERYTHING_SHOWN)
    assert _count(HiddenField) == 0


@pytest.mark.parametrize("name", ["name", "customer_no"])
def test_a_field_of_need_cannot_be_hidden(chen: FlaskClient, name: str) -> None:
    page = chen.get("/ownfieldview/edit/customer").get_data(as_text=True)
    assert f'name="show_{name}"' not in page
    sent(chen, EVERYTHING_SHOWN)
    assert _count(HiddenField) == 0


def test_a_cashier_neither_sees_nor_changes_the_fields(of: Callable[[str], FlaskClient]) -> None:
    wang = of("wang")
    assert wang.get("/ownfieldview/list/").status_code == 403
    assert wang.post("/ownfieldview/edit/customer", data=EVERYTHING_SHOWN).status_code == 403


def test_a_table_that_is_not_there_is_not_found(chen: FlaskClient) -> None:
    assert chen.get("/ownfieldview/edit/journal_entry").status_code == 404
    assert chen.get("/ownfieldview/edit/customer?office=" + str(factories.office("HN").id)).status_code == 404


def test_two_fields_cannot_have_one_name(chen: FlaskClient) -> None:
    answer = sent(chen, EVERYTHING_SHOWN | {"own_1_name": "合同编号", "own_3_name": "合同编号"})
    assert answer.status_code == 422
    assert "两个字段不能同名" in answer.get_data(as_text=True)
    assert _count(OwnField) == 0


def test_a_field_in_use_keeps_a_name(chen: FlaskClient) -> None:
    named(contract())
    answer = sent(chen, EVERYTHING_SHOWN | {"own_1_name": ""})
    assert answer.status_code == 422
    with everything("reading a test's own record"):
        assert db.session.scalars(select(OwnField.name)).one() == "合同编号"


def test_a_switched_off_field_may_lose_its_name_in_the_form_and_keeps_it(chen: FlaskClient) -> None:
    named(contract())
    assert sent(chen, EVERYTHING_SHOWN | {"own_1_name": "", "own_1_is_off": "y"}).status_code == 302
    with everything("reading a test's own record"):
        field = db.session.scalars(select(OwnField)).one()
    assert (field.name, field.is_on) == ("合同编号", False)


def test_who_was_slower_is_told_so(chen: FlaskClient) -> None:
    version = version_shown(chen)
    named(contract())
    answer = sent(chen, EVERYTHING_SHOWN | {"own_1_name": "门禁卡号", "version": version})
    assert answer.status_code == 409
    assert "门禁卡号" in answer.get_data(as_text=True)
    with everything("reading a test's own record"):
        assert db.session.scalars(select(OwnField.name)).one() == "合同编号"


def test_the_fields_of_another_office_are_out_of_reach(app: object) -> None:
    with factories.acting("chen"), pytest.raises(NotFound):
        save_fields(office=factories.office("HN").id, entity="customer", hidden=("note",))
    assert _count(HiddenField) == 0


def test_an_empty_description_names_no_field(chen: FlaskClient) -> None:
    named(OwnFieldTerms(2, "  "))
    assert _count(OwnField) == 0


def test_nothing_is_saved_without_the_version_that_was_seen(chen: FlaskClient) -> None:
    answer = chen.post("/ownfieldview/edit/customer", data=EVERYTHING_SHOWN | {"own_1_name": "门禁卡号"})
    assert answer.status_code == 400
    assert "门禁卡号" in answer.get_data(as_text=True)
    assert _count(OwnField) == 0
