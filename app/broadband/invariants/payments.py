"""What must always be true of regular payments: what they cost, and what their papers say."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

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

_PAYMENTS = "SELECT count(*) FROM regular_payment"

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
)
