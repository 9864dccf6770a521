"""Subscriptions by API: opened for a known or a new customer, found by what they are today."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import Programs, assert_refused, made
from tests.factories import a_community, a_customer, a_line_until, a_pending_line, a_plan, on_day

DAY = "2026-05-14"


@pytest.fixture
def opening(app: Flask) -> dict[str, Any]:
    return {
        "customer": {"name": "李四", "id_number": "110101199001011234", "mobile": "13800000001"},
        "community": a_community().id,
        "address": "3-2-501",
        "plan": a_plan().id,
        "business_type": "new",
        "broadband_account": "sz0001",
    }


def test_an_application_makes_customer_line_and_work_order(of: Programs, opening: dict[str, Any]) -> None:
    with on_day(DAY):
        opened = made(of("mei").post("/subscriptions", opening))
        order = made(of("mei").get(f"/work_orders/{opened['work_order']}"), 200)
        customer = made(of("mei").get(f"/customers/{opened['customer']}"), 200)
    assert (opened["status"], opened["applied_on"], opened["receipt"], opened["customer_no"]) == (
        "pending",
        DAY,
        None,
        customer["customer_no"],
    )
    assert (order["status"], order["customer"], order["business_type"], order["address"]) == ("new", opened["customer"], "new", "3-2-501")
    assert order["accepted_at"] == "2026-05-14T12:00:00+08:00"
    assert (customer["name"], customer["mobile"]) == ("李四", "13800000001")


def test_personal_data_is_masked_in_every_answer(of: Programs, opening: dict[str, Any]) -> None:
    with on_day(DAY):
        answer = of("mei").post("/subscriptions", {**opening, "password": "geheim-77"})
        opened = made(answer)
        texts = [
            answer.text,
            of("mei").get("/subscriptions").text,
            of("chen").get(f"/subscriptions/{opened['id']}").text,
            of("chen").get(f"/customers/{opened['customer']}").text,
            of("chen").get("/customers").text,
        ]
    assert opened["password"] == "********"
    for text in texts:
        assert "geheim" not in text
        assert "199001011234" not in text
    assert made(of("chen").get(f"/customers/{opened['customer']}"), 200)["id_number"] == "110101********1234"


def test_a_second_line_for_the_same_customer(of: Programs, opening: dict[str, Any]) -> None:
    customer = a_customer(name="王五")
    with on_day(DAY):
        opened = made(of("chen").post("/subscriptions", {**opening, "customer": customer.id, "applied_on": "2026-05-10"}))
        found = made(of("chen").get(f"/subscriptions?customer={customer.id}"), 200)
    assert (opened["customer"], opened["customer_name"], opened["applied_on"]) == (customer.id, "王五", "2026-05-10")
    assert [line["id"] for line in found["items"]] == [opened["id"]]


def test_a_login_is_given_once(of: Programs, opening: dict[str, Any]) -> None:
    with on_day(DAY):
        made(of("mei").post("/subscriptions", opening))
        error = assert_refused(of("mei").post("/subscriptions", opening), 422)
    assert "broadband_account" in error["fields"]


def test_lines_are_found_by_what_they_are_today(of: Programs) -> None:
    active, expired = a_line_until("2026-06-20"), a_line_until(DAY)
    pending = a_pending_line("2026-05-01")
    ids = {}
    with on_day("2026-06-01"):
        for status in ("active", "expired", "pending", "suspended", "closed"):
            ids[status] = [line["id"] for line in made(of("wang").get(f"/subscriptions?status={status}"), 200)["items"]]
    assert ids == {"active": [active.id], "expired": [expired.id], "pending": [pending.id], "suspended": [], "closed": []}


def test_lists_come_in_pages_in_the_order_of_their_ids(of: Programs) -> None:
    lines = [a_pending_line("2026-05-01").id for _ in range(3)]
    wang = of("wang")
    pages = [made(wang.get(f"/subscriptions?page_size=2&page={page}"), 200) for page in (1, 2, 3)]
    assert [[line["id"] for line in page["items"]] for page in pages] == [lines[:2], lines[2:], []]
    assert [(page["total"], page["page"]) for page in pages] == [(3, 1), (3, 2), (3, 3)]


def test_a_list_of_many_lines_needs_few_statements(of: Programs) -> None:
    from sqlalchemy import event

    from app.foundation.database import db

    def statements() -> int:
        seen: list[str] = []

        def note(*given: Any) -> None:
            seen.append(given[2])

        event.listen(db.engine, "before_cursor_execute", note)
        made(of("wang").get("/subscriptions"), 200)
        made(of("wang").get("/regular_payments"), 200)
        made(of("wang").get("/receipts"), 200)
        made(of("wang").get("/charges"), 200)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    a_line_until(DAY)
    with on_day(DAY):
        few = statements()
        for _ in range(4):
            a_line_until(DAY)
        assert statements() <= few
