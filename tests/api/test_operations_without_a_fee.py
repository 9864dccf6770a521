"""Operations that cost nothing: a way of paying may be named, an amount is refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.broadband.models import Subscription
from tests.api.conftest import Programs, assert_refused, made
from tests.broadband.lines import line_until
from tests.factories import on_day, reloaded

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-16"
FREE: list[tuple[str, dict[str, Any]]] = [
    ("forced_stops", {"reason": "operator"}),
    ("closures", {}),
    ("gifts", {"gift_months": 2, "reason": "活动"}),
    ("compensations", {"compensation_days": 3, "reason": "中断"}),
]


@pytest.fixture
def line() -> Subscription:
    return line_until("2026-06-30", since="2026-06-01")


@pytest.mark.parametrize(("name", "terms"), FREE, ids=[name for name, _ in FREE])
def test_a_way_of_paying_says_nothing(of: Programs, line: Subscription, name: str, terms: dict[str, Any]) -> None:
    with on_day(DAY):
        done = made(of("chen").post(f"/{name}", {"subscription": line.id, "method": "cash", **terms}))
    assert (done["receipt"], done["charge"]) == (None, None)


@pytest.mark.parametrize(("name", "terms"), FREE, ids=[name for name, _ in FREE])
def test_an_amount_is_refused(of: Programs, line: Subscription, name: str, terms: dict[str, Any]) -> None:
    payment = {"methods": [{"method": "cash", "amount": "5.00"}]}
    with on_day(DAY):
        assert_refused(of("chen").post(f"/{name}", {"subscription": line.id, "payment": payment, **terms}), 422, "nothing_to_pay")
        assert made(of("chen").get(f"/{name}"), 200)["items"] == []
    assert reloaded(line).state == "active"
