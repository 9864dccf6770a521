"""The service period of a line that was running before the office's books began here: days without money, as an opening balance.

Its days are those of the earlier books, from the activation to the stop date. Where the stop date lies whole months after the
activation, the run goes on counting from there, so that a run of the 31st comes back to the 31st; else a new run begins on the day
after the stop date, as it does after a shift.

Source: docs/rules/imports.md, taken_over.
"""

from __future__ import annotations

from datetime import date

from app.broadband.choices import PeriodKind
from app.broadband.rules.service_period import LAST_YEAR, Period
from app.broadband.rules.standing import Run
from app.values.dates import ONE_DAY
from app.values.errors import Message, OperationRefused


def taken_over_period(activated_on: date, stops_on: date) -> Period:
    """Return the period that stands for what the earlier books had sold. Raises OperationRefused where it ends before it begins."""
    if stops_on < activated_on:
        raise OperationRefused(
            Message("The stop date %(stop)s is before the activation on %(start)s.", stop=stops_on, start=activated_on),
            code="stops_before_start",
            field="stops_on",
        )
    if stops_on.year > LAST_YEAR:
        raise OperationRefused(
            Message("The months reach beyond the year %(year)s.", year=str(LAST_YEAR)), code="months_too_far", field="stops_on"
        )
    run = _run_until(activated_on, stops_on)
    return Period(PeriodKind.TAKEN_OVER, activated_on, stops_on, run.months, run.anchor, run.months)


def _run_until(activated_on: date, stops_on: date) -> Run:
    months = (stops_on.year - activated_on.year) * 12 + stops_on.month - activated_on.month
    for candidate in (Run(activated_on, months), Run(activated_on, months + 1)):
        if candidate.months and candidate.stops_on == stops_on:
            return candidate
    return Run(stops_on + ONE_DAY)
