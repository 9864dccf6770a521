"""Today's takings 當天交費統計 (B4.4): what each customer paid on a day, by fee kind, less what was paid out.

Everything comes from the journal's entries of the day: in a balanced entry the money is what the other sides say, so the columns of a
row add up to its total, and all totals to the money in less the money out, to the last unit. A reversal takes the figures of
its receipt or payment voucher back on the day it was booked.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.billing.choices import FeeKind, LedgerAccount, Method
from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.values.errors import N_

TITLE = N_("Today's takings")

COLUMNS = (
    ReportColumn("customer_no", N_("Customer number")),
    ReportColumn("customer_name", N_("Customer name")),
    ReportColumn("construction", N_("Construction fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("regular", N_("Regular use fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("resumption", N_("Resumption fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("relocation", N_("Relocation fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("transfer", N_("Transfer fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("suspension", N_("Suspension fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("other", N_("Other fee"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("refunds", N_("Refunds"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
)
METHOD_COLUMNS = (
    ReportColumn("method", N_("Payment method"), Kind.CHOICE),
    ReportColumn("received", N_("Received"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("paid_out", N_("Paid out"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
)

# A money account has the name of its method; a customer's credit is no money.
MONEY = tuple(method.value for method in Method if method is not Method.CREDIT)
_OWN_COLUMN = tuple(kind.value for kind in FeeKind if kind not in (FeeKind.OTHER, FeeKind.DEPOSIT))
_OF_KINDS = ",\n    ".join(
    f"coalesce(-sum(amount) FILTER (WHERE NOT is_money AND voucher_id IS NULL AND fee_kind = '{kind}'), 0) AS {kind}"
    for kind in _OWN_COLUMN
)
# An entry with the document that it is of, or whose reversal it is of; an installer's money only goes from hand to hand.
_ENTRIES = "journal_entry AS entry LEFT JOIN reversal ON reversal.id = entry.reversal_id"
_VOUCHER = "coalesce(entry.voucher_id, reversal.voucher_id)"
_TAKES_OR_PAYS = "num_nonnulls(entry.receipt_id, entry.voucher_id, entry.reversal_id) = 1 AND reversal.handover_id IS NULL"
_TAKEN = text(f"""
WITH moved AS (
    SELECT posting.customer_id, posting.fee_kind, posting.amount, {_VOUCHER} AS voucher_id, posting.account = ANY(:money) AS is_money
    FROM {_ENTRIES} JOIN posting ON posting.entry_id = entry.id
    WHERE entry.office_id = ANY(:offices) AND entry.booked_on BETWEEN :start AND :end AND {_TAKES_OR_PAYS}
)
SELECT customer.id AS customer_id, customer.customer_no, customer.name AS customer_name,
    {_OF_KINDS},
    coalesce(-sum(amount) FILTER (
        WHERE NOT is_money AND voucher_id IS NULL AND (fee_kind IS NULL OR fee_kind <> ALL(:own))
    ), 0) AS other,
    coalesce(-sum(amount) FILTER (WHERE NOT is_money AND voucher_id IS NOT NULL), 0) AS refunds,
    coalesce(sum(amount) FILTER (WHERE is_money), 0) AS total
FROM moved LEFT JOIN customer ON customer.id = moved.customer_id
GROUP BY customer.id HAVING bool_or(is_money)
ORDER BY customer.customer_no
""")  # noqa: S608 (names of our own choices)
_BY_METHOD = text(f"""
SELECT posting.account, coalesce(sum(amount) FILTER (WHERE {_VOUCHER} IS NULL), 0) AS received,
    coalesce(-sum(amount) FILTER (WHERE {_VOUCHER} IS NOT NULL), 0) AS paid_out, sum(amount) AS total
FROM {_ENTRIES} JOIN posting ON posting.entry_id = entry.id
WHERE entry.office_id = ANY(:offices) AND entry.booked_on BETWEEN :start AND :end AND posting.account = ANY(:money) AND {_TAKES_OR_PAYS}
GROUP BY posting.account ORDER BY posting.account
""")  # noqa: S608 (as above)


def daily_takings(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return a row for every customer whose money moved."""
    terms = {"offices": list(offices), "start": start, "end": end, "money": list(MONEY), "own": list(_OWN_COLUMN)}
    return [dict(row) for row in db.session.connection().execute(_TAKEN, terms).mappings()]


def takings_by_method(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return what came in and went out by each method, in the order of the methods."""
    terms = {"offices": list(offices), "start": start, "end": end, "money": list(MONEY)}
    found = {row["account"]: dict(row) for row in db.session.connection().execute(_BY_METHOD, terms).mappings()}
    return [{**found[account.value], "method": Method(account.value)} for account in LedgerAccount if account.value in found]
