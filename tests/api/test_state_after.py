"""Answers of operations carry the state of the line after them, also where another domain than the line's did the work."""

from __future__ import annotations

from tests.api.conftest import Programs, made
from tests.factories import a_line_until, a_pending_line, on_day, paid


def test_a_void_tells_how_the_line_stands_now(of: Programs) -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-10", 3)
    with on_day("2026-05-10"):
        void = made(of("chen").post(f"/receipts/{payment.receipt_id}/void", {"reason": "录错"}))
    assert (void["subscription"], void["subscription_status"], void["stops_on"]) == (line.id, "active", "2026-05-14")


def test_a_completed_order_tells_how_its_line_stands_now(of: Programs) -> None:
    line = a_pending_line("2026-03-05")
    paid(line, "2026-03-05", 12)
    with on_day("2026-03-08"):
        order = made(of("chen").get("/work_orders?status=new"), 200)["items"][-1]["id"]
        done = made(of("chen").post(f"/work_orders/{order}/complete", {"billing_from": "2026-03-08"}), 200)
    assert (done["status"], done["subscription"]) == ("done", line.id)
    assert (done["subscription_status"], done["stops_on"]) == ("active", "2027-03-07")
