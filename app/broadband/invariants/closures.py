"""What must always be true of closures and of the deposits for equipment."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

_WORTH = """
    CASE WHEN row ->> 'kind' NOT IN ('paid', 'plan_change') THEN 0
         WHEN row ->> 'months' IS NOT NULL AND row ->> 'of_months' IS NOT NULL
         THEN trunc((row ->> 'price')::numeric * (row ->> 'months')::numeric / (row ->> 'of_months')::numeric, decimals)
         ELSE trunc((row ->> 'price')::numeric * (row ->> 'days')::numeric / (row ->> 'of_days')::numeric, decimals) END
"""
# The settlement as printed gives the amounts that were stored, its receipt what was set off, the equipment its deposits.
CLOSURES = f"""
SELECT closure.office_id, 'closure', closure.id, closure.id::text,
       concat_ws(' ', plan.worth + (settlement ->> 'before_installation')::numeric, maintenance.amount, debts.amount,
                 coalesce(receipt.total, 0), coalesce(lent.deposits, 0)),
       concat_ws(' ', plan_refund, maintenance_refund, owed, set_off, closure.deposits)
FROM closure JOIN office ON office.id = closure.office_id LEFT JOIN receipt ON receipt.id = closure.set_off_receipt_id
CROSS JOIN LATERAL (SELECT CASE office.currency WHEN 'VND' THEN 0 ELSE 2 END AS decimals) AS currency
CROSS JOIN LATERAL (SELECT coalesce(sum({_WORTH}), 0) AS worth FROM jsonb_array_elements(settlement -> 'plan') AS row) AS plan
CROSS JOIN LATERAL (
    SELECT coalesce(sum((row ->> 'amount')::numeric), 0) AS amount FROM jsonb_array_elements(settlement -> 'maintenance') AS row
) AS maintenance
CROSS JOIN LATERAL (
    SELECT coalesce(sum((row ->> 'amount')::numeric), 0) AS amount FROM jsonb_array_elements(settlement -> 'debts') AS row
) AS debts
LEFT JOIN (
    SELECT equipment.closure_id, charge.customer_id, sum(equipment.deposit) AS deposits
    FROM equipment JOIN charge ON charge.id = equipment.charge_id GROUP BY equipment.closure_id, charge.customer_id
) AS lent ON lent.closure_id = closure.id AND lent.customer_id = closure.customer_id
WHERE (plan.worth + (settlement ->> 'before_installation')::numeric, maintenance.amount, debts.amount, coalesce(receipt.total, 0),
       coalesce(lent.deposits, 0)) <> (plan_refund, maintenance_refund, owed, set_off, closure.deposits)
"""  # noqa: S608

# Whose equipment is not settled yet has its deposit in the books; nobody else has one.
DEPOSITS = """
SELECT customer.office_id, 'customer', customer.id, customer.customer_no, coalesce(held.amount, 0)::text, coalesce(posted.amount, 0)::text
FROM (
    SELECT charge.customer_id, sum(equipment.deposit) AS amount FROM equipment JOIN charge ON charge.id = equipment.charge_id
    WHERE equipment.returned_on IS NULL AND charge.reversal_id IS NULL GROUP BY charge.customer_id
) AS held
FULL JOIN (
    SELECT customer_id, -sum(amount) AS amount FROM posting WHERE account = 'deposit' GROUP BY customer_id
) AS posted ON posted.customer_id = held.customer_id
JOIN customer ON customer.id = coalesce(held.customer_id, posted.customer_id)
WHERE coalesce(held.amount, 0) <> coalesce(posted.amount, 0)
"""

INVARIANTS = (
    Invariant(
        "closures_recompute",
        N_("Every closure pays back and sets off what the rows of its settlement come to."),
        numbers=(17,),
        counted="SELECT count(*) FROM closure",
        statement=CLOSURES,
    ),
    Invariant(
        "deposits_are_held",
        N_("The deposits in the books are those of the equipment that is not settled yet, customer by customer."),
        numbers=(11,),
        counted="SELECT count(*) FROM equipment",
        statement=DEPOSITS,
    ),
)
