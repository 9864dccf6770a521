"""What a period would have been by a new version: the bill's own path with the draft's formula; and what is refused."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.places.choices import FactName, UnitKind
from app.runs.models import BillingPeriod, RunResult
from app.runs.operations import ensure_period, previewing
from app.runs.operations.previewing import Preview, preview_version
from app.tariffs.choices import ServiceKind
from app.tariffs.models import TariffVersion
from app.values.errors import NotFound, OperationRefused
from tests.api.conftest import Programs, made
from tests.api.conftest import assert_refused as assert_refused_by_api
from tests.factories import a_building, a_customer, a_fact, a_meter, a_read_meter, a_unit, acting, an_occupancy, on_day
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_lived_in_unit, a_run, current, posted, prices
from tests.tariffs.making import RECIPE, a_draft, a_tariff, an_approved, recipe

Browse = Callable[[str], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")

# 200 × 0.50 + 50 × 0.80 = 140.00, with 10 % 154.00.
DEARER = recipe(tiers=[{"up_to": "200", "price": "0.50"}, {"up_to": None, "price": "0.80"}])
DEARER_EXAMPLE = [{"facts": {"kwh": "250"}, "total": "154"}]
JUNE = datetime.date(2026, 6, 1)


def a_period(building: int, month: datetime.date = MAY) -> None:
    with on_day(LAST_DAY), acting(MANAGER):
        run(ensure_period, building=building, month=month)


def previewed(version: TariffVersion, building: int, month: datetime.date = MAY, who: str = MANAGER) -> Preview:
    with on_day(LAST_DAY), acting(who):
        return preview_version(version=version.id, building=building, month=month)


def assert_refused(code: str, version: TariffVersion, building: int, month: datetime.date = MAY) -> None:
    with pytest.raises(OperationRefused) as refusal:
        previewed(version, building, month)
    assert refusal.value.code == code


def count(model: Any) -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def a_second_unit(building: Any, number: str, *used: int, name: str = "李四", **values: Any) -> Any:
    other = a_unit(number, building=building, **values)
    an_occupancy(other, a_customer(name=name), since="2020-01-01")
    if used:
        a_read_meter(other, *used)
    return other


def test_the_old_and_the_new_total_of_a_period() -> None:
    """250 kWh: 143.00 by the approved version, 154.00 by the draft; 100 kWh: 55.00 by both."""
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    a_second_unit(building, "1204", 100, 100, 100, 100)
    tariff = a_tariff()
    an_approved(tariff)
    a_period(unit.building_id)
    found = previewed(a_draft(tariff, recipe=DEARER, examples=DEARER_EXAMPLE), unit.building_id).summary
    assert (found.units, found.computed, found.before, found.after) == (2, 2, Decimal("198.00"), Decimal("209.00"))
    assert (found.change, found.percent, found.up, found.down) == (Decimal("11.00"), Decimal("5.6"), 0, 0)
    assert [(row.unit, row.before, row.after, row.percent) for row in found.biggest] == [
        (unit.id, Decimal("143.00"), Decimal("154.00"), Decimal("7.7"))
    ]


def test_a_preview_writes_nothing() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = posted(a_run(unit.building_id))
    before = count(RunResult), count(BillingPeriod)
    previewed(a_draft(a_tariff(name="另一个", unit_kind=UnitKind.SHOP)), unit.building_id)
    assert (count(RunResult), count(BillingPeriod)) == before
    assert current(billing).posted == 1


def test_a_posted_period_gives_what_was_charged_as_the_old_total() -> None:
    unit, _ = a_lived_in_unit()
    tariff = a_tariff()
    an_approved(tariff)
    billing = posted(a_run(unit.building_id))
    found = previewed(a_draft(tariff, recipe=DEARER), unit.building_id).summary
    assert found.before == billing.posted_total == Decimal("143.00")
    assert found.after == Decimal("154.00")


def test_units_that_move_by_more_than_a_fifth_are_counted() -> None:
    """250 kWh at 0.50 and 0.60 up to 143.00; with 1.00 from the first: 275.00; 100 kWh: 55.00 and 110.00. Then 0.30: down."""
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    a_second_unit(building, "1204", 100, 100, 100, 100)
    tariff = a_tariff()
    an_approved(tariff)
    a_period(unit.building_id)
    up = a_draft(tariff, recipe=recipe(tiers=[{"up_to": None, "price": "1"}]), examples=[])
    down = a_draft(tariff, recipe=recipe(tiers=[{"up_to": None, "price": "0.3"}]), examples=[])
    assert (previewed(up, unit.building_id).summary.up, previewed(up, unit.building_id).summary.down) == (2, 0)
    assert (previewed(down, unit.building_id).summary.up, previewed(down, unit.building_id).summary.down) == (0, 2)


def test_units_that_cannot_be_computed_stand_apart_with_their_reason() -> None:
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    a_second_unit(building, "1204", 100)  # nobody read it in May
    tariff = a_tariff()
    an_approved(tariff)
    a_period(unit.building_id)
    a_period(unit.building_id, JUNE)
    found = previewed(a_draft(tariff, recipe=DEARER), unit.building_id, JUNE)
    assert (found.summary.units, found.summary.computed, found.summary.before, found.summary.after) == (2, 0, 0, 0)
    ((reason, number),) = found.reasons
    assert reason.message_id == "There is no reading from %(start)s to %(end)s. Read the meter or estimate it."
    assert number == 2


def test_a_fact_that_only_the_new_version_needs_leaves_the_unit_without_a_total() -> None:
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    other = a_second_unit(building, "1204", 100, 100, 100, 100)
    a_fact(other, FactName.PERSONS, "2")
    tariff = a_tariff()
    an_approved(tariff)
    a_period(unit.building_id)
    by_heads = a_draft(tariff, recipe=recipe(scale_by=["persons"]), examples=[])
    found = previewed(by_heads, unit.building_id).summary
    assert [row.code for row in found.not_computed] == [unit.code]
    assert (found.before, found.after) == (Decimal("55.00"), Decimal("55.00"))


def test_the_first_version_of_a_tariff_has_no_old_total() -> None:
    unit, _ = a_lived_in_unit()
    a_period(unit.building_id)
    found = previewed(a_draft(), unit.building_id).summary
    assert (found.computed, found.before, found.after, found.new, found.new_total) == (0, 0, 0, 1, Decimal("143.00"))


def test_units_of_a_narrower_tariff_are_left_out_and_counted() -> None:
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    a_second_unit(building, "S1", 300, 300, 300, 300, kind=UnitKind.SHOP)
    an_approved(a_tariff(name="商铺用电", unit_kind=UnitKind.SHOP))
    tariff = a_tariff()
    an_approved(tariff)
    a_period(unit.building_id)
    found = previewed(a_draft(tariff, recipe=DEARER), unit.building_id)
    assert (found.summary.units, found.elsewhere) == (1, 1)


def test_the_draft_of_a_narrower_tariff_is_compared_with_the_wider_one() -> None:
    """A draft for shops only: the shop pays the office's tariff until it is approved; the flat is not its business."""
    building = a_building()
    unit, _ = a_lived_in_unit(building=building)
    shop = a_second_unit(building, "S1", 300, 300, 300, 300, kind=UnitKind.SHOP)
    an_approved(a_tariff())
    a_period(unit.building_id)
    draft = a_draft(a_tariff(name="商铺用电", unit_kind=UnitKind.SHOP), recipe=DEARER)
    found = previewed(draft, unit.building_id)
    assert [(row.unit, row.before, row.after) for row in found.summary.biggest] == [(shop.id, Decimal("176.00"), Decimal("198.00"))]
    assert found.elsewhere == 1


def test_a_change_of_occupant_gives_both_parts_to_the_total() -> None:
    """A fixed 31.00 a month and a draft of 62.00: 10 and 21 of 31 days, both of them together."""
    building = a_building()
    unit, _ = a_lived_in_unit("1203", building=building)
    fixed = {"rounding": "0.01", "lines": [{"code": "f", "kind": "flat", "label": "管理费", "amount": "31"}]}
    twice = {"rounding": "0.01", "lines": [{"code": "f", "kind": "flat", "label": "管理费", "amount": "62"}]}
    tariff = a_tariff(kind=ServiceKind.MANAGEMENT, name="管理费")
    an_approved(tariff, recipe=fixed, examples=[{"facts": {"m2": "1"}, "total": "31"}])
    other = a_unit("1205", building=building)
    an_occupancy(other, a_customer(name="王五"), since="2020-01-01", until="2026-05-10")
    an_occupancy(other, a_customer(name="赵六"), since="2026-05-11")
    a_period(unit.building_id)
    found = previewed(a_draft(tariff, recipe=twice, examples=[]), unit.building_id).summary
    assert (found.units, found.before, found.after) == (2, Decimal("62.00"), Decimal("124.00"))


def test_a_price_change_inside_the_period_stands_only_on_the_old_side() -> None:
    """Version 2 of ¥1.00 holds from 16 May; the draft is tried as if it had been there all month."""
    unit, _ = a_lived_in_unit()
    tariff = a_tariff()
    an_approved(tariff)
    an_approved(
        tariff,
        recipe=recipe(tiers=[{"up_to": None, "price": "1"}]),
        examples=[{"facts": {"kwh": "1"}, "total": "1.1"}],
        valid_from="2026-05-16",
    )
    a_period(unit.building_id)
    a_period(unit.building_id, JUNE)
    found = previewed(a_draft(tariff, recipe=RECIPE), unit.building_id)
    assert found.summary.after == Decimal("143.00")


def test_a_period_that_does_not_exist_is_refused() -> None:
    unit, _ = a_lived_in_unit()
    assert_refused("no_period", a_draft(), unit.building_id)


def test_a_building_of_another_tariff_is_refused() -> None:
    unit, _ = a_lived_in_unit()
    draft = a_draft(a_tariff(building=a_building().id))
    a_period(unit.building_id)
    assert_refused("other_building", draft, unit.building_id)


def test_another_offices_version_does_not_exist() -> None:
    unit, _ = a_lived_in_unit()
    draft = a_draft()
    with pytest.raises(NotFound):
        previewed(draft, unit.building_id, who="lan")


# Pages and API ------------------------------------------------------------------------------------------------------------------


def a_previewed_draft() -> tuple[TariffVersion, int]:
    """Return a dearer draft, and a building with a unit of 250 kWh and one that nobody read."""
    building = a_building()
    a_lived_in_unit(building=building)
    unread = a_second_unit(building, "1204")
    a_meter(unread, ServiceKind.ELECTRICITY, since="2026-04-01")
    tariff = a_tariff()
    an_approved(tariff)
    a_period(building.id)
    return a_draft(tariff, recipe=DEARER, examples=DEARER_EXAMPLE), building.id


def test_the_page_shows_the_last_period_at_once(browse: Browse) -> None:
    draft, _ = a_previewed_draft()
    with on_day(LAST_DAY):
        answer = browse(MANAGER).get(f"/tariffpreview/{draft.id}")
    text = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert all(shown in text for shown in ("143.00", "154.00", "+¥11.00", "There is no reading"))


def test_the_page_of_a_version_leads_to_its_preview(browse: Browse) -> None:
    draft, _ = a_previewed_draft()
    with on_day(LAST_DAY):
        assert f"/tariffpreview/{draft.id}" in browse(MANAGER).get(f"/tariffversionview/show/{draft.id}").get_data(as_text=True)


@pytest.mark.parametrize("address", ["building=&month=2026-05", "building=x&month=2026-05", "building=1&month=2026-13", "month=2026-05"])
def test_an_address_that_asks_for_nothing_is_explained(browse: Browse, address: str) -> None:
    draft, _ = a_previewed_draft()
    with on_day(LAST_DAY):
        answer = browse(MANAGER).get(f"/tariffpreview/{draft.id}?{address}")
    assert answer.status_code == 422
    assert "fh-alert" in answer.get_data(as_text=True)


def test_a_version_without_any_period_says_so(browse: Browse) -> None:
    draft = a_draft()
    with on_day(LAST_DAY):
        assert "No billing period yet" in browse(MANAGER).get(f"/tariffpreview/{draft.id}").get_data(as_text=True)


def test_programs_preview_a_version(of: Programs) -> None:
    draft, building = a_previewed_draft()
    with on_day(LAST_DAY):
        asked = {"building": building, "period": "2026-05"}
        english = {"Accept-Language": "en"}
        given = made(of(MANAGER).post(f"/tariff_versions/{draft.id}/preview", asked, headers=english), 200)
    assert (given["before"], given["after"], given["change"], given["percent"]) == ("143.00", "154.00", "11.00", "7.7")
    assert (given["units"], given["computed"], given["up"], given["down"], given["currency"]) == (2, 1, 0, 0, "CNY")
    assert [row["code"][-4:] for row in given["biggest"]] == ["1203"]
    assert [row["reason"][:19] for row in given["not_computed"]] == ["There is no reading"]
    assert (given["without_total"], [row["units"] for row in given["reasons"]]) == (1, [1])


def test_of_many_units_without_a_total_the_first_are_named_and_all_counted(of: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, building = a_previewed_draft()
    monkeypatch.setattr(previewing, "MOST_NAMED", 0)
    with on_day(LAST_DAY):
        given = made(of(MANAGER).post(f"/tariff_versions/{draft.id}/preview", {"building": building, "period": "2026-05"}), 200)
    assert (given["not_computed"], given["without_total"], given["computed"]) == ([], 1, 1)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"building": 999_999, "period": "2026-05"}, 404, "not_found"),
        ({"period": "2026-05"}, 400, "required"),
        ({"building": "HERE", "period": "2026-5"}, 422, "no_month"),
        ({"building": "HERE", "period": "2025-05"}, 422, "no_period"),
    ],
)
def test_what_programs_ask_wrongly_is_told(of: Programs, body: dict[str, Any], status: int, code: str) -> None:
    draft, building = a_previewed_draft()
    sent = {name: building if value == "HERE" else value for name, value in body.items()}
    with on_day(LAST_DAY):
        assert_refused_by_api(of(MANAGER).post(f"/tariff_versions/{draft.id}/preview", sent), status, code)


def test_programs_of_another_office_find_no_version(of: Programs) -> None:
    draft, building = a_previewed_draft()
    with on_day(LAST_DAY):
        assert_refused_by_api(of("binh").post(f"/tariff_versions/{draft.id}/preview", {"building": building, "period": "2026-05"}), 404)


def test_a_cashier_previews_nothing(of: Programs) -> None:
    draft, building = a_previewed_draft()
    with on_day(LAST_DAY):
        assert_refused_by_api(of("wang").post(f"/tariff_versions/{draft.id}/preview", {"building": building, "period": "2026-05"}), 403)
