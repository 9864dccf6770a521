"""Readings as the operations keep them: what is taken, what is refused, and that a refused one leaves nothing behind."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import Anomaly, ReadingExplanation, ReadingKind, ReadingSource, ReadingState, WarningColour
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.meters import NewMeter, install_meter, remove_meter, replace_meter
from app.metering.operations.settling import accept_reading, correct_reading, withdraw_reading
from app.metering.queries import open_reds, readings_of, readings_of_unit
from app.metering.rules.consumption import ReadingBelowLast
from app.values.errors import Conflict, OperationRefused
from tests.factories import a_meter, a_read_meter, a_reading, a_unit, acting, on_day, reloaded

pytestmark = pytest.mark.usefixtures("app")
MAY = datetime.date(2026, 5, 14)
MARK = "7f7a3c0e-59f3-4d7b-9a4e-0c2f0f1b2a3d"


def act(operation: Callable[..., Any], **terms: Any) -> Any:
    with on_day(MAY), acting("chen"):
        return run(operation, **terms).record


def rows(meter: Meter) -> list[Reading]:
    with everything("reading a test's own record"):
        db.session.expunge_all()
        return list(db.session.scalars(readings_of(meter.id)))


def live(meter: Meter) -> list[tuple[str, Decimal, Decimal]]:
    return [(row.read_on.isoformat(), row.value, row.consumption) for row in rows(meter)[::-1] if row.is_live]


def count() -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(Reading.id))).scalar_one())


def assert_refused(code: str, do: Callable[[], Any]) -> OperationRefused:
    before = count()
    with pytest.raises(OperationRefused) as refusal:
        do()
    assert (refusal.value.code, count()) == (code, before)
    return refusal.value


def test_a_reading_counts_since_the_one_before() -> None:
    meter = a_meter(a_unit(), since="2026-04-01", first="12")
    row = a_reading(meter, "2026-05-01", "112.5")
    assert (row.consumption, row.days, row.previous_on, row.previous_value) == (
        Decimal("100.5"),
        30,
        datetime.date(2026, 4, 1),
        Decimal(12),
    )
    assert (row.state, row.colour) == (ReadingState.ACCEPTED, WarningColour.GREY)


def test_the_factor_of_the_meter_multiplies() -> None:
    meter = a_meter(a_unit(), since="2026-04-01", first="100", factor=Decimal(40))
    assert a_reading(meter, "2026-05-01", "112.5").consumption == 500


def test_a_consumption_far_above_the_mean_waits() -> None:
    row = a_reading(a_read_meter(a_unit(), 100, 100, 100), "2026-06-01", "600")
    assert (row.colour, row.anomaly, row.state) == (WarningColour.RED, Anomaly.HIGH, ReadingState.WAITING)
    assert (row.mean, row.ratio) == (Decimal("104.49"), Decimal("2.87"))


def test_a_reading_below_the_last_one_is_refused_with_what_may_explain_it() -> None:
    meter = a_read_meter(a_unit(), 100, 100, 100)
    refusal = assert_refused("reading_below_last", lambda: a_reading(meter, "2026-05-14", "299"))
    assert isinstance(refusal, ReadingBelowLast)
    assert {each.explanation for each in refusal.offered} >= {ReadingExplanation.REPLACEMENT, ReadingExplanation.ESTIMATE}


@pytest.mark.parametrize(
    ("day", "value", "code"),
    [
        ("2026-04-30", "400", "reading_before_last"),
        ("2026-05-01", "400", "reading_twice"),
        ("2025-01-01", "400", "meter_not_installed"),
        ("2026-05-14", "1" * 20, "reading_too_long"),
        ("2026-05-14", "-1", "reading_negative"),
        ("2026-05-14", "400.1234", "reading_too_fine"),
        ("2026-05-14", "NaN", "reading_unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_written(day: str, value: str, code: str) -> None:
    meter = a_read_meter(a_unit(), 100, 100, 100)
    assert_refused(code, lambda: a_reading(meter, day, value))


def test_a_removed_meter_takes_no_reading() -> None:
    meter = a_read_meter(a_unit(), 100, 100, 100)
    act(remove_meter, meter=meter.id, on=datetime.date(2026, 5, 10), final_value=Decimal(320))
    assert_refused("meter_removed", lambda: a_reading(meter, "2026-05-14", "400"))


def test_a_meter_of_another_office_is_not_there() -> None:
    meter = a_meter(a_unit(code="HN"))
    assert_refused("not_found", lambda: act_reading(meter))


def act_reading(meter: Meter) -> Any:
    from app.metering.operations.entering import ReadingTerms, enter_reading

    return act(enter_reading, reading=ReadingTerms(meter=meter.id, read_on=MAY, value=Decimal(5)))


def test_a_rollover_that_was_confirmed_counts_over_the_end_of_the_dial() -> None:
    meter = a_meter(a_unit(), since="2026-04-01", first="99950")
    row = a_reading(meter, "2026-05-01", "40", explanation=ReadingExplanation.ROLLOVER)
    assert (row.consumption, row.rolled_over) == (Decimal(90), True)


def test_a_reading_sent_twice_is_kept_once() -> None:
    meter = a_meter(a_unit(), since="2026-04-01")
    first, again = (a_reading(meter, "2026-05-01", "40", uuid=MARK, source=ReadingSource.PHONE) for _ in range(2))
    assert (again.id, count()) == (first.id, 2)


def test_another_reading_under_the_same_mark_is_refused() -> None:
    meter = a_meter(a_unit(), since="2026-04-01")
    a_reading(meter, "2026-05-01", "40", uuid=MARK)
    with pytest.raises(Conflict):
        a_reading(meter, "2026-05-02", "41", uuid=MARK)
    assert count() == 2


def test_an_estimate_takes_the_mean_and_is_marked() -> None:
    row = a_reading(a_read_meter(a_unit(), 100, 110, 120), "2026-06-01", None)
    assert (row.value, row.consumption, row.source, row.colour) == (Decimal(445), Decimal(115), ReadingSource.ESTIMATED, WarningColour.GREY)


def test_a_real_reading_after_an_estimate_counts_from_the_last_real_one() -> None:
    meter = a_read_meter(a_unit(), 100, 110, 120)
    a_reading(meter, "2026-06-01", None)
    row = a_reading(meter, "2026-07-01", "500")
    assert (row.previous_value, row.consumption, row.days, row.estimated_periods) == (Decimal(330), Decimal(170), 61, 1)


def test_a_real_reading_below_an_estimate_is_no_mistake() -> None:
    meter = a_read_meter(a_unit(), 100, 110, 120)
    a_reading(meter, "2026-06-01", None)
    assert a_reading(meter, "2026-07-01", "400").consumption == 70


def test_the_meters_of_a_replacement_are_one_period() -> None:
    unit = a_unit()
    old = a_read_meter(unit, 100, 100, 100)
    made = act(
        replace_meter,
        meter=old.id,
        on=datetime.date(2026, 5, 10),
        final_value=Decimal(335),
        new=NewMeter(serial="N1", first_value=Decimal(3)),
    )
    row = a_reading(made.meter, "2026-05-31", "91")
    with everything("reading a test's own record"):
        bill = db.session.scalars(readings_of_unit(unit.id, old.service_id, datetime.date(2026, 5, 2), datetime.date(2026, 5, 31))).all()
    assert sum(each.consumption for each in bill) == 123
    assert (row.consumption, row.mean, row.colour) == (Decimal(88), Decimal("101.12"), WarningColour.GREEN)


def test_a_refused_replacement_leaves_the_old_meter_where_it_is() -> None:
    old = a_read_meter(a_unit(), 100, 100, 100)
    other = a_meter(a_unit("1204"))
    terms = {"meter": old.id, "on": MAY, "final_value": Decimal(335)}
    assert_refused("meter_in_use", lambda: act(replace_meter, new=NewMeter(serial=other.serial), **terms))
    with everything("reading a test's own record"):
        places = select(MeterInstallation).where(MeterInstallation.meter_id == old.id)
        assert [place.removed_on for place in db.session.scalars(places)] == [None]


def test_a_final_reading_takes_the_place_of_one_of_the_same_day() -> None:
    meter = a_read_meter(a_unit(), 100, 100, 100)
    act(remove_meter, meter=meter.id, on=datetime.date(2026, 5, 2), final_value=Decimal(305))
    with pytest.raises(OperationRefused):
        act(remove_meter, meter=meter.id, on=MAY, final_value=Decimal(305))
    assert next((row.kind, row.consumption) for row in rows(meter) if row.is_live) == (ReadingKind.FINAL, Decimal(5))


def test_a_meter_hangs_at_one_place_at_a_time() -> None:
    meter, other = a_meter(a_unit()), a_unit("1204")
    terms = {"meter": meter.id, "unit": other.id, "on": MAY, "first_value": Decimal(0)}
    assert_refused("meter_in_use", lambda: act(install_meter, **terms))
    columns = "office_id, meter_id, unit_id, installed_on, created_at"
    with pytest.raises(DBAPIError, match="ex_meter_installation_in_force"), db.session.begin_nested():
        db.session.connection().execute(text(f"INSERT INTO meter_installation ({columns}) SELECT {columns} FROM meter_installation"))


def test_a_red_reading_is_accepted_for_a_reason() -> None:
    row = a_reading(a_read_meter(a_unit(), 100, 100, 100), "2026-05-14", "600")
    with pytest.raises(OperationRefused) as refusal:
        act(accept_reading, reading=row.id, reason=" ")
    assert (refusal.value.code, reloaded(row).state) == ("reason_missing", ReadingState.WAITING)
    act(accept_reading, reading=row.id, reason="新装空调")
    assert (reloaded(row).state, reloaded(row).settled_reason) == (ReadingState.ACCEPTED, "新装空调")


def test_a_correction_supersedes_and_what_follows_is_counted_anew() -> None:
    meter = a_meter(a_unit(), since="2026-03-01")
    wrong = a_reading(meter, "2026-04-01", "190")
    a_reading(meter, "2026-05-01", "210")
    act(correct_reading, reading=wrong.id, value=Decimal(109), reason="看错了")
    assert live(meter) == [
        ("2026-03-01", Decimal(0), Decimal(0)),
        ("2026-04-01", Decimal(109), Decimal(109)),
        ("2026-05-01", Decimal(210), Decimal(101)),
    ]
    assert (reloaded(wrong).state, reloaded(wrong).value, len(rows(meter))) == (ReadingState.SUPERSEDED, Decimal(190), 5)


def test_a_correction_above_the_next_reading_is_refused_and_nothing_written() -> None:
    meter = a_meter(a_unit(), since="2026-03-01")
    wrong = a_reading(meter, "2026-04-01", "190")
    a_reading(meter, "2026-05-01", "210")
    assert_refused("next_reading_below", lambda: act(correct_reading, reading=wrong.id, value=Decimal(211), reason="看错了"))
    assert reloaded(wrong).state is ReadingState.ACCEPTED


def test_a_withdrawn_reading_leaves_its_consumption_to_the_next() -> None:
    meter = a_meter(a_unit(), since="2026-03-01")
    wrong = a_reading(meter, "2026-04-01", "190")
    a_reading(meter, "2026-05-01", "210")
    act(withdraw_reading, reading=wrong.id, reason="抄错了表")
    assert live(meter) == [("2026-03-01", Decimal(0), Decimal(0)), ("2026-05-01", Decimal(210), Decimal(210))]


def test_a_superseded_reading_is_not_corrected_again() -> None:
    meter = a_meter(a_unit(), since="2026-03-01")
    wrong = a_reading(meter, "2026-04-01", "190")
    act(correct_reading, reading=wrong.id, value=Decimal(109), reason="看错了")
    assert_refused("reading_settled", lambda: act(correct_reading, reading=wrong.id, value=Decimal(110), reason="看错了"))


def test_the_first_reading_is_never_withdrawn() -> None:
    meter = a_meter(a_unit(), since="2026-03-01")
    (first,) = rows(meter)
    assert_refused("reading_needed", lambda: act(withdraw_reading, reading=first.id, reason="抄错了表"))


def test_reds_are_open_until_they_are_settled() -> None:
    meter = a_read_meter(a_unit(), 100, 100, 100)
    row = a_reading(meter, "2026-05-14", "600")

    def waiting() -> list[int]:
        with everything("reading a test's own record"):
            return [each.id for each in db.session.scalars(open_reds(meter.building_id, meter.service_id, MAY))]

    assert waiting() == [row.id]
    act(correct_reading, reading=row.id, value=Decimal(350), reason="看错了")
    assert waiting() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading SET value = value + 1",
        "UPDATE reading SET consumption = consumption + 1",
        "DELETE FROM reading",
        "UPDATE meter_installation SET installed_on = installed_on - 1",
    ],
)
def test_the_database_itself_keeps_readings_as_they_are(statement: str) -> None:
    meter = a_read_meter(a_unit(), 100)
    before = live(meter)
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.connection().execute(text(statement))
    assert live(meter) == before
