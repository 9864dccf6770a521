"""Identity numbers do not belong on a paper, even where somebody typed one into a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# 18 or 15 digits (China), 12 digits (Vietnam, and most bank accounts).
IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15}|[0-9]{12})(?![0-9A-Za-z])")
# The office's own data, and what the paper is found by.
KEPT_WHOLE = frozenset({"office", "number", "original_number", "reference", "broadband_account", "customer_no", "shift", "serial"})


def masked(text: str) -> str:
    """Return ``text`` with 440301********4528 for an 18 or 15-digit number, and 001******789 for one of twelve."""
    return IDENTITY_NUMBER.sub(lambda found: _masked_number(found.group()), text)


def _masked_number(number: str) -> str:
    head, tail = (3, 3) if len(number) == 12 else (6, 4)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def masked_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``content`` with identity numbers masked in everything people typed."""
    return {key: value if key in KEPT_WHOLE else _masked_value(value) for key, value in content.items()}


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return masked_content(value)
    return [_masked_value(one) for one in value] if isinstance(value, list | tuple) else value
