"""Recovery codes 恢復碼: ten codes on paper for the day the telephone is lost; each opens the door once.

A code has 77 random bits, so that its plain hash in the database cannot be turned back by trying; a slow one would protect nothing more.
"""

from __future__ import annotations

import hashlib
import secrets

from app.offices.rules.one_time_codes import normal

COUNT = 10
GROUPS, GROUP = 4, 4
# Without letters and digits that look alike on paper: 0 o, 1 l i, 5 s.
SIGNS = "abcdefghjkmnpqrtuvwxyz2346789"
LONGEST = 40


def new_codes() -> tuple[str, ...]:
    """Return ten new codes, such as ``k7mq-3h2x-9fbr-w4pe``."""
    return tuple("-".join(_group() for _ in range(GROUPS)) for _ in range(COUNT))


def hash_of(code: str, user_id: int) -> str:
    """Return what is stored of ``code``, however it was typed: with capitals, with blanks, without hyphens."""
    return hashlib.sha256(f"{user_id}:{normal(code)}".encode()).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(GROUP))
