"""What a request has written: the rows of every table before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from app.foundation.database import Record, db

# What a request writes of itself, whatever it is answered: when a session was used, which sign-in failed, who took a file or was refused.
OF_THE_REQUEST = frozenset({"sign_in", "sign_in_failure", "ab_user", "alembic_version", "log_entry"})

State = dict[str, tuple[int, str]]


def state_of_everything() -> State:
    """Return how many rows each table has and a digest of them, so that any change is seen.

    The digest is the sum of what each row gives: rows that come in another order need not be sorted first, for each of all tables.
    """
    rows = db.session.connection().exec_driver_sql(_statement(tuple(sorted(set(Record.metadata.tables) - OF_THE_REQUEST))))
    return {name: (count, digest) for name, count, digest in rows}


@cache
def _statement(names: tuple[str, ...]) -> str:
    digest = "coalesce(sum(hashtextextended(t::text, 0)), 0)::text"
    return " UNION ALL ".join(f"SELECT '{name}', count(*), {digest} FROM \"{name}\" AS t" for name in names)


def changed(before: State) -> set[str]:
    """Return the tables that are not as they were."""
    after = state_of_everything()
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@contextmanager
def assert_nothing_written() -> Iterator[None]:
    """Every row of every table is after the block what it was before it."""
    before = state_of_everything()
    yield
    assert changed(before) == set(), "a refused request writes nothing"
