"""Openings in a period 開戶期間統計 (B4.3): how many accounts were opened on each day, and how many lines went into service."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.values.errors import N_

TITLE = N_("Openings in a period")

COLUMNS = (
    ReportColumn("day", N_("Date"), Kind.DAY),
    ReportColumn("openings", N_("Openings"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("activations", N_("Activated"), Kind.NUMBER, is_summed=True, hides_zero=True),
)

# An account is opened on the day of its application; lines taken over from earlier books were opened there.
_COUNTED = text("""
SELECT day, sum(openings) AS openings, sum(activations) AS activations FROM (
    SELECT applied_on AS day, count(*) AS openings, 0 AS activations FROM subscription
    WHERE office_id = ANY(:offices) AND applied_on BETWEEN :start AND :end GROUP BY applied_on
    UNION ALL
    SELECT activated_on, 0, count(*) FROM subscription
    WHERE office_id = ANY(:offices) AND activated_on BETWEEN :start AND :end GROUP BY activated_on
) AS counted GROUP BY day ORDER BY day
""")


def openings_in_period(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return a row for every day of the period on which an account was opened or a line went into service."""
    found = db.session.connection().execute(_COUNTED, {"offices": list(offices), "start": start, "end": end})
    return [dict(row) for row in found.mappings()]
