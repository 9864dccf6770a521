"""The steps of an office, and which of them a line is on."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reminders.rules.offers import offered_months, offers
from app.reminders.rules.retries import MOST_ATTEMPTS, next_attempt
from app.reminders.rules.steps import fitting_step, steps_of
from app.reminders.rules.templates import check_template, filled, one_line
from app.values.errors import OperationRefused

USUAL = (15, 7, 3, 0)


@pytest.mark.parametrize(
    ("days_left", "step"),
    [(20, None), (16, None), (15, 15), (14, 15), (8, 15), (7, 7), (5, 7), (4, 7), (3, 3), (1, 3), (0, 0), (-1, None)],
)
def test_a_line_is_on_the_smallest_step_that_is_not_below_its_days_left(days_left: int, step: int | None) -> None:
    assert fitting_step(days_left, USUAL) == step


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(0, 366), min_size=1, max_size=8), st.integers(0, 366))
def test_no_step_lies_between_the_days_left_and_the_step(steps: set[int], days_left: int) -> None:
    step = fitting_step(days_left, steps)
    later = [one for one in steps if one >= days_left]
    assert (step is None) == (not later)
    assert step is None or (step in steps and not [one for one in later if one < step])


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("15, 7, 3, 0", USUAL),
        ("0 3 7 15", USUAL),
        ("15，7、3；0", USUAL),
        ("7,7,7", (7,)),
        (" 30 ", (30,)),
        ("366,0", (366, 0)),
        ("8 7 6 5 4 3 2 1", (8, 7, 6, 5, 4, 3, 2, 1)),
    ],
)
def test_steps_are_read_sorted_and_each_once(typed: str, steps: tuple[int, ...]) -> None:
    assert steps_of(typed) == steps


@pytest.mark.parametrize("typed", ["", "   ", ",", "367", "-1", "soon", "15; seven", "1.5.x", "9 8 7 6 5 4 3 2 1", "99999999999"])
def test_what_is_no_list_of_days_is_refused(typed: str) -> None:
    with pytest.raises(OperationRefused):
        steps_of(typed)


@pytest.mark.parametrize(
    ("package", "months"), [(1, (1, 3, 12)), (2, (2, 12)), (3, (3, 12)), (5, (5,)), (6, (6, 12)), (12, (12,)), (24, (24,))]
)
def test_whole_packages_of_the_usual_months_are_offered(package: int, months: tuple[int, ...]) -> None:
    assert offered_months(package) == months


def test_an_offer_holds_the_plan_and_the_maintenance() -> None:
    found = offers(plan="200M", plan_fee=Decimal("300.00"), plan_months=6, maintenance_fee=Decimal("5.00"), currency="CNY")
    assert [(offer.months, offer.amount) for offer in found] == [(6, Decimal("330.00")), (12, Decimal("660.00"))]


def test_a_letter_is_tried_six_times_at_growing_distances() -> None:
    now = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    pauses = [next_attempt(attempts, now) for attempts in range(1, MOST_ATTEMPTS + 1)]
    minutes = [round((at - now).total_seconds() / 60) if at else None for at in pauses]
    assert minutes == [1, 5, 30, 120, 720, None]


@pytest.mark.parametrize("text", ["{nobody}", "{name", "name}", "{}", "{{name}}", "{name.secret}", "{name!r}", "{0}"])
def test_a_place_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        check_template(text, field="body")
    assert refused.value.field == "body"


def test_what_a_customer_is_called_is_never_read_as_a_place() -> None:
    assert filled("{name} {account}", {"name": "{account}", "account": "wang501"}) == "{account} wang501"


def test_a_subject_is_one_line() -> None:
    assert one_line("Dear\r\nBcc: all@example.com\x00 friend") == "Dear Bcc: all@example.com friend"
