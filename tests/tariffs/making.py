"""Services, tariffs and versions for tests, made by the real operations."""

from __future__ import annotations

import copy
import datetime
from typing import Any

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.operations import approve_version, check_version, draft_version, make_tariff, save_version
from tests.factories import acting, office

MANAGERS = {"SH": "chen", "HN": "binh"}
RECIPE: dict[str, Any] = {
    "rounding": "0.01",
    "lines": [
        {
            "code": "electricity",
            "kind": "graduated",
            "label": "电费",
            "quantity": "kwh",
            "tiers": [{"up_to": "200", "price": "0.50"}, {"up_to": None, "price": "0.60"}],
        },
        {"code": "tax", "kind": "percentage", "label": "税", "of": ["electricity"], "percent": "10", "tax": True},
    ],
}
# 200 × 0.50 + 50 × 0.60 = 130.00, with 10 % 143.00.
EXAMPLES: list[dict[str, Any]] = [{"facts": {"kwh": "250"}, "total": "143"}]


def recipe(**first_line: Any) -> dict[str, Any]:
    """Return the recipe with other parameters in its first line."""
    made = copy.deepcopy(RECIPE)
    made["lines"][0].update(first_line)
    return made


def service(kind: ServiceKind = ServiceKind.ELECTRICITY, code: str = "SH") -> Service:
    """Return a service that the office began with."""
    with everything("looking up the office's own services"):
        return db.session.scalars(select(Service).where(Service.kind == kind, Service.office_id == office(code).id)).one()


def a_tariff(code: str = "SH", *, kind: ServiceKind = ServiceKind.ELECTRICITY, name: str = "居民用电", **values: Any) -> Tariff:
    """Return a new tariff of the whole office, unless a building or a kind of unit is named."""
    with acting(MANAGERS[code]):
        return run(make_tariff, office=office(code).id, service=service(kind, code).id, name=name, **values).record


def a_draft(tariff: Tariff | None = None, *, valid_from: str | None = "2026-01-01", **values: Any) -> TariffVersion:
    """Return a draft with two tiers and a tax, and the example that proves it."""
    parent = tariff or a_tariff()
    terms = {"recipe": RECIPE, "examples": EXAMPLES} | values
    with acting("chen"):
        draft = run(draft_version, tariff=parent.id).record
        day = datetime.date.fromisoformat(valid_from) if valid_from else None
        return run(save_version, version=draft.id, stamp=str(draft.version), valid_from=day, **terms).record


def a_checked(tariff: Tariff | None = None, **values: Any) -> TariffVersion:
    """Return a version whose example has passed."""
    draft = a_draft(tariff, **values)
    with acting("chen"):
        return run(check_version, version=draft.id).record


def an_approved(tariff: Tariff | None = None, **values: Any) -> TariffVersion:
    """Return a version that Zhou has approved."""
    checked = a_checked(tariff, **values)
    with acting("zhou"):
        return run(approve_version, version=checked.id).record
