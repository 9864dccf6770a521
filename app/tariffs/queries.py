"""Which versions hold on a day, and which of them for a unit."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from app.foundation.database import db
from app.places.models import Unit, UnitFact
from app.places.queries import facts_of
from app.places.rules.unit_facts import Fact, facts_on
from app.tariffs.choices import VersionState
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.rules.evaluate import Formula, compiled
from app.tariffs.rules.inheritance import narrowest
from app.tariffs.rules.recipe import read_recipe


def valid_on(day: datetime.date) -> ColumnElement[bool]:
    """Return the condition that bills of ``day`` are made by a version."""
    return (
        (TariffVersion.state == VersionState.APPROVED)
        & (TariffVersion.valid_from <= day)
        & or_(TariffVersion.valid_to.is_(None), TariffVersion.valid_to >= day)
    )


def versions_in_force(service_id: int, day: datetime.date) -> Select[tuple[TariffVersion]]:
    """Return the versions of a service that are valid on ``day``, each with its tariff: at most one of every tariff."""
    return (
        select(TariffVersion)
        .join(TariffVersion.tariff)
        .options(contains_eager(TariffVersion.tariff))
        .where(Tariff.service_id == service_id, valid_on(day))
        .order_by(TariffVersion.id)
    )


def version_of_unit(unit: Unit, service: Service, day: datetime.date) -> TariffVersion | None:
    """Return the version by which ``unit`` is billed for ``service`` on ``day``; None where no tariff holds for it."""
    versions: dict[Tariff, TariffVersion] = {version.tariff: version for version in db.session.scalars(versions_in_force(service.id, day))}
    tariff = narrowest(versions, building=unit.building_id, kind=unit.kind)
    return next((version for each, version in versions.items() if each is tariff), None)


def version_before(version: TariffVersion) -> TariffVersion | None:
    """Return the approved version of the same tariff that ``version`` follows, or would follow; None for the first one."""
    statement = select(TariffVersion).where(
        TariffVersion.tariff_id == version.tariff_id, TariffVersion.state == VersionState.APPROVED, TariffVersion.id != version.id
    )
    if version.valid_from is not None:
        statement = statement.where(TariffVersion.valid_from < version.valid_from)
    found: TariffVersion | None = db.session.scalars(statement.order_by(TariffVersion.valid_from.desc()).limit(1)).one_or_none()
    return found


def formula_of(version: TariffVersion) -> Formula:
    """Return the formula of a version, compiled once for as long as it stays as it is. Raises RecipeRefused."""
    return _compiled(json.dumps(version.recipe, sort_keys=True))


@lru_cache(maxsize=512)
def _compiled(recipe: str) -> Formula:
    return compiled(read_recipe(json.loads(recipe)))


def entered_facts(unit: Unit, day: datetime.date) -> dict[str, str]:
    """Return what formulas find of ``unit`` on ``day`` without its meters."""
    facts = [_fact(row) for row in db.session.scalars(facts_of(unit.id))]
    return facts_on(facts, day, area=Decimal(unit.area) if unit.area is not None else None, kind=unit.kind.value, status=unit.status)


def _fact(row: UnitFact) -> Fact:
    return Fact(row.name, row.value, row.starts_on, row.ends_on)
