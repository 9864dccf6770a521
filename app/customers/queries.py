"""How customers are found, and who occupies which unit."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, cast, false, select
from sqlalchemy.orm import joinedload

from app.customers.models import Customer, Occupancy
from app.customers.rules.search_terms import query_terms
from app.foundation.secrets import traces_of

MOST_FOUND = 20
# A clerk looks up a person by his number now and then; a script that tries numbers asks more often.
FINDS_PER_MINUTE = 30


def has_terms(column: Any, typed: str) -> ColumnElement[bool]:
    """Return the condition that the array ``column`` of search terms answers everything typed; nothing typed finds nothing.

    Both operators use the GIN index: ``@>`` for one possible term, ``&&`` for several.
    """
    asked = query_terms(typed)
    if not asked:
        return false()
    certain = sorted({next(iter(terms)) for terms in asked if len(terms) == 1})
    conditions = [column.contains(_as_written(column, certain))] if certain else []
    conditions += [column.overlap(_as_written(column, sorted(terms))) for terms in asked if len(terms) > 1]
    return and_(*conditions)


def _as_written(column: Any, terms: list[str]) -> ColumnElement[Any]:
    """Return ``terms`` to stand in the statement itself instead of beside it.

    A prepared statement may get one plan for all terms; for rare ones that plan walks the whole table (150 ms instead of 1 ms with
    200,000 customers, docs/performance.md). What is typed reaches a term only as letters, digits and ``/ . - @ #``.
    """
    return cast(bindparam(None, terms, type_=column.type, literal_execute=True), column.type)


def matches(typed: str) -> ColumnElement[bool]:
    """Return the condition that a customer is found by what was typed: name, pinyin, initials, number, telephone's tail."""
    return has_terms(Customer.search_terms, typed)


def has_id_number(typed: str) -> ColumnElement[bool]:
    """Return the condition that a customer has exactly this identity number, however it is written; found by HMAC, never by part."""
    return Customer.id_number_trace.in_(traces_of(typed))


def occupancies_of(unit_id: int) -> Select[tuple[Occupancy]]:
    """Return who occupies or occupied a unit, with the customers: the latest first."""
    statement = select(Occupancy).where(Occupancy.unit_id == unit_id)
    return statement.options(joinedload(Occupancy.customer)).order_by(Occupancy.starts_on.desc(), Occupancy.id.desc())


def is_there_on(day: datetime.date) -> ColumnElement[bool]:
    """Return the condition that an occupancy holds on ``day``."""
    return (Occupancy.starts_on <= day) & (Occupancy.ends_on.is_(None) | (Occupancy.ends_on >= day))
