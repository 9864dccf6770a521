"""A line's service periods as the macro ``time_line`` draws them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, ngettext

from app.broadband.choices import PeriodKind
from app.broadband.models import ServicePeriod

MOST_PERIODS = 8  # what lies further back would only make the bars of today too small


def drawn_periods(periods: Iterable[ServicePeriod], *, proposed_by: int | None = None) -> list[dict[str, Any]]:
    """Return the newest ``periods`` as bars; those of the payment ``proposed_by`` are drawn as proposed."""
    newest = sorted(periods, key=lambda period: period.start)[-MOST_PERIODS:]
    return [
        {
            "starts_on": period.start,
            "ends_on": period.stop,
            "kind": _kind(period, proposed_by),
            "text": _words(period),
        }
        for period in newest
    ]


def _kind(period: ServicePeriod, proposed_by: int | None) -> str:
    if proposed_by is not None and period.regular_payment_id == proposed_by:
        return "proposed"
    return "gift" if period.kind is PeriodKind.GIFT else "paid"


def _words(period: ServicePeriod) -> str:
    if period.kind is PeriodKind.GIFT:
        return str(gettext("Gift period"))
    if period.kind is PeriodKind.TAKEN_OVER:
        return str(gettext("Taken over"))
    return str(ngettext("%(num)s month", "%(num)s months", period.months))
