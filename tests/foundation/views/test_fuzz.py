"""Odd input everywhere: whatever is sent, the answer is a page in our words and never a server error."""

from __future__ import annotations

import itertools

import pytest

from tests.foundation.views.toy import HERE, ToyLine, ToyLineView, ToyPayment, ToyStreet

ODD = (
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "-Infinity",
    "٣",
    "９",
    "9" * 400,
    "1,2,3.4.5",
    "\x00",
    "\x07\x1b[31m",
    "\ufffd",
    "\u202e",
    "😀" * 60,
    "'; DROP TABLE toy_line; --",
    "<svg onload=alert(1)>",
    "%s%n%(x)s",
    "{{7*7}}",
    "../../etc/passwd",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "true",
    "null",
    "[]",
    "__proto__",
)


@pytest.fixture
def records(store):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=street))
    store(ToyPayment(office_id=HERE, line_id=line, months=1, amount="55", paid_on="2026-05-14"))
    return street, line


def test_no_argument_of_a_list_is_a_server_error(wang, toys, records):
    view = next(view for view in toys.appbuilder.baseviews if isinstance(view, ToyLineView))
    names = {name for flt in view.spec.filters for name in flt.arguments} | {"order", "page", "size", "q", "office", "tab"}
    for name, value in itertools.product(sorted(names), ODD):
        answer = wang.get(f"{view.route_base}/list/", query_string={name: value})
        assert answer.status_code in {200, 400, 404}, (name, value)
        assert "<svg onload" not in answer.text


def test_no_argument_of_a_report_is_a_server_error(wang, toys, records):
    for name, value in itertools.product(("from", "to", "period", "line", "status", "office"), ODD):
        answer = wang.get("/toytakingsview/list/", query_string={name: value})
        assert answer.status_code in {200, 400, 404, 422}, (name, value)


def test_no_field_of_a_form_is_a_server_error(wang, records, stored):
    street, line = records
    forms = {
        "/toylineview/add": {"name": "x", "street": street, "status": "active", "fee": "1", "stops_on": "", "phone": "", "office": HERE},
        "/toypaymentview/add": {"line": line, "months": "1", "price": "1", "paid_on": "2026-05-14", "note": "", "office": HERE},
        "/toypaymentview/preview": {"line": line, "months": "1", "price": "1", "paid_on": "2026-05-14", "note": "", "office": HERE},
        "/toylineview/action_post": {"action": "close_lines", "rowid": line, "back": "/"},
    }
    for address, good in forms.items():
        for name, value in itertools.product(good, ODD):
            answer = wang.post(address, {**good, name: value})
            assert answer.status_code in {200, 302, 400, 404, 409, 422}, (address, name, value)
            assert "psycopg" not in answer.text
            assert "<svg onload" not in answer.text


def test_forms_bear_missing_and_repeated_fields(wang, records):
    street, line = records
    for address in ("/toylineview/add", f"/toylineview/edit/{line}", "/toypaymentview/add", "/toypaymentview/preview"):
        assert wang.post(address, {}).status_code in {200, 400, 422}
        assert wang.post(address, {"name": ["a", "b"], "street": [street, "x"], "line": [line, line]}).status_code < 500
        assert wang.post(address, data=b"\xff\xfe=\x00", content_type="application/x-www-form-urlencoded").status_code < 500
        assert wang.post(address, data=b"{", content_type="application/json").status_code < 500
        assert wang.post(address, data=b"--x\r\nbroken", content_type="multipart/form-data; boundary=x").status_code < 500
