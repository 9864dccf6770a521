"""What a record's page is called: choices in the reader's words, names as they were written."""

from __future__ import annotations

import re
from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from app.billing.choices import PricedOperation
from app.billing.models import Charge, PriceListItem
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import everything
from app.foundation.views import EntityView
from tests import factories
from tests.pages.conftest import signed_in


def test_a_charge_is_called_by_its_fee_kind(app: Flask) -> None:
    factories.paid(factories.an_active_line("2026-04-01"), "2026-04-02", 1)
    with everything("looking up the charge"):
        number = db.session.scalars(select(Charge.id).order_by(Charge.id.desc())).first()
    with factories.on_day("2026-04-02"):
        page = signed_in(app, "chen", "zh_Hans").get(f"/chargeview/show/{number}").text
    assert "<h1>正常使用费</h1>" in page


def test_a_customer_keeps_a_name_that_is_a_word_of_the_program(app: Flask) -> None:
    customer = factories.a_customer(name="Cash")
    page = signed_in(app, "chen", "zh_Hans").get(f"/customerview/show/{customer.id}").text
    assert "<h1>Cash</h1>" in page


def test_a_price_that_is_edited_is_called_by_its_operation(app: Flask) -> None:
    with everything("looking up the cast"):
        item = PriceListItem(office_id=factories.office().id, operation=PricedOperation.HANDLING, fee=Decimal("5.00"))
        db.session.add(item)
        db.session.commit()
    page = signed_in(app, "chen", "zh_Hans").get(f"/pricelistview/edit/{item.id}").text
    assert 'class="fh-context">handling<' not in page
    assert f'class="fh-context">{say(PricedOperation.HANDLING, "zh_Hans")}<' in page


def test_no_record_is_called_by_the_name_of_its_class(app: Flask) -> None:
    views = [view for view in app.appbuilder.baseviews if isinstance(view, EntityView)]  # type: ignore[attr-defined]
    nameless = [
        view.endpoint
        for view in views
        if view.datamodel.obj.__str__ is object.__str__ and type(view).record_title is EntityView.record_title
    ]
    assert len(views) > 20
    assert nameless == []


def test_a_sign_in_is_called_by_its_device(app: Flask) -> None:
    client = signed_in(app, "ada", "en")
    number = re.search(r'data-href="/signinview/show/(\d+)', client.get("/signinview/list/").text)
    assert number is not None
    assert re.search(r"<h1>[^<&]+</h1>", client.get(f"/signinview/show/{number[1]}").text)
