"""What cannot change any more once an office has customers or papers: the currency and days in which they are stored."""

from __future__ import annotations

from typing import Any

import pytest

from app.foundation.transactions import run
from app.foundation.views.saving import version_of
from app.offices.choices import Currency
from app.offices.models import Office
from app.offices.operations import save_office
from app.values.errors import OperationRefused
from tests.factories import a_customer, acting, an_active_line, office, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")


def changed(place: Office, **values: Any) -> Office:
    with acting("ada"):
        return run(save_office, record=place.id, office=None, version=version_of(place), values=tuple(values.items())).record


@pytest.mark.parametrize(("field", "value"), [("currency", Currency.VND), ("time_zone", "Europe/Paris")])
def test_currency_and_time_zone_stay_once_money_was_taken(field: str, value: str) -> None:
    paid(an_active_line("2026-05-14"), "2026-05-14")
    with pytest.raises(OperationRefused) as refusal:
        changed(reloaded(office()), **{field: value})
    assert (refusal.value.code, list(refusal.value.fields)) == ("office_in_use", [field])
    assert getattr(reloaded(office()), field) in ("CNY", "Asia/Shanghai")


def test_the_rest_may_still_change_and_the_same_currency_be_sent() -> None:
    a_customer()
    place = changed(reloaded(office()), currency=Currency.CNY, telephone="021-5000 0002")
    assert place.telephone == "021-5000 0002"


def test_an_office_without_anything_may_still_be_corrected() -> None:
    assert changed(reloaded(office("HK")), currency=Currency.USD).currency is Currency.USD


@pytest.mark.parametrize("prefix", ["", "  "])
def test_papers_keep_a_prefix(prefix: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        changed(reloaded(office()), receipt_prefix=prefix)
    assert refusal.value.code == "required"
