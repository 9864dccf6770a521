"""Payments are found by the line they were taken for, vouchers by the customer who got the money, as the other papers are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from tests.broadband.changes import changed_plan
from tests.broadband.lines import line_until
from tests.factories import a_customer, a_plan, on_day
from tests.pages.conftest import signed_in

DAY = "2026-06-16"
A_MONTH = {"since": "2026-06-01", "broadband_account": "sz0042"}


@pytest.mark.parametrize("typed", ["sz0042", "SZ0042", "王五"])
def test_a_payment_is_found_by_account_and_customer(app: Flask, typed: str) -> None:
    line_until("2026-06-30", customer=a_customer(name="王五"), **A_MONTH)
    line_until("2026-06-30", customer=a_customer(name="李四"), since="2026-06-01", broadband_account="sz0099")
    with on_day(DAY):
        page = signed_in(app, "wang").get("/regularpaymentview/list/", query_string={"q": typed}).text
    assert "sz0042" in page
    assert "sz0099" not in page


@pytest.mark.parametrize(("typed", "is_found"), [("王五", True), ("FK-", True), ("赵六", False)])
def test_a_voucher_is_found_by_its_number_and_the_customer(app: Flask, typed: str, is_found: bool) -> None:
    line = line_until("2026-06-30", customer=a_customer(name="王五"), plan=a_plan(fee=Decimal("80.00")), **A_MONTH)
    changed_plan(line, DAY, a_plan(fee=Decimal("50.00")))
    with on_day(DAY):
        page = signed_in(app, "wang").get("/voucherview/list/", query_string={"q": typed}).text
    assert ("/voucherview/show/" in page) is is_found
