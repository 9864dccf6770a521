"""Today's takings 當天交費統計 (B4.4): what each customer paid on a day, by fee kind, less what was paid out.

Everything comes from the journal's entries of the day: in a balanced entry the money is what the other sides say, so the columns of a
row add up to its total, and all totals to the money in less the money out, to the last unit. A reversal takes the figures of
its receipt or payment voucher back on the day it was booked.

One statement reads the day once and gives a page of the rows, the sums of all of them and the methods: a day may have thousands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.billing.choices import FeeKind, LedgerAccount, Method
from app.foundation.database import db
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.reports.period import Period, Summary
from app.values.errors import N_

TITLE = N_("Today's takings")
BATCH = 1_000

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
SUMMED = tuple(column.name for column in COLUMNS if column.is_summed)
_OWN_COLUMN = tuple(kind.value for kind in FeeKind if kind.value in SUMMED and kind is not FeeKind.OTHER)
# In which column of the report a posting stands, by its place; what is not named here stands under other fees. Places are numbers, since
# each posting is compared with all of them.
_KINDS = "".join(f" WHEN posting.fee_kind = '{kind}' THEN {SUMMED.index(kind)}" for kind in _OWN_COLUMN)
_COLUMN = f"""CASE WHEN posting.account = ANY(:money) THEN {SUMMED.index("total")} WHEN entry.is_voucher THEN {SUMMED.index("refunds")}
    {_KINDS} ELSE {SUMMED.index("other")} END"""
_AMOUNTS = ", ".join(
    f"coalesce({'' if name == 'total' else '-'}sum(amount) FILTER (WHERE place = {place}), 0) AS {name}"
    for place, name in enumerate(SUMMED)
)
_IS_MONEY = f"place = {SUMMED.index('total')}"
# An entry counts with the document that it is of, or whose reversal it is of; an installer's money only goes from hand to hand.
# The entries of some days stand side by side, and so do their postings: read as one stretch, not looked up one by one. The conditions
# are written so that the planner knows how many rows they leave; of num_nonnulls, or of a joined column that is null, it knows nothing.
_TAKEN = f"""
WITH entry AS MATERIALIZED (
    SELECT entry.id, (entry.voucher_id IS NOT NULL OR reversal.voucher_id IS NOT NULL) AS is_voucher
    FROM journal_entry AS entry LEFT JOIN reversal ON reversal.id = entry.reversal_id
    WHERE entry.office_id = ANY(:offices) AND entry.booked_on BETWEEN :start AND :end
        AND (entry.receipt_id IS NOT NULL OR entry.voucher_id IS NOT NULL OR entry.reversal_id IS NOT NULL)
        AND (entry.reversal_id IS NULL OR reversal.handover_id IS NULL)
), moved AS MATERIALIZED (
    SELECT posting.customer_id, posting.account, {_COLUMN} AS place, posting.amount, entry.is_voucher
    FROM entry JOIN posting ON posting.entry_id = entry.id
    WHERE posting.office_id = ANY(:offices)
        AND posting.entry_id BETWEEN (SELECT min(id) FROM entry) AND (SELECT max(id) FROM entry)
), taken AS MATERIALIZED (
    SELECT customer_id, {_AMOUNTS} FROM moved GROUP BY customer_id HAVING bool_or({_IS_MONEY})
)
"""  # noqa: S608 (expressions of our own)
_ROWS = f"""
SELECT 'row' AS part, 0::bigint AS customers, NULL::text AS account, 0::numeric AS paid_out,
    taken.customer_id, customer.customer_no, customer.name AS customer_name, {", ".join(f"taken.{name}" for name in SUMMED)}
FROM taken LEFT JOIN customer ON customer.id = taken.customer_id
ORDER BY customer.customer_no, taken.customer_id
"""  # noqa: S608 (names of our own choices)
_EVERY_ROW = text(_TAKEN + _ROWS)
_NOBODY = "NULL::integer AS customer_id, NULL::text AS customer_no, NULL::text AS customer_name"
_PAGE = text(f"""{_TAKEN}
SELECT 'sums' AS part, count(*) AS customers, NULL::text AS account, 0::numeric AS paid_out,
    {_NOBODY}, {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in SUMMED)}
FROM taken
UNION ALL
SELECT 'method', 0, account, coalesce(-sum(amount) FILTER (WHERE is_voucher), 0),
    {_NOBODY}, {", ".join("sum(amount)" if name == "total" else "0" for name in SUMMED)}
FROM moved WHERE {_IS_MONEY} GROUP BY account
UNION ALL
({_ROWS} LIMIT :size OFFSET :first)
""")  # noqa: S608 (as above)


@dataclass(frozen=True)
class Takings:
    """A page of the customers whose money moved, the count and sums of all of them, and what came in and went out by each method."""

    summary: Summary
    rows: Sequence[Mapping[str, Any]]
    by_method: Sequence[Mapping[str, Any]]


def takings(period: Period, *, first: int = 0, size: int = 0) -> Takings:
    """Return the takings of ``period`` with ``size`` rows after the ``first`` ones, in the order of the customers' numbers."""
    parts: dict[str, list[Mapping[str, Any]]] = {"sums": [], "method": [], "row": []}
    for row in db.session.connection().execute(_PAGE, _terms(period) | {"first": first, "size": size}).mappings():
        parts[row["part"]].append(dict(row))
    (sums,) = parts["sums"]
    methods = {row["account"]: _method(row) for row in parts["method"]}
    return Takings(
        Summary(sums["customers"], {name: sums[name] for name in SUMMED}),
        parts["row"],
        [methods[account.value] for account in LedgerAccount if account.value in methods],
    )


def _method(row: Mapping[str, Any]) -> Mapping[str, Any]:
    received = row["total"] + row["paid_out"]
    return {"method": Method(row["account"]), "received": received, "paid_out": row["paid_out"], "total": row["total"]}


def summary(period: Period) -> Summary:
    """Return the count and the sums of the takings of ``period``."""
    return takings(period).summary


def every_row(period: Period) -> Iterator[Mapping[str, Any]]:
    """Yield a row for every customer whose money moved, in batches from the server's cursor."""
    streaming = _EVERY_ROW.execution_options(yield_per=BATCH)
    for row in db.session.connection().execute(streaming, _terms(period)).mappings():
        yield dict(row)


def daily_takings(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> list[Mapping[str, Any]]:
    """Return a row for every customer whose money moved."""
    return list(every_row(Period(offices, start, end)))


def takings_by_method(*, offices: Sequence[int], start: datetime.date, end: datetime.date) -> Sequence[Mapping[str, Any]]:
    """Return what came in and went out by each method, in the order of the methods."""
    return takings(Period(offices, start, end)).by_method


def _terms(period: Period) -> dict[str, Any]:
    offices = list(period.offices)
    return {"offices": offices, "start": period.start, "end": period.end, "money": list(MONEY)}
