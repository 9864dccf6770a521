"""What must always be true of late interest and of adjusted charges."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

ADJUSTED = """
SELECT charge.office_id, 'charge', charge.id, charge.id::text, concat_ws(' ', coalesce(made.adjusted, 0), coalesce(made.written_off, 0)),
    concat_ws(' ', charge.adjusted, charge.written_off)
FROM charge LEFT JOIN (
    SELECT charge_id, coalesce(sum(amount) FILTER (WHERE kind = 'write_off'), 0) AS written_off,
        coalesce(sum(CASE kind WHEN 'raise' THEN amount ELSE credited - amount END) FILTER (WHERE kind <> 'write_off'), 0) AS adjusted
    FROM adjustment WHERE NOT EXISTS (SELECT FROM reversal WHERE reversal.adjustment_id = adjustment.id) GROUP BY charge_id
) AS made ON made.charge_id = charge.id
WHERE charge.adjusted <> coalesce(made.adjusted, 0) OR charge.written_off <> coalesce(made.written_off, 0)
"""

OWED_BY = """
SELECT charge.office_id, 'charge', charge.id, charge.id::text, charge.customer_id::text, adjustment.customer_id::text
FROM adjustment JOIN charge ON charge.id = adjustment.charge_id WHERE adjustment.customer_id <> charge.customer_id
"""

# What went with a write-off is late interest on its charge, and stands no longer than it.
TAKEN = """
SELECT taken.office_id, 'adjustment', taken.id, taken.number, main.charge_id::text, late.source_charge_id::text
FROM adjustment AS taken JOIN adjustment AS main ON main.id = taken.taken_with_id
LEFT JOIN late_interest AS late ON late.charge_id = taken.charge_id
LEFT JOIN reversal AS undone ON undone.adjustment_id = main.id LEFT JOIN reversal AS gone ON gone.adjustment_id = taken.id
WHERE late.source_charge_id IS DISTINCT FROM main.charge_id OR main.kind <> 'write_off' OR (undone.id IS NOT NULL AND gone.id IS NULL)
"""

# Days of a charge that were counted twice, and days within its grace.
TWICE = """
SELECT late.office_id, 'charge', late.source_charge_id, late.source_charge_id::text, late.latest::text, late.starts_on::text
FROM (
    SELECT office_id, source_charge_id, starts_on, max(ends_on) OVER (
        PARTITION BY source_charge_id ORDER BY starts_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM late_interest WHERE reversal_id IS NULL
) AS late JOIN charge ON charge.id = late.source_charge_id
WHERE late.starts_on <= late.latest OR late.starts_on <= charge.due_on
"""

# What was posted is the rounded exact sum so far or less (a cap), and each posting is the charge that was made of it.
POSTED = """
SELECT late.office_id, 'charge', late.source_charge_id, late.source_charge_id::text, late.due::text, late.posted::text
FROM (
    SELECT late_interest.office_id, source_charge_id, sum(amount) AS posted,
        round(sum(exact), CASE office.currency WHEN 'VND' THEN 0 ELSE 2 END) AS due
    FROM late_interest JOIN office ON office.id = late_interest.office_id WHERE reversal_id IS NULL GROUP BY 1, 2, office.currency
) AS late WHERE late.posted > late.due
UNION ALL
SELECT late.office_id, 'charge', late.source_charge_id, late.source_charge_id::text, late.amount::text, interest.total::text
FROM late_interest AS late LEFT JOIN charge AS interest ON interest.id = late.charge_id
WHERE late.amount <> coalesce(interest.total, 0) OR interest.fee_kind <> 'late_interest'
    OR interest.reversal_id IS DISTINCT FROM CASE WHEN late.charge_id IS NULL THEN interest.reversal_id ELSE late.reversal_id END
"""

# Only charges of services bear it, it is owed by who owes the charge, and no charge of interest is without its days.
BORNE = """
SELECT late.office_id, 'charge', late.source_charge_id, late.source_charge_id::text, source.customer_id::text, interest.customer_id::text
FROM late_interest AS late JOIN charge AS source ON source.id = late.source_charge_id
LEFT JOIN charge AS interest ON interest.id = late.charge_id
LEFT JOIN service_charge ON service_charge.charge_id = source.id
WHERE service_charge.id IS NULL OR source.customer_id <> interest.customer_id
UNION ALL
SELECT charge.office_id, 'charge', charge.id, charge.id::text, '1', '0' FROM charge
WHERE fee_kind = 'late_interest' AND NOT EXISTS (SELECT FROM late_interest WHERE late_interest.charge_id = charge.id)
"""

INVARIANTS = (
    Invariant(
        "charges_are_adjusted_by_documents",
        N_("What a charge counts as adjusted and written off is the sum of its adjustments that stand."),
        numbers=(4, 11),
        counted="SELECT count(*) FROM charge",
        statement=ADJUSTED,
    ),
    Invariant(
        "adjustments_are_of_who_owes",
        N_("An adjustment names the customer who owes its charge."),
        counted="SELECT count(*) FROM adjustment",
        statement=OWED_BY,
    ),
    Invariant(
        "interest_goes_with_its_charge",
        N_("Late interest that was written off with its charge is interest on that charge, and is owed again with it."),
        counted="SELECT count(*) FROM adjustment WHERE taken_with_id IS NOT NULL",
        statement=TAKEN,
    ),
    Invariant(
        "interest_counts_no_day_twice",
        N_("Late interest counts no day of a charge twice, and none before it was due."),
        counted="SELECT count(*) FROM late_interest",
        statement=TWICE,
    ),
    Invariant(
        "interest_is_what_was_counted",
        N_("The late interest posted on a charge is never more than the exact sum of its days, rounded."),
        counted="SELECT count(*) FROM late_interest",
        statement=POSTED,
    ),
    Invariant(
        "interest_is_borne_by_services",
        N_("Only charges of services bear late interest, and who owes them owes it."),
        counted="SELECT count(*) FROM late_interest",
        statement=BORNE,
    ),
)
