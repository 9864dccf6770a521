"""How a line stands on the day of an operation: its state, its stop date 停止日期, its run of months, and since when it is halted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.broadband.choices import StopReason, SubscriptionState
from app.values.months import last_covered_day


@dataclass(frozen=True)
class Run:
    """An unbroken run: it started on ``anchor`` (起算日) and ``months`` months of it are sold, paid and gift alike."""

    anchor: date
    months: int = 0

    @property
    def stops_on(self) -> date:
        """The last day that the months sold reach: counted from the anchor, never from the stop before."""
        return last_covered_day(self.anchor, self.months)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A line as the rules see it.

    ``stops_on`` is what ``stop_date`` gives: None for a line that is not installed yet. ``run`` is the anchor and months of the
    newest row in force, None where there is none. ``halted_on`` is the day of the suspension or of the cut while it lasts,
    ``reason`` the reason of the cut.
    """

    state: SubscriptionState
    stops_on: date | None
    run: Run | None = None
    halted_on: date | None = None
    reason: StopReason | None = None

    @property
    def frozen_on(self) -> date | None:
        """The day on which the clock stopped: of a suspension, or of a cut by the network operator's fault."""
        is_suspended = self.state is SubscriptionState.SUSPENDED
        return self.halted_on if is_suspended or (self.cut_on and self.reason is StopReason.OPERATOR) else None

    @property
    def cut_on(self) -> date | None:
        """The day of the forced stop while it lasts."""
        return self.halted_on if self.state is SubscriptionState.FORCED else None

    def is_late(self, on: date, grace_days: int) -> bool:
        """Say whether a payment on ``on`` comes after the stop date and its days of grace.

        While the clock is frozen it is no later than on the day on which it froze.
        """
        return self.stops_on is not None and (self.frozen_on or on) > self.stops_on + timedelta(days=grace_days)
