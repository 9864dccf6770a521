"""Forms: the base class of every form of the product, and forms made from a table's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Enum, Integer, LargeBinary, Numeric, String
from sqlalchemy.orm import ColumnProperty, RelationshipProperty
from wtforms import Form
from wtforms.fields.core import UnboundField

from app.foundation.i18n import FORM_TEXTS
from app.foundation.views import fields
from app.foundation.views.columns import MONEY_SCALE, leaf_of, pretty
from app.values.errors import Message, OperationRefused

LONG_TEXT = 500


class EntityForm(Form):
    """The base of all forms. Cross-site requests are refused for the whole application by ``guards``, not form by form.

    ``key`` makes sending the form twice do the thing once. ``terms`` gives the operation's terms as plain values; a form whose
    fields are not named like the terms builds them itself.
    """

    class Meta:
        csrf = False

        def get_translations(self, form: Any) -> Any:
            return FORM_TEXTS

    key = fields.KeyField()
    fieldsets: Sequence[tuple[str | None, Sequence[str]]] = ()
    folded: Sequence[str] = ()  # titles of sections that stay closed until one of their fields is used
    left_out: frozenset[str] = frozenset()  # fields that the office hides: they are neither shown nor read
    own_names: Sequence[str] = ()  # fields that the office named itself

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **kwargs: Any) -> None:
        """Read what was sent, but nothing for a field that is not on the page."""
        super().process(formdata, obj, data, extra_filters, **kwargs)
        for name in self.left_out:
            self._fields[name].process(None)

    def terms(self) -> dict[str, Any]:
        """Return the terms of the operation: the data of every field of the page but the key."""
        return {field.short_name: field.data for field in self if field.short_name != "key" and field.name not in self.left_out}

    def own_texts(self) -> tuple[tuple[str, str | None], ...]:
        """Return what was written into the office's own fields, as (column, text)."""
        return tuple((name, self._fields[name].data) for name in self.own_names)

    def blame(self, error: OperationRefused) -> list[Message]:
        """Put the refusal at the fields it names; return what belongs to no field."""
        rest = [] if error.fields else [error.message]
        for name, message in error.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, message]
            else:
                rest.append(message)
        return rest

    def sections(self) -> list[tuple[str | None, list[Any]]]:
        """Return the visible fields by section, those of no section first."""
        named = [(title, [self._fields[name] for name in names if name in self._fields]) for title, names in self.fieldsets]
        used = {field.name for _, items in named for field in items}
        loose = [field for field in self if field.name not in used and not is_hidden(field)]
        sections = [(title, self._present(items)) for title, items in [(None, loose), *named]]
        return [section for section in sections if section[1]]

    def _present(self, items: Sequence[Any]) -> list[Any]:
        return [field for field in items if field.name not in self.left_out]

    @property
    def has_files(self) -> bool:
        """Tell whether a file can be sent with the form, which takes another encoding."""
        return any(isinstance(field, fields.UploadField) for field in self)

    @property
    def hidden(self) -> list[Any]:
        return [field for field in self if is_hidden(field)]


def is_hidden(field: Any) -> bool:
    """Tell whether a field takes no place on the page."""
    return getattr(field.widget, "input_type", "") == "hidden"


def form_for(
    model: type[Any],
    names: Sequence[str],
    *,
    labels: Mapping[str, Any],
    helps: Mapping[str, Any],
    extra: Mapping[str, Any],
    fieldsets: Sequence[tuple[str | None, Sequence[str]]] = (),
) -> type[EntityForm]:
    """Return the form over the columns ``names`` of ``model``; ``extra`` gives fields that replace the made ones."""
    made: dict[str, Any] = {
        name: extra.get(name) or field_for(model, name, labels.get(name) or pretty(name), helps.get(name, "")) for name in names
    }
    made.update({name: field for name, field in extra.items() if name not in made})
    made = {name: _made_anew(field) for name, field in made.items()}
    return type(f"{model.__name__}Form", (EntityForm,), {**made, "fieldsets": tuple(fieldsets)})


def _made_anew(field: Any) -> Any:
    """Return a field as if it had been made now: a form shows its fields in the order in which they were made."""
    if not isinstance(field, UnboundField):
        return field
    return UnboundField(field.field_class, *field.args, name=field.name, **field.kwargs)


def field_for(model: type[Any], name: str, label: Any, help: Any = "") -> Any:
    """Return the field that suits the column or relation ``name``."""
    found = leaf_of(model, name).mapped
    if isinstance(found, RelationshipProperty):
        return _lookup_for(found, label, help)
    if not isinstance(found, ColumnProperty):
        raise TypeError(f"{model.__name__}.{name} is computed and cannot be edited.")
    column = found.columns[0]
    if column.foreign_keys:
        raise TypeError(f"Name the relation of {model.__name__}.{name} instead: people choose rows, not numbers.")
    common = {"help": help, "required": _is_required(column)}
    return _field_for_type(column, label, common)


def _lookup_for(relation: Any, label: Any, help: Any) -> Any:
    if relation.direction.name != "MANYTOONE":
        raise TypeError(f"{relation} has many rows; give the form a field of its own for it.")
    (column,) = relation.local_columns
    return fields.LookupField(label, lookup=relation.mapper.class_.__tablename__, required=not column.nullable, help=help)


def _is_required(column: Any) -> bool:
    """A column needs a value where it takes no NULL and has no default of its own."""
    return not column.nullable and column.default is None and column.server_default is None


def _field_for_type(column: Any, label: Any, common: dict[str, Any]) -> Any:
    stored = column.type
    if isinstance(stored, Boolean):
        return fields.FlagField(label, help=common["help"], default=_default(column))
    if isinstance(stored, Enum):
        # A value is needed, but a default may stand there already.
        options: Any = stored.enum_class
        return fields.ChoiceField(label, options=options, default=_default(column), help=common["help"], required=not column.nullable)
    if isinstance(stored, DateTime | LargeBinary):
        raise TypeError(f"{column} is set by an operation, not typed.")
    if isinstance(stored, Date):
        return fields.DayField(label, **common)
    if isinstance(stored, Integer):
        return fields.WholeNumberField(label, **{**common, "required": not column.nullable}, default=_default(column))
    if isinstance(stored, Numeric):
        needed = {**common, "required": not column.nullable}
        if stored.scale == MONEY_SCALE:
            return fields.MoneyField(label, **needed, default=_default(column))
        return fields.NumberField(label, places=stored.scale or 0, **needed, default=_default(column))
    longest = getattr(stored, "length", None) or fields.LONGEST_LINE
    made = fields.LongTextField if isinstance(stored, String) and longest > LONG_TEXT else fields.TextField
    return made(label, longest=longest, empty=None if column.nullable else "", **common)


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None
