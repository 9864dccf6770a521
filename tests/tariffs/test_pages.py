"""The pages of tariffs: a version is begun, edited as a sheet, checked and approved; who may not is told so."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.tariffs.choices import VersionState
from app.tariffs.models import Service, Tariff, TariffVersion
from tests.factories import a_unit, reloaded
from tests.tariffs.making import a_checked, a_draft, a_tariff, an_approved, service

Browse = Callable[[str], FlaskClient]


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def stored(model: type, *conditions: Any) -> Any:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return db.session.scalars(select(model).where(*conditions)).one_or_none()


def key_of(form: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', form)
    assert found is not None
    return found[1]


def sent(version: TariffVersion, **changes: Any) -> dict[str, Any]:
    """Return the sheet of the draft that ``making`` writes, as a browser sends it."""
    return {
        "version": str(version.version),
        "do": "save",
        "rounding": "0.01",
        "line": ["0", "1"],
        "l0-code": "electricity",
        "l0-kind": "graduated",
        "l0-label-": "电费",
        "l0-quantity": "kwh",
        "l0-limit": ["200", ""],
        "l0-tier_price": ["0.50", "0.60"],
        "l1-code": "tax",
        "l1-kind": "percentage",
        "l1-label-": "税",
        "l1-of": ["0"],
        "l1-percent": "10",
        "l1-tax": "y",
        "example": ["2"],
        "e2-fact-kwh": "250",
        "e2-total": "143",
        "valid_from": "2026-06-01",
        "source": "合同",
        "note": "",
        **{name.replace("__", "-"): value for name, value in changes.items()},
    }


def posted(client: FlaskClient, version: TariffVersion, terms: Mapping[str, Any], status: int = 200) -> str:
    answer = client.post(f"/tariffversionview/edit/{version.id}", data=terms)
    assert answer.status_code == status, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def test_a_tariff_is_added_and_goes_on_to_its_first_version(browse: Browse) -> None:
    chen = browse("chen")
    form = page(chen, "/tariffview/add")
    terms = {"key": key_of(form), "service": service().id, "name": "居民用电"}
    made = chen.post("/tariffview/add", data=terms)
    tariff = stored(Tariff, Tariff.name == "居民用电")
    assert f"/tariffversionview/add?tariff={tariff.id}" in made.location
    begin = page(chen, made.location)
    begun = chen.post("/tariffversionview/add", data={"key": key_of(begin), "tariff": tariff.id, "template": "zhejiang_electricity"})
    version = stored(TariffVersion)
    assert begun.location.endswith(f"/tariffversionview/edit/{version.id}")
    assert version.recipe["lines"][0]["used"] == "ytd"


def test_the_sheet_shows_the_formula_with_its_bill(browse: Browse) -> None:
    draft = a_draft()
    shown = page(browse("chen"), f"/tariffversionview/edit/{draft.id}")
    for text in ("电费", "0.5", "¥143.00", "fh-stairs", 'value="200"'):
        assert text in shown


def test_a_sheet_is_saved_as_it_was_typed(browse: Browse) -> None:
    draft = a_draft()
    terms = sent(draft, l0__tier_price=["0.55", "0.65"], e2__total="156.75")
    posted(browse("chen"), draft, terms, 302)
    saved = reloaded(draft)
    assert [tier["price"] for tier in saved.recipe["lines"][0]["tiers"]] == ["0.55", "0.65"]
    assert saved.examples == [{"facts": {"kwh": "250"}, "total": "156.75"}]
    assert (saved.source, str(saved.valid_from)) == ("合同", "2026-06-01")


def test_a_fault_stands_at_its_line_and_nothing_is_written(browse: Browse) -> None:
    draft = a_draft()
    shown = posted(browse("chen"), draft, sent(draft, l0__limit=["viel", ""]), 422)
    line = shown.split('id="line-0"')[1].split('id="line-1"')[0]
    assert "viel" in line
    assert "fh-sheet-fault" in line
    assert reloaded(draft).valid_from != "2026-06-01"
    assert reloaded(draft).source == ""


@pytest.mark.parametrize(
    ("deed", "there", "gone"),
    [
        ("add_tier:0", 'aria-label="Remove tier 2"', ""),
        ("remove_tier:0:0", "", 'aria-label="Remove tier 1"'),
        ("add_line:flat", 'id="line-3"', ""),
        ("remove_line:1", 'id="line-0"', 'id="line-1"'),
        ("remove_example:2", "", 'name="e2-total"'),
        ("add_example", 'name="e3-total"', ""),
    ],
)
def test_rows_are_added_and_removed_without_storing_anything(browse: Browse, deed: str, there: str, gone: str) -> None:
    draft = a_draft()
    client = browse("chen")
    client.post("/preferences/language", data={"language": "en"})
    shown = posted(client, draft, sent(draft, do=deed))
    assert there in shown
    assert not gone or gone not in shown
    assert reloaded(draft).source == ""


def test_a_line_moves_up_with_what_refers_to_it(browse: Browse) -> None:
    draft = a_draft()
    shown = posted(browse("chen"), draft, sent(draft, do="move_up:1"))
    assert shown.index('id="line-1"') < shown.index('id="line-0"')
    assert "fh-sheet-fault" in shown  # a tax before what it is on


def test_a_deed_that_is_none_is_refused(browse: Browse) -> None:
    draft = a_draft()
    answer = browse("chen").post(f"/tariffversionview/edit/{draft.id}", data=sent(draft, do="explode"))
    assert answer.status_code == 400


def test_what_is_tried_is_answered_line_by_line(browse: Browse) -> None:
    draft = a_draft()
    answer = browse("chen").post(f"/tariffversionview/tried/{draft.id}", data=sent(draft, try__kwh="300"))
    shown = html.unescape(answer.get_data(as_text=True))
    # 200 × 0.50 + 100 × 0.60 = 160, with 10 % 176.
    assert answer.status_code == 200
    assert "¥176.00" in shown


def test_a_fact_left_open_comes_from_the_chosen_unit(browse: Browse) -> None:
    lines = [{"code": "fee", "kind": "per_unit", "label": "管理费", "quantity": "m2", "price": "2"}]
    draft = a_draft(recipe={"rounding": "0.01", "lines": lines}, examples=[{"facts": {"m2": "10"}, "total": "20"}])
    unit = a_unit("1203", area="68.5")
    shown = page(browse("chen"), f"/tariffversionview/show/{draft.id}?try-m2=&unit={unit.id}")
    assert "¥137.00" in shown


def test_a_version_in_force_is_compared_with_the_draft(browse: Browse) -> None:
    tariff = a_tariff()
    an_approved(tariff)
    draft = a_draft(tariff, valid_from="2026-06-01")
    shown = page(browse("chen"), f"/tariffversionview/show/{draft.id}")
    assert "fh-changes" in shown


def test_a_draft_is_checked_and_approved_by_the_chief(browse: Browse) -> None:
    draft = a_draft()
    browse("chen").post(f"/tariffversionview/check/{draft.id}")
    assert reloaded(draft).state is VersionState.CHECKED
    zhou = browse("zhou")
    assert f"/tariffversionview/approve/{draft.id}" in page(zhou, f"/tariffversionview/show/{draft.id}")
    zhou.post(f"/tariffversionview/approve/{draft.id}", data={"valid_from": "2026-06-01"})
    assert (reloaded(draft).state, str(reloaded(draft).valid_from)) == (VersionState.APPROVED, "2026-06-01")


def test_withdrawing_is_folded_below_the_formula(browse: Browse) -> None:
    shown = page(browse("chen"), f"/tariffversionview/show/{a_checked().id}")
    assert shown.index('class="fh-formula"') < shown.index("fh-version-withdraw") < shown.index("/tariffversionview/withdraw/")
    assert "<details open" not in shown


def test_a_manager_is_offered_no_approval(browse: Browse) -> None:
    checked = a_checked()
    chen = browse("chen")
    assert "/approve/" not in page(chen, f"/tariffversionview/show/{checked.id}")
    assert chen.post(f"/tariffversionview/approve/{checked.id}").status_code == 403
    assert reloaded(checked).state is VersionState.CHECKED


def test_a_cashier_reads_and_tries_but_changes_nothing(browse: Browse) -> None:
    version = an_approved()
    wang = browse("wang")
    assert "¥143.00" in page(wang, f"/tariffversionview/show/{version.id}")
    assert wang.get(f"/tariffversionview/edit/{version.id}").status_code == 403
    assert wang.get("/tariffview/add").status_code == 403


def test_a_meter_reader_sees_no_prices(browse: Browse) -> None:
    for address in ("/tariffview/list/", "/tariffversionview/list/", "/serviceview/list/"):
        assert browse("minh").get(address).status_code == 403


def test_an_approved_version_is_not_edited(browse: Browse) -> None:
    version = an_approved()
    chen = browse("chen")
    assert chen.get(f"/tariffversionview/edit/{version.id}").status_code == 302
    assert chen.post(f"/tariffversionview/edit/{version.id}", data=sent(version)).status_code == 302
    assert reloaded(version).source == ""


def test_the_list_of_tariffs_says_what_is_valid_today(browse: Browse) -> None:
    tariff = a_tariff()
    an_approved(tariff)
    a_draft(tariff, valid_from="2026-06-01")
    shown = page(browse("wang"), "/tariffview/list/")
    assert "居民用电" in shown
    assert "2026-01-01" in shown


def test_another_offices_version_does_not_exist(browse: Browse) -> None:
    version = an_approved()
    assert browse("binh").get(f"/tariffversionview/show/{version.id}").status_code == 404


def test_limits_that_contradict_each_other_are_refused_at_their_field(browse: Browse) -> None:
    chen = browse("chen")
    there = service()
    form = page(chen, f"/serviceview/edit/{there.id}")
    terms = {
        "code": there.code,
        "name": there.name,
        "kind": "electricity",
        "measure": "kWh",
        "fact": "kwh",
        "is_metered": "y",
        "decimals": "0",
        "due_days": "15",
        "position": "1",
        "is_active": "y",
        "least_difference": "50",
        "high_ratio": "2",
        "raised_ratio": "3",
        "lowered_ratio": "0.6",
        "low_ratio": "0.4",
    }
    version = re.search(r'name="version" value="([^"]*)"', form)
    answer = chen.post(f"/serviceview/edit/{there.id}", data={**terms, "version": version[1] if version else "1"})
    assert answer.status_code == 422
    assert 'id="high_ratio-error"' in answer.get_data(as_text=True)
    assert stored(Service, Service.id == there.id).raised_ratio == 1.5


def test_a_formula_that_is_not_finished_asks_for_its_facts_already(browse: Browse) -> None:
    """The percent is still missing; consumption, head count and the kind of unit can be typed all the same."""
    version = a_draft()
    form = sent(
        version,
        do="show",
        l0__scale_by=["persons"],
        l0__when_fact="kind",
        l0__when_op="=",
        l0__when_value="shop",
        l1__percent="",
        example=[],
    )
    text = html.unescape(browse("chen").post(f"/tariffversionview/edit/{version.id}", data=form).get_data(as_text=True))
    assert re.findall(r'name="try-(\w+)"', text) == ["kwh", "persons", "kind"]
