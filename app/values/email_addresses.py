"""E-mail addresses, as far as they can be told from their text: one person's, in plain letters, without room for a second line."""

from __future__ import annotations

import re

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
# What mail servers take everywhere: letters, digits and some signs before the at sign, a domain of two or more parts behind it.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9]))")


def is_email(text: str) -> bool:
    """Say whether ``text`` is one e-mail address and nothing else."""
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST_EMAIL else None
    return found is not None and len(found[1]) <= LONGEST_LOCAL_PART
