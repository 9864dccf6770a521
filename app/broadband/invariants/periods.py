"""What must always be true of service periods, and of the stop dates that follow from them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.broadband.rules.stop_date import stop_date
from app.foundation.proofs import Findings, Invariant, Violation
from app.values.errors import N_

STREAMED = {"yield_per": 2000}
IN_FORCE = "ended_by_reversal_id IS NULL AND ended_by_event_id IS NULL"

OVERLAPS = f"""
SELECT period.office_id, 'subscription', subscription.id, subscription.broadband_account, latest::text, start::text
FROM (
    SELECT office_id, subscription_id, start, max(stop) OVER (
        PARTITION BY subscription_id ORDER BY start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM service_period WHERE {IN_FORCE}
) AS period JOIN subscription ON subscription.id = period.subscription_id WHERE start <= latest
"""  # noqa: S608

# Months are counted from the anchor of the run, never from the stop date before. A part that a plan change cut lies within the days of
# its months and remembers how many they were; a row that was taken over from earlier books begins on the day that they say.
DAYS_OF_PERIODS = """
SELECT period.office_id, 'subscription', subscription.id, subscription.broadband_account,
       concat_ws(' ', due.start, due.stop), concat_ws(' ', period.start, period.stop)
FROM service_period AS period JOIN subscription ON subscription.id = period.subscription_id
CROSS JOIN LATERAL (
    SELECT (anchor + make_interval(months => anchor_months - months))::date AS start,
           (anchor + make_interval(months => anchor_months))::date - 1 AS stop
) AS due
WHERE period.of_days <> period.stop - period.start + 1
   OR (period.cut_from_days IS NULL AND (period.stop <> due.stop OR (period.kind <> 'taken_over' AND period.start <> due.start)))
   OR (period.cut_from_days IS NOT NULL AND (period.start < due.start OR period.stop > due.stop
                                             OR period.cut_from_days <> due.stop - due.start + 1))
"""

PERIODS_OF_PAYMENTS = """
SELECT payment.office_id, 'regular_payment', payment.id, payment.number,
       concat_ws(' ', payment.period_start, payment.period_end, payment.months), concat_ws(' ', sold.start, sold.stop, sold.months)
FROM regular_payment AS payment LEFT JOIN (
    SELECT regular_payment_id, min(start) FILTER (WHERE kind = 'paid') AS start, max(stop) FILTER (WHERE kind = 'paid') AS stop,
           sum(months) FILTER (WHERE kind = 'paid') AS months, coalesce(sum(months) FILTER (WHERE kind = 'gift'), 0) AS given,
           count(DISTINCT subscription_id) AS lines, min(subscription_id) AS line,
           count(*) FILTER (WHERE ended_by_reversal_id IS NULL) AS in_force, max(ended_by_reversal_id) AS ended_by
    FROM service_period WHERE regular_payment_id IS NOT NULL AND kind <> 'plan_change' GROUP BY regular_payment_id
) AS sold ON sold.regular_payment_id = payment.id
WHERE payment.period_start IS DISTINCT FROM sold.start OR payment.period_end IS DISTINCT FROM sold.stop
   OR sold.months <> payment.months OR sold.given <> payment.gift_months OR sold.lines <> 1 OR sold.line <> payment.subscription_id
   OR (payment.reversal_id IS NOT NULL AND (sold.in_force > 0 OR sold.ended_by <> payment.reversal_id))
"""

# The newest row in force of every line, and the days by which operations that stand have moved its stop date since that row was sold.
NEWEST = text(f"""
SELECT line.office_id, line.id, line.broadband_account, line.stops_on, line.activated_on, newest.start, newest.stop,
       coalesce(shifted.days, 0)
FROM subscription AS line LEFT JOIN (
    SELECT DISTINCT ON (subscription_id) subscription_id, start, stop, regular_payment_id, sold_by_event_id FROM service_period
    WHERE {IN_FORCE} ORDER BY subscription_id, stop DESC
) AS newest ON newest.subscription_id = line.id
LEFT JOIN LATERAL (
    SELECT sum(event.shift_days) AS days FROM subscription_event AS event
    WHERE event.subscription_id = line.id AND event.reversal_id IS NULL AND event.shift_days <> 0
      AND (newest.regular_payment_id IS NULL OR event.after_payment_id >= newest.regular_payment_id)
      AND (newest.sold_by_event_id IS NULL OR event.id >= newest.sold_by_event_id)
) AS shifted ON true
""")  # noqa: S608


@dataclass(frozen=True)
class _Row:
    start: datetime.date
    stop: datetime.date


def _stop_dates(connection: Connection, findings: Findings) -> None:
    """Work out every stop date again by the rule."""
    for office, record, account, stops_on, activated_on, start, stop, days in connection.execute(NEWEST, execution_options=STREAMED):
        findings.examined += 1
        due = stop_date([_Row(start, stop)] if start is not None else [], shifted_days=[days], billing_from=activated_on)
        if due != stops_on:
            findings.add(Violation(office, "subscription", record, account, str(due or ""), str(stops_on or "")))


_PAYMENTS, _PERIODS = (f"SELECT count(*) FROM {table}" for table in ("regular_payment", "service_period"))  # noqa: S608

INVARIANTS = (
    Invariant(
        "periods_do_not_overlap",
        N_("Service periods in force of one line never overlap."),
        numbers=(22,),
        counted=_PERIODS,
        statement=OVERLAPS,
    ),
    Invariant(
        "periods_follow_their_run",
        N_("Every service period begins and ends where the months of its run lead."),
        numbers=(22,),
        counted=_PERIODS,
        statement=DAYS_OF_PERIODS,
    ),
    Invariant(
        "periods_are_those_paid_for",
        N_("Every payment's service periods are the months it bought, and a voided payment has none in force."),
        numbers=(22,),
        counted=_PAYMENTS,
        statement=PERIODS_OF_PAYMENTS,
    ),
    Invariant(
        "stop_dates_follow",
        N_("Every line's stop date follows from its service periods in force and the days shifted since."),
        numbers=(22,),
        check=_stop_dates,
        tables=("subscription", "service_period", "subscription_event"),
    ),
)
