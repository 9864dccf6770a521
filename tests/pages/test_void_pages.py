"""The pages that void vouchers and operations: what they say first, what is left behind, and who may."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from app.billing.choices import PricedOperation
from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation.scope import everything
from tests.broadband.changes import changed_plan, event_of, relocated
from tests.broadband.lines import line_until
from tests.broadband.test_halting_refusals import key_of
from tests.factories import a_plan, make_prices_firm, on_day, reloaded, set_price
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

DAY = "2026-06-16"
LANGUAGES = ("en", "zh_Hans", "zh_Hant", "vi")


@pytest.fixture
def line(app: Flask) -> Subscription:
    return line_until("2026-06-30", since="2026-06-01", plan=a_plan(fee=Decimal("80.00")))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_operation_leads_to_the_page_that_undoes_it(app: Flask, line: Subscription, locale: str) -> None:
    record = relocated(line, DAY)
    with on_day(DAY):
        client = signed_in(app, "chen", locale)
        assert "/voidoperationview/add?" in client.get(f"/relocationview/show/{record.id}").text
        page = client.get(f"/voidoperationview/add?event={record.event_id}").text
        told = client.post("/voidoperationview/preview", data={"event": record.event_id, "reason": "录错", "key": key_of(page)})
    assert told.status_code == 200
    assert "CZ-2026-000001" in told.text


def test_the_operation_is_undone_and_the_line_says_so(app: Flask, line: Subscription) -> None:
    record = relocated(line, DAY)
    with on_day(DAY):
        client = signed_in(app, "chen", "en")
        page = client.get(f"/voidoperationview/add?event={record.event_id}").text
        sent = {"event": record.event_id, "reason": "wrong line", "key": key_of(page)}
        answer = client.post("/voidoperationview/add", data=sent)
        assert (answer.status_code, answer.location) == (302, f"/subscriptionview/show/{line.id}")
        shown = client.get(answer.location).text
        assert "Void Relocation" in shown
        assert "voidoperationview" not in client.get(f"/relocationview/show/{record.id}").text
        assert "CZ-2026-000001" in client.get("/reversalview/list/").text


def test_a_cashier_asks_and_the_manager_finds_it_waiting(app: Flask, line: Subscription) -> None:
    record = relocated(line, DAY)
    with on_day(DAY):
        client = signed_in(app, "wang", "en")
        page = client.get(f"/voidoperationview/add?event={record.event_id}").text
        assert client.post("/voidoperationview/add", data={"event": record.event_id, "reason": "x", "key": key_of(page)}).status_code == 302
        manager = signed_in(app, "chen", "en")
        waits = f"Void Relocation of the line {line.broadband_account}"
        assert waits in manager.get("/").text
        assert waits.removeprefix("Void ") in manager.get("/approvalview/list/").text


def test_a_voucher_is_voided_on_its_page(app: Flask, line: Subscription) -> None:
    voucher = event_of(changed_plan(line, DAY, a_plan(fee=Decimal("50.00"))))[2]
    with on_day(DAY):
        client = signed_in(app, "chen", "en")
        assert "/voidvoucherview/add?" in client.get(f"/voucherview/show/{voucher.id}").text
        page = client.get(f"/voidvoucherview/add?voucher={voucher.id}").text
        answer = client.post("/voidvoucherview/add", data={"voucher": voucher.id, "reason": "x", "key": key_of(page)})
        assert answer.location == f"/voucherview/show/{voucher.id}"
    with everything("reading a test's own voucher"):
        assert reloaded(voucher).is_voided


@pytest.mark.parametrize(("username", "locale"), [("wang", "zh_Hans"), ("chen", "vi"), ("chen", "zh_Hant"), ("chen", "en")])
def test_a_fee_below_the_list_is_explained_beside_its_field(app: Flask, line: Subscription, username: str, locale: str) -> None:
    make_prices_firm()
    set_price(PricedOperation.SUSPENSION, "30.00")
    with on_day(DAY):
        client = signed_in(app, username, locale)
        page = client.get(f"/suspensionview/add?subscription={line.id}").text
        with assert_nothing_written():
            answer = client.post("/suspensionview/add", data={"subscription": line.id, "fee": "0", "method": "later", "key": key_of(page)})
        assert answer.status_code == (403 if username == "wang" else 422)
    field = "fee" if username == "wang" else "reason"
    assert f'id="{field}-error"' in answer.text or f'aria-describedby="{field}' in answer.text
    assert reloaded(line).state is SubscriptionState.ACTIVE


def test_the_preview_names_the_field_that_a_lower_fee_wants(app: Flask, line: Subscription) -> None:
    make_prices_firm()
    set_price(PricedOperation.SUSPENSION, "30.00")
    with on_day(DAY):
        client = signed_in(app, "chen", "en")
        sent = {"subscription": line.id, "fee": "10", "method": "later"}
        assert 'data-wanted="reason"' in client.post("/suspensionview/preview", data=sent).text
        assert "data-wanted" not in client.post("/suspensionview/preview", data={**sent, "reason": "old customer"}).text
