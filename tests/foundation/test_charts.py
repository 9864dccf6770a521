"""Where bars, columns and shares stand."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask import Flask

from app.foundation.charts import draw_columns, draw_shares
from app.foundation.drawing import draw_time_line
from app.foundation.i18n import init_i18n

DAY = datetime.date


@pytest.fixture(scope="module")
def speaking() -> Flask:
    app = Flask("speaking")
    init_i18n(app)
    return app


def period(start: DAY, end: DAY, kind: str = "paid", text: str = "") -> dict[str, object]:
    return {"starts_on": start, "ends_on": end, "kind": kind, "text": text}


def test_the_axis_starts_at_nought_and_ends_above_the_highest_column() -> None:
    chart = draw_columns([{"label": "1", "values": [Decimal(310)]}, {"label": "2", "values": [Decimal(120)]}])
    assert [line.value for line in chart.grid] == [0, 100, 200, 300, 400]
    assert chart.grid[0].y == chart.base


def test_columns_stand_in_proportion_to_their_values() -> None:
    one, two = draw_columns([{"label": "1", "values": [50]}, {"label": "2", "values": [100]}]).columns
    assert two.pieces[0].height == pytest.approx(2 * one.pieces[0].height, abs=0.2)


def test_two_pixels_lie_between_stacked_values() -> None:
    (column,) = draw_columns([{"label": "1", "values": [50, 50]}]).columns
    below, above = column.pieces
    assert below.y - (above.y + above.height) == pytest.approx(2, abs=0.2)


def test_nothing_is_no_column_but_keeps_its_place() -> None:
    chart = draw_columns([{"label": "1", "values": [0], "text": "0"}, {"label": "2", "values": []}])
    assert [column.pieces for column in chart.columns] == [[], []]
    assert chart.columns[0].middle < chart.columns[1].middle


def test_no_columns_are_an_empty_chart() -> None:
    chart = draw_columns([])
    assert (chart.columns, chart.compare) == ([], [])


def test_a_gap_in_the_comparison_is_drawn_over() -> None:
    columns = [{"label": str(number), "values": [number]} for number in range(3)]
    assert len(draw_columns(columns, [1, None, 3]).compare) == 1


def test_per_cents_add_up_to_a_hundred() -> None:
    parts = [{"label": str(number), "value": 1, "text": ""} for number in range(3)]
    assert [share.per_cent for share in draw_shares(parts)] == [34, 33, 33]


def test_shares_of_nothing_are_nought() -> None:
    assert [(share.per_cent, share.width) for share in draw_shares([{"label": "a", "value": 0, "text": ""}])] == [(0, 0.0)]


def test_a_line_shows_both_days_of_a_period(speaking: Flask) -> None:
    with speaking.test_request_context():
        line = draw_time_line([period(DAY(2026, 1, 1), DAY(2026, 1, 31))], DAY(2026, 1, 1), DAY(2026, 1, 31))
    days = 24 + 31 + 24
    (bar,) = line.bars
    assert bar.left == pytest.approx(100 * 24 / days, abs=0.01)
    assert bar.width == pytest.approx(100 * 31 / days - 0.2, abs=0.02)
    assert line.stop == pytest.approx(100 * 55 / days, abs=0.01)


def test_touching_periods_do_not_overlap(speaking: Flask) -> None:
    with speaking.test_request_context():
        one, two = draw_time_line(
            [period(DAY(2026, 1, 1), DAY(2026, 1, 31)), period(DAY(2026, 2, 1), DAY(2026, 2, 28), "gift")], DAY(2026, 1, 10)
        ).bars
    assert one.left + one.width < two.left


@pytest.mark.parametrize("stop", [DAY(2026, 11, 29), DAY(2026, 11, 22), DAY(2026, 11, 10), DAY(2026, 10, 25)])
def test_the_captions_of_today_and_of_a_near_stop_date_never_cover_each_other(speaking: Flask, stop: datetime.date) -> None:
    with speaking.test_request_context():
        line = draw_time_line([period(DAY(2026, 1, 21), stop)], DAY(2026, 11, 22), stop)
    assert {line.today_anchor, line.stop_anchor} == {"start", "end"}


def test_a_text_that_does_not_fit_is_left_out(speaking: Flask) -> None:
    with speaking.test_request_context():
        line = draw_time_line([period(DAY(2026, 1, 1), DAY(2026, 1, 3), text="three days of grace")], DAY(2026, 3, 1))
    assert line.bars[0].text == ""


def test_a_line_without_periods_says_so(speaking: Flask) -> None:
    with speaking.test_request_context():
        line = draw_time_line([], DAY(2026, 5, 14))
    assert (line.bars, line.stop, line.sentence) == ([], None, "No service period yet.")


@pytest.mark.parametrize(("locale", "month"), [("vi", "T3"), ("zh_Hans", "3月"), ("en", "Mar")])
def test_months_are_named_in_the_readers_language(speaking: Flask, locale: str, month: str) -> None:
    with speaking.test_request_context(headers={"Accept-Language": locale.replace("_", "-")}):
        line = draw_time_line([period(DAY(2026, 1, 15), DAY(2026, 4, 15))], DAY(2026, 2, 1))
    assert month in [tick.text for tick in line.ticks]


def test_a_long_line_has_room_between_its_months(speaking: Flask) -> None:
    with speaking.test_request_context():
        line = draw_time_line([period(DAY(2016, 1, 1), DAY(2026, 12, 31))], DAY(2026, 2, 1))
    assert len(line.ticks) <= 28
