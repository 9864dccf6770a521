"""Services, tariffs and versions for programs: kept, drafted, checked, approved, tried; and everything that is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from app.tariffs.choices import VersionState
from app.tariffs.models import TariffVersion
from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_building, office, on_day, reloaded
from tests.tariffs.making import EXAMPLES, RECIPE, a_checked, a_draft, a_tariff, an_approved, recipe, service

ENGLISH = {"Accept-Language": "en"}
DAY = "2026-05-14"


def drafted(of: Programs, **values: Any) -> dict[str, Any]:
    """Return a draft that Chen's program has begun and written."""
    body = {"tariff": a_tariff().id, "recipe": RECIPE, "examples": EXAMPLES, "valid_from": "2026-06-01"} | values
    return made(of("chen").post("/tariff_versions", body))


# Services -----------------------------------------------------------------------------------------------------------------------

STEAM = {"code": "steam", "name": "蒸汽", "kind": "other", "measure": "t", "fact": "tons", "is_metered": True, "decimals": 2}


def test_a_service_is_added_listed_shown_and_changed(of: Programs) -> None:
    added = made(of("chen").post("/services", STEAM))
    assert {name: added[name] for name in STEAM} == STEAM
    listed = made(of("chen").get("/services?code=steam"), 200)
    assert (listed["total"], listed["items"][0]["id"]) == (1, added["id"])
    changed = made(of("chen").patch(f"/services/{added['id']}", {"name": "高压蒸汽"}), 200)
    assert (changed["name"], changed["fact"]) == ("高压蒸汽", "tons")
    assert made(of("wang").get(f"/services/{added['id']}"), 200)["name"] == "高压蒸汽"


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"fact": "Tons"}, 422, "ck_service_fact_is_a_name"),
        ({"decimals": 4}, 422, "out_of_range"),
        ({"kind": "steam"}, 400, "malformed"),
        ({"high_ratio": "1.2"}, 422, "thresholds"),
        ({"lowered_ratio": "1"}, 422, "thresholds"),
        ({"low_ratio": "0.9"}, 422, "thresholds"),
        ({"least_difference": "0"}, 422, "out_of_range"),
        ({"name": ""}, 422, "required"),
    ],
)
def test_a_service_that_contradicts_itself_is_refused(of: Programs, values: dict[str, Any], status: int, code: str) -> None:
    assert_refused(of("chen").post("/services", STEAM | values), status, code)


def test_a_cashier_keeps_no_services(of: Programs) -> None:
    assert_refused(of("wang").post("/services", STEAM), 403)


def test_another_offices_service_does_not_exist(of: Programs) -> None:
    assert_refused(of("chen").get(f"/services/{service(code='HN').id}"), 404)
    assert_refused(of("chen").patch(f"/services/{service(code='HN').id}", {"name": "x"}), 404)


# Tariffs ------------------------------------------------------------------------------------------------------------------------


def test_a_tariff_is_made_for_a_building_and_renamed(of: Programs) -> None:
    building = a_building()
    added = made(of("chen").post("/tariffs", {"service": service().id, "building": building.id, "unit_kind": "shop", "name": "商铺用电"}))
    assert (added["building"], added["unit_kind"], added["valid_version"]) == (building.id, "shop", None)
    renamed = made(of("chen").patch(f"/tariffs/{added['id']}", {"name": "商铺电价"}), 200)
    assert renamed["name"] == "商铺电价"
    assert made(of("chen").get(f"/tariffs?building={building.id}"), 200)["total"] == 1


def test_a_tariff_tells_which_version_is_valid(of: Programs) -> None:
    with on_day(DAY):
        version = an_approved()
        assert made(of("chen").get(f"/tariffs/{version.tariff_id}"), 200)["valid_version"] == version.id


@pytest.mark.parametrize("values", [{"unit_kind": "shop"}, {"service": "GAS"}, {"building": "HERE"}])
def test_what_a_tariff_is_for_does_not_change(of: Programs, values: dict[str, Any]) -> None:
    tariff = a_tariff()
    numbers = {"GAS": service(code="SH").id, "HERE": a_building().id}
    sent = {name: numbers.get(value, value) for name, value in values.items()}
    assert_refused(of("chen").patch(f"/tariffs/{tariff.id}", sent), 422, "tariff_stays")


def test_a_second_tariff_of_the_same_units_is_refused(of: Programs) -> None:
    a_tariff()
    assert_refused(of("chen").post("/tariffs", {"service": service().id, "name": "又一个"}), 422, "tariff_taken")


def test_a_building_of_another_office_is_refused(of: Programs) -> None:
    answer = of("chen").post("/tariffs", {"service": service().id, "building": a_building("HN").id, "name": "x"})
    assert assert_refused(answer, 404)["fields"].keys() == {"building"}


def test_a_service_of_another_office_is_refused(of: Programs) -> None:
    assert_refused(of("chen").post("/tariffs", {"service": service(code="HN").id, "name": "x"}), 404)


# Versions ------------------------------------------------------------------------------------------------------------------------


def test_a_version_is_begun_written_checked_and_approved(of: Programs) -> None:
    """Chen's program writes it, Zhou's approves it; from 1 June on it is scheduled."""
    with on_day(DAY):
        version = drafted(of)
        assert (version["state"], version["number"], version["recipe"]) == ("draft", 1, RECIPE)
        address = f"/tariff_versions/{version['id']}"
        dearer = recipe(tiers=[{"up_to": None, "price": "1.00"}])
        examples = [{"facts": {"kwh": "10"}, "total": "11"}]
        written = made(of("chen").patch(address, {"recipe": dearer, "examples": examples, "source": "发改委"}), 200)
        assert (written["recipe"], written["source"], written["valid_from"]) == (dearer, "发改委", "2026-06-01")
        assert made(of("chen").post(f"{address}/check"))["state"] == "checked"
        approved = made(of("zhou").post(f"{address}/approve", {}))
    assert (approved["state"], approved["standing"]) == ("approved", "scheduled")
    assert made(of("wang").get(f"/tariff_versions?tariff={version['tariff']}&state=approved"), 200)["total"] == 1


def test_a_version_begins_from_a_template_or_as_a_copy(of: Programs) -> None:
    first = a_draft()
    copied = made(of("chen").post("/tariff_versions", {"tariff": first.tariff_id, "copied": first.id}))
    assert (copied["recipe"], copied["examples"], copied["number"]) == (RECIPE, EXAMPLES, 2)
    assert_refused(of("chen").post("/tariff_versions", {"tariff": first.tariff_id, "template": "nowhere"}), 422, "no_template")


def test_a_version_is_tried_with_facts_and_explains_itself(of: Programs) -> None:
    version = a_draft()
    tried = made(of("wang").post(f"/tariff_versions/{version.id}/quote", {"facts": {"kwh": "250"}}), 200)
    assert tried["total"] == "143"
    assert [(row["code"], row["label"], row["quantity"], row["unit_price"], row["amount"]) for row in tried["lines"]] == [
        ("electricity", "电费", "200", "0.5", "100"),
        ("electricity", "电费", "50", "0.6", "30"),
        ("tax", "税", "130", "10", "13"),
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [({}, "fact_missing"), ({"kwh": "many"}, "fact_no_number"), ({"kwh": "-1"}, "fact_negative"), ({"kwh": "1e3"}, "fact_no_number")],
)
def test_facts_that_do_not_do_are_refused_and_never_zero(of: Programs, facts: dict[str, str], code: str) -> None:
    assert_refused(of("wang").post(f"/tariff_versions/{a_draft().id}/quote", {"facts": facts}), 422, code)


def faulty(**line: Any) -> dict[str, Any]:
    """Return the recipe with another second line."""
    made_of = copy.deepcopy(RECIPE)
    made_of["lines"][1].update(line)
    return made_of


FAULTS = {
    "an unknown fact": (recipe(quantity="horses"), "lines[0].fact"),
    "a tier that falls": (recipe(tiers=[{"up_to": "200", "price": "1"}, {"up_to": "100", "price": "2"}, {"up_to": None, "price": "3"}]),
                          "lines[0].tiers"),
    "no open tier": (recipe(tiers=[{"up_to": "200", "price": "1"}]), "lines[0].tiers"),
    "tax on itself": (faulty(of=["electricity", "tax"]), "lines[1].of"),
    "a code that no line has": (faulty(of=["water"]), "lines[1].of"),
    "a code twice": (faulty(code="electricity"), "lines[1].code"),
    "a number": (recipe(tiers=[{"up_to": None, "price": 0.5}]), "lines[0].tiers[0].price"),
    "an exponent": (recipe(tiers=[{"up_to": None, "price": "5e-1"}]), "lines[0].tiers[0].price"),
    "not a number": (recipe(tiers=[{"up_to": None, "price": "NaN"}]), "lines[0].tiers[0].price"),
    "without end": (recipe(tiers=[{"up_to": None, "price": "Infinity"}]), "lines[0].tiers[0].price"),
    "a step finer than the currency": (recipe(step="0.001"), "lines[0].step"),
    "a text that is too long": (recipe(when={"fact": "kind", "op": "=", "value": "x" * 61}), "lines[0].when.value"),
    "a text that turns round": (recipe(when={"fact": "kind", "op": "=", "value": "\u202e"}), "lines[0].when.value"),
    "10,000 lines": ({"rounding": "1", "lines": [{"code": str(number)} for number in range(10_000)]}, "lines"),
    "no lines": ({"rounding": "1", "lines": []}, "lines"),
    "nothing": ({}, "lines"),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_formula_with_a_fault_is_refused_at_its_place(of: Programs, fault: str) -> None:
    wrong, path = FAULTS[fault]
    version = a_draft()
    error = assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", {"recipe": wrong}), 400, "recipe_refused")
    assert path in error["fields"]
    assert reloaded(version).recipe == RECIPE


@pytest.mark.parametrize(
    "examples",
    [
        [{"facts": {"kwh": "250"}, "total": "much"}],
        [{"facts": {"kwh": "x" * 61}, "total": "1"}],
        [{"facts": {"k\u202eh": "1"}, "total": "1"}],
        [{"facts": {"k" * 61: "1"}, "total": "1"}],
        [{"facts": {f"f{number}": "1" for number in range(51)}, "total": "1"}],
    ],
)
def test_an_example_that_cannot_be_kept_is_refused(of: Programs, examples: list[dict[str, Any]]) -> None:
    version = a_draft()
    assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", {"examples": examples}), 422, "bad_example")
    assert reloaded(version).examples == EXAMPLES


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_text_that_no_database_holds_is_refused(of: Programs, text: str) -> None:
    version = a_draft()
    condition = {"recipe": recipe(when={"fact": "kind", "op": "=", "value": text})}
    assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", condition), 400, "bad_text")
    example = {"examples": [{"facts": {"kwh": text}, "total": "1"}]}
    assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", example), 400, "bad_text")


def test_what_somebody_else_saved_is_not_overwritten(of: Programs) -> None:
    version = a_draft()
    stamp = made(of("chen").get(f"/tariff_versions/{version.id}"), 200)["version"]
    made(of("chen").patch(f"/tariff_versions/{version.id}", {"note": "first", "version": stamp}), 200)
    assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", {"note": "second", "version": stamp}), 409, "stale")


def test_an_example_that_fails_stops_the_check(of: Programs) -> None:
    version = a_draft(examples=[{"facts": {"kwh": "250"}, "total": "143.01"}])
    error = assert_refused(of("chen").post(f"/tariff_versions/{version.id}/check", headers=ENGLISH), 422, "example_fails")
    assert "143.01" in error["message"]


@pytest.mark.parametrize("change", [{"recipe": recipe(step="1")}, {"examples": []}, {"valid_from": "2026-07-01"}, {"note": "x"}])
def test_a_checked_version_is_not_edited(of: Programs, change: dict[str, Any]) -> None:
    version = a_checked()
    assert_refused(of("chen").patch(f"/tariff_versions/{version.id}", change), 422, "wrong_state")
    assert reloaded(version).state is VersionState.CHECKED


def test_a_checked_version_is_a_draft_again_before_it_is_edited(of: Programs) -> None:
    version = a_checked()
    assert made(of("chen").post(f"/tariff_versions/{version.id}/reopen"))["state"] == "draft"
    assert made(of("chen").patch(f"/tariff_versions/{version.id}", {"note": "x"}), 200)["note"] == "x"


def test_two_versions_from_one_day_are_refused(of: Programs) -> None:
    tariff = a_tariff()
    an_approved(tariff, valid_from="2026-06-01")
    second = a_checked(tariff, valid_from="2026-06-01")
    assert_refused(of("zhou").post(f"/tariff_versions/{second.id}/approve", {}), 422, "day_taken")
    assert made(of("zhou").post(f"/tariff_versions/{second.id}/approve", {"valid_from": "2026-06-02"}))["valid_from"] == "2026-06-02"


def test_an_approved_version_ends_or_is_withdrawn_with_a_reason(of: Programs) -> None:
    with on_day(DAY):
        version = an_approved(valid_from="2026-06-01")
        address = f"/tariff_versions/{version.id}"
        assert made(of("zhou").post(f"{address}/end", {"ends_on": "2026-12-31"}))["valid_to"] == "2026-12-31"
        assert_refused(of("zhou").post(f"{address}/withdraw", {}), 400)
        assert made(of("zhou").post(f"{address}/withdraw", {"reason": "作废"}))["state"] == "withdrawn"


def test_nobody_approves_without_the_right(of: Programs) -> None:
    version = a_checked()
    for who in ("chen", "wang"):
        assert_refused(of(who).post(f"/tariff_versions/{version.id}/approve", {}), 403)
    assert reloaded(version).state is VersionState.CHECKED


def test_a_draft_is_not_approved(of: Programs) -> None:
    assert_refused(of("zhou").post(f"/tariff_versions/{a_draft().id}/approve", {}), 422, "wrong_state")


def test_another_offices_version_does_not_exist(of: Programs) -> None:
    version = a_draft()
    address = f"/tariff_versions/{version.id}"
    assert_refused(of("binh").get(address), 404)
    assert_refused(of("binh").patch(address, {"note": "x"}), 404)
    assert_refused(of("binh").post(f"{address}/check"), 404)
    assert_refused(of("binh").post(f"{address}/quote", {"facts": {}}), 404)
    assert_refused(of("binh").post("/tariff_versions", {"tariff": version.tariff_id}), 404)
    assert_refused(of("binh").post("/tariff_versions", {"tariff": a_tariff("HN").id, "copied": version.id}), 404)
    assert reloaded(version).note == ""


def test_a_version_is_of_the_office_of_its_tariff(of: Programs) -> None:
    assert drafted(of)["office"] == office().id
    assert isinstance(reloaded(a_draft(a_tariff(unit_kind="shop", name="x"))), TariffVersion)
