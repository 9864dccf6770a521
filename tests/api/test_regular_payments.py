"""Regular payments over HTTP: the worked examples of the broadband rules."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Script
from tests.factories import a_line_until, on_day

Scripts = Callable[[str], Script]


def test_example_8_a_payment_ahead_of_time(script: Scripts) -> None:
    line = a_line_until("2026-05-14")
    with on_day("2026-04-20"):
        answer = script("wang").post("/regular_payments", {"subscription": line.id, "months": 3, "method": "cash"})
    assert answer.status_code == 201, answer.json
    assert answer.json["period_start"] == "2026-05-15"
