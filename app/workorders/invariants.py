"""What must always be true of work orders and of the money that installers hold. Source: money rules §5; docs/invariants.md."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

# 合計 = fees + materials; every material = quantity × price, half-up to the step of the currency.
TOTALS = """
SELECT work_order.office_id, 'work_order', work_order.id, work_order.number,
       (installation_fee + handling_fee + labour_material_fee + other_fee + coalesce(used.amount, 0))::text,
       concat_ws(' ', work_order.total, work_order.material_works_fee)
FROM work_order JOIN office ON office.id = work_order.office_id
LEFT JOIN LATERAL (
    SELECT sum(row.amount) AS amount, bool_or(
        row.amount <> round(row.quantity * row.unit_price, CASE office.currency WHEN 'VND' THEN 0 ELSE 2 END)) AS wrong
    FROM work_order_material AS row WHERE row.work_order_id = work_order.id
) AS used ON true
WHERE work_order.total <> installation_fee + handling_fee + labour_material_fee + other_fee + material_works_fee
   OR work_order.material_works_fee <> coalesce(used.amount, 0) OR used.wrong
"""

# The amounts of an order, and the line of its charge that says the same.
CHARGED = {
    "installation": "installation_fee",
    "handling": "handling_fee",
    "labour_material": "labour_material_fee",
    "material_works": "material_works_fee",
    "other": "other_fee",
}
_LINES = ", ".join(f"coalesce(sum(amount) FILTER (WHERE code = '{code}'), 0) AS {code}" for code in CHARGED)
_DIFFERENT = " OR ".join(f"lines.{code} <> work_order.{column}" for code, column in CHARGED.items())
CHARGES = f"""
SELECT work_order.office_id, 'work_order', work_order.id, work_order.number, work_order.total::text, coalesce(charge.total, 0)::text
FROM work_order LEFT JOIN charge ON charge.id = work_order.charge_id
LEFT JOIN (SELECT charge_id, {_LINES} FROM charge_line GROUP BY charge_id) AS lines ON lines.charge_id = charge.id
LEFT JOIN receipt ON receipt.id = work_order.receipt_id
LEFT JOIN allocation ON allocation.receipt_id = receipt.id AND allocation.charge_id = charge.id
WHERE (charge.id IS NOT NULL) <> (work_order.status IN ('done', 'checked') AND work_order.total <> 0)
   OR charge.total <> work_order.total OR charge.customer_id <> work_order.customer_id OR charge.fee_kind <> 'construction'
   OR {_DIFFERENT} OR (receipt.id IS NOT NULL AND (allocation.amount IS DISTINCT FROM work_order.total))
"""  # noqa: S608

# The steps follow each other, and nobody checks his own work.
STEPS = """
SELECT work_order.office_id, 'work_order', work_order.id, work_order.number, NULL::text, work_order.status
FROM work_order LEFT JOIN installer ON installer.id = work_order.installer_id
WHERE (status IN ('done', 'checked')) <> (worked_on IS NOT NULL) OR (status = 'failed') <> (failure_reason <> '')
   OR (status IN ('done', 'checked', 'failed')) <> (finished_at IS NOT NULL) OR (status = 'checked') <> (checked_at IS NOT NULL)
   OR (status = 'checked' AND (checked_by_id IS NULL OR checked_by_id = installer.user_id OR checked_at < finished_at))
"""

# What was taken at doors and stands, less what was handed over, is what each installer holds and what the journal says together.
HELD = """
WITH moves AS (
    SELECT work_order.office_id, work_order.collected_by_id AS installer_id, method.amount
    FROM receipt_method AS method JOIN receipt ON receipt.id = method.receipt_id
    LEFT JOIN work_order ON work_order.receipt_id = receipt.id
    WHERE method.method = 'door' AND NOT EXISTS (SELECT FROM reversal WHERE reversal.receipt_id = receipt.id)
    UNION ALL SELECT office_id, installer_id, -amount FROM handover
    WHERE NOT EXISTS (SELECT FROM reversal WHERE reversal.handover_id = handover.id)
)
SELECT installer.office_id, 'installer', installer.id, installer.code, '0', sum(moves.amount)::text
FROM moves JOIN installer ON installer.id = moves.installer_id GROUP BY installer.id HAVING sum(moves.amount) < 0
UNION ALL
SELECT receipt.office_id, 'receipt', receipt.id, receipt.number, '1', '0'
FROM receipt_method AS method JOIN receipt ON receipt.id = method.receipt_id
LEFT JOIN work_order ON work_order.receipt_id = receipt.id AND work_order.collected_by_id IS NOT NULL
WHERE method.method = 'door' AND work_order.id IS NULL
UNION ALL
SELECT office.id, 'office', office.id, office.code, coalesce(held.amount, 0)::text, coalesce(booked.amount, 0)::text
FROM office
LEFT JOIN (SELECT office_id, sum(amount) AS amount FROM moves GROUP BY office_id) AS held ON held.office_id = office.id
LEFT JOIN (SELECT office_id, sum(amount) AS amount FROM posting WHERE account = 'door' GROUP BY office_id) AS booked
       ON booked.office_id = office.id
WHERE coalesce(held.amount, 0) <> coalesce(booked.amount, 0)
"""

PRINTINGS = """
SELECT printing.office_id, 'work_order', work_order.id, work_order.number, count(*)::text, max(printing.printing)::text
FROM work_order_printing AS printing JOIN work_order ON work_order.id = printing.work_order_id
GROUP BY printing.office_id, work_order.id, printing.is_final
HAVING count(*) <> max(printing.printing) OR min(printing.printing) <> 1
    OR bool_or((printing.content ->> 'number') IS DISTINCT FROM work_order.number)
    OR bool_or(printing.is_final AND (printing.content ->> 'total')::numeric IS DISTINCT FROM work_order.total)
"""

_ORDERS = "SELECT count(*) FROM work_order"

INVARIANTS = (
    Invariant(
        "orders_add_up",
        N_("The total of every work order is its fees and the materials used, each its quantity times its price."),
        numbers=(26,),
        counted=_ORDERS,
        statement=TOTALS,
    ),
    Invariant(
        "orders_are_charged_once",
        N_("Every finished work order that costs something has one charge with the same amounts, and no other order has one."),
        numbers=(26,),
        counted=_ORDERS,
        statement=CHARGES,
    ),
    Invariant(
        "orders_follow_their_steps",
        N_("Every work order's state fits its times, and nobody has checked his own work."),
        counted=_ORDERS,
        statement=STEPS,
    ),
    Invariant(
        "door_money_is_held",
        N_("What installers took at doors less what they handed over is what they hold, by the journal too, and never below 0."),
        numbers=(11,),
        counted="SELECT count(*) FROM handover",
        statement=HELD,
    ),
    Invariant(
        "order_sheets_are_counted",
        N_("Every printing of an order's sheet was counted and says the order's number and total."),
        counted="SELECT count(*) FROM work_order_printing",
        statement=PRINTINGS,
    ),
)
