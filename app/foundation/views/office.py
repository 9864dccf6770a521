"""The office of a page: which one was chosen, and what of it the pages need to know (currency, time zone).

The table of offices belongs to a domain above; here it is read by its table, so that the foundation knows no domain.
"""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from sqlalchemy import inspect
from sqlalchemy.orm.util import identity_key

from app.foundation.database import OfficeItself, OfficeRecord, db
from app.foundation.i18n import OFFICE_FACTS, read_office
from app.foundation.scope import scope_or_none
from app.foundation.views.interface import record_id
from app.foundation.views.state import once_per_request, request_store
from app.values.errors import Malformed, Message, NotFound


def chosen_office() -> int | None:
    """Return the office of this request: of the form, else of the address, else the first one of the person.

    It is never kept in the session: two tabs must not write into each other's office. Raises NotFound for an office that is not the
    person's.
    """
    return once_per_request("office", _choose)


def _choose() -> int | None:
    scope = scope_or_none()
    allowed = sorted(scope.office_ids) if scope is not None else []
    asked = (request.form.get("office") or request.args.get("office")) if has_request_context() else None
    if not asked:
        return allowed[0] if allowed else None
    # The page that refuses a wrong office is itself one of the person's first office.
    request_store()["office"] = allowed[0] if allowed else None
    number = record_id(asked)
    if number is None:
        raise Malformed(Message("The office cannot be read."), code="bad_office")
    if scope is None or (number not in allowed and not scope.unlimited):
        raise NotFound(Message("This record does not exist."), code="not_found")
    return number


def belongs_to_office(model: type[Any]) -> bool:
    """Tell whether the rows of ``model`` belong to offices."""
    return issubclass(model, OfficeRecord)


def office_facts(office_id: int | None = None) -> dict[str, Any]:
    """Return id, name, currency and time zone of the office (default: the chosen one); empty where there is none."""
    number = office_id if office_id is not None else chosen_office()
    if number is None:
        return {}
    return once_per_request(("office facts", number), lambda: _read_facts(number))


def _read_facts(number: int) -> dict[str, Any]:
    held = _held_office(number)
    if held is not None:
        return {name: getattr(held, name) for name in OFFICE_FACTS}
    return dict(read_office(number)) if "office" in OfficeRecord.registry.metadata.tables else {}


def _held_office(number: int) -> Any | None:
    """Return the office if the session holds it already, so that it is not read twice for one page."""
    for model in OfficeItself.__subclasses__():
        held = db.session().identity_map.get(identity_key(model, number))
        if held is not None and not inspect(held).expired:
            return held
    return None


def office_fact(name: str, office_id: int | None = None) -> Any:
    """Return one fact of an office, or nothing."""
    return office_facts(office_id).get(name)


def currency_of(record: Any = None) -> str:
    """Return the currency in which ``record`` (default: the chosen office) keeps its amounts; empty where there is none."""
    own = getattr(record, "currency", None)
    if isinstance(own, str) and own:
        return str(own)
    return str(office_fact("currency", getattr(record, "office_id", None)) or "")


def use_office(office_id: int | None) -> None:
    """Let the office of the opened record be the office of the page: its lookups and amounts are those of that office."""
    if office_id is not None:
        request_store()["office"] = office_id


def office_argument() -> int | None:
    """Return the office for the links of a page: named where the person has a choice, else left out."""
    scope = scope_or_none()
    return chosen_office() if scope is not None and (len(scope.office_ids) > 1 or scope.unlimited) else None


def keep_office(endpoint: str, values: dict[str, Any]) -> None:
    """Let every link of a page lead to the same office: the menu, too. For persons of several offices, where one was chosen."""
    if "office" in values or not has_request_context() or endpoint.endswith("static") or "." not in endpoint:
        return
    office = kept_office()
    if office is not None:
        values["office"] = office


def kept_office() -> int | None:
    """Return the office that every link of this page names, or nothing."""
    return office_argument() if request.values.get("office") or "office" in request_store() else None
