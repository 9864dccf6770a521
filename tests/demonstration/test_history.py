"""The played demonstration obeys every rule that can be asked of its tables, and a crash on the way changes nothing."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.demonstration import history
from app.demonstration import script as script_module
from app.demonstration.events import Opening
from app.demonstration.making import PASSWORD
from app.demonstration.script import script
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, Interrupted, JobState, perform
from app.foundation.scope import everything
from app.offices.models import SystemUser
from app.offices.passwords import matches
from config import Settings
from tests.conftest import _cloned
from tests.demonstration.conftest import CUSTOMERS, UNTIL, opened, the_job


def rows(statement: str, **values: Any) -> list[Any]:
    return list(db.session.connection().execute(text(statement), values).all())


@pytest.mark.usefixtures("demonstration")
class TestThePlayedDemonstration:
    def test_the_whole_script_was_played(self) -> None:
        told = script(UNTIL, CUSTOMERS)
        job = db.session.get_one(BackgroundJob, the_job())
        assert (job.state, job.done, job.total, job.result) == (JobState.DONE, len(told), len(told), {"events": len(told)})
        accounts = {event.account for event in told if isinstance(event, Opening)}
        assert {line.broadband_account for line in db.session.query(Subscription)} == accounts

    @pytest.mark.parametrize("table", ["receipt", "reversal", "voucher"])
    def test_numbers_have_no_gaps(self, table: str) -> None:
        found = rows(f"SELECT office_id, year, sequence FROM {table} ORDER BY office_id, year, sequence")
        for before, after in itertools.pairwise(found):
            assert after.sequence == (before.sequence + 1 if before[:2] == after[:2] else 1)
        assert not found or found[0].sequence == 1

    @pytest.mark.parametrize("table", ["receipt", "reversal", "voucher"])
    def test_numbers_run_with_the_days(self, table: str) -> None:
        found = rows(f"SELECT office_id, year, booked_on, created_at FROM {table} ORDER BY office_id, year, sequence")
        for before, after in itertools.pairwise(found):
            if before[:2] == after[:2]:
                assert (after.booked_on, after.created_at) >= (before.booked_on, before.created_at)

    def test_payments_for_services_and_for_lines_are_numbered_as_they_came(self) -> None:
        services = "SELECT receipt_id FROM allocation JOIN service_charge ON service_charge.charge_id = allocation.charge_id"
        kinds = [row[0] for row in rows(f"SELECT id IN ({services}) FROM receipt ORDER BY office_id, year, sequence")]
        changes = sum(before is not after for before, after in itertools.pairwise(kinds))
        assert changes > 50

    def test_work_orders_and_customers_have_no_gaps(self) -> None:
        for table, number, series in (("work_order", "number", "work_order"), ("customer", "customer_no", "customer")):
            assert rows(f"SELECT count(*), count(DISTINCT {number}) FROM {table}")[0][0] == sum(
                row.last for row in rows("SELECT last FROM number_counter WHERE series = :series", series=series)
            )

    def test_every_receipt_is_the_sum_of_its_methods_and_of_what_it_settled(self) -> None:
        wrong = """
            SELECT receipt.number FROM receipt
            WHERE total <> (SELECT coalesce(sum(amount), 0) FROM receipt_method WHERE receipt_id = receipt.id)
               OR total <> credited + (SELECT coalesce(sum(amount), 0) FROM allocation WHERE receipt_id = receipt.id)
        """
        assert rows(wrong) == []

    def test_what_is_paid_of_a_charge_is_what_standing_receipts_settled(self) -> None:
        wrong = """
            SELECT charge.id FROM charge WHERE paid <> (
                SELECT coalesce(sum(amount), 0) FROM allocation
                WHERE charge_id = charge.id AND NOT EXISTS (SELECT 1 FROM reversal WHERE reversal.receipt_id = allocation.receipt_id))
        """
        assert rows(wrong) == []

    def test_nothing_lies_in_the_future(self) -> None:
        for table in ("receipt", "reversal", "subscription", "customer", "charge", "service_period"):
            assert rows(f"SELECT count(*) FROM {table} WHERE created_at > :until", until=UNTIL)[0][0] == 0
        assert (
            rows("SELECT count(*) FROM receipt WHERE booked_on > :day OR on > :day".replace("OR on", 'OR "on"'), day=UNTIL.date())[0][0]
            == 0
        )

    def test_people_paid_this_morning_and_lines_wait_for_the_installer(self) -> None:
        assert rows("SELECT count(*) FROM receipt WHERE booked_on = :day", day=UNTIL.date())[0][0] >= 4
        assert db.session.query(Subscription).filter(Subscription.state == SubscriptionState.PENDING).count() >= 2

    def test_a_void_waits_for_the_manager(self) -> None:
        assert rows("SELECT status FROM approval WHERE status = 'waiting'") == [("waiting",)]

    def test_every_login_has_the_password_that_is_printed(self) -> None:
        people = {person.username: person for person in db.session.query(SystemUser)}
        assert len(people) == 15
        assert matches(people["cashier.sz"].password, PASSWORD)
        assert len({person.password for person in people.values()}) == 1
        assert not any(person.must_change_password for person in people.values())
        assert [office.code for office in people["admin"].offices] == ["SZ", "HK", "HN"]
        assert [role.name for role in people["reader.hn"].roles] == ["Meter reader"]

    def test_nobody_acts_in_an_office_that_is_not_his(self) -> None:
        foreign = """
            SELECT receipt.number FROM receipt JOIN ab_user ON ab_user.id = cashier_id
            WHERE NOT EXISTS (SELECT 1 FROM user_office WHERE user_id = ab_user.id AND office_id = receipt.office_id)
        """
        assert rows(foreign) == []


# Everything that a person could notice, without keys of rows and passwords.
NOTICED = (
    "SELECT number, booked_on, total, payer_name, content::text FROM receipt ORDER BY office_id, number",
    "SELECT broadband_account, state, stops_on, address FROM subscription ORDER BY office_id, broadband_account",
    "SELECT start, stop, kind, price FROM service_period ORDER BY start, stop, kind, price",
    "SELECT number, worked_on, status FROM work_order ORDER BY office_id, number",
    "SELECT number, total, reason FROM reversal ORDER BY office_id, number",
    'SELECT "on", operation, state_after, stops_on_after, shift_days FROM subscription_event ORDER BY id',
    "SELECT since, operation, proposal_status, decision_note FROM line_proposal ORDER BY since, operation, id",
    "SELECT customer_no, name, mobile FROM customer ORDER BY office_id, customer_no",
)


def noticed() -> list[Any]:
    return [rows(statement) for statement in NOTICED]


def stopping_after(steps: int) -> Callable[[], bool]:
    """Return what tells a worker to stop after some steps of its job."""
    asked = itertools.count()
    return lambda: next(asked) >= steps


def test_a_history_interrupted_and_killed_ends_as_one_that_was_not(
    settings: Settings, prepared_copy: Callable[[str], _cloned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "script", lambda until, customers: script(until, {"SZ": 10, "HK": 0, "HN": 2}))
    # Two months show what thirteen would.
    monkeypatch.setattr(script_module, "OFFICES", [replace(profile, months_billed=2) for profile in script_module.OFFICES])
    with prepared_copy("whole") as url, opened(settings, url):
        perform(the_job())
        whole = noticed()
    play, number = history.play, iter(range(10_000))

    def die_once(event: Any, desk: Any) -> None:
        play(event, desk)
        # What dies with an opening leaves gaps in the keys of rows: nothing that people notice may follow from a key.
        if isinstance(event, Opening) and next(number) == 0:
            raise SystemExit("killed")

    with prepared_copy("killed") as url, opened(settings, url):
        job = the_job()
        with pytest.raises(Interrupted):
            perform(job, stopping_after(40))
        monkeypatch.setattr(history, "play", die_once)
        with pytest.raises(SystemExit):
            perform(job)
        db.session.remove()
        perform(job)
        assert noticed() == whole
        perform(job)
        assert noticed() == whole


def test_an_event_that_somebody_has_made_impossible_is_left_out(
    settings: Settings, prepared_copy: Callable[[str], _cloned], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    of_lines = [event for event in script(UNTIL, {"SZ": 2, "HK": 0, "HN": 0}) if event.account]
    monkeypatch.setattr(history, "script", lambda until, customers: of_lines[:8])
    with prepared_copy("disturbed") as url, opened(settings, url):
        with everything("somebody closes a line while the history is played"):
            perform_first = history.CHUNK
            monkeypatch.setattr(history, "CHUNK", 1)
            with pytest.raises(Interrupted):
                perform(the_job(), stopping_after(1))
            db.session.connection().execute(text("UPDATE subscription SET state = 'closed'"))
            db.session.commit()
            monkeypatch.setattr(history, "CHUNK", perform_first)
        with caplog.at_level(logging.WARNING):
            perform(the_job())
        assert "left out" in caplog.text
        with everything("reading"):
            assert db.session.get_one(BackgroundJob, the_job()).state is JobState.DONE
