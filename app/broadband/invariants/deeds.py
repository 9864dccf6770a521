"""What must always be true of operations on lines: their records, their papers, and what a change of plan settled."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

# Every operation with a record of its own: its table, its name among the operations, and the column of its day.
_RECORDS = {
    "suspension": ("suspend", "suspended_on"),
    "forced_stop": ("force_stop", "stopped_on"),
    "resumption": ("resume", "resumed_on"),
    "relocation": ("relocate", "relocated_on"),
    "transfer": ("transfer", "transferred_on"),
    "plan_change": ("change_plan", "asked_on"),
    "line_grant": (None, "given_on"),
    "closure": ("close", "closed_on"),
}
_GIVEN = "CASE WHEN gift_months > 0 THEN 'gift' ELSE 'compensate' END"
_ALL = " UNION ALL ".join(
    f"SELECT '{table}' AS kind, id, event_id, subscription_id, customer_id, community_id, address, booked_on, {day} AS day, "  # noqa: S608
    f"{repr(operation) if operation else _GIVEN} AS operation FROM {table}"
    for table, (operation, day) in _RECORDS.items()
)
_SAID = {
    "event": "event.id IS NULL",
    "operation": "event.operation <> record.operation",
    "subscription": "event.subscription_id <> record.subscription_id",
    "customer": "event.customer_id <> record.customer_id",
    "place": "(event.community_id, event.address) <> (record.community_id, record.address)",
    "on": 'event."on" <> record.day OR event.booked_on <> record.booked_on',
    "receipt": "receipt.booked_on <> event.booked_on",
    "charge": "charge.id IS NOT NULL AND charge.reversal_id IS DISTINCT FROM event.reversal_id",
    "reversal": "event.reversal_id IS DISTINCT FROM coalesce(of_receipt.id, of_voucher.id, of_event.id)",
}
_DIFFERING = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in _SAID.items())
RECORDS_AGREE = f"""
SELECT office_id, kind, id, id::text, NULL::text, differing
FROM (
    SELECT line.office_id, record.kind, record.id, concat_ws(', ', {_DIFFERING}) AS differing
    FROM ({_ALL}) AS record JOIN subscription AS line ON line.id = record.subscription_id
    LEFT JOIN subscription_event AS event ON event.id = record.event_id
    LEFT JOIN charge ON charge.id = event.charge_id LEFT JOIN receipt ON receipt.id = event.receipt_id
    LEFT JOIN reversal AS of_receipt ON of_receipt.receipt_id = event.receipt_id
    LEFT JOIN reversal AS of_voucher ON of_voucher.voucher_id = event.voucher_id
    LEFT JOIN reversal AS of_event ON of_event.event_id = event.id
) AS compared WHERE differing <> ''
UNION ALL
SELECT event.office_id, 'subscription_event', event.id, event.id::text, '1', '0' FROM subscription_event AS event
WHERE NOT EXISTS (SELECT FROM ({_ALL}) AS record WHERE record.event_id = event.id)
  AND NOT EXISTS (SELECT FROM plan_change WHERE plan_change.applied_event_id = event.id)
"""  # noqa: S608

# Fees are charged in full, each by its own operation; a closure pays back what its settlement says.
_WITH_A_FEE = ("suspension", "resumption", "relocation", "transfer")
_FEES = " UNION ALL ".join(f"SELECT '{table}' AS kind, id, office_id, event_id, fee FROM {table}" for table in _WITH_A_FEE)  # noqa: S608
FEES_ARE_CHARGED = f"""
SELECT record.office_id, record.kind, record.id, record.id::text, record.fee::text, coalesce(charge.total, 0)::text
FROM ({_FEES}) AS record JOIN subscription_event AS event ON event.id = record.event_id LEFT JOIN charge ON charge.id = event.charge_id
WHERE record.fee <> coalesce(charge.total, 0)
UNION ALL
SELECT closure.office_id, 'closure', closure.id, closure.id::text, due.amount::text,
       (coalesce(paid.total, 0) + coalesce(deposit.total, 0))::text
FROM closure JOIN subscription_event AS event ON event.id = closure.event_id
LEFT JOIN voucher AS paid ON paid.id = event.voucher_id LEFT JOIN voucher AS deposit ON deposit.id = closure.deposit_voucher_id
CROSS JOIN LATERAL (SELECT closure.plan_refund + closure.maintenance_refund + closure.deposits AS amount) AS due
WHERE due.amount <> coalesce(paid.total, 0) + coalesce(deposit.total, 0)
"""  # noqa: S608

# The rows that a change ended and those that it wrote: the same days, and the money of the old price, its credit and the new one.
_ENDED = """
    SELECT event.id AS event_id, ended.id, ended.price, ended.of_days, rest.of_days AS days, rest.price AS charge
    FROM subscription_event AS event JOIN service_period AS ended ON ended.ended_by_event_id = event.id
    JOIN service_period AS rest ON rest.sold_by_event_id = event.id AND rest.kind = 'plan_change' AND rest.stop = ended.stop
"""
PLAN_CHANGES = f"""
SELECT change.office_id, 'plan_change', change.id, change.id::text,
       concat_ws(' ', rows.credit, rows.charge, change.difference + change.fee),
       concat_ws(' ', change.credit, change.charge, coalesce(charge.total, 0) - coalesce(voucher.total, 0))
FROM plan_change AS change JOIN subscription_event AS event ON event.id = change.applied_event_id
JOIN office ON office.id = change.office_id
LEFT JOIN charge ON charge.id = event.charge_id LEFT JOIN voucher ON voucher.id = event.voucher_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(round(price * days / of_days, CASE office.currency WHEN 'VND' THEN 0 ELSE 2 END)), 0) AS credit,
           coalesce(sum(ended.charge), 0) AS charge
    FROM ({_ENDED}) AS ended WHERE ended.event_id = event.id
) AS rows
WHERE change.change_status = 'applied' AND change.credit IS NOT NULL
  AND ((rows.credit, rows.charge) IS DISTINCT FROM (change.credit, change.charge)
       OR change.difference + change.fee <> coalesce(charge.total, 0) - coalesce(voucher.total, 0))
"""  # noqa: S608

ROWS_CONSERVE = """
SELECT event.office_id, 'subscription', line.id, line.broadband_account,
       concat_ws(' ', ended.days, ended.first, ended.last, ended.price - coalesce(change.credit, 0) + coalesce(change.charge, 0)),
       concat_ws(' ', written.days, written.first, written.last, written.price)
FROM subscription_event AS event JOIN subscription AS line ON line.id = event.subscription_id
JOIN (
    SELECT ended_by_event_id AS event_id, sum(of_days) AS days, min(start) AS first, max(stop) AS last, sum(price) AS price
    FROM service_period WHERE ended_by_event_id IS NOT NULL GROUP BY ended_by_event_id
) AS ended ON ended.event_id = event.id
LEFT JOIN (
    SELECT sold_by_event_id AS event_id, sum(of_days) AS days, min(start) AS first, max(stop) AS last, sum(price) AS price
    FROM service_period WHERE sold_by_event_id IS NOT NULL GROUP BY sold_by_event_id
) AS written ON written.event_id = event.id
LEFT JOIN plan_change AS change ON change.applied_event_id = event.id
WHERE event.reversal_id IS NOT NULL OR written.event_id IS NULL OR change.id IS NULL
   OR (ended.days, ended.first, ended.last) IS DISTINCT FROM (written.days, written.first, written.last)
   OR ended.price - coalesce(change.credit, 0) + coalesce(change.charge, 0) <> written.price
"""

INVARIANTS = (
    Invariant(
        "operations_have_their_record",
        N_("Every operation on a line has one record of its own, and both say the same as its papers."),
        numbers=(23,),
        counted="SELECT count(*) FROM subscription_event",
        statement=RECORDS_AGREE,
    ),
    Invariant(
        "fees_are_charged",
        N_("Every operation's fee is its charge, and every closure pays back what its settlement says."),
        numbers=(17,),
        counted="SELECT count(*) FROM subscription_event",
        statement=FEES_ARE_CHARGED,
    ),
    Invariant(
        "plan_changes_recompute",
        N_("Every plan change credits and charges what the days left were worth, and its papers are the difference."),
        numbers=(17,),
        counted="SELECT count(*) FROM plan_change",
        statement=PLAN_CHANGES,
    ),
    Invariant(
        "cut_rows_conserve",
        N_("The rows that a plan change wrote have the days of those it ended, and their money with its credit and charge."),
        numbers=(22,),
        counted="SELECT count(*) FROM service_period WHERE ended_by_event_id IS NOT NULL",
        statement=ROWS_CONSERVE,
    ),
)
