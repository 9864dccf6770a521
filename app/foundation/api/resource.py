"""Tables as resources: list and record of anything, adding and changing of master data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import Schema
from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError

from app.foundation.api.fields import Money, Whole
from app.foundation.api.listing import Filter, Listing, office_or_first
from app.foundation.api.routes import Given, Routes, done
from app.foundation.api.schemas import Body, Look
from app.foundation.database import OfficeItself
from app.foundation.transactions import run
from app.foundation.views.integrity import explained_violation
from app.foundation.views.office import office_fact
from app.foundation.views.saving import saving, version_of
from app.values.money import require_fee

Visible = Callable[[], Sequence[ColumnElement[bool]]]


def records(
    routes: Routes,
    name: str,
    model: type[Any],
    *,
    view: str,
    look: Look,
    filters: Mapping[str, Filter],
    loads: Sequence[Any] = (),
    visible: Visible = lambda: (),
) -> Listing:
    """Declare ``GET /name`` and ``GET /name/<id>`` over a table."""
    listing = Listing(model, look, filters, loads, visible)

    def listed(query: Mapping[str, Any]) -> Any:
        return listing.answer(query)

    def shown(record: int) -> Any:
        return listing.one(record)

    words = name.replace("_", " ")
    listed.__doc__ = f"List the {words} of the caller's offices, in the order of their ids."
    shown.__doc__ = f"Show one of the {words}."
    query = listing.query_schema()
    routes.get(f"/{name}", may=(view, "can_list"), gives=look, query=query, is_list=True)(listed)
    routes.get(f"/{name}/<int:record>", may=(view, "can_show"), gives=look)(shown)
    return listing


def kept(
    routes: Routes,
    name: str,
    listing: Listing,
    *,
    view: str,
    body: type[Body],
    add: Callable[..., Any] | None = None,
    change: Callable[..., Any] | None = None,
    save: Callable[..., Any] | None = None,
) -> None:
    """Declare ``POST /name`` and ``PATCH /name/<id>``: rows that people keep.

    ``save`` is the operation for both (``foundation.views.saving`` otherwise); ``add(office=…, values=…)`` and
    ``change(record=…, version=…, values=…)`` stand in its place where a table has operations of its own.
    """
    model = listing.model
    operation = save or saving(model)

    def added(body: dict[str, Any]) -> Given:
        office = office_or_first(body.pop("office", None)) if "office" in schema.fields else None
        if add is not None:
            return add(office=office, values=checked(schema, body, office))  # type: ignore[no-any-return]
        return done(
            written(operation, record=None, office=office, version=None, values=tuple(sorted(checked(schema, body, office).items())))
        )

    def changed(record: int, body: dict[str, Any]) -> Any:
        row = listing.one(record)
        version = body.pop("version", None)
        values = checked(schema, body, record if isinstance(row, OfficeItself) else row.office_id)
        now = version_of(row) if version is None else str(version)
        if change is not None:
            return change(record=record, version=now, values=values)
        return written(operation, record=record, office=None, version=now, values=tuple(sorted(values.items()))).record

    schema = body()
    words = name.replace("_", " ")
    added.__doc__ = f"Add one to the {words}."
    changed.__doc__ = (
        f"Change one of the {words}.\nFields left out stay. With `version` the change is refused when somebody else was faster."
    )
    routes.post(f"/{name}", may=(view, "can_add"), takes=body, gives=listing.look)(added)
    routes.patch(f"/{name}/<int:record>", may=(view, "can_edit"), takes=patch_of(body), gives=listing.look)(changed)


def patch_of(body: type[Body]) -> Schema:
    """Return the schema of a change: every field of ``body`` may be left out, the office stays, ``version`` may be given."""
    name = body.__name__.removesuffix("Body") + "PatchBody"
    left_out = ("office",) if "office" in body._declared_fields else ()
    patch: type[Body] = type(name, (body,), {"version": Whole(1)})
    return patch(partial=True, exclude=left_out)


def checked(schema: Schema, values: Mapping[str, Any], office: int | None) -> dict[str, Any]:
    """Return ``values`` with every amount in the decimals of the office's currency. Raises OperationRefused."""
    found = dict(values)
    currency = str(found.get("currency") or office_fact("currency", office))
    for name, value in values.items():
        field = schema.fields.get(name)
        if isinstance(field, Money) and isinstance(value, Decimal):
            found[field.attribute or name] = require_fee(value, currency, field=name)
    return found


def written(operation: Callable[..., Any], **terms: Any) -> Any:
    """Run the operation; what the database refuses is explained at its field."""
    try:
        return run(operation, **terms)
    except IntegrityError as error:
        raise explained_violation(error) from error
