"""Several pieces of work at once, each with a session of its own."""

from __future__ import annotations

import datetime
import threading

import pytest

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, scoped
from app.foundation.side_by_side import side_by_side
from tests.factories import on_day

pytestmark = pytest.mark.usefixtures("app")


def test_each_piece_has_a_session_of_its_own_and_the_callers_scope_and_clock() -> None:
    seen: list[tuple[frozenset[int], datetime.date]] = []
    sessions = {id(db.session())}
    together = threading.Barrier(2, timeout=60)

    def work(piece: int) -> None:
        together.wait()
        seen.append((current_scope().office_ids, clock.now().date()))
        sessions.add(id(db.session()))
        together.wait()

    with on_day("2026-05-14"), scoped(None, [1]):
        side_by_side(work, [1, 2], at_once=2)
    assert seen == [(frozenset({1}), datetime.date(2026, 5, 14))] * 2
    assert len(sessions) == 3


def test_an_error_is_raised_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def work(piece: int) -> None:
        begun.append(piece)
        raise RuntimeError(f"piece {piece}")

    with pytest.raises(RuntimeError, match="piece"):
        side_by_side(work, list(range(100)), at_once=2)
    assert len(begun) <= 2


def test_a_single_piece_is_done_in_the_callers_own_session() -> None:
    seen: list[object] = []
    side_by_side(lambda _piece: seen.append(db.session()), [1], at_once=2)
    assert seen == [db.session()]
