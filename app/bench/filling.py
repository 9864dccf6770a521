"""Filling the database of the measurements: millions of consistent rows in a few minutes, by COPY and INSERT … SELECT as its owner.

Every id follows from the number of the payment, so each table is made alone from one temporary table ``sold``; the checks of the tables
hold for every row, and the triggers and foreign keys, which are not run for each of them, are proved by ``proofs`` over whole tables.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from app.bench import statements
from app.bench.rows import CASHIERS, FEES, LOCAL_DAYS, Sizes, address_of, first_month, mobile_of, name_of
from app.bench.world import COMMUNITIES
from app.customers.rules.search_terms import address_terms, code_terms, name_terms, phone_terms
from app.foundation.database import db
from app.values.amount_in_words import in_words

TABLES = (
    "customer",
    "subscription",
    "shift",
    "charge",
    "charge_line",
    "receipt",
    "receipt_method",
    "allocation",
    "journal_entry",
    "posting",
    "regular_payment",
    "service_period",
    "number_counter",
)


def fits(connection: psycopg.Connection[Any], sizes: Sizes) -> bool:
    """Tell whether the rows are there already; measuring adds payments, a tenth more is still the same size."""
    counted = connection.execute("SELECT (SELECT count(*) FROM subscription), (SELECT count(*) FROM regular_payment)").fetchone()
    lines, payments = counted or (0, 0)
    return lines == sizes.customers and sizes.payments <= payments <= sizes.payments * 1.1


def fill(connection: psycopg.Connection[Any], sizes: Sizes, today: datetime.date) -> None:
    """Fill all tables in one transaction, saying how far it is. Raises AssertionError where a proof fails."""
    began = time.monotonic()
    with connection.transaction():
        # Emptied in the same transaction, the tables need no write-ahead log.
        connection.execute(sql.SQL("SET LOCAL session_replication_role = replica"))
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, TABLES))))
        _prepare(connection, sizes, today)
        for table in TABLES:
            _fill_table(connection, table, sizes, today)
    _say("  proofs and statistics")
    connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(sql.SQL(", ").join(map(sql.Identifier, TABLES))))
    for question, answer in statements.PROOFS.items():
        found = connection.execute(answer.encode()).fetchone()
        if found != (0,):
            raise AssertionError(f"The filled rows contradict each other: {question}: {found}")
    _say(f"  filled in {time.monotonic() - began:.0f} s")


def _prepare(connection: psycopg.Connection[Any], sizes: Sizes, today: datetime.date) -> None:
    """Make the temporary tables: the plans' amounts in words, and one row per payment with everything its rows share."""
    connection.execute(statements.PLANS.encode())
    for fee in FEES:
        words = in_words(fee, "CNY", "zh_Hans", capital=True)
        connection.execute("UPDATE bench_plan SET words = %s WHERE fee = %s", (words, fee))
    terms = {
        "customers": sizes.customers,
        "each": sizes.payments_each,
        "first": first_month(today, sizes),
        "days": LOCAL_DAYS,
        "cashiers": CASHIERS,
    }
    # The driver writes the values into the statement: a table cannot be made with parameters.
    psycopg.ClientCursor(connection).execute(statements.SOLD.encode(), terms)
    connection.execute("ANALYZE bench_plan, sold")


def _fill_table(connection: psycopg.Connection[Any], table: str, sizes: Sizes, today: datetime.date) -> None:
    began = time.monotonic()
    remake = _without_indexes(connection, table)
    if table in ("customer", "subscription"):
        _copy(connection, table, sizes, today)
    else:
        connection.execute(statements.INSERTS[table].encode())
    for statement in remake:
        connection.execute(statement.encode())
    identifier = sql.Identifier(table)
    next_id = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), coalesce(max(id), 1)) FROM {}")
    connection.execute(next_id.format(sql.Literal(table), identifier))
    count = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(identifier)).fetchone()
    _say(f"  {table}: {count[0] if count else 0:,} rows, {time.monotonic() - began:.0f} s")


def _without_indexes(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Drop the indexes that are made faster afterwards; return the statements that make them again."""
    remake = []
    for name, definition in connection.execute(statements.EXCLUSIONS.encode(), (table,)).fetchall():
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
        remake.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition in connection.execute(statements.PLAIN_INDEXES.encode(), (table,)).fetchall():
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        remake.append(definition)
    return remake


# Rows whose search terms only Python can make ----------------------------------------------------------------------------------


def _copy(connection: psycopg.Connection[Any], table: str, sizes: Sizes, today: datetime.date) -> None:
    known = connection.execute("SELECT min(id) FROM business_type WHERE kind = 'new'").fetchone()
    new = known[0] if known else 0
    columns, rows = (CUSTOMER_COLUMNS, _customers(sizes)) if table == "customer" else (LINE_COLUMNS, _lines(new, sizes, today))
    usual = usual_values(db.metadata.tables[table], columns)
    names = sql.SQL(", ").join(map(sql.Identifier, (*columns, *usual)))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *usual.values()))


def usual_values(table: Table, named: Sequence[str]) -> dict[str, Any]:
    """Return what a new row holds in the columns that must not be empty and are not ``named``."""
    defaults = {column.name: column.default for column in table.columns if not column.nullable and column.name not in named}
    return {name: default.arg for name, default in defaults.items() if isinstance(default, ScalarElementColumnDefault)}


CUSTOMER_COLUMNS = (
    *("id", "office_id", "customer_no", "name", "kind", "telephone", "mobile", "contact_phone", "tax_number", "invoice_address"),
    *("note", "search_terms", "created_at", "version"),
)
LINE_COLUMNS = (
    *("id", "office_id", "customer_id", "community_id", "address", "contact_phone", "telephone", "business_type_id", "plan_id", "fee"),
    *("access_order_no", "broadband_account", "bound_number", "note", "state", "applied_on", "activated_on", "stops_on"),
    *("search_terms", "created_at", "version"),
)


def _customers(sizes: Sizes) -> Iterator[tuple[Any, ...]]:
    now = datetime.datetime.now(datetime.UTC)
    for number in range(1, sizes.customers + 1):
        name, code, mobile = name_of(number), f"KH-{number:06d}", mobile_of(number)
        terms = sorted(_name_terms(name) | code_terms(code) | phone_terms(mobile))
        yield (number, 1, code, name, "person", "", mobile, mobile, "", "", "", terms, now, 1)


@cache
def _name_terms(name: str) -> frozenset[str]:
    return frozenset(name_terms(name))


def _lines(new: int, sizes: Sizes, today: datetime.date) -> Iterator[tuple[Any, ...]]:
    """Yield the lines; each runs from its anchor and is covered until the end of its last payment."""
    start, now = first_month(today, sizes), datetime.datetime.now(datetime.UTC)
    for number in range(1, sizes.customers + 1):
        anchor = start + datetime.timedelta(days=(number - 1) * LOCAL_DAYS // sizes.customers)
        months = anchor.year * 12 + anchor.month - 1 + sizes.payments_each
        stop = datetime.date(months // 12, months % 12 + 1, anchor.day) - datetime.timedelta(days=1)
        address, account, mobile = address_of(number), f"kd{number:07d}", mobile_of(number)
        terms = sorted(address_terms(address) | code_terms(account) | phone_terms(mobile))
        plan = number % len(FEES)
        yield (
            *(number, 1, number, number % COMMUNITIES + 1, address, mobile, "", new, plan + 1, FEES[plan]),
            *("", account, "", "", "active", anchor - datetime.timedelta(days=3), anchor, stop, terms, now, 1),
        )


def _say(text: str) -> None:
    print(text, flush=True)
