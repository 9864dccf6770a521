"""What must always be true of lines, their service periods and payments. Source: money rules §5; docs/invariants.md."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.broadband.models.subscriptions import Subscription, search_terms_of
from app.broadband.rules.stop_date import stop_date
from app.foundation.proofs import Findings, Invariant, Violation
from app.foundation.proofs.sampling import rows_of
from app.values.errors import N_

STREAMED = {"yield_per": 2000}

# Amounts of a payment and the line of its charge that says the same; the discount is taken off.
CHARGED = {
    "plan": "payment.plan_total",
    "maintenance": "payment.maintenance_total",
    "other": "payment.other_fee",
    "discount": "-payment.discount",
    "arrears": "payment.arrears",
    "late_fee": "payment.late_fee",
}
_CHARGED = ", ".join(f"coalesce(sum(amount) FILTER (WHERE code = '{code}'), 0) AS {code}" for code in CHARGED)
_DIFFERENT = " OR ".join(f"lines.{code} <> {column}" for code, column in CHARGED.items())

# The plan's price for its months, half-up to the step of the currency; VND has no decimals.
PAYMENTS_RECOMPUTE = f"""
SELECT payment.office_id, 'regular_payment', payment.id, payment.number, due.plan_total::text, payment.plan_total::text
FROM regular_payment AS payment JOIN office ON office.id = payment.office_id
CROSS JOIN LATERAL (
    SELECT round(payment.plan_fee * payment.months / payment.plan_months, CASE office.currency WHEN 'VND' THEN 0 ELSE 2 END) AS plan_total
) AS due
LEFT JOIN (SELECT charge_id, {_CHARGED} FROM charge_line GROUP BY charge_id) AS lines ON lines.charge_id = payment.charge_id
WHERE payment.plan_total <> due.plan_total OR payment.maintenance_total <> payment.maintenance_fee * payment.months
   OR lines.charge_id IS NULL OR {_DIFFERENT}
"""  # noqa: S608

# What a payment says, and what its charge, its receipt and their reversal say.
_SAID = {
    "charge": "charge.total IS DISTINCT FROM payment.total",
    "receipt": "receipt.total IS DISTINCT FROM payment.total",
    "number": "receipt.number IS DISTINCT FROM payment.number",
    "total_in_words": "receipt.total_in_words IS DISTINCT FROM payment.total_in_words",
    "booked_on": "receipt.booked_on <> payment.booked_on",
    "on": 'receipt."on" <> payment.paid_on',
    "customer": "charge.customer_id <> payment.customer_id OR receipt.customer_id <> payment.customer_id",
    "reversal": "payment.reversal_id IS DISTINCT FROM reversal.id OR charge.reversal_id IS DISTINCT FROM reversal.id",
}
_DIFFERING = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in _SAID.items())
PAYMENTS_AGREE = f"""
SELECT office_id, 'regular_payment', id, number, NULL::text, differing
FROM (
    SELECT payment.office_id, payment.id, payment.number, concat_ws(', ', {_DIFFERING}) AS differing
    FROM regular_payment AS payment LEFT JOIN charge ON charge.id = payment.charge_id
    LEFT JOIN receipt ON receipt.id = payment.receipt_id LEFT JOIN reversal ON reversal.receipt_id = payment.receipt_id
) AS compared WHERE differing <> ''
"""  # noqa: S608

# A charge of a line is sold once, and the paid days of two charges that stand never overlap.
SOLD_ONCE = """
SELECT office_id, 'regular_payment', id, number, latest::text, period_start::text
FROM (
    SELECT office_id, id, number, period_start, max(period_end) OVER (
        PARTITION BY subscription_id ORDER BY period_start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM regular_payment WHERE reversal_id IS NULL AND period_start IS NOT NULL
) AS sold WHERE period_start <= latest
UNION ALL
SELECT office_id, 'charge', charge_id, charge_id::text, '1', count(*)::text
FROM regular_payment GROUP BY office_id, charge_id HAVING count(*) > 1
"""

OVERLAPS = """
SELECT period.office_id, 'subscription', subscription.id, subscription.broadband_account, latest::text, start::text
FROM (
    SELECT office_id, subscription_id, start, max(stop) OVER (
        PARTITION BY subscription_id ORDER BY start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM service_period WHERE ended_by_reversal_id IS NULL
) AS period JOIN subscription ON subscription.id = period.subscription_id WHERE start <= latest
"""

# Months are counted from the anchor of the run, never from the stop date before. A row of a plan change begins on the day of the
# change, one that was taken over from earlier books on the day that they say.
DAYS_OF_PERIODS = """
SELECT period.office_id, 'subscription', subscription.id, subscription.broadband_account,
       concat_ws(' ', due.start, due.stop), concat_ws(' ', period.start, period.stop)
FROM service_period AS period JOIN subscription ON subscription.id = period.subscription_id
CROSS JOIN LATERAL (
    SELECT (anchor + make_interval(months => anchor_months - months))::date AS start,
           (anchor + make_interval(months => anchor_months))::date - 1 AS stop
) AS due
WHERE (period.kind IN ('paid', 'gift') AND period.start <> due.start)
   OR period.stop <> due.stop OR period.of_days <> period.stop - period.start + 1
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

STATES = """
SELECT office_id, 'subscription', id, broadband_account, NULL::text, state FROM subscription
WHERE (state = 'pending') <> (activated_on IS NULL AND stops_on IS NULL) AND state <> 'closed'
   OR (state IN ('suspended', 'forced')) <> (halted_on IS NOT NULL) OR (state = 'forced') <> (stop_reason IS NOT NULL)
UNION ALL
SELECT subscription.office_id, 'subscription', subscription.id, broadband_account, work_order.billing_from::text,
       subscription.activated_on::text
FROM subscription_work_order AS link JOIN subscription ON subscription.id = link.subscription_id
JOIN work_order ON work_order.id = link.work_order_id JOIN business_type ON business_type.id = work_order.business_type_id
WHERE business_type.kind = 'new' AND subscription.state <> 'closed'
  AND (work_order.status IN ('done', 'checked')) <> (subscription.activated_on IS NOT NULL AND subscription.activated_on = work_order.billing_from)
"""

ACCOUNTS = """
SELECT office_id, 'subscription', max(id), broadband_account, '1', count(*)::text
FROM subscription WHERE state <> 'closed' GROUP BY office_id, broadband_account HAVING count(*) > 1
"""

# The newest row in force of every line, from which the stop date follows.
NEWEST = text("""
SELECT line.office_id, line.id, line.broadband_account, line.stops_on, line.activated_on, newest.start, newest.stop
FROM subscription AS line LEFT JOIN (
    SELECT DISTINCT ON (subscription_id) subscription_id, start, stop FROM service_period
    WHERE ended_by_reversal_id IS NULL ORDER BY subscription_id, stop DESC
) AS newest ON newest.subscription_id = line.id
""")


@dataclass(frozen=True)
class _Row:
    start: datetime.date
    stop: datetime.date


def _stop_dates(connection: Connection, findings: Findings) -> None:
    """Work out every stop date again by the rule."""
    for office, record, account, stops_on, activated_on, start, stop in connection.execute(NEWEST, execution_options=STREAMED):
        findings.examined += 1
        due = stop_date([_Row(start, stop)] if start is not None else [], billing_from=activated_on)
        if due != stops_on:
            findings.add(Violation(office, "subscription", record, account, str(due or ""), str(stops_on or "")))


def _found_by(connection: Connection, findings: Findings) -> None:
    """Derive again what the search of lines reads."""
    for line in rows_of(connection, Subscription):
        findings.examined += 1
        terms = search_terms_of(line)
        if list(line.search_terms) != terms:
            missing = sorted(set(terms) ^ set(line.search_terms))[:5]
            findings.add(Violation(line.office_id, "subscription", line.id, line.broadband_account, None, " ".join(missing)))


_PAYMENTS, _PERIODS, _LINES = (f"SELECT count(*) FROM {table}" for table in ("regular_payment", "service_period", "subscription"))  # noqa: S608

INVARIANTS = (
    Invariant(
        "payments_recompute",
        N_("Every regular payment costs its plan's price for its months, and its charge has the same lines."),
        numbers=(17,),
        counted=_PAYMENTS,
        statement=PAYMENTS_RECOMPUTE,
    ),
    Invariant(
        "payments_agree_with_receipts",
        N_("Every regular payment says the same as its charge, its receipt and their reversal."),
        numbers=(17,),
        counted=_PAYMENTS,
        statement=PAYMENTS_AGREE,
    ),
    Invariant(
        "months_are_sold_once",
        N_("No day of a line is charged twice."),
        numbers=(7,),
        counted=_PAYMENTS,
        statement=SOLD_ONCE,
    ),
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
        N_("Every line's stop date follows from its service periods in force."),
        numbers=(22,),
        check=_stop_dates,
        tables=("subscription", "service_period"),
    ),
    Invariant(
        "states_follow",
        N_("Every line's state fits its days, and a line is active exactly from the billing day of its completed order."),
        numbers=(23,),
        counted=_LINES,
        statement=STATES,
    ),
    Invariant(
        "accounts_are_used_once",
        N_("No broadband account belongs to two lines that are not closed."),
        counted=_LINES,
        statement=ACCOUNTS,
    ),
    Invariant(
        "lines_can_be_found",
        N_("Every line is found by its account, address and telephones as they are now."),
        check=_found_by,
        tables=("subscription",),
    ),
)
