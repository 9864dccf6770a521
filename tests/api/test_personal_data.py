"""Personal data over the API: masked, found by POST, revealed for a reason."""

from __future__ import annotations

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.log import LogEntry, LogKind
from tests.api.conftest import Programs, assert_refused
from tests.factories import a_customer, an_active_line

ID_NUMBER = "11010119900307123X"
WHY = {"reason": "核对身份"}


def _reveals() -> int:
    return len(db.session.scalars(select(LogEntry).where(LogEntry.kind == LogKind.REVEALED)).all())


def test_a_number_is_revealed_for_a_reason(of: Programs) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    answer = of("chen").post(f"/customers/{customer.id}/reveal", {"field": "id_number", **WHY})
    assert (answer.status_code, answer.json) == (200, {"field": "id_number", "value": ID_NUMBER})
    assert answer.headers["Cache-Control"] == "no-store"
    assert _reveals() == 1


def test_the_password_of_a_line_is_revealed_for_a_reason(of: Programs) -> None:
    line = an_active_line("2026-05-01", password="Geheim-47-Wort")
    answer = of("zhou").post(f"/subscriptions/{line.id}/reveal", {"field": "password", **WHY})
    assert answer.json == {"field": "password", "value": "Geheim-47-Wort"}


def test_without_reason_right_or_value_nothing_is_revealed(of: Programs) -> None:
    customer, other = a_customer(id_number=ID_NUMBER), a_customer()
    chen = of("chen")
    assert_refused(chen.post(f"/customers/{customer.id}/reveal", {"field": "id_number", "reason": "x"}), 422)
    assert_refused(chen.post(f"/customers/{customer.id}/reveal", {"field": "name", **WHY}), 400)
    assert_refused(chen.post(f"/customers/{other.id}/reveal", {"field": "id_number", **WHY}), 404)
    assert_refused(of("wang").post(f"/customers/{customer.id}/reveal", {"field": "id_number", **WHY}), 403)
    assert_refused(of("binh").post(f"/customers/{customer.id}/reveal", {"field": "id_number", **WHY}), 404)
    assert _reveals() == 0


def test_customers_are_found_by_the_number_and_shown_masked(of: Programs) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    answer = of("wang").post("/customers/find", {"id_number": "110101 19900307123x"})
    assert answer.status_code == 200
    assert [(item["id"], item["id_number"]) for item in answer.json["items"]] == [(customer.id, "110101********123X")]  # type: ignore[index]


def test_an_address_takes_no_number(of: Programs) -> None:
    assert_refused(of("wang").get(f"/customers?q={ID_NUMBER}"), 400, "id_number_in_address")
