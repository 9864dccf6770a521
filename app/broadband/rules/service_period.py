"""Which days a payment buys: 套餐费起始日期 and 套餐费截止日期.

A run starts at its anchor; after k months its last day is ``add_months(anchor, k) − 1 day``. It is always counted from the anchor,
so that N payments of one month end on the day on which one payment of N months ends, although months have 28 to 31 days.

Every row of a service period therefore stores, beside its days:

``anchor``         the first day of the run to which the row belongs,
``anchor_months``  how many months of that run are sold when the row is: k after this row.

With the newest row's two values and the stop date the next row follows. The run goes on while the stop date is still the one the
anchor says. Where it is not, because a resumption, an operator's stop or a compensation has shifted it, a new run starts on the day
after the stop date; so nobody has to remember whether there was a shift. A row written for a plan change takes both values from the
newest row that it replaces.

Source: broadband specification 正常繳費; docs/rules/service_period.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.broadband.choices import LatePolicy, PeriodKind
from app.broadband.rules.standing import Run, Standing
from app.values.dates import ONE_DAY, days_of
from app.values.errors import Message, OperationRefused

# Dates beyond it are read nowhere, and far beyond it there is no calendar.
LAST_YEAR = 2199


@dataclass(frozen=True)
class Period:
    """One row of cover as it is sold: both days are included."""

    kind: PeriodKind
    start: date
    stop: date
    months: int
    anchor: date
    anchor_months: int

    @property
    def of_days(self) -> int:
        """Its length when sold: n days of it are worth price × n ÷ of_days."""
        return days_of(self.start, self.stop)

    @property
    def run(self) -> Run:
        """The run as it stands after this row."""
        return Run(self.anchor, self.anchor_months)


def periods_sold(
    standing: Standing, *, on: date, months: int, gift_months: int = 0, late_policy: LatePolicy, grace_days: int = 0
) -> tuple[Period, ...]:
    """Return the rows that a payment on ``on`` adds: a paid one, and a gift one behind it where months are given.

    A line that is not installed gets none: the money is kept and ``periods_from`` sells the months from 计费时间 when the work
    order is done.
    """
    if standing.stops_on is None:
        return ()
    run = _run_on(standing, standing.stops_on, on=on, late_policy=late_policy, grace_days=grace_days)
    return periods_from(run, months=months, gift_months=gift_months)


def _run_on(standing: Standing, stops_on: date, *, on: date, late_policy: LatePolicy, grace_days: int = 0) -> Run:
    """Return the run that a payment on ``on`` continues or starts.

    In time, in grace, or while the clock is frozen it continues at the stop date. Late, it restarts on the payment day;
    under ``backfill`` it does so only after a cut and otherwise continues.
    """
    is_cut = standing.cut_on is not None
    restarts = late_policy is LatePolicy.RESTART or is_cut
    if standing.is_late(on, grace_days) and restarts:
        return Run(on)
    if standing.run is not None and standing.run.stops_on == stops_on:
        return standing.run
    return Run(stops_on + ONE_DAY)


def periods_from(run: Run, *, months: int, gift_months: int = 0) -> tuple[Period, ...]:
    """Return the rows of ``months`` paid and ``gift_months`` given months that continue ``run``.

    For the first period of an installed line, ``run`` is ``Run(billing_from)``; several payments taken before it follow each
    other by the ``run`` of the last row.
    """
    sold: list[Period] = []
    for kind, count in ((PeriodKind.PAID, months), (PeriodKind.GIFT, gift_months)):
        if count:
            sold.append(_next_row(run, kind, count))
            run = sold[-1].run
    return tuple(sold)


def require_end(stops_on: date) -> None:
    """Refuse months that reach beyond the last year of the program's calendar."""
    if stops_on.year > LAST_YEAR:
        raise OperationRefused(
            Message("The months reach beyond the year %(year)s.", year=str(LAST_YEAR)), code="months_too_far", field="months"
        )


def _next_row(run: Run, kind: PeriodKind, months: int) -> Period:
    after = Run(run.anchor, run.months + months)
    return Period(kind, run.stops_on + ONE_DAY, after.stops_on, months, after.anchor, after.months)
