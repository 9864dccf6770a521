"""Subscribers by community 按小區期間統計 (B4.1): how many lines each community had at the end of a period, and what changed in it.

A subscriber is a line that is installed and not closed. Where it was on a day follows from history, never from where it is today: a
relocation or transfer after the day tells the place before it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.values.errors import N_

TITLE = N_("Subscribers by community")

COLUMNS = (
    ReportColumn("community_code", N_("Community code")),
    ReportColumn("community", N_("Community name")),
    ReportColumn("at_start", N_("Subscribers before the period"), Kind.NUMBER, is_summed=True),
    ReportColumn("activated", N_("Activated"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("closed", N_("Closed"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("moved", N_("Moved in less moved away"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("subscribers", N_("Subscribers"), Kind.NUMBER, is_summed=True),
)

# Where each line was on two days: before the first move after the day, else where it is now.
_COUNTED = text("""
WITH move AS (
    SELECT subscription_id, id, "on", community_id FROM subscription_event
    WHERE office_id = ANY(:offices) AND operation IN ('relocate', 'transfer') AND "on" >= :start AND reversal_id IS NULL
), line AS (
    SELECT subscription.activated_on, closure.closed_on,
        coalesce(first_move.community_id, subscription.community_id) AS was_in,
        coalesce(later_move.community_id, subscription.community_id) AS is_in
    FROM subscription
    LEFT JOIN closure ON closure.subscription_id = subscription.id
    LEFT JOIN (SELECT DISTINCT ON (subscription_id) subscription_id, community_id FROM move ORDER BY subscription_id, id) AS first_move
        ON first_move.subscription_id = subscription.id
    LEFT JOIN (
        SELECT DISTINCT ON (subscription_id) subscription_id, community_id FROM move WHERE "on" > :end ORDER BY subscription_id, id
    ) AS later_move ON later_move.subscription_id = subscription.id
    WHERE subscription.office_id = ANY(:offices) AND subscription.activated_on <= :end
        AND (closure.closed_on IS NULL OR closure.closed_on >= :start)
), place AS (
    SELECT was_in AS community_id, count(*) AS at_start, 0 AS activated, 0 AS closed, 0 AS subscribers
    FROM line WHERE activated_on < :start GROUP BY was_in
    UNION ALL
    SELECT is_in, 0, count(*) FILTER (WHERE activated_on >= :start), count(*) FILTER (WHERE closed_on <= :end),
        count(*) FILTER (WHERE closed_on IS NULL OR closed_on > :end)
    FROM line GROUP BY is_in
)
SELECT community.code AS community_code, community.name AS community, community.id AS community_id,
    sum(at_start) AS at_start, sum(activated) AS activated, sum(closed) AS closed, sum(subscribers) AS subscribers
FROM place JOIN community ON community.id = place.community_id
GROUP BY community.id ORDER BY community.code
""")


def subscribers_by_community(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return a row for every community that had a subscriber in the period."""
    found = db.session.connection().execute(_COUNTED, {"offices": list(offices), "start": start, "end": end}).mappings()
    return [{**row, "moved": row["subscribers"] - row["at_start"] - row["activated"] + row["closed"]} for row in found]
