"""Debts for programs; every answer is held against the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.foundation.jobs import perform
from tests.api.conftest import Programs, assert_refused, made, of
from tests.debts.making import ZONE, a_bill, a_resident, charge_of, interest_amounts, pays
from tests.factories import a_building, office, on_day

__all__ = ["of"]
TODAY = "2026-06-30"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on_day(TODAY, ZONE):
        yield


def test_debts_are_given_with_their_ages(of: Programs) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    a_bill(unit, customer, "20", "2026-06-20")
    answer = made(of("binh").get(f"/debts?building={unit.building_id}&group=unit"), 200)
    sums = answer["sums"]
    assert (answer["as_of"], sums["total"], sums["d0_30"], sums["d31_60"]) == (TODAY, "1500020", "20", "1500000")
    assert [(row["record"], row["name"], row["total"]) for row in answer["items"]] == [(unit.id, unit.code, "1500020")]
    assert made(of("binh").get("/debts?as_of=2026-04-01"), 200)["items"] == []


@pytest.mark.parametrize("group", ["customer", "building", "service", "period", "charge"])
def test_debts_are_grouped(of: Programs, group: str) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-05-01")
    assert len(made(of("lan").get(f"/debts?group={group}"), 200)["items"]) == 1


@pytest.mark.parametrize("group", ["customer", "unit", "charge"])
def test_debts_are_given_page_by_page_with_the_sums_of_all(of: Programs, group: str) -> None:
    for number, amount in (("1203", "1500000"), ("1204", "20"), ("1205", "300")):
        a_bill(*a_resident(number), amount, "2026-05-01")
    first, second, third = (made(of("lan").get(f"/debts?group={group}&page={page}&page_size=2"), 200) for page in (1, 2, 3))
    assert [(len(each["items"]), each["total"], each["page"]) for each in (first, second, third)] == [(2, 3, 1), (1, 3, 2), (0, 3, 3)]
    assert len({row["record"] for row in (*first["items"], *second["items"])}) == 3
    assert (second["sums"]["total"], second["sums"]["charges"]) == ("1500320", 3)


def test_the_collection_status_is_given_page_by_page(of: Programs) -> None:
    people = [a_resident(number) for number in ("1203", "1204", "1205")]
    for (unit, customer), amount in zip(people, ("1500000", "20", "300"), strict=True):
        a_bill(unit, customer, amount, "2026-05-01")
    first, second = (made(of("lan").get(f"/collection_status?page={page}&page_size=2"), 200) for page in (1, 2))
    assert [row["overdue"] for row in (*first["items"], *second["items"])] == ["1500000", "300", "20"]
    assert [(each["total"], each["page"]) for each in (first, second)] == [(3, 1), (3, 2)]


def test_reminders_due_are_given_page_by_page(of: Programs) -> None:
    tower = a_building("HN")
    units = [a_resident(number, building=tower) for number in ("0101", "0102", "0103", "0104")]
    for (unit, customer), amount in zip(units, ("1500000", "9999", "10000", "300000"), strict=True):
        a_bill(unit, customer, amount, "2026-05-01")
    first, second = (made(of("lan").get(f"/reminders_due?building={tower.id}&page={page}&page_size=2"), 200) for page in (1, 2))
    assert [row["amount"] for row in (*first["items"], *second["items"])] == ["1500000", "10000", "300000"]
    assert [(each["total"], each["page"]) for each in (first, second)] == [(3, 1), (3, 2)]


def test_promises_are_narrowed_to_how_they_stand(of: Programs) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    noted = made(of("lan").post("/promises", {"customer": customer.id, "amount": "500000", "due_on": "2026-07-10"}))
    assert [row["id"] for row in made(of("lan").get("/promises?state=open"), 200)["items"]] == [noted["id"]]
    assert made(of("lan").get("/promises?state=broken"), 200)["items"] == []


def test_credit_is_shown_foreseen_and_paid_out(of: Programs) -> None:
    _unit, customer = a_resident()
    pays(customer, "200000", TODAY)
    assert made(of("lan").get(f"/customers/{customer.id}/credit"), 200)["credit"] == "200000"
    body = {"customer": customer.id, "amount": "150000", "method": "cash", "reason": "Khách yêu cầu"}
    foreseen = made(of("lan").post("/credit_payouts/preview", body), 200)
    assert (foreseen["total"], foreseen["credit"]) == ("150000", "50000")
    done = made(of("lan").post("/credit_payouts", body))
    assert (done["kind"], done["total"], done["methods"][0]["method"]) == ("credit", "150000", "cash")
    several = {"customer": customer.id, "methods": [{"method": "cash", "amount": "20000"}, {"method": "bank_transfer", "amount": "30000"}]}
    made(of("lan").post("/credit_payouts", several | {"reason": "Phần còn lại"}))
    assert_refused(of("lan").post("/credit_payouts", body), 422, "credit_short")


def test_a_write_off_takes_its_interest_along_unless_told_not_to(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    made(of("lan").post("/late_interest", {"customer": customer.id}))
    body = {"charge": bill.charge_id, "reason": "Không thu được"}
    assert made(of("lan").post("/write_offs/preview", body), 200)["interest"] == "41250"
    assert made(of("lan").post("/write_offs/preview", body | {"takes_interest": False}), 200)["interest"] is None
    asked = made(of("lan").post("/write_offs", body), 202)
    assert (asked["amount"], asked["interest_amount"]) == ("1500000", "41250")
    made(of("binh").post(f"/approvals/{asked['approval']}/approve", {}), 200)
    first, second = sorted(made(of("lan").get("/write_offs"), 200)["items"], key=lambda row: row["id"])
    assert (second["taken_with"], second["amount"]) == (first["id"], "41250")


@pytest.mark.parametrize("path", ["/debts", "/collection_status"])
def test_no_page_has_more_than_two_hundred_rows(of: Programs, path: str) -> None:
    a_resident()
    assert_refused(of("lan").get(f"{path}?page_size=201"), 400)


def test_statements_are_given_of_a_customer_and_a_unit(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-15", posted="2026-05-31")
    pays(customer, "400000", "2026-06-05", (bill, "400000"))
    of_unit = made(of("lan").get(f"/units/{unit.id}/statement?from=2026-06-01&to={TODAY}"), 200)
    assert (of_unit["opening_balance"], of_unit["closing_balance"], len(of_unit["items"])) == ("1500000", "1100000", 1)
    of_customer = made(of("lan").get(f"/customers/{customer.id}/statement"), 200)
    assert of_customer["closing_balance"] == "1100000"


def test_interest_is_foreseen_and_posted(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    due = made(of("lan").get(f"/customers/{customer.id}/late_interest"), 200)
    assert (due["total"], interest_amounts(bill)) == ("41250", [])
    posted = made(of("lan").post("/late_interest", {"customer": customer.id}))
    assert (posted["total"], len(posted["items"])) == ("41250", 1)
    assert made(of("lan").get("/late_interest"), 200)["total"] == 1


def test_an_adjustment_is_foreseen_made_and_voided(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-29")
    body = {"charge": bill.charge_id, "kind": "lower", "amount": "500000", "reason": "Ghi sai"}
    assert made(of("binh").post("/adjustments/preview", body), 200)["open"] == "1000000"
    done = made(of("binh").post("/adjustments", body))
    assert (done["amount"], done["kind"], charge_of(bill).open_amount) == ("500000", "lower", 1_000_000)
    made(of("binh").post(f"/adjustments/{done['id']}/void", {"reason": "Nhầm"}))
    assert charge_of(bill).open_amount == 1_500_000


def test_a_write_off_waits_for_approval(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-29")
    body = {"charge": bill.charge_id, "reason": "Không thu được"}
    assert made(of("lan").post("/write_offs/preview", body), 200)["needs_approval"] == "yes"
    asked = made(of("lan").post("/write_offs", body), 202)
    answered = made(of("binh").post(f"/approvals/{asked['approval']}/approve", {}), 200)
    assert (answered["status"], charge_of(bill).open_amount) == ("approved", 0)
    assert len(made(of("lan").get("/write_offs"), 200)["items"]) == 1


def test_what_a_rule_refuses_says_which(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-06-29")
    over = {"charge": bill.charge_id, "amount": "1500001", "reason": "x"}
    assert_refused(of("lan").post("/write_offs", over), 422, "over_open")
    assert_refused(of("lan").post("/promises", {"customer": customer.id, "amount": "10", "due_on": "2026-06-29"}), 422, "promise_date")


def test_a_promise_and_a_step_are_noted(of: Programs) -> None:
    unit, customer = a_resident()
    a_bill(unit, customer, "1500000", "2026-06-15")
    body = {"customer": customer.id, "amount": "1500000", "due_on": "2026-07-10"}
    assert made(of("lan").post("/promises/preview", body), 200)["amount"] == "1500000"
    assert made(of("lan").post("/promises", body))["state"] == "open"
    made(of("lan").post("/collection_steps", {"customer": customer.id, "kind": "call", "unit": unit.id, "note": "Hẹn tuần sau"}))
    (row,) = made(of("lan").get("/collection_status"), 200)["items"]
    assert (row["customer"], row["promise"], row["overdue"], row["last_step_on"]) == (customer.id, "open", "1500000", TODAY)


def test_the_policy_is_read_and_changed(of: Programs) -> None:
    place = office("HN").id
    assert made(of("binh").get(f"/debt_policies/{place}"), 200)["interest_rate"] == "0.0005"
    changed = made(of("binh").patch(f"/debt_policies/{place}", {"interest_grace": 3, "digest_to": "a@example.com"}), 200)
    assert (changed["interest_grace"], changed["digest_to"]) == (3, "a@example.com")
    assert_refused(of("binh").patch(f"/debt_policies/{place}", {"digest_to": "nobody"}), 422, "bad_email")


def test_another_offices_debts_are_not_there(of: Programs) -> None:
    unit, customer = a_resident()
    bill = a_bill(unit, customer, "1500000", "2026-05-01")
    assert made(of("chen").get("/debts"), 200)["items"] == []
    assert_refused(of("chen").get(f"/units/{unit.id}/statement"), 404)
    assert_refused(of("chen").post("/adjustments", {"charge": bill.charge_id, "kind": "lower", "amount": "1", "reason": "x"}), 404)


def test_the_interest_of_everybody_is_posted_by_a_job(of: Programs) -> None:
    from app.debts.operations.interest import begin_posting_interest
    from app.foundation.transactions import run
    from tests.factories import acting

    bills = [a_bill(*a_resident(number), "1500000", "2026-05-01") for number in ("1203", "1204", "1205")]
    with acting("binh"):
        job = run(begin_posting_interest, office=office("HN").id).record
        perform(job.id)
    assert [len(interest_amounts(bill)) for bill in bills] == [1, 1, 1]
