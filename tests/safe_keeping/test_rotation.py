"""Which backups stay, by hand on a calendar: 2026-11-22 is a Sunday, the last day of ISO week 47."""

from __future__ import annotations

import datetime

from app.foundation.safe_keeping.rotation import kept

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def at(day: str, hour: int = 2) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour, 30), ZONE)


def days(moments: frozenset[datetime.datetime]) -> list[str]:
    return sorted((moment.date().isoformat() for moment in moments), reverse=True)


def nightly(last: str, count: int) -> list[datetime.datetime]:
    return [at(last) - datetime.timedelta(days=number) for number in range(count)]


def test_a_year_of_nights_keeps_seven_days_four_weeks_twelve_months() -> None:
    assert days(kept(nightly("2026-11-22", 400))) == [
        *("2026-11-22", "2026-11-21", "2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16"),  # seven days, week 47
        *("2026-11-15", "2026-11-08", "2026-11-01"),  # the Sundays of weeks 46, 45 and 44
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31"),
        *("2026-02-28", "2026-01-31", "2025-12-31"),  # with November twelve months
    ]


def test_the_first_week_keeps_everything() -> None:
    moments = nightly("2026-11-22", 7)
    assert kept(moments) == frozenset(moments)


def test_of_several_backups_of_a_day_the_newest_stays() -> None:
    assert kept([at("2026-11-22", 2), at("2026-11-22", 9), at("2026-11-22", 17)]) == {at("2026-11-22", 17)}


def test_after_a_long_pause_the_old_ones_still_stay() -> None:
    old = nightly("2026-01-31", 7)
    assert set(old[:6]) < kept([*old, at("2026-11-22")])
    assert at("2026-11-22") in kept([*old, at("2026-11-22")])


def test_weeks_are_counted_over_the_turn_of_the_year() -> None:
    # 2026-12-31 and 2027-01-01 both lie in week 53 of 2026.
    moments = [at("2026-12-31"), at("2027-01-01"), at("2027-01-04")]
    assert days(kept(moments, daily=0, weekly=2, monthly=0)) == ["2027-01-04", "2027-01-01"]


def test_nothing_keeps_nothing() -> None:
    assert kept([]) == frozenset()
