"""``run.py verify``: ask every invariant of all data, print each with its rows and its time, name the rows against it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import text

from app.foundation.commands import UsageError
from app.foundation.commands.database import opened
from app.foundation.proofs.declared import Result, Violation
from config import read_settings

if TYPE_CHECKING:
    from flask import Flask


def verify(arguments: list[str]) -> int:
    """Ask everything and return 1 when something does not hold."""
    if arguments:
        raise UsageError(f"{arguments[0]!r} is unknown here: verify takes no arguments.")
    settings = read_settings()
    with opened(settings):
        from app import create_app
        from app.foundation.proofs import prove

        owner = create_app(settings, AS_OWNER=True)
        _require_version(owner)
        began = time.monotonic()
        results = prove(owner)
    print("\n".join(report(results, time.monotonic() - began)), flush=True)
    return 0 if all(result.holds for result in results) else 1


def _require_version(owner: Flask) -> None:
    """Raise UsageError where the tables are not those that this program knows."""
    from app.foundation.database import db
    from app.foundation.health import migration_now, newest_migration

    with owner.app_context():
        is_there = db.session.connection().execute(text("SELECT to_regclass('alembic_version') IS NOT NULL")).scalar()
        found = migration_now() if is_there else None
        newest = newest_migration()
        db.session.remove()
        db.engine.dispose()
    if found is None:
        raise UsageError("The database is empty: there is nothing to prove yet.")
    if found != newest:
        raise UsageError(f"The database is at migration {found}, this program's is {newest}. Start the server once, which upgrades it.")


def report(results: Sequence[Result], seconds: float) -> Iterator[str]:
    """Yield the lines that tell what was found, the broken invariants' rows below each."""
    for result in results:
        yield _line(result)
        yield from _named(result)
    broken = sum(not result.holds for result in results)
    rows = sum(result.examined for result in results)
    verdict = f"{broken} of {len(results)} invariants do NOT hold" if broken else f"All {len(results)} invariants hold"
    yield f"{verdict}; {rows:,} rows examined in {seconds:.1f} s."


def _line(result: Result) -> str:
    numbers = ",".join(map(str, result.invariant.numbers)) or "-"
    answer = "holds " if result.holds else "BROKEN"
    return f"{answer}  {numbers:>6}  {result.examined:>12,} rows  {result.seconds:7.2f} s  {result.invariant.sentence}"


def _named(result: Result) -> Iterator[str]:
    if result.error:
        yield f"        This could not be asked: {result.error}"
    for office_id, count in result.counts.items():
        named = [each for each in result.violations if each.office_id == office_id]
        yield from (f"        {_where(each)}" for each in named)
        if count > len(named):
            yield f"        and {count - len(named):,} more{_of_office(office_id)}"


def _where(violation: Violation) -> str:
    text = f"{violation.kind.replace('_', ' ')} {violation.number}{_of_office(violation.office_id)}"
    values = [f"{name} {value}" for name, value in (("expected", violation.expected), ("found", violation.found)) if value is not None]
    return f"{text}: {', '.join(values)}" if values else text


def _of_office(office_id: int | None) -> str:
    return "" if office_id is None else f" (office {office_id})"
