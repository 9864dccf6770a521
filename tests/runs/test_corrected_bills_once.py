"""A correction whose answer was lost is sent again: it is done once, and the first result is told again."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.billing.models import Adjustment
from app.billing.operations.voids import void_adjustment
from app.foundation.transactions import run
from app.places.models import Unit
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection
from tests.api.conftest import NO_KEY, Program, assert_refused, made
from tests.factories import acting, on_day
from tests.runs.making import LAST_DAY, MANAGER, a_lived_in_unit
from tests.runs.test_corrected_bills import alone, closed, corrected, corrections, count, last_reading, owed, unit  # noqa: F401

pytestmark = pytest.mark.usefixtures("app")
Of = Callable[[str], Program]
RIGHT = [(Decimal("136.40"), False)]


@pytest.fixture
def left(unit: Unit) -> BillCorrection:  # noqa: F811
    """A correction by ¥6.60 that is open again, since its adjustment was voided."""
    alone()
    closed(unit)
    corrected(last_reading(unit), -10)
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_adjustment, adjustment=corrections()[0].adjustment_id, reason="x")
    (one,) = corrections()
    assert one.state is CorrectionState.OPEN
    return one


def test_a_program_puts_a_bill_right_with_a_key_only_and_once(of: Of, unit: Unit, left: BillCorrection) -> None:  # noqa: F811
    path, caller = f"/bill_corrections/{left.id}/put_right", of(MANAGER)
    with on_day(LAST_DAY):
        assert_refused(caller.post(path, key=NO_KEY), 400, "idempotency_key_required")
        assert owed(unit) == [(Decimal("143.00"), False)]
        first, again = (caller.post(path, key="right") for _ in range(2))
        assert_refused(caller.post(path, key="another"), 422)
    assert (first.status_code, made(first, 200)) == (again.status_code, made(again, 200))
    assert ("Idempotent-Replay" in first.headers, again.headers["Idempotent-Replay"]) == (False, "true")
    # The one that was voided, its void, and one more.
    assert (owed(unit), count(Adjustment)) == (RIGHT, 2)


def test_the_button_pressed_twice_puts_the_bill_right_once(
    browse: Callable[[str], FlaskClient],
    unit: Unit,  # noqa: F811
    left: BillCorrection,
) -> None:
    address = f"/billcorrectionview/put_right/{left.id}"
    with on_day(LAST_DAY):
        client = browse(MANAGER)
        for page in (f"/billcorrectionview/show/{left.id}", "/billcorrectionview/list/"):
            form = re.search(rf'<form[^>]*action="{address}".*?</form>', client.get(page).text, re.DOTALL)
            assert form is not None
            (key,) = re.findall(r'name="key" value="(\w+)"', form.group())
        told = [client.post(address, data={"key": key}, follow_redirects=True).text for _ in range(2)]
    assert [("The bill is put right" in text, "put right already" in text) for text in told] == [(True, False)] * 2
    assert (owed(unit), count(Adjustment)) == (RIGHT, 2)


@pytest.mark.parametrize(("deed", "more"), [("correct", {"value": "840"}), ("withdraw", {})])
def test_a_billed_reading_is_put_right_with_a_key_only_and_once(of: Of, unit: Unit, deed: str, more: dict[str, Any]) -> None:  # noqa: F811
    reading, caller = last_reading(unit), of(MANAGER)
    path, body = f"/readings/{reading.id}/{deed}", {"reason": "misread", **more}
    with on_day(LAST_DAY):
        assert_refused(caller.post(path, body, key=NO_KEY), 422, "reading_billed")
        assert_refused(caller.post(path, body | {"confirmed": True}, key=NO_KEY), 400, "idempotency_key_required")
        assert (last_reading(unit).id, corrections()) == (reading.id, [])
        first, again = (caller.post(path, body | {"confirmed": True}, key="once") for _ in range(2))
        assert_refused(caller.post(path, body | {"confirmed": True, "reason": "x"}, key="once"), 409, "key_reused")
    assert made(first) == made(again)
    assert ("Idempotent-Replay" in first.headers, again.headers["Idempotent-Replay"]) == (False, "true")
    assert len(corrections()) == 1


def test_a_reading_that_was_not_billed_is_corrected_without_a_key(of: Of) -> None:
    place, _ = a_lived_in_unit()
    with on_day(LAST_DAY):
        body = {"value": "840", "reason": "misread"}
        told = made(of(MANAGER).post(f"/readings/{last_reading(place).id}/correct", body, key=NO_KEY))
    assert (told["value"], corrections()) == ("840", [])
