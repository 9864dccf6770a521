"""A new office prints cash papers in the form that is usual for its currency, unless it chose another one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.choices import VoucherForm
from app.offices.models import Office
from tests import factories
from tests.pages.conftest import signed_in

OFFICE = {
    "code": "XX",
    "name": "新网点",
    "language": "zh_Hans",
    "time_zone": "Asia/Shanghai",
    "legal_name": "新公司",
    "short_name": "新",
    "customer_prefix": "KH",
    "receipt_prefix": "SK",
    "voucher_prefix": "FK",
    "reversal_prefix": "CZ",
    "work_order_prefix": "SG",
    "copies": "single",
    "zero_word": "linh",
    "whole_word": "整",
    "cash_step": "1",
    "idle_minutes": "15",
    "absolute_hours": "12",
}


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return signed_in(app, "ada", "en")


def form_of(code: str) -> VoucherForm:
    with everything("reading a test's own record"):
        return db.session.scalars(select(Office.voucher_form).where(Office.code == code)).one()


@pytest.mark.parametrize(("currency", "form"), [("CNY", VoucherForm.OWN), ("HKD", VoucherForm.OWN), ("VND", VoucherForm.TT99)])
def test_the_form_follows_the_currency(ada: FlaskClient, currency: str, form: VoucherForm) -> None:
    assert ada.post("/officeview/add", data=OFFICE | {"currency": currency}).status_code == 302
    assert form_of("XX") is form


def test_a_chosen_form_is_kept(ada: FlaskClient) -> None:
    assert ada.post("/officeview/add", data=OFFICE | {"currency": "VND", "voucher_form": "tt200"}).status_code == 302
    assert form_of("XX") is VoucherForm.TT200


def test_the_offices_of_the_cast_have_the_form_of_their_country(app: Flask) -> None:
    assert [factories.office(code).voucher_form for code in ("SH", "HK", "HN")] == [VoucherForm.OWN, VoucherForm.OWN, VoucherForm.TT99]
