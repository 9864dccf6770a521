"""The subscriber query finds a line by every code that stands on its papers and devices, and by who sold it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.broadband.models import Subscription
from app.broadband.views.subscriptions import found_by
from app.foundation.database import db
from app.offices.models import Employee
from tests.factories import _stored, a_customer, a_pending_line, acting, on_day
from tests.pages.conftest import DAY, signed_in


@pytest.mark.parametrize("typed", ["JR2026", "jr202605140007", "a4-5e-60", "A4-5E-60-11-22-33", "sz0042"])
def test_a_line_is_found_by_its_codes(app: Flask, typed: str) -> None:
    line = a_pending_line(broadband_account="sz0042", access_order_no="JR202605140007", bound_number="A4:5E:60:11:22:33")
    a_pending_line(customer=a_customer(name="李四"), broadband_account="sz0099")
    with acting("chen"):
        assert [found.id for found in db.session.scalars(select(Subscription).where(found_by(typed)))] == [line.id]


def test_lines_are_filtered_by_business_type_and_salesperson(app: Flask) -> None:
    seller = _stored(Employee, "SH", {"code": "E1", "name": "孙业务"})
    sold = a_pending_line(broadband_account="sold-by-sun", salesperson=seller.id)
    a_pending_line(customer=a_customer(name="李四"), broadband_account="sold-by-nobody")
    with on_day(DAY):
        chen = signed_in(app, "chen")
        by_seller = chen.get(f"/subscriptionview/list/?salesperson={seller.id}").get_data(as_text=True)
        by_type = chen.get(f"/subscriptionview/list/?business_type={sold.business_type_id}").get_data(as_text=True)
    assert "sold-by-sun" in by_seller
    assert "sold-by-nobody" not in by_seller
    assert "sold-by-nobody" in by_type
