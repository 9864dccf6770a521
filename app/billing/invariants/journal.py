"""The journal: entries balance, belong to their documents, and every figure people see is a sum of postings."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

# The documents that post, with the number under which people find them and the sum that their entry moves.
POSTING_DOCUMENTS = {
    "charge": "id::text",
    "receipt": "number",
    "voucher": "number",
    "reversal": "number",
    "handover": "number",
    "adjustment": "number",
}

# A reversal moves what its document had moved, and the charges that are withdrawn with it.
_SUMS = {
    "charge": "document.total",
    "receipt": "document.total",
    "voucher": "document.total",
    "handover": "document.amount",
    # The sum of a service charge is that of the debt withdrawn with it.
    "reversal": "CASE WHEN document.service_charge_id IS NULL THEN document.total ELSE 0 END "
    "+ coalesce((SELECT sum(total) FROM charge WHERE charge.reversal_id = document.id), 0)",
    "adjustment": "document.amount",
}
BALANCED = """
SELECT entry.office_id, 'journal_entry', entry.id, entry.id::text,
       CASE WHEN count(posting.id) < 2 THEN '2' ELSE '0' END,
       CASE WHEN count(posting.id) < 2 THEN count(posting.id)::text ELSE sum(posting.amount)::text END
FROM journal_entry AS entry LEFT JOIN posting ON posting.entry_id = entry.id
GROUP BY entry.id HAVING count(posting.id) < 2 OR sum(posting.amount) <> 0
"""


def _entries_of(document: str) -> str:
    """Return the SQL of the documents that have another number of entries than they should: one, or none where nothing moved."""
    return f"""
SELECT document.office_id, '{document}', document.id, document.{POSTING_DOCUMENTS[document]},
       CASE WHEN {_SUMS[document]} = 0 THEN '0' ELSE '1' END, count(entry.id)::text
FROM "{document}" AS document LEFT JOIN journal_entry AS entry ON entry.{document}_id = document.id
GROUP BY document.id HAVING count(entry.id) <> CASE WHEN {_SUMS[document]} = 0 THEN 0 ELSE 1 END
"""  # noqa: S608


WITHOUT_DOCUMENT = """
SELECT entry.office_id, 'journal_entry', entry.id, entry.id::text, '1', count(document.id)::text
FROM journal_entry AS entry
LEFT JOIN LATERAL (
    SELECT id FROM charge WHERE charge.id = entry.charge_id
    UNION ALL SELECT id FROM receipt WHERE receipt.id = entry.receipt_id
    UNION ALL SELECT id FROM voucher WHERE voucher.id = entry.voucher_id
    UNION ALL SELECT id FROM reversal WHERE reversal.id = entry.reversal_id
    UNION ALL SELECT id FROM handover WHERE handover.id = entry.handover_id
    UNION ALL SELECT id FROM adjustment WHERE adjustment.id = entry.adjustment_id
) AS document ON true
GROUP BY entry.id HAVING count(document.id) <> 1
"""

ENTRIES = " UNION ALL ".join([*map(_entries_of, POSTING_DOCUMENTS), WITHOUT_DOCUMENT])

COUNTED_DOCUMENTS = "SELECT " + " + ".join(f'(SELECT count(*) FROM "{document}")' for document in POSTING_DOCUMENTS)  # noqa: S608

_BOOKED = {"charge": "false"}


def _moved_by(document: str) -> str:
    """Return the SQL of the documents whose entry moves another sum than they say, or is booked on another day."""
    on_another_day = _BOOKED.get(document, "entry.booked_on <> document.booked_on")
    return f"""
SELECT document.office_id, '{document}', document.id, document.{POSTING_DOCUMENTS[document]},
       ({_SUMS[document]})::text, concat_ws(' ', moved.debit::text, CASE WHEN {on_another_day} THEN entry.booked_on::text END)
FROM "{document}" AS document JOIN journal_entry AS entry ON entry.{document}_id = document.id
JOIN moved ON moved.entry_id = entry.id
WHERE moved.debit <> {_SUMS[document]} OR {on_another_day}
"""  # noqa: S608


MOVED = f"""
WITH moved AS MATERIALIZED (SELECT entry_id, sum(amount) FILTER (WHERE amount > 0) AS debit FROM posting GROUP BY entry_id)
{" UNION ALL ".join(map(_moved_by, POSTING_DOCUMENTS))}
"""  # noqa: S608

MIRRORED = """
WITH together AS (
    SELECT reversal.id AS reversal_id, entry.id AS entry_id FROM reversal JOIN journal_entry AS entry ON entry.reversal_id = reversal.id
    UNION ALL SELECT reversal.id, entry.id FROM reversal JOIN journal_entry AS entry ON entry.receipt_id = reversal.receipt_id
    UNION ALL SELECT reversal.id, entry.id FROM reversal JOIN journal_entry AS entry ON entry.voucher_id = reversal.voucher_id
    UNION ALL SELECT reversal.id, entry.id FROM reversal JOIN journal_entry AS entry ON entry.handover_id = reversal.handover_id
    UNION ALL SELECT reversal.id, entry.id FROM reversal JOIN journal_entry AS entry ON entry.adjustment_id = reversal.adjustment_id
    UNION ALL SELECT charge.reversal_id, entry.id FROM charge JOIN journal_entry AS entry ON entry.charge_id = charge.id
    WHERE charge.reversal_id IS NOT NULL
), left_over AS (
    SELECT reversal_id, account, customer_id, fee_kind, sum(amount) AS amount
    FROM together JOIN posting USING (entry_id) GROUP BY reversal_id, account, customer_id, fee_kind HAVING sum(amount) <> 0
)
SELECT reversal.office_id, 'reversal', reversal.id, reversal.number, '0', string_agg(account || ' ' || amount, ', ' ORDER BY account)
FROM left_over JOIN reversal ON reversal.id = reversal_id GROUP BY reversal.id
"""

RECEIVABLES = """
WITH owed AS (
    SELECT customer_id, sum(total + adjusted - written_off - paid) AS amount FROM charge WHERE reversal_id IS NULL GROUP BY customer_id
), booked AS (
    SELECT customer_id, sum(amount) AS amount FROM posting WHERE account = 'receivable' GROUP BY customer_id
)
SELECT customer.office_id, 'customer', customer.id, customer.customer_no, coalesce(owed.amount, 0)::text, coalesce(booked.amount, 0)::text
FROM owed FULL JOIN booked USING (customer_id) JOIN customer ON customer.id = customer_id
WHERE coalesce(owed.amount, 0) <> coalesce(booked.amount, 0)
"""

# What stands on the account: given by receipts that stand, less what later receipts took from it and what was paid out.
CREDIT = """
WITH held AS (
    SELECT customer_id, sum(amount) AS amount FROM (
        SELECT receipt.customer_id, receipt.credited AS amount FROM receipt WHERE credited <> 0 AND NOT EXISTS (
            SELECT FROM reversal WHERE reversal.receipt_id = receipt.id)
        UNION ALL
        SELECT receipt.customer_id, -method.amount FROM receipt_method AS method JOIN receipt ON receipt.id = method.receipt_id
        WHERE method.method = 'credit' AND NOT EXISTS (SELECT FROM reversal WHERE reversal.receipt_id = receipt.id)
        UNION ALL
        SELECT adjustment.customer_id, adjustment.credited FROM adjustment WHERE credited <> 0 AND NOT EXISTS (
            SELECT FROM reversal WHERE reversal.adjustment_id = adjustment.id)
        UNION ALL
        SELECT voucher.customer_id, method.amount FROM voucher_method AS method JOIN voucher ON voucher.id = method.voucher_id
        WHERE method.method = 'credit' AND NOT EXISTS (SELECT FROM reversal WHERE reversal.voucher_id = voucher.id)
        UNION ALL
        SELECT voucher.customer_id, -voucher.total FROM voucher WHERE kind = 'credit' AND NOT EXISTS (
            SELECT FROM reversal WHERE reversal.voucher_id = voucher.id)
    ) AS moves GROUP BY customer_id
), booked AS (
    SELECT customer_id, -sum(amount) AS amount FROM posting WHERE account = 'credit' GROUP BY customer_id
)
SELECT customer.office_id, 'customer', customer.id, customer.customer_no, greatest(coalesce(held.amount, 0), 0)::text,
       coalesce(booked.amount, 0)::text
FROM held FULL JOIN booked USING (customer_id) JOIN customer ON customer.id = customer_id
WHERE coalesce(held.amount, 0) <> coalesce(booked.amount, 0) OR coalesce(booked.amount, 0) < 0
"""

# One sum in four ways: the receipts themselves, how they were paid, what they were for, and what the journal says.
TAKINGS = """
WITH by_day AS (
    SELECT office_id, booked_on, sum(total) AS amount FROM receipt GROUP BY office_id, booked_on
), by_month AS (
    SELECT office_id, date_trunc('month', booked_on)::date AS month, sum(amount) AS amount FROM by_day GROUP BY 1, 2
), by_cashier AS (
    SELECT office_id, booked_on, sum(amount) AS amount FROM (
        SELECT office_id, booked_on, cashier_id, sum(total) AS amount FROM receipt GROUP BY office_id, booked_on, cashier_id
    ) AS cashiers GROUP BY office_id, booked_on
), by_method AS (
    SELECT receipt.office_id, booked_on, sum(method.amount) AS amount
    FROM receipt_method AS method JOIN receipt ON receipt.id = method.receipt_id GROUP BY 1, 2
), by_fee_kind AS (
    SELECT office_id, booked_on, sum(amount) AS amount FROM (
        SELECT receipt.office_id, booked_on, charge.fee_kind, sum(allocation.amount) AS amount
        FROM allocation JOIN receipt ON receipt.id = allocation.receipt_id JOIN charge ON charge.id = allocation.charge_id GROUP BY 1, 2, 3
        UNION ALL SELECT office_id, booked_on, NULL, sum(credited) FROM receipt GROUP BY 1, 2
    ) AS kinds GROUP BY office_id, booked_on
), by_account AS (
    SELECT entry.office_id, entry.booked_on, sum(posting.amount) AS amount
    FROM journal_entry AS entry JOIN posting ON posting.entry_id = entry.id
    WHERE entry.receipt_id IS NOT NULL AND posting.amount > 0 GROUP BY 1, 2
)
SELECT office_id, 'day', NULL::integer, booked_on::text, by_day.amount::text,
       concat_ws(' ', by_cashier.amount, by_method.amount, by_fee_kind.amount, by_account.amount)
FROM by_day FULL JOIN by_cashier USING (office_id, booked_on) FULL JOIN by_method USING (office_id, booked_on)
FULL JOIN by_fee_kind USING (office_id, booked_on) FULL JOIN by_account USING (office_id, booked_on)
WHERE coalesce(by_day.amount, 0) <> coalesce(by_cashier.amount, 0) OR coalesce(by_day.amount, 0) <> coalesce(by_method.amount, 0)
   OR coalesce(by_day.amount, 0) <> coalesce(by_fee_kind.amount, 0) OR coalesce(by_day.amount, 0) <> coalesce(by_account.amount, 0)
UNION ALL
SELECT by_month.office_id, 'month', NULL::integer, to_char(month, 'YYYY-MM'), by_month.amount::text, sum(receipt.total)::text
FROM by_month JOIN receipt ON receipt.office_id = by_month.office_id AND receipt.booked_on >= month
     AND receipt.booked_on < month + interval '1 month'
GROUP BY by_month.office_id, month, by_month.amount HAVING by_month.amount <> sum(receipt.total)
"""

JOURNAL = (
    Invariant(
        "entries_balance",
        N_("Every journal entry balances and has at least two postings."),
        numbers=(1,),
        counted="SELECT count(*) FROM journal_entry",
        statement=BALANCED,
    ),
    Invariant(
        "documents_have_one_entry",
        N_("Every document that moves money has exactly one journal entry, and no entry is without its document."),
        numbers=(2,),
        counted=COUNTED_DOCUMENTS,
        statement=ENTRIES,
    ),
    Invariant(
        "entries_say_what_documents_say",
        N_("Every journal entry moves the sum of its document on the document's booking day."),
        numbers=(2,),
        counted=COUNTED_DOCUMENTS,
        statement=MOVED,
    ),
    Invariant(
        "reversals_mirror",
        N_("Every reversal takes back exactly what its document had moved."),
        numbers=(6,),
        counted="SELECT count(*) FROM reversal",
        statement=MIRRORED,
    ),
    Invariant(
        "receivables_are_owed",
        N_("What the journal says a customer owes is what his charges leave open."),
        numbers=(11, 12),
        counted="SELECT count(*) FROM customer",
        statement=RECEIVABLES,
    ),
    Invariant(
        "credit_is_held",
        N_("A customer's credit balance is what receipts, vouchers and adjustments gave less what was used of it, and never below 0."),
        numbers=(11,),
        counted="SELECT count(*) FROM customer",
        statement=CREDIT,
    ),
    Invariant(
        "takings_agree",
        N_("The takings of a day are the same sum by cashier, by method, by fee kind, by month and in the journal."),
        numbers=(25,),
        counted="SELECT count(*) FROM receipt",
        statement=TAKINGS,
    ),
)
