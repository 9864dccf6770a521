"""Proposals of a run become charges by one statement, however many: debts, their lines, their entries, what they were worked out from.

It is what ``billing.operations.charges.charge`` does for one, written for thousands: a bill never leaves the database on its way from the
proposal to the charge. tests/runs/test_charging.py compares the rows of both. Columns not named here get the defaults of their model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.billing.choices import LedgerAccount, LineCode
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Charge, ChargeLine
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.writing.shapes import shape_of
from app.offices.models import Office
from app.runs.models import BillingRun, ServiceCharge

LONGEST_DETAIL = 200

# Numbers are given in the order of the proposals, whatever way the rows around them are joined: of debts of one day that of the lower
# number is paid first.
CHOSEN = """
SELECT known.*, nextval('charge_id_seq')::integer AS new_charge,
    CASE WHEN known.total <> 0 THEN nextval('journal_entry_id_seq')::integer END AS new_entry
FROM (
    SELECT result.*, service.kind AS fee_kind, service.name AS service_name, unit.code AS unit_code,
        %(booked_on)s::date + coalesce(own.due_days, service.due_days) AS due_on
    FROM run_result AS result
    JOIN service ON service.id = result.service_id
    JOIN unit ON unit.id = result.unit_id
    LEFT JOIN service_setting AS own ON own.service_id = result.service_id AND own.building_id = unit.building_id
    WHERE result.id = ANY(%(results)s::integer[]) AND result.charge_id IS NULL ORDER BY result.id
) AS known
"""
# The text of a line is of the office's language, the notice's of the resident's: as ``label_in`` chooses it.
LABEL = """
CASE jsonb_typeof(line -> 'label') WHEN 'string' THEN line ->> 'label'
    ELSE coalesce(nullif(line -> 'label' ->> %(language)s, ''), nullif(line -> 'label' ->> 'en', ''),
        (SELECT value FROM jsonb_each_text(line -> 'label') LIMIT 1)) END
"""
# A percentage, or a price finer than a line keeps, is on the bill only. A bill of 0 without a line has one all the same.
LINES = f"""
SELECT chosen.office_id, new_charge, place::integer, left(unit_code || ' · ' || {LABEL}, {LONGEST_DETAIL}) AS detail, part_start, part_end,
    (line ->> 'amount')::numeric AS amount,
    CASE WHEN has_price THEN typed.quantity END AS quantity, CASE WHEN has_price THEN price END AS price
FROM chosen CROSS JOIN LATERAL jsonb_array_elements(chosen.bill -> 'lines') WITH ORDINALITY AS listed (line, place)
CROSS JOIN LATERAL (SELECT (line ->> 'quantity')::numeric AS quantity, (line ->> 'unit_price')::numeric AS price) AS typed
CROSS JOIN LATERAL (SELECT price = round(price, 2) AND typed.quantity * price = (line ->> 'amount')::numeric AS has_price) AS known
UNION ALL
SELECT office_id, new_charge, 1, left(unit_code || ' · ' || service_name, {LONGEST_DETAIL}), part_start, part_end, 0, NULL, NULL
FROM chosen WHERE jsonb_array_length(bill -> 'lines') = 0
ORDER BY 2, 3
"""  # noqa: S608 (a constant)
SIDES = """
SELECT chosen.office_id, new_entry, side.account, fee_kind, customer_id, side.sign * total AS amount
FROM chosen CROSS JOIN (VALUES (1, %(receivable)s, 1), (2, %(revenue)s, -1)) AS side (place, account, sign)
WHERE new_entry IS NOT NULL ORDER BY new_entry, side.place
"""
OF_CHARGE = {
    "id": "new_charge",
    "office_id": "office_id",
    "customer_id": "customer_id",
    "fee_kind": "fee_kind",
    "on": "%(booked_on)s::date",
    "due_on": "due_on",
    "total": "total",
    "paid": "0",
    "created_by_id": "%(who)s::integer",
}
OF_LINE = {
    "office_id": "office_id",
    "charge_id": "new_charge",
    "position": "place",
    "code": "%(service)s",
    "detail": "detail",
    "quantity": "quantity",
    "unit_price": "price",
    "amount": "amount",
    "period_start": "part_start",
    "period_end": "part_end",
}
OF_ENTRY = {
    "id": "new_entry",
    "office_id": "office_id",
    "booked_on": "%(booked_on)s::date",
    "charge_id": "new_charge",
    "created_by_id": "%(who)s::integer",
}
OF_POSTING = {name: name for name in ("office_id", "account", "fee_kind", "customer_id", "amount")} | {"entry_id": "new_entry"}
# What a charge was worked out from goes from the proposal to it as it is.
KEPT = (
    *("office_id", "run_id", "period_id", "service_id", "unit_id", "part_start", "part_end", "quantity", "facts", "versions", "readings"),
    *("is_estimate", "bill", "total", "apportion_by", "share"),
)
OF_SERVICE_CHARGE = {name: name for name in KEPT} | {"charge_id": "new_charge", "created_by_id": "%(who)s::integer"}
WRITTEN = (
    (Charge, OF_CHARGE, "chosen ORDER BY new_charge"),
    (ChargeLine, OF_LINE, "lines"),
    (JournalEntry, OF_ENTRY, "chosen WHERE new_entry IS NOT NULL ORDER BY new_entry"),
    (Posting, OF_POSTING, "sides"),
    (ServiceCharge, OF_SERVICE_CHARGE, "chosen ORDER BY new_charge"),
)


def charge_results(run: BillingRun, results: Sequence[int]) -> tuple[int, Decimal]:
    """Make charges of a run's proposals and post them; return how many, and their sum."""
    if not results:
        return 0, Decimal(0)
    terms: dict[str, Any] = {
        "results": list(results),
        "booked_on": run.booked_on,
        "language": found(Office, run.office_id).language.value,
        "who": current_scope().user_id,
        "service": LineCode.SERVICE.value,
        "receivable": LedgerAccount.RECEIVABLE.value,
        "revenue": LedgerAccount.REVENUE.value,
    }
    for model, given, _source in WRITTEN:
        terms |= {f"{model.__tablename__}_{name}": value for name, value in _usual(model, given).items()}
    made, total = db.session.connection().exec_driver_sql(_statement(), terms).one()
    return int(made), Decimal(total)


def _usual(model: type, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a new row holds in the columns that are not ``given``."""
    usual = {cell.name: cell.default() for cell in shape_of(model).cells if cell.name not in given and cell.name != "id"}
    return {name: getattr(value, "value", value) for name, value in usual.items() if value is not None}


@lru_cache(maxsize=1)
def _statement() -> str:
    """Return the statement. Foreign keys are checked at its end: the order of the tables does not matter."""
    parts = [f"chosen AS MATERIALIZED ({CHOSEN})", f"lines AS ({LINES})", f"sides AS ({SIDES})"]
    parts += [f"new_{model.__tablename__} AS ({_inserting(model, given, source)})" for model, given, source in WRITTEN]
    parts.append("marked AS (UPDATE run_result SET charge_id = new_charge FROM chosen WHERE run_result.id = chosen.id)")
    return f"WITH {', '.join(parts)} SELECT count(*), coalesce(sum(total), 0) FROM chosen"  # noqa: S608 (names of our own tables)


def _inserting(model: Any, given: Mapping[str, str], source: str) -> str:
    columns = {**given, **{name: f"%({model.__tablename__}_{name})s" for name in _usual(model, given)}}
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{model.__tablename__}" ({names}) SELECT {", ".join(columns.values())} FROM {source}'  # noqa: S608 (as above)
