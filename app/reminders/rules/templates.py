"""The text of a letter: an office's own words with places in braces, "{name}", which are checked when it is saved.

Source: docs/rules/reminders.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.values.errors import Message, OperationRefused

# What may stand in a letter, in the order in which the page explains it.
PLACES = ("name", "customer_no", "account", "address", "plan", "stops_on", "days_left", "amounts", "ways_to_pay", "office", "phone")
_PLACE = re.compile(r"\{([^{}]*)\}")


def check_template(text: str, *, field: str) -> None:
    """Refuse a text with a place that does not exist or with a brace that opens or closes nothing. Raises OperationRefused."""
    unknown = [name for name in _PLACE.findall(text) if name not in PLACES]
    if unknown:
        raise OperationRefused(
            Message("There is no place {%(name)s}. Use one of: %(places)s", name=unknown[0][:40], places=", ".join(PLACES)),
            code="unknown_place",
            field=field,
        )
    if set(_PLACE.sub("", text)) & set("{}"):
        raise OperationRefused(
            Message("A brace stands alone. Places are written like {%(name)s}.", name=PLACES[0]), code="lonely_brace", field=field
        )


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return ``text`` with its places filled in, in one pass: what a fact contains is never taken for a place."""
    return _PLACE.sub(lambda found: facts[found[1]] if found[1] in facts else found[0], text)


def one_line(text: str) -> str:
    """Return ``text`` without line breaks and other control characters, for a subject."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
