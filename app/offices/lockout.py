"""Lock-out: how often an account or an address may fail to sign in before it has to wait.

An attempt is counted and committed **before** the password is looked at, in one statement per counter, so that a hundred guesses
at once are no more than a hundred one after the other. Success gives the attempt back. Unknown names are counted like known ones.
Always in real time, never by the business clock.
"""

from __future__ import annotations

import datetime
import ipaddress
import math
from dataclasses import dataclass

from sqlalchemy import text

from app.foundation.database import db
from app.values.errors import Message, OperationRefused


@dataclass(frozen=True)
class Limit:
    """After ``failures`` in a row there is a pause, twice as long after each further one; a quiet ``memory`` forgets them all."""

    kind: str
    failures: int
    memory: datetime.timedelta


ACCOUNT = Limit("account", 5, datetime.timedelta(hours=24))
ADDRESS = Limit("address", 30, datetime.timedelta(hours=1))
FIRST_PAUSE = datetime.timedelta(minutes=5)
LONGEST_PAUSE = datetime.timedelta(hours=1)
LONGEST_NAME = 128

_COUNT = text("""
    INSERT INTO sign_in_failure AS f (kind, name, failures, last_at) VALUES (:kind, :name, 1, :at)
    ON CONFLICT (kind, name) DO UPDATE SET
        failures = CASE WHEN f.last_at < :forgotten THEN 1 ELSE f.failures + 1 END,
        locked_until = CASE WHEN f.last_at >= :forgotten AND f.failures + 1 >= :limit THEN
            CAST(:at AS timestamptz)
            + least(CAST(:longest AS interval), CAST(:first AS interval) * power(2, least(f.failures + 1 - :limit, 9)))
        END,
        last_at = :at
    WHERE f.locked_until IS NULL OR f.locked_until <= :at
    RETURNING failures
""")
_LOCKED_UNTIL = text("SELECT locked_until FROM sign_in_failure WHERE kind = :kind AND name = :name")
# Whoever takes his attempt back also takes back the pause that it began: while a pause lasts, nobody else's attempt is counted.
_GIVE_BACK = text("""
    UPDATE sign_in_failure SET failures = greatest(failures - 1, 0), locked_until = NULL WHERE kind = :kind AND name = :name
""")
_FORGET = text("DELETE FROM sign_in_failure WHERE kind = :kind AND name = :name")


def folded(username: str) -> str:
    """Return the name an account is counted and found under; what cannot be stored is left out."""
    return username.encode("utf-8", "replace").decode().replace("\x00", "").strip().casefold()[:LONGEST_NAME]


def network(address: str) -> str:
    """Return what an address is counted under: itself, or of IPv6 the /64 that one subscriber has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:LONGEST_NAME]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def count_attempt(username: str, address: str, at: datetime.datetime) -> int:
    """Count an attempt as failed, commit it, and return how many are left before the account has to wait.

    Raises OperationRefused ``locked`` while the account or the address waits; then nothing more is counted.
    """
    # The address always comes first: two attempts can wait for each other's rows only if they take them in different orders.
    _count(ADDRESS, network(address), at)
    left = ACCOUNT.failures - _count(ACCOUNT, folded(username), at)
    db.session.commit()
    return max(left, 0)


def forgive(username: str, address: str) -> None:
    """Forget the failures of the account, since somebody has signed in to it; the caller commits.

    The address keeps its other failures: a thief with one good account must not wash away his guesses at the others.
    """
    db.session.execute(_GIVE_BACK, {"kind": ADDRESS.kind, "name": network(address)})
    db.session.execute(_FORGET, {"kind": ACCOUNT.kind, "name": folded(username)})


def give_back(username: str, address: str) -> None:
    """Take one counted attempt back and keep the others: the password was right, the code is still to come. The caller commits.

    Otherwise whoever knows the password could forget his wrong codes by typing it again.
    """
    db.session.execute(_GIVE_BACK, {"kind": ADDRESS.kind, "name": network(address)})
    db.session.execute(_GIVE_BACK, {"kind": ACCOUNT.kind, "name": folded(username)})


def _count(limit: Limit, name: str, at: datetime.datetime) -> int:
    failures = db.session.execute(
        _COUNT,
        {
            "kind": limit.kind,
            "name": name,
            "at": at,
            "forgotten": at - limit.memory,
            "limit": limit.failures,
            "first": FIRST_PAUSE,
            "longest": LONGEST_PAUSE,
        },
    ).scalar_one_or_none()
    if failures is None:
        raise _locked(limit, name, at)
    return int(failures)


def _locked(limit: Limit, name: str, at: datetime.datetime) -> OperationRefused:
    until = db.session.execute(_LOCKED_UNTIL, {"kind": limit.kind, "name": name}).scalar_one_or_none() or at
    db.session.commit()
    minutes = max(1, math.ceil((until - at) / datetime.timedelta(minutes=1)))
    return OperationRefused(
        Message("There were too many failed attempts to sign in. Try again in %(minutes)s minutes.", minutes=minutes), code="locked"
    )
