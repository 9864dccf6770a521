"""Asking the invariants: all in one snapshot that nothing can change meanwhile, read as the database's owner.

The database computes; what comes back are counts and the few rows to be named, so that the memory needed does not grow with the books.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from flask import has_app_context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.foundation.proofs.declared import COLUMNS, MOST_NAMED, Findings, Invariant, Result, Violation

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

NAMED = """
WITH violation ({columns}) AS ({statement})
SELECT {columns}, many FROM (
    SELECT *, row_number() OVER (PARTITION BY office_id ORDER BY kind, record_id) AS place, count(*) OVER (PARTITION BY office_id) AS many
    FROM violation
) AS ranked WHERE place <= {most} ORDER BY office_id NULLS FIRST, kind, record_id
"""

_invariants: tuple[Invariant, ...] = ()


def register(table: Sequence[Invariant]) -> None:
    """Take over the table of invariants; called once by the wiring."""
    global _invariants
    _invariants = tuple(table)


def invariants() -> tuple[Invariant, ...]:
    """Return every invariant, in the order in which they are asked."""
    return _invariants


def prove(app: Flask, progress: Progress | None = None) -> list[Result]:
    """Ask every invariant of the database of ``app`` and return the answers in order. Writes nothing.

    ``progress`` is told after each answer how many of all are given.
    """
    with _context_of(app), snapshot(str(app.config["SQLALCHEMY_DATABASE_URI"])) as connection:
        return list(_answers(connection, _invariants, progress))


def _context_of(app: Flask) -> AbstractContextManager[object]:
    """Return a context of ``app``, none where the caller, a job, has one already."""
    return nullcontext() if has_app_context() else app.app_context()


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """Give a connection of the owner that sees the database as it is at this moment, whatever is written meanwhile."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", connect_args={"application_name": "feehouse-proofs"})
    with engine.connect().execution_options(postgresql_readonly=True) as connection:
        # Compiling statements pays only where they are repeated; sorts may take a little more memory than those of a page.
        connection.execute(text("SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true)"))
        yield connection


def prove_on(connection: Connection, asked: Sequence[Invariant] | None = None) -> list[Result]:
    """Ask the invariants on a connection of the caller, who must be the owner of the tables."""
    return list(_answers(connection, _invariants if asked is None else asked, None))


def _answers(connection: Connection, asked: Sequence[Invariant], progress: Progress | None) -> Iterator[Result]:
    for number, invariant in enumerate(asked, start=1):
        yield _answer(connection, invariant)
        if progress is not None:
            progress(number, len(asked))


def _answer(connection: Connection, invariant: Invariant) -> Result:
    began = time.monotonic()
    findings, error = Findings(), ""
    try:
        # What one question breaks must not keep the others from being asked.
        with connection.begin_nested():
            _ask(connection, invariant, findings)
    except Exception as problem:
        # Whatever it was, it is itself a finding: what cannot be asked is not proved.
        log.exception("The invariant %s could not be asked", invariant.name)
        error = next(iter(str(getattr(problem, "orig", None) or problem).splitlines()), type(problem).__name__)
    seconds = time.monotonic() - began
    return Result(invariant, findings.examined, seconds, tuple(findings.named), dict(findings.counts), error)


def _ask(connection: Connection, invariant: Invariant, findings: Findings) -> None:
    if invariant.check is not None:
        invariant.check(connection, findings)
        return
    findings.examined = int(connection.execute(text(invariant.counted)).scalar_one())
    named = NAMED.format(columns=", ".join(COLUMNS), statement=invariant.statement, most=MOST_NAMED)
    for *values, many in connection.execute(text(named)):
        findings.add_counted(Violation(*values), many)
