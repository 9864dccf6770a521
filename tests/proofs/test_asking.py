"""Asking the invariants: bounded answers, and nothing that keeps the others from being asked."""

from __future__ import annotations

from app.foundation.commands.verify import report
from app.foundation.proofs import Invariant, Violation, invariants, prove_on
from app.foundation.proofs.declared import MOST_NAMED
from app.foundation.proofs.records import kept
from tests.proofs.conftest import Owned

MANY = Invariant(
    "many",
    "Nothing is counted.",
    counted="SELECT 50",
    statement="SELECT 1, 'customer', number, 'C-' || number, '0', '1' FROM generate_series(1, 50) AS number",
)
SENSELESS = Invariant("senseless", "Nothing can be asked.", counted="SELECT count(*) FROM nowhere", statement="SELECT 1")


def test_the_first_rows_are_named_and_the_others_counted(owned: Owned) -> None:
    (result,) = prove_on(owned.connection, [MANY])
    assert result.counts == {1: 50}
    assert result.violations[0] == Violation(1, "customer", 1, "C-1", "0", "1")
    assert len(result.violations) == MOST_NAMED


def test_what_cannot_be_asked_is_broken_and_keeps_nothing_else_from_being_asked(owned: Owned) -> None:
    broken, after = prove_on(owned.connection, [SENSELESS, invariants()[0]])
    assert 'relation "nowhere" does not exist' in broken.error
    assert not broken.holds
    assert after.holds
    assert after.examined > 0


def test_the_command_line_names_the_rows_and_how_many_more_there_are(owned: Owned) -> None:
    lines = list(report(prove_on(owned.connection, [MANY, invariants()[0]]), 0.5))
    assert lines[0].startswith("BROKEN")
    assert lines[1].strip() == "customer C-1 (office 1): expected 0, found 1"
    assert lines[MOST_NAMED + 1].strip() == "and 30 more (office 1)"
    assert lines[-1].startswith("1 of 2 invariants do NOT hold; ")


def test_answers_are_kept_as_they_were_given(owned: Owned) -> None:
    answer = kept(prove_on(owned.connection, [MANY]))["invariants"][0]
    assert answer["offices"]["1"]["count"] == 50
    assert answer["offices"]["1"]["rows"][0] == ["customer", 1, "C-1", "0", "1"]
