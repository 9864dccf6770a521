"""Charges, receipts, vouchers and reversals: what they say of themselves and of each other."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

RECEIPTS_ADD_UP = """
SELECT receipt.office_id, 'receipt', receipt.id, receipt.number, receipt.total::text,
       concat_ws(' ', coalesce(settled.amount, 0) + receipt.credited, coalesce(paid.amount, 0))
FROM receipt
LEFT JOIN (SELECT receipt_id, sum(amount) AS amount FROM allocation GROUP BY receipt_id) AS settled ON settled.receipt_id = receipt.id
LEFT JOIN (SELECT receipt_id, sum(amount) AS amount FROM receipt_method GROUP BY receipt_id) AS paid ON paid.receipt_id = receipt.id
WHERE receipt.total <> coalesce(settled.amount, 0) + receipt.credited OR receipt.total <> coalesce(paid.amount, 0)
"""

VOUCHERS_ADD_UP = """
SELECT voucher.office_id, 'voucher', voucher.id, voucher.number, voucher.total::text,
       concat_ws(' ', coalesce(lines.amount, 0), coalesce(paid.amount, 0))
FROM voucher
LEFT JOIN (SELECT voucher_id, sum(amount) AS amount FROM voucher_line GROUP BY voucher_id) AS lines ON lines.voucher_id = voucher.id
LEFT JOIN (SELECT voucher_id, sum(amount) AS amount FROM voucher_method GROUP BY voucher_id) AS paid ON paid.voucher_id = voucher.id
WHERE voucher.total <> coalesce(lines.amount, 0) OR voucher.total <> coalesce(paid.amount, 0)
"""

CHARGES_ADD_UP = """
SELECT charge.office_id, 'charge', charge.id, charge.id::text, charge.total::text, coalesce(lines.amount, 0)::text
FROM charge
LEFT JOIN (
    SELECT charge_id, sum(amount) AS amount, bool_or(quantity * unit_price <> amount) AS wrong FROM charge_line GROUP BY charge_id
) AS lines ON lines.charge_id = charge.id
WHERE charge.total <> coalesce(lines.amount, 0) OR lines.wrong
"""

PAID_WITHIN = """
SELECT office_id, 'charge', id, id::text, (total + adjusted - written_off)::text, paid::text FROM charge
WHERE paid < 0 OR written_off < 0 OR paid + written_off > total + adjusted
   OR (reversal_id IS NOT NULL AND (paid <> 0 OR adjusted <> 0 OR written_off <> 0))
"""

PAID_AS_ALLOCATED = """
SELECT charge.office_id, 'charge', charge.id, charge.id::text, coalesce(settled.amount, 0)::text, charge.paid::text
FROM charge LEFT JOIN (
    SELECT charge_id, sum(amount) AS amount FROM allocation
    WHERE NOT EXISTS (SELECT FROM reversal WHERE reversal.receipt_id = allocation.receipt_id) GROUP BY charge_id
) AS settled ON settled.charge_id = charge.id
WHERE charge.paid <> coalesce(settled.amount, 0)
"""

# A document may be reversed once; on a later day another person must have agreed.
REVERSALS_ALLOWED = """
SELECT reversal.office_id, 'reversal', reversal.id, reversal.number, document.total::text,
       concat_ws(' ', reversal.total, twice.times, CASE WHEN reversal.booked_on < document.booked_on THEN reversal.booked_on END)
FROM reversal
LEFT JOIN LATERAL (
    SELECT total, booked_on FROM receipt WHERE receipt.id = reversal.receipt_id
    UNION ALL SELECT total, booked_on FROM voucher WHERE voucher.id = reversal.voucher_id
    UNION ALL SELECT amount, booked_on FROM handover WHERE handover.id = reversal.handover_id
    UNION ALL SELECT 0, booked_on FROM subscription_event WHERE subscription_event.id = reversal.event_id
    UNION ALL SELECT service_charge.total, charge."on" FROM service_charge JOIN charge ON charge.id = service_charge.charge_id
    WHERE service_charge.id = reversal.service_charge_id
    UNION ALL SELECT amount, booked_on FROM adjustment WHERE adjustment.id = reversal.adjustment_id
) AS document ON true
LEFT JOIN (
    SELECT receipt_id, voucher_id, handover_id, event_id, service_charge_id, adjustment_id, count(*) AS times FROM reversal
    GROUP BY receipt_id, voucher_id, handover_id, event_id, service_charge_id, adjustment_id HAVING count(*) > 1
) AS twice ON (twice.receipt_id, twice.voucher_id, twice.handover_id, twice.event_id, twice.service_charge_id, twice.adjustment_id)
              IS NOT DISTINCT FROM (reversal.receipt_id, reversal.voucher_id, reversal.handover_id, reversal.event_id,
                                    reversal.service_charge_id, reversal.adjustment_id)
WHERE document.total IS DISTINCT FROM reversal.total
   OR twice.times IS NOT NULL
   OR reversal.booked_on < document.booked_on
   OR (reversal.booked_on > document.booked_on AND NOT reversal.needs_approval)
   OR (reversal.needs_approval AND reversal.approved_by_id IS NULL)
   OR (reversal.approved_by_id = reversal.created_by_id AND NOT reversal.second_person_off)
"""

APPROVALS = """
SELECT approval.office_id, 'approval', approval.id, approval.id::text, coalesce(receipt.number, voucher.number),
       coalesce(reversal.number, made.number)
FROM approval LEFT JOIN receipt ON receipt.id = approval.receipt_id LEFT JOIN voucher ON voucher.id = approval.voucher_id
LEFT JOIN reversal ON reversal.id = approval.reversal_id
LEFT JOIN adjustment AS made ON made.id = approval.made_adjustment_id
WHERE (approval.status = 'approved') <> (reversal.id IS NOT NULL OR made.id IS NOT NULL)
   OR (reversal.id IS NOT NULL AND (reversal.receipt_id, reversal.voucher_id, reversal.handover_id, reversal.event_id,
                                    reversal.service_charge_id, reversal.adjustment_id)
       IS DISTINCT FROM (approval.receipt_id, approval.voucher_id, approval.handover_id, approval.event_id,
                         approval.service_charge_id, approval.adjustment_id))
   OR (made.id IS NOT NULL AND (made.charge_id, made.kind, made.amount)
       IS DISTINCT FROM (approval.charge_id, approval.adjustment_kind, approval.amount))
   OR (approval.status = 'waiting') <> (approval.decided_by_id IS NULL)
   OR (approval.status = 'waiting' AND EXISTS (
       SELECT FROM reversal AS other WHERE other.receipt_id = approval.receipt_id OR other.voucher_id = approval.voucher_id
          OR other.handover_id = approval.handover_id OR other.event_id = approval.event_id
          OR other.service_charge_id = approval.service_charge_id OR other.adjustment_id = approval.adjustment_id))
"""


def _in_shift(document: str) -> str:
    """Return the SQL of the documents that lie outside their shift, or took cash without one."""
    return f"""
SELECT document.office_id, '{document}', document.id, document.number, shift.number, document.booked_on::text
FROM "{document}" AS document LEFT JOIN shift ON shift.id = document.shift_id
WHERE (document.has_cash AND shift.id IS NULL)
   OR shift.cashier_id <> document.cashier_id OR shift.office_id <> document.office_id OR shift."on" <> document.booked_on
   OR document.created_at < shift.opened_at OR document.created_at > shift.closed_at
   OR document.has_cash <> EXISTS (
       SELECT FROM {document}_method AS method WHERE method.{document}_id = document.id AND method.method = 'cash')
"""  # noqa: S608


def _on_its_day(document: str, value_date: str, excuse: str) -> str:
    """Return the SQL of the documents not booked on the office's date of their making, or dated otherwise without a reason."""
    return f"""
SELECT document.office_id, '{document}', document.id, document.number,
       (document.created_at AT TIME ZONE office.time_zone)::date::text, concat_ws(' ', document.booked_on, {value_date})
FROM "{document}" AS document JOIN office ON office.id = document.office_id
WHERE document.booked_on <> (document.created_at AT TIME ZONE office.time_zone)::date
   OR {value_date} > document.booked_on OR ({value_date} < document.booked_on AND {excuse} = '')
"""  # noqa: S608


IN_SHIFT = " UNION ALL ".join(map(_in_shift, ("receipt", "voucher")))
ON_ITS_DAY = " UNION ALL ".join(
    (
        _on_its_day("receipt", 'document."on"', "document.backdate_reason"),
        _on_its_day("voucher", 'document."on"', "document.reason"),
        _on_its_day("reversal", "document.booked_on", "document.reason"),
        _on_its_day("adjustment", "document.booked_on", "document.reason"),
    )
)

DOCUMENTS = (
    Invariant(
        "receipts_add_up",
        N_("Every receipt's total is what it settled and gave as credit, and what was paid by its methods."),
        numbers=(3,),
        counted="SELECT count(*) FROM receipt",
        statement=RECEIPTS_ADD_UP,
    ),
    Invariant(
        "vouchers_add_up",
        N_("Every payment voucher's total is the sum of its lines and of its methods."),
        numbers=(3,),
        counted="SELECT count(*) FROM voucher",
        statement=VOUCHERS_ADD_UP,
    ),
    Invariant(
        "charges_add_up",
        N_("Every charge's total is the sum of its lines, and every line is its quantity times its price."),
        numbers=(3, 17),
        counted="SELECT count(*) FROM charge",
        statement=CHARGES_ADD_UP,
    ),
    Invariant(
        "paid_is_within_the_charge",
        N_("No charge is paid below 0 or above its total, and a withdrawn charge is not paid at all."),
        numbers=(4,),
        counted="SELECT count(*) FROM charge",
        statement=PAID_WITHIN,
    ),
    Invariant(
        "paid_is_what_was_allocated",
        N_("What a charge counts as paid is the sum of the receipts that settle it and stand."),
        numbers=(4, 11),
        counted="SELECT count(*) FROM charge",
        statement=PAID_AS_ALLOCATED,
    ),
    Invariant(
        "reversals_are_allowed",
        N_("Every document is reversed at most once, in full, and on a later day only with another person's approval."),
        numbers=(6,),
        counted="SELECT count(*) FROM reversal",
        statement=REVERSALS_ALLOWED,
    ),
    Invariant(
        "approvals_have_their_reversal",
        N_("Every approved request has its reversal or adjustment, and no other has one."),
        numbers=(6,),
        counted="SELECT count(*) FROM approval",
        statement=APPROVALS,
    ),
    Invariant(
        "documents_lie_in_their_shift",
        N_("Every receipt and payment voucher lies in its own cashier's shift of its day, and cash always in one."),
        numbers=(10,),
        counted="SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM voucher)",
        statement=IN_SHIFT,
    ),
    Invariant(
        "documents_are_of_their_day",
        N_("Every document is booked on the office's date of the moment it was made, and dated earlier only with a reason."),
        numbers=(14,),
        counted="SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM voucher) + (SELECT count(*) FROM reversal)",
        statement=ON_ITS_DAY,
    ),
)
