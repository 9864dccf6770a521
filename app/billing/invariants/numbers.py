"""Gapless numbers: each series of an office and year begins at 1, has no gap and no double, and ends where its counter stands."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

SERIES = ("receipt", "voucher", "reversal", "handover", "adjustment")


def _in_order(document: str) -> str:
    """Return the SQL of the documents that do not follow the one before, or whose printed number or year is another."""
    return f"""
SELECT office_id, '{document}', id, number, concat_ws('-', year, due), concat_ws('-', year, sequence)
FROM (
    SELECT office_id, id, number, year, sequence, booked_on, coalesce(lag(sequence) OVER series, 0) + 1 AS due
    FROM "{document}" WINDOW series AS (PARTITION BY office_id, year ORDER BY sequence, id)
) AS numbered
WHERE sequence <> due OR year <> extract(year FROM booked_on)
   OR number NOT LIKE '%-' || year || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')
"""  # noqa: S608


def _counted(document: str) -> str:
    """Return the SQL of the counters that stand elsewhere than at the last number of their series."""
    return f"""
SELECT office_id, 'number_counter', counter.id, concat_ws(' ', '{document}', year), coalesce(counter.last, 0)::text,
       coalesce(given.last, 0)::text
FROM (SELECT id, office_id, year, last FROM number_counter WHERE series = '{document}') AS counter
FULL JOIN (SELECT office_id, year, max(sequence) AS last FROM "{document}" GROUP BY office_id, year) AS given USING (office_id, year)
WHERE coalesce(counter.last, 0) <> coalesce(given.last, 0)
"""  # noqa: S608


# Customers and work orders take numbers from the same counters: none is given twice or lies above its counter. Customers who came with
# a number of earlier books keep it; it is only never given twice.
OTHERS = """
SELECT office_id, kind, min(id), number, max(last)::text, max(sequence)::text
FROM (
    SELECT customer.office_id, 'customer' AS kind, customer.id, customer_no AS number, counter.last,
           CASE WHEN starts_with(customer_no, office.customer_prefix || '-') THEN substring(customer_no FROM '-([0-9]{1,18})$')::bigint END
           AS sequence
    FROM customer JOIN office ON office.id = customer.office_id
    LEFT JOIN number_counter AS counter ON counter.office_id = customer.office_id AND series = 'customer' AND year = 0
    UNION ALL
    SELECT work_order.office_id, 'work_order', work_order.id, number, counter.last, substring(number FROM '-([0-9]{1,18})$')::bigint
    FROM work_order LEFT JOIN number_counter AS counter
    ON counter.office_id = work_order.office_id AND series = 'work_order' AND year::text = substring(number FROM '([0-9]{4})-[0-9]+$')
) AS numbered
GROUP BY office_id, kind, number HAVING count(*) > 1 OR max(sequence) > coalesce(max(last), 0)
"""

NUMBERS = (
    Invariant(
        "numbers_have_no_gap",
        N_(
            "Numbers of receipts, vouchers, reversals, adjustments and hand-overs start at 1 each year, without a gap and without a double."
        ),
        numbers=(5,),
        counted="SELECT " + " + ".join(f'(SELECT count(*) FROM "{document}")' for document in SERIES),  # noqa: S608
        statement=" UNION ALL ".join(map(_in_order, SERIES)),
    ),
    Invariant(
        "counters_stand_at_the_last_number",
        N_("Every counter of numbers stands at the last number given."),
        numbers=(5,),
        counted="SELECT count(*) FROM number_counter",
        statement=" UNION ALL ".join(map(_counted, SERIES)),
    ),
    Invariant(
        "other_numbers_are_unique",
        N_("No number of a customer or work order is given twice or above its counter."),
        numbers=(5,),
        counted="SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM work_order)",
        statement=OTHERS,
    ),
)
