"""Codes as files write them 编号 / mã: capitals, spaces and the kind of hyphen make no difference, the places of the hyphens do.

A1-203 and A-1203 are two flats. A code without its hyphens is understood where it can mean only one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from app.foundation.imports.parsers import folded

_SPACES = re.compile(r"\s+")
_HYPHENS = re.compile("[‐-―−]")


def spelled(code: str) -> str:
    """Return a code as it is compared with others."""
    return _HYPHENS.sub("-", _SPACES.sub("", unicodedata.normalize("NFKC", code).casefold()))


class Codes:
    """The records of an office by their codes; ``find`` understands what was written, ``is_ambiguous`` tells what could be several."""

    def __init__(self, written: Iterable[tuple[str, int]]) -> None:
        self._spelled: dict[str, set[int]] = {}
        self._folded: dict[str, set[int]] = {}
        for code, record in written:
            self._spelled.setdefault(spelled(code), set()).add(record)
            self._folded.setdefault(folded(code), set()).add(record)

    def find(self, code: str) -> int | None:
        """Return the record that ``code`` means; None where it means none, or several."""
        meant = self._meant(code)
        return next(iter(meant)) if len(meant) == 1 else None

    def is_ambiguous(self, code: str) -> bool:
        """Tell whether ``code`` could mean several records."""
        return len(self._meant(code)) > 1

    def _meant(self, code: str) -> set[int]:
        return self._spelled.get(spelled(code)) or self._folded.get(folded(code)) or set()
