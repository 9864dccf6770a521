"""What operations add to rows and stop dates is proved too: parts that a plan change cut, and days that an operation shifted."""

from __future__ import annotations

from app.foundation.proofs import prove_on
from tests.proofs.conftest import Owned
from tests.proofs.test_corruptions import broken


def test_a_part_that_remembers_other_days_is_found(owned: Owned) -> None:
    owned.run("UPDATE service_period SET cut_from_days = cut_from_days + 1 WHERE cut_from_days IS NOT NULL AND subscription_id = {moved}")
    assert set(broken(prove_on(owned.connection))) == {"periods_follow_their_run"}


def test_a_part_that_lies_outside_the_days_of_its_months_is_found(owned: Owned) -> None:
    owned.run(
        "UPDATE service_period SET start = start + 200, stop = stop + 200 WHERE kind = 'paid' AND cut_from_days IS NOT NULL "
        "AND ended_by_reversal_id IS NULL AND subscription_id = {moved}"
    )
    assert "periods_follow_their_run" in broken(prove_on(owned.connection))


def test_a_shift_that_did_not_move_the_stop_date_is_found(owned: Owned) -> None:
    owned.run("UPDATE subscription_event SET shift_days = shift_days + 1 WHERE operation = 'compensate' AND subscription_id = {moved}")
    # The line has paid since, so that this one counts no longer.
    assert broken(prove_on(owned.connection)) == {}
    owned.run(
        "UPDATE subscription_event SET shift_days = 5 WHERE id = (SELECT max(id) FROM subscription_event WHERE subscription_id = {cut})"
    )
    assert set(broken(prove_on(owned.connection))) == {"stop_dates_follow"}


def test_a_change_booked_for_a_closed_line_is_found(owned: Owned) -> None:
    owned.run("UPDATE plan_change SET subscription_id = {closed} WHERE change_status = 'booked'")
    assert "nothing_after_closure" in broken(prove_on(owned.connection))
