"""The clock of a training installation moves forward only, and every day passed over has its night."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import nightly
from app.foundation.jobs.nightly import run_nights
from app.foundation.scope import current_scope
from app.foundation.training import clock_state, follow_clock, move_clock
from app.values.errors import Conflict, Malformed, NotAllowed, NotFound
from config import Settings
from tests.conftest import make_application
from tests.factories import acting, office

DAY = datetime.timedelta(days=1)


@pytest.fixture
def training(settings: Settings, committed_database: str) -> Iterator[Flask]:
    application = make_application(settings, committed_database, TRAINING=True)
    with application.app_context():
        yield application
        clock.set_ahead(datetime.timedelta())
        db.session.remove()
        db.engine.dispose()


def far(days: float) -> datetime.datetime:
    return clock.real_now() + DAY * days


@pytest.mark.usefixtures("training")
class TestMoving:
    def test_the_clock_goes_on_from_where_it_was_moved(self) -> None:
        with acting("chen"):
            state = move_clock(far(40))
        assert abs(state.ahead_by - 40 * DAY) < datetime.timedelta(seconds=5)
        clock.set_ahead(datetime.timedelta())
        follow_clock()
        assert abs(clock.now() - far(40)) < datetime.timedelta(seconds=5)
        assert clock_state().can_be_moved

    def test_it_never_goes_back(self) -> None:
        with acting("chen"):
            move_clock(far(40))
            with pytest.raises(Conflict):
                move_clock(far(39))
            with pytest.raises(Conflict):
                move_clock(far(-1))
        assert abs(clock.now() - far(40)) < datetime.timedelta(seconds=5)

    def test_a_cashier_may_not_move_it(self) -> None:
        with acting("wang"), pytest.raises(NotAllowed):
            move_clock(far(1))

    def test_a_time_without_a_zone_cannot_be_read(self) -> None:
        with acting("chen"):
            with pytest.raises(Malformed):
                move_clock(far(1).replace(tzinfo=None))
            with pytest.raises(Malformed):
                move_clock(datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC))

    def test_every_day_passed_over_has_its_night_in_order_and_once(self) -> None:
        seen: list[tuple[datetime.date, int]] = []

        def night(office_id: int, day: datetime.date) -> None:
            assert current_scope().office_ids == {office_id}
            assert clock.today(office("SH")) == day
            seen.append((day, office_id))

        run_nights()
        nightly.register((night,))
        try:
            today = clock.today(office("SH"))
            with acting("chen"):
                move_clock(far(3))
            assert [day for day, _ in seen] == sorted(day for day, _ in seen)
            of_shanghai = [day for day, office_id in seen if office_id == office("SH").id]
            assert of_shanghai[:2] == [today + DAY, today + 2 * DAY]
            assert len(of_shanghai) in (2, 3)
            assert len({office_id for _, office_id in seen}) == 3
            before = len(seen)
            assert run_nights() == 0
            assert len(seen) == before
        finally:
            nightly.register(())


@pytest.mark.usefixtures("app")
def test_an_ordinary_installation_has_no_clock_to_move() -> None:
    with acting("chen"), pytest.raises(NotFound):
        move_clock(far(1))
    assert not clock_state().can_be_moved
