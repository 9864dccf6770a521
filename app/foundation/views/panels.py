"""Panels of a record's page: what other domains have to tell of the record, each list with its first rows and its button.

A page that shows everything of a thing (a unit: people, facts, meters, charges) asks by an effect, and every domain answers with a panel
for those who may see its rows. ``feehouse/partials/panels.html`` draws them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.foundation import effects
from app.foundation.views.links import Action
from app.values.errors import Message


@dataclass(frozen=True)
class PanelRow:
    """A row: what it is, the quiet words below, a state, where it leads; ``is_over`` draws it as past."""

    title: Any
    note: Any = ""
    href: str | None = None
    badge: Any = None
    icon: str = ""
    tone: str = "info"
    is_over: bool = False
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Panel:
    """A card with rows; ``lead`` is a sentence above them, ``hint`` says what belongs there while there are none.

    Rows that are ways to somewhere are not counted.
    """

    title: Any
    icon: str
    rows: Sequence[PanelRow] = ()
    lead: Any = ""
    hint: Any = ""
    add: Action | None = None
    is_counted: bool = True


def panels_of(effect: str, record: Any) -> list[Panel]:
    """Return what the domains answer to ``effect`` for ``record``, in the order of the wiring; nothing where the person may see none."""
    return [panel for panel in effects.call(effect, record) if panel is not None]


def days_between(starts_on: datetime.date, ends_on: datetime.date | None) -> Message:
    """Return the words for a span of days, which may go on."""
    if ends_on is None:
        return Message("from %(start)s", start=starts_on)
    return Message("%(start)s to %(end)s", start=starts_on, end=ends_on)
