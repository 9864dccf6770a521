"""The form of an office's fields: which optional ones it shows, and what it calls its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from app.foundation.i18n import LANGUAGES
from app.foundation.own_fields.models import LONGEST_NAME, SLOTS, OwnField
from app.foundation.own_fields.operations import OwnFieldTerms
from app.foundation.views.fields import FlagField, TextField, WholeNumberField
from app.foundation.views.forms import EntityForm
from app.values.errors import N_

SHOWN = "show_"
OPTIONAL = N_("Optional fields: shown where ticked")
OWN_TITLES = (N_("Own field 1"), N_("Own field 2"), N_("Own field 3"), N_("Own field 4"), N_("Own field 5"))


class FieldsForm(EntityForm):
    """The base of the forms of all tables; ``fields_form`` adds the fields."""

    folded = OWN_TITLES[1:]
    hideable: Sequence[str] = ()
    has_own = False

    def hidden_names(self) -> tuple[str, ...]:
        """Return the optional fields that are not ticked."""
        return tuple(name for name in self.hideable if not self._fields[SHOWN + name].data)

    def own(self) -> tuple[OwnFieldTerms, ...]:
        """Return the office's own fields as they were described."""
        return tuple(self._terms(slot) for slot in SLOTS) if self.has_own else ()

    def _terms(self, slot: int) -> OwnFieldTerms:
        def value(part: str) -> Any:
            return self._fields[f"own_{slot}_{part}"].data

        names = tuple((language, value(f"name_{language}") or "") for language in LANGUAGES)
        return OwnFieldTerms(
            slot,
            value("name") or "",
            names,
            value("position") or slot,
            is_on=not value("is_off"),
            is_required=bool(value("is_required")),
            is_listed=bool(value("is_listed")),
        )


@lru_cache(maxsize=64)
def fields_form(hideable: tuple[tuple[str, Any], ...], has_own: bool) -> type[FieldsForm]:
    """Return the form for a table with these optional fields, given as (name, label), with or without places for own ones."""
    made: dict[str, Any] = {SHOWN + name: FlagField(label) for name, label in hideable}
    sections: list[tuple[Any, list[str]]] = [(OPTIONAL, list(made))] if made else []
    if has_own:
        for slot, title in zip(SLOTS, OWN_TITLES, strict=True):
            fields = _own_fields(slot)
            sections.append((title, list(fields)))
            made.update(fields)
    return type(
        "FieldsForm", (FieldsForm,), {**made, "fieldsets": tuple(sections), "hideable": [name for name, _ in hideable], "has_own": has_own}
    )


def _own_fields(slot: int) -> dict[str, Any]:
    languages = {f"own_{slot}_name_{language}": TextField(_name_in(language), longest=LONGEST_NAME) for language in LANGUAGES}
    return {
        f"own_{slot}_name": TextField(N_("Name of the field"), longest=LONGEST_NAME, help=N_("In the office's own language.")),
        f"own_{slot}_position": WholeNumberField(N_("Order"), least=1, most=99),
        f"own_{slot}_is_required": FlagField(N_("Must be filled in")),
        f"own_{slot}_is_listed": FlagField(N_("A column of the list")),
        f"own_{slot}_is_off": FlagField(N_("Switched off")),
        **languages,
    }


def _name_in(language: str) -> str:
    return {
        "en": N_("Name for readers of English"),
        "zh_Hans": N_("Name for readers of Simplified Chinese"),
        "zh_Hant": N_("Name for readers of Traditional Chinese"),
        "vi": N_("Name for readers of Vietnamese"),
    }[language]


def stored_values(hideable: Iterable[str], hidden: Iterable[str], named: Iterable[OwnField], has_own: bool) -> dict[str, Any]:
    """Return what the form opens with."""
    values: dict[str, Any] = {SHOWN + name: name not in set(hidden) for name in hideable}
    for row in named if has_own else ():
        start = f"own_{row.slot}_"
        values |= {start + part: getattr(row, part) for part in ("name", "position", "is_required", "is_listed")}
        values[f"{start}is_off"] = not row.is_on
        values |= {f"{start}name_{language}": getattr(row, f"name_{language.lower()}") for language in LANGUAGES}
    return values
