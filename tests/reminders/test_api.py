"""Reminders for programs."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.reminders.models import ReminderCall
from tests import factories
from tests.api.conftest import Programs, assert_refused
from tests.reminders.conftest import a_line_until_31_may, letters, night

DAY = "2026-05-20"


def test_the_report_gives_every_field_and_the_days_left(app: Flask, of: Programs) -> None:
    line = a_line_until_31_may()
    with factories.on_day(DAY):
        answer = of("mei").get("/reports/expiring").json
    (row,) = answer["items"]
    assert (answer["days"], answer["total"], row["broadband_account"], row["days_left"]) == (15, 1, line.broadband_account, 11)
    assert row["stops_on"] == "2026-05-31"


def test_the_report_takes_its_own_days(app: Flask, of: Programs) -> None:
    a_line_until_31_may()
    with factories.on_day(DAY):
        assert of("mei").get("/reports/expiring?days=10").json["total"] == 0
        assert of("mei").get("/reports/expiring?days=11").json["total"] == 1
        assert of("mei").get("/reports/expiring?days=400").status_code == 400


def test_the_report_takes_a_period_as_every_report_does(app: Flask, of: Programs) -> None:
    a_line_until_31_may()
    with factories.on_day(DAY):
        program = of("mei")
        answer = program.get("/reports/expiring?from=2026-05-31&to=2026-05-31").json
        assert (answer["total"], answer["from"], answer["to"]) == (1, "2026-05-31", "2026-05-31")
        assert program.get("/reports/expiring?from=2026-06-01&to=2026-06-30").json["total"] == 0
        assert program.get("/reports/expiring?to=2026-05-30").json["total"] == 0
        assert program.get("/reports/expiring?from=2026-05-30").json["total"] == 1
        assert_refused(program.get("/reports/expiring?from=2026-06-01&to=2026-05-01"), 422, "bad_period")
        assert_refused(program.get("/reports/expiring?from=0001-01-01"), 400)
        assert program.get("/reports/expiring?from=2199-12-31").status_code in (200, 422)


def test_a_file_needs_the_right_to_carry_lists_out(app: Flask, of: Programs) -> None:
    a_line_until_31_may()
    with factories.on_day(DAY):
        assert of("mei").get("/reports/expiring?format=csv").status_code == 403
        answer = of("chen").get("/reports/expiring?format=csv")
    assert "2026-05-31" in answer.get_data(as_text=True)


def test_a_program_notes_a_call(app: Flask, of: Programs) -> None:
    line = a_line_until_31_may()
    with factories.on_day(DAY):
        program = of("wang")
        answer = program.post("/reminder_calls", {"subscription": line.id, "outcome": "will_pay", "note": "明天"})
        assert answer.status_code == 201
        assert program.get(f"/reminder_calls?subscription={line.id}").json["items"][0]["outcome"] == "will_pay"


def test_a_call_about_another_offices_line_is_not_noted(app: Flask, of: Programs) -> None:
    line = a_line_until_31_may("HN")
    answer = of("wang").post("/reminder_calls", {"subscription": line.id, "outcome": "will_pay"})
    assert answer.status_code == 404
    with everything("a test's own calls"):
        assert db.session.scalars(select(ReminderCall)).first() is None


def test_a_program_issues_and_prints_a_notice(app: Flask, of: Programs) -> None:
    line = a_line_until_31_may()
    with factories.on_day(DAY):
        program = of("wang")
        notice: dict[str, Any] = program.post("/renewal_notices", {"subscription": line.id}).json
        assert (notice["number"], notice["printings"]) == ("JF-2026-000001", 0)
        assert program.get(f"/renewal_notices/{notice['id']}.pdf").data.startswith(b"%PDF")
        assert program.get(f"/renewal_notices/{notice['id']}").json["printings"] == 1


def test_the_outbox_is_read_by_managers(app: Flask, of: Programs) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    (letter,) = of("chen").get("/letters?state=waiting").json["items"]
    assert (letter["step"], letter["recipient"]) == (7, "wang@example.net")
    assert of("wang").get("/letters").status_code == 403


def test_a_waiting_letter_may_be_asked_for_again(app: Flask, of: Programs) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    with factories.on_day("2026-05-24"):
        answer = of("chen").post(f"/letters/{letters()[0].id}/send_again")
    assert (answer.status_code, answer.json["state"]) == (201, "waiting")


def test_reminder_days_are_set_sorted(app: Flask, of: Programs) -> None:
    office, program = factories.office().id, of("chen")
    answer = program.send("PUT", f"/reminder_days/{office}", {"reminder_days": [1, 30, 7, 7]})
    assert answer.json["reminder_days"] == [30, 7, 1]
    assert program.send("PUT", f"/reminder_days/{office}", {"reminder_days": []}).status_code == 422
    assert program.get(f"/reminder_days/{office}").json["reminder_days"] == [30, 7, 1]
