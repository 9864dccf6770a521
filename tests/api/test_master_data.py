"""Offices, employees, communities, customers, plans, materials, installers, business types, prices, policies: kept by API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_plan, an_active_line, office, on_day

# who, address, a new record, a change, a record that the office has already
KEPT: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    (
        "chen",
        "/employees",
        {"code": "E1", "name": "陈静", "gender": "female", "birth_date": "1990-05-14"},
        {"department": "客服部"},
        "code",
    ),
    ("chen", "/communities", {"code": "XQ9", "name": "翠湖花园", "person_in_charge": "王五"}, {"name": "碧湖花园"}, "code"),
    ("chen", "/plans", {"name": "家庭 200M", "fee": "600.00", "months": 12}, {"fee": "650.50"}, "name"),
    ("chen", "/materials", {"code": "M1", "name": "网线", "unit_price": "2.50", "unit": "米"}, {"unit_price": "3.00"}, "code"),
    ("chen", "/installers", {"code": "I1", "name": "张工"}, {"note": "夜班"}, "code"),
    ("chen", "/business_types", {"code": "vip", "name": "大客户新装", "kind": "new"}, {"name": "集团新装"}, "code"),
    ("chen", "/price_list", {"operation": "relocation", "fee": "50.00"}, {"fee": "0.00"}, "operation"),
]


@pytest.mark.parametrize(("who", "path", "new", "change", "unique"), KEPT, ids=[row[1] for row in KEPT])
def test_a_record_is_added_shown_changed_and_not_added_twice(
    of: Programs, who: str, path: str, new: dict[str, Any], change: dict[str, Any], unique: str
) -> None:
    program = of(who)
    added = made(program.post(path, new))
    assert {name: added[name] for name in new} == new
    assert added["office"] == office("SH").id
    assert made(program.get(f"{path}/{added['id']}"), 200) == added
    changed = made(program.patch(f"{path}/{added['id']}", change), 200)
    assert {**added, **change, "version": 2} == changed
    error = assert_refused(program.post(path, new), 422)
    assert unique in error["fields"] or not error["fields"]
    assert added["id"] in [item["id"] for item in made(program.get(f"{path}?{unique}={new[unique]}"), 200)["items"]]


def test_a_change_that_somebody_else_was_faster_with(of: Programs) -> None:
    plan = a_plan()
    made(of("chen").patch(f"/plans/{plan.id}", {"note": "a", "version": 1}), 200)
    assert_refused(of("chen").patch(f"/plans/{plan.id}", {"note": "b", "version": 1}), 409, "stale")
    assert made(of("chen").get(f"/plans/{plan.id}"), 200)["note"] == "a"


@pytest.mark.parametrize(
    ("path", "wrong", "status"),
    [
        ("/plans", {"name": "x", "fee": "1.00", "months": 0}, 422),
        ("/plans", {"name": "x", "fee": "1.00", "months": 121}, 422),
        ("/plans", {"name": "x", "fee": "-1", "months": 1}, 422),
        ("/plans", {"name": "x", "fee": "1.234", "months": 1}, 422),
        ("/plans", {"name": "x", "fee": 1.5, "months": 1}, 400),
        ("/plans", {"name": "x", "fee": "99999999999999999999", "months": 1}, 422),
        ("/plans", {"name": "x" * 201, "fee": "1", "months": 1}, 422),
        ("/plans", {"fee": "1", "months": 1}, 400),
        ("/plans", {"id": 5, "name": "x", "fee": "1", "months": 1}, 400),
        ("/price_list", {"operation": "magic", "fee": "1"}, 400),
        ("/employees", {"code": "E", "name": "x", "birth_date": "1990-02-30"}, 400),
        ("/employees", {"code": "E", "name": "x", "gender": "x"}, 400),
        ("/customers", {"name": ""}, 422),
        ("/customers", {"name": "x", "language": "fr"}, 400),
        ("/business_types", {"code": "x", "name": "x", "kind": "x"}, 400),
    ],
)
def test_a_record_with_something_wrong(of: Programs, path: str, wrong: dict[str, Any], status: int) -> None:
    before = made(of("chen").get(path), 200)["total"]
    assert_refused(of("chen").post(path, wrong), status)
    assert made(of("chen").get(path), 200)["total"] == before


@pytest.mark.parametrize(
    "wrong", [{"fee": "1.001"}, {"fee": "-1"}, {"months": 0}, {"name": None}, {"office": 1}, {"nonsense": 1}, {"version": "1"}]
)
def test_a_change_with_something_wrong(of: Programs, wrong: dict[str, Any]) -> None:
    plan = a_plan()
    before = made(of("chen").get(f"/plans/{plan.id}"), 200)
    answer = of("chen").patch(f"/plans/{plan.id}", wrong)
    assert answer.status_code in (200, 400, 422)
    # A name that is null is left out.
    assert (answer.status_code == 200) == (wrong == {"name": None})
    assert {**made(of("chen").get(f"/plans/{plan.id}"), 200), "version": 1} == {**before, "version": 1}


def test_an_identity_number_is_kept_when_its_mask_or_nothing_is_sent(of: Programs) -> None:
    chen = of("chen")
    customer = made(chen.post("/customers", {"name": "张三", "id_number": "110101199001011234"}))
    assert customer["id_number"] == "110101********1234"
    assert_refused(chen.patch(f"/customers/{customer['id']}", {"id_number": customer["id_number"]}), 422, "masked")
    changed = made(chen.patch(f"/customers/{customer['id']}", {"mobile": "13800000001"}), 200)
    assert (changed["id_number"], changed["mobile"], changed["name"]) == (customer["id_number"], "13800000001", "张三")


def test_amounts_have_the_decimals_of_the_office(of: Programs) -> None:
    plan = made(of("binh").post("/plans", {"name": "Gói 200M", "fee": "250000", "months": 1}))
    assert plan["fee"] == "250000"
    assert_refused(of("binh").post("/plans", {"name": "Gói 100M", "fee": "250000.50", "months": 1}), 422, "too_many_decimals")
    line = an_active_line("2026-01-31", "HN")
    made(of("binh").patch(f"/plans/{line.plan_id}", {"fee": "50000"}), 200)
    with on_day("2026-01-31", "Asia/Ho_Chi_Minh"):
        payment = made(of("lan").post("/regular_payments", {"subscription": line.id, "months": 1, "method": "cash", "other_fee": 1000}))
    assert (payment["total"], payment["other_fee"], payment["late_fee"]) == ("51000", "1000", "0")


def test_the_policy_of_an_office(of: Programs) -> None:
    path = f"/broadband_policies/{office('SH').id}"
    policy = made(of("chen").get(path), 200)
    assert policy == {
        "office": office("SH").id,
        "grace_days": 0,
        "late_policy": "restart",
        "late_fee_rate": "0.003",
        "late_fee_cap": "1",
        "suspension_min_days": 30,
        "suspension_max_days": 180,
        "backdate_max_days": 31,
        "refund_policy": "by_day",
        "version": 1,
    }
    changed = made(of("chen").patch(path, {"grace_days": 5, "late_fee_rate": "0.005"}), 200)
    assert (changed["grace_days"], changed["late_fee_rate"]) == (5, "0.005")
    for wrong in ({"grace_days": 366}, {"late_fee_rate": "2"}, {"suspension_min_days": 200}, {"backdate_max_days": -1}):
        assert_refused(of("chen").patch(path, wrong), 422)
    for wrong in ({"late_policy": "never"}, {"grace_days": "5"}, {"late_fee_rate": 0.5}):
        assert_refused(of("chen").patch(path, wrong), 400)
    assert made(of("chen").get(path), 200) == changed


def test_an_administrator_makes_an_office_with_all_its_lists(of: Programs) -> None:
    new = {
        "code": "DN",
        "name": "Đà Nẵng",
        "language": "vi",
        "currency": "VND",
        "time_zone": "Asia/Ho_Chi_Minh",
        "legal_name": "Công ty Đà Nẵng",
        "short_name": "Đà Nẵng",
        "cash_step": "1000",
    }
    ada = of("ada")
    made_office = made(ada.post("/offices", new))
    assert {name: made_office[name] for name in new} == new
    assert made(ada.get(f"/business_types?office={made_office['id']}"), 200)["total"] == 5
    assert made(ada.get(f"/broadband_policies/{made_office['id']}"), 200)["grace_days"] == 0
    assert made(ada.patch(f"/offices/{made_office['id']}", {"telephone": "0236"}), 200)["telephone"] == "0236"
    assert_refused(ada.post("/offices", {**new, "code": "XX", "time_zone": "Mars/Olympus"}), 422, "bad_time_zone")
    assert_refused(ada.post("/offices", {**new, "code": "YY", "currency": "EUR"}), 400)
    assert_refused(of("chen").patch(f"/offices/{office('SH').id}", {"second_person": False}), 403)
