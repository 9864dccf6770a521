"""The payment as bare SQL: the same rows in the same order, without the program. What the database alone can do.

The amounts and days are computed by the rules' simplest case (one month of a line that is not late, paid in cash), so that the rows
it leaves behind are as consistent as those of the operation.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from app.bench.rows import OFFICE_ZONE
from app.foundation.database_role import APPLICATION_ROLE
from app.values.dates import ONE_DAY
from app.values.months import last_covered_day

SESSION = """
SELECT sign_in.id, ab_user.id, array_agg(DISTINCT ab_role.name), array_agg(DISTINCT user_office.office_id)
FROM sign_in JOIN ab_user ON ab_user.id = sign_in.user_id JOIN ab_user_role ON ab_user_role.user_id = ab_user.id
JOIN ab_role ON ab_role.id = ab_user_role.role_id JOIN user_office ON user_office.user_id = ab_user.id
WHERE token_hash = %s AND kind = 'api' AND ended_at IS NULL GROUP BY 1, 2
"""
OPEN = "SELECT set_config('app.user', %s, true), set_config('lock_timeout', '5s', true)"
KEY = """
INSERT INTO idempotency_key (user_id, key, fingerprint, created_at) VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING RETURNING id
"""
LINE = """
SELECT subscription.customer_id, plan_id, stops_on, plan.fee, customer.name, subscription.*, customer.*, community.*, office.*, policy.*
FROM subscription JOIN plan ON plan.id = plan_id JOIN customer ON customer.id = customer_id JOIN community ON community.id = community_id
JOIN office ON office.id = subscription.office_id LEFT JOIN broadband_policy AS policy ON policy.office_id = subscription.office_id
WHERE subscription.id = %s AND subscription.office_id IN (1) FOR UPDATE OF subscription
"""
PRICE = "SELECT fee FROM price_list_item WHERE office_id = 1 AND operation = 'maintenance'"
PERIOD = """
SELECT * FROM service_period WHERE subscription_id = %s AND ended_by_reversal_id IS NULL AND ended_by_event_id IS NULL AND office_id IN (1)
ORDER BY start DESC LIMIT 1
"""
CHARGE = """
INSERT INTO charge (office_id, customer_id, fee_kind, "on", due_on, total, paid, adjusted, written_off, created_at, created_by_id)
VALUES (1, %s, 'regular', %s, %s, %s, %s, 0, 0, now(), %s) RETURNING id
"""
ENTRY_OF_CHARGE = (
    "INSERT INTO journal_entry (office_id, booked_on, charge_id, created_at, created_by_id) VALUES (1, %s, %s, now(), %s) RETURNING id"
)
CHARGE_LINE = """
INSERT INTO charge_line (office_id, charge_id, position, code, detail, quantity, unit_price, amount, period_start, period_end)
VALUES (1, %s, 1, 'plan', '', 1, %s, %s, %s, %s) RETURNING id
"""
POSTINGS = """
INSERT INTO posting (office_id, entry_id, account, fee_kind, customer_id, amount)
VALUES (1, %s, %s, 'regular', %s, %s), (1, %s, %s, 'regular', %s, %s)
RETURNING id
"""
SHIFT = """
SELECT shift.*, ab_user.first_name FROM shift JOIN ab_user ON ab_user.id = cashier_id
WHERE office_id = 1 AND cashier_id = %s AND "on" = %s AND closed_at IS NULL
"""
NUMBER = """
INSERT INTO number_counter (office_id, series, year, last) VALUES (1, 'receipt', %s, 1)
ON CONFLICT (office_id, series, year) DO UPDATE SET last = number_counter.last + 1 RETURNING last
"""
RECEIPT = """
INSERT INTO receipt (office_id, number, year, sequence, customer_id, "on", booked_on, total, credited, total_in_words, has_cash, shift_id,
                     cashier_id, payer_name, note, backdate_reason, content, created_at, created_by_id)
VALUES (1, %s, %s, %s, %s, %s, %s, %s, 0, %s, true, %s, %s, %s, '', '', %s, now(), %s) RETURNING id
"""
MOVE = "UPDATE subscription SET stops_on = %s, version = version + 1 WHERE id = %s"
ENTRY_OF_RECEIPT = (
    "INSERT INTO journal_entry (office_id, booked_on, receipt_id, created_at, created_by_id) VALUES (1, %s, %s, now(), %s) RETURNING id"
)
ALLOCATION = "INSERT INTO allocation (office_id, receipt_id, charge_id, amount) VALUES (1, %s, %s, %s) RETURNING id"
METHOD = "INSERT INTO receipt_method (office_id, receipt_id, method, amount, reference) VALUES (1, %s, 'cash', %s, '') RETURNING id"
PAYMENT = """
INSERT INTO regular_payment (office_id, number, customer_id, subscription_id, plan_id, plan_fee, plan_months, months, plan_total,
    maintenance_fee, maintenance_total, other_item, other_fee, discount, arrears, late_fee, late_fee_proposed, total, total_in_words,
    gift_months, cashier_id, note, reason, paid_on, booked_on, period_start, period_end, stops_on_before, state_before, charge_id,
    receipt_id, created_at, created_by_id)
VALUES (1, %s, %s, %s, %s, %s, 1, 1, %s, 0, 0, '', 0, 0, 0, 0, 0, %s, %s, 0, %s, '', '', %s, %s, %s, %s, %s, 'active', %s, %s, now(), %s)
RETURNING id
"""
SERVICE_PERIOD = """
INSERT INTO service_period (office_id, subscription_id, kind, start, stop, months, price, of_days, anchor, anchor_months,
    regular_payment_id, created_at, created_by_id)
VALUES (1, %s, 'paid', %s, %s, 1, %s, %s, %s, 1, %s, now(), %s) RETURNING id
"""
RESULT = "UPDATE idempotency_key SET record_type = 'RegularPayment', record_id = %s WHERE user_id = %s AND key = %s"


@dataclass(frozen=True)
class _Line:
    """What the payment reads of the line."""

    customer_id: int
    plan_id: int
    stops_on: datetime.date
    fee: Any
    name: str


def paying(url: str, token: str, lines: int, content: dict[str, Any], seed: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a function that takes one payment for a line chosen by chance, and one that closes its connection."""
    connection = psycopg.connect(url, row_factory=tuple_row)
    connection.execute(f"SET ROLE {APPLICATION_ROLE}".encode())
    connection.commit()
    chance = random.Random(seed)  # noqa: S311
    hashed = hashlib.sha256(token.encode()).hexdigest()
    paper = json.dumps(content)

    def take() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            _take(cursor, hashed, chance.randint(1, lines), paper)

    return take, connection.close


def _take(cursor: psycopg.Cursor[Any], hashed: str, number: int, paper: str) -> None:
    today = datetime.datetime.now(OFFICE_ZONE).date()
    user = _one(cursor, SESSION, hashed)[1]
    key = uuid.uuid4().hex
    _one(cursor, OPEN, str(user))
    _one(cursor, KEY, user, key, hashed)
    line = _line(cursor, number)
    cursor.execute(PRICE.encode()).fetchall()
    cursor.execute(PERIOD.encode(), (number,)).fetchall()
    start = max(line.stops_on + ONE_DAY, today)
    stop = last_covered_day(start, 1)
    total, person = line.fee, line.customer_id
    charge = _id(cursor, CHARGE, person, today, today, total, total, user)
    entry = _id(cursor, ENTRY_OF_CHARGE, today, charge, user)
    _id(cursor, CHARGE_LINE, charge, total, total, start, stop)
    _id(cursor, POSTINGS, entry, "receivable", person, total, entry, "revenue", person, -total)
    shift = _id(cursor, SHIFT, user, today)
    sequence = _id(cursor, NUMBER, today.year)
    number_text = f"SK-{today.year}-{sequence:06d}"
    words = "伍拾元整"
    receipt = _id(
        cursor, RECEIPT, number_text, today.year, sequence, person, today, today, total, words, shift, user, line.name, paper, user
    )
    cursor.execute(MOVE.encode(), (stop, number))
    entry = _id(cursor, ENTRY_OF_RECEIPT, today, receipt, user)
    _id(cursor, ALLOCATION, receipt, charge, total)
    _id(cursor, METHOD, receipt, total)
    payment = _id(
        cursor, PAYMENT, number_text, person, number, line.plan_id, total, total, total, words, user, today, today, start, stop,
        line.stops_on, charge, receipt, user,
    )  # fmt: skip
    _id(cursor, POSTINGS, entry, "cash", person, total, entry, "receivable", person, -total)
    _id(cursor, SERVICE_PERIOD, number, start, stop, total, (stop - start).days + 1, start, payment, user)
    cursor.execute(RESULT.encode(), (payment, user, key))


def _line(cursor: psycopg.Cursor[Any], number: int) -> _Line:
    return _Line(*_one(cursor, LINE, number)[:5])


def _one(cursor: psycopg.Cursor[Any], statement: str, *values: Any) -> tuple[Any, ...]:
    found = cursor.execute(statement.encode(), values).fetchone()
    if found is None:
        raise LookupError(f"No row: {statement.split()[:6]}")
    return tuple(found)


def _id(cursor: psycopg.Cursor[Any], statement: str, *values: Any) -> int:
    return int(_one(cursor, statement, *values)[0])
