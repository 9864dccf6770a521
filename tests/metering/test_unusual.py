"""The warning colours; the numbers are worked by hand in docs/rules/unusual.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.metering.choices import Anomaly, WarningColour
from app.metering.rules.unusual import Thresholds, Usage, Verdict, mean_for, shown_mean, verdict
from app.values.errors import OperationRefused

RED, AMBER, GREEN, GREY = WarningColour.RED, WarningColour.AMBER, WarningColour.GREEN, WarningColour.GREY
Service = tuple[str, Thresholds]
ELECTRICITY: Service = ("kWh", Thresholds(Decimal(50)))
WATER: Service = ("m³", Thresholds(Decimal(5)))
DAY = date(2026, 8, 25)


def history(*quantities: str, days: int = 30) -> list[Usage]:
    return [Usage(DAY + timedelta(days=days * place), days, Decimal(each)) for place, each in enumerate(quantities)]


def of(service: Service, quantity: str, periods: list[Usage], *, days: int = 30, is_occupied: bool = False) -> Verdict:
    measure, thresholds = service
    return verdict(Decimal(quantity), days=days, history=periods, measure=measure, thresholds=thresholds, is_occupied=is_occupied)


def judged(quantity: str, *before: str, service: Service = ELECTRICITY, days: int = 30, occupied: bool = False) -> Verdict:
    return of(service, quantity, history(*before), days=days, is_occupied=occupied)


@pytest.mark.parametrize(
    ("quantity", "colour", "anomaly"),
    [
        ("200", RED, Anomaly.HIGH),
        ("199.9", AMBER, Anomaly.RAISED),
        ("150", AMBER, Anomaly.RAISED),
        ("149.9", GREEN, Anomaly.NORMAL),
        ("100", GREEN, Anomaly.NORMAL),
        ("60.1", GREEN, Anomaly.NORMAL),
        ("60", AMBER, Anomaly.LOWERED),
        ("40.1", AMBER, Anomaly.LOWERED),
        ("40", RED, Anomaly.LOW),
        ("0", RED, Anomaly.LOW),
    ],
)
def test_the_ratios_are_reached_exactly(quantity: str, colour: WarningColour, anomaly: Anomaly) -> None:
    """The mean is 100 kWh; every difference at 2.0 and 0.4 is 50 at least, at 1.5 and 0.6 it is 25 at least."""
    found = judged(quantity, "90", "100", "110")
    assert (found.colour, found.anomaly) == (colour, anomaly)


@pytest.mark.parametrize(
    ("quantity", "colour"),
    [("9.9", AMBER), ("10", RED), ("7.4", GREEN), ("7.5", AMBER), ("2.5", AMBER), ("2.6", GREEN), ("0", RED)],
)
def test_water_has_limits_of_its_own(quantity: str, colour: WarningColour) -> None:
    """The mean is 5 m³: 10 differs by 5, the limit; 9.9 by 4.9; 7.5 by 2.5, half of it; 2.5 is 0.5 times the mean, and differs by 2.5."""
    assert judged(quantity, "5", "5", "5", service=WATER).colour is colour


def test_a_great_ratio_of_a_small_figure_is_no_warning() -> None:
    """8 kWh after a mean of 2: four times as much, but only 6 kWh more."""
    found = judged("8", "2", "2", "2")
    assert (found.colour, found.ratio, found.difference) == (GREEN, Decimal("4.00"), Decimal("6.00"))


def test_half_the_limit_makes_a_great_ratio_amber() -> None:
    """45 kWh after a mean of 20 is 2.25 times and 25 more: half the limit, not the whole."""
    assert judged("45", "20", "20", "20").colour is AMBER
    assert judged("44.9", "20", "20", "20").colour is GREEN


@pytest.mark.parametrize(("quantity", "colour"), [("0", GREEN), ("24.9", GREEN), ("25", AMBER), ("49.9", AMBER), ("50", RED)])
def test_after_a_mean_of_zero_the_limit_decides(quantity: str, colour: WarningColour) -> None:
    found = judged(quantity, "0", "0", "0")
    assert (found.colour, found.ratio, found.mean) == (colour, None, Decimal("0.00"))


def test_the_mean_is_by_day_over_the_last_three_real_periods() -> None:
    """62 in 31 days, 56 in 28, 93 in 31: 211 ÷ 90 × 30 = 70.33; the estimate and the oldest period do not count."""
    periods = [
        Usage(date(2026, 4, 30), 30, Decimal(999)),
        Usage(date(2026, 6, 28), 28, Decimal(56)),
        Usage(date(2026, 5, 31), 31, Decimal(62)),
        Usage(date(2026, 7, 29), 31, Decimal(500), is_estimate=True),
        Usage(date(2026, 8, 29), 31, Decimal(93)),
    ]
    found = of(ELECTRICITY, "80", periods)
    assert (found.mean, found.difference, found.ratio) == (Decimal("70.33"), Decimal("9.67"), Decimal("1.13"))


def test_a_longer_period_uses_more_without_a_warning() -> None:
    """100 in 30 days is 200 in 60."""
    assert judged("200", "100", "100", "100", days=60).colour is GREEN


@pytest.mark.parametrize("before", [(), ("100",), ("100", "100")])
def test_with_fewer_than_three_periods_nothing_can_be_said(before: tuple[str, ...]) -> None:
    found = judged("5000", *before)
    assert (found.colour, found.anomaly, found.mean, found.ratio, found.difference) == (GREY, Anomaly.UNKNOWN, None, None, None)
    assert str(found.reason) == "There are fewer than three periods to compare 5000 kWh with."


def test_an_estimate_does_not_make_up_the_third_period() -> None:
    periods = [*history("100", "100"), Usage(date(2026, 12, 1), 30, Decimal(100), is_estimate=True)]
    assert of(WATER, "100", periods).colour is GREY


@pytest.mark.parametrize(
    ("before", "colour"), [(("100", "100", "100"), RED), (("2", "2", "2"), AMBER), (("0", "0", "0"), AMBER), (("2",), AMBER)]
)
def test_zero_while_occupied_is_its_own_warning(before: tuple[str, ...], colour: WarningColour) -> None:
    found = judged("0", *before, occupied=True)
    assert (found.anomaly, found.colour) == (Anomaly.ZERO, colour)


def test_zero_in_an_empty_unit_is_judged_like_any_figure() -> None:
    assert judged("0", "2", "2", "2").anomaly is Anomaly.NORMAL


def test_only_red_stops_the_billing() -> None:
    assert judged("400", "100", "100", "100").must_be_settled
    assert not judged("160", "100", "100", "100").must_be_settled
    assert not judged("0", "0", "0", "0", occupied=True).must_be_settled


def test_the_reason_names_the_figure_the_ratio_and_the_mean() -> None:
    assert str(judged("412", "90", "100", "110").reason) == ("412 kWh is abnormally high: 4.12 times the mean of 3 months, 100.00 kWh.")
    assert str(judged("2", "8", "8", "8", service=WATER).reason) == ("2 m³ is abnormally low: 0.25 times the mean of 3 months, 8.00 m³.")
    assert str(judged("60", "0", "0", "0").reason) == "60 kWh was used; in the 3 months before nothing was used."


def test_a_ratio_that_misses_a_limit_is_not_shown_as_reaching_it() -> None:
    """399 to a mean of 200 is 1.995 times, amber; rounded it would read 2.00. 161 to 400 is 0.4025, rounded 0.40."""
    assert (judged("399", "200", "200", "200").colour, judged("399", "200", "200", "200").ratio) == (AMBER, Decimal("1.99"))
    assert (judged("161", "400", "400", "400").colour, judged("161", "400", "400", "400").ratio) == (AMBER, Decimal("0.41"))


@pytest.mark.parametrize(
    "terms",
    [
        {"limit": "0"},
        {"limit": "5", "high": "1.4"},
        {"limit": "5", "low": "0.7"},
        {"limit": "5", "raised": "1"},
        {"limit": "5", "low": "-0.1"},
    ],
)
def test_thresholds_that_contradict_each_other_are_refused(terms: dict[str, str]) -> None:
    with pytest.raises(OperationRefused) as refusal:
        Thresholds(**{name: Decimal(value) for name, value in terms.items()})
    assert refusal.value.code == "thresholds"


def test_a_red_limit_of_zero_leaves_only_nothing_used_red() -> None:
    terms = Thresholds(limit=Decimal(50), low=Decimal(0))
    assert of(("kWh", terms), "1", history("100", "100", "100")).colour is AMBER
    assert of(("kWh", terms), "0", history("100", "100", "100")).colour is RED


@settings(max_examples=200, deadline=None)
@given(
    before=st.lists(st.decimals(0, 5000, places=1), min_size=3, max_size=3),
    quantities=st.lists(st.decimals(0, 20000, places=1), min_size=2, max_size=2),
    days=st.integers(1, 62),
)
def test_farther_from_the_mean_is_never_a_paler_colour(before: list[Decimal], quantities: list[Decimal], days: int) -> None:
    loudness = [GREEN, AMBER, RED]
    mean = mean_for(days, history(*map(str, before)))
    assert mean is not None
    nearer, farther = sorted(quantities, key=lambda each: abs(Fraction(each) - mean))
    if (nearer >= mean) == (farther >= mean):
        assert loudness.index(judged(str(nearer), *map(str, before), days=days).colour) <= loudness.index(
            judged(str(farther), *map(str, before), days=days).colour
        )


@pytest.mark.parametrize(
    ("mean", "decimals", "shown"),
    [("33404.667", 0, "33404.7"), ("70.33", 0, "70.3"), ("0.05", 0, "0.1"), ("12.345", 2, "12.35"), ("100", 0, "100")],
)
def test_a_mean_is_shown_no_finer_than_the_service_is_counted(mean: str, decimals: int, shown: str) -> None:
    assert shown_mean(Decimal(mean), decimals) == Decimal(shown)
