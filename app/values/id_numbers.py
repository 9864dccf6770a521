"""Identity numbers 證件號碼: how one is written the same way, and how a text is known to be one.

Pure: the search compares what is written the same way, and addresses must never hold what looks like one.
"""

from __future__ import annotations

import re
import unicodedata

# Of mainland China (eighteen or fifteen digits with a date of birth), Việt Nam (twelve), Hong Kong (with its check digit in brackets).
_PATTERNS = (
    r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]",
    r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}",
    r"0(?:0[1-9]|[1-9]\d)\d{9}",
    r"[A-Z]{1,2}\d{6}\([\dA]\)",
)
_ID_NUMBER = re.compile("|".join(_PATTERNS))
_APART = re.compile(r"[\s\-.·]+")


def normalised(text: str) -> str:
    """Return an identity number as it is compared: narrow capitals and digits, without spaces, hyphens or brackets."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text).upper() if mark.isalnum())


def looks_like_id_number(text: str) -> bool:
    """Tell whether ``text`` is written like an identity number, whatever its width, case and gaps."""
    narrow = _APART.sub("", unicodedata.normalize("NFKC", text).upper())
    return _ID_NUMBER.fullmatch(narrow) is not None
