"""Each invariant finds the corruption planted for it, names the row, and leaves the rest of the books in peace."""

from __future__ import annotations

import pytest

from app.foundation.proofs import Result, prove_on
from tests.proofs.conftest import Owned
from tests.proofs.corruptions import CORRUPTIONS, Corruption


def broken(results: list[Result]) -> dict[str, Result]:
    return {result.invariant.name: result for result in results if not result.holds}


def test_books_that_nobody_touched_hold(owned: Owned) -> None:
    results = prove_on(owned.connection)
    assert broken(results) == {}
    # Each question met some rows: a proof that looks at nothing would hold too.
    assert [result.invariant.name for result in results if not result.examined] == []


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.invariant)
def test_a_corruption_is_found_and_named(owned: Owned, corruption: Corruption) -> None:
    owned.run(corruption.statements)
    found = broken(prove_on(owned.connection))
    assert set(found) == {corruption.invariant, *corruption.also}
    result = found[corruption.invariant]
    assert not result.error
    assert (corruption.kind, owned.number(corruption.number)) in {(each.kind, each.number) for each in result.violations}
