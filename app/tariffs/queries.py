"""Which versions hold on a day, and which of them for a unit."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from app.foundation.database import db
from app.places.models import Unit, UnitFact
from app.places.queries import facts_of
from app.places.rules.unit_facts import Fact, facts_on
from app.tariffs.choices import VersionState
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.rules.day_by_day import Valid, day_by_day
from app.tariffs.rules.evaluate import Formula, compiled
from app.tariffs.rules.recipe import read_recipe


def versions_to_approve(office_id: int) -> Select[int]:
    """Return how many versions of an office are checked and wait for a second person."""
    waiting = (TariffVersion.office_id == office_id, TariffVersion.state == VersionState.CHECKED)
    return select(func.count(TariffVersion.id)).where(*waiting)


def approved_here(services: Sequence[int], building: int) -> Sequence[TariffVersion]:
    """Return the approved versions of services that can hold in a building on any day, each with its tariff."""
    statement = (
        select(TariffVersion)
        .join(TariffVersion.tariff)
        .options(contains_eager(TariffVersion.tariff))
        .where(
            Tariff.service_id.in_(services),
            or_(Tariff.building_id.is_(None), Tariff.building_id == building),
            TariffVersion.state == VersionState.APPROVED,
            TariffVersion.valid_from.is_not(None),
        )
    )
    return list(db.session.scalars(statement.order_by(TariffVersion.id)))


def days_of_version(version: TariffVersion) -> Valid:
    """Return where and from when to when an approved version holds, as the rule takes it."""
    if version.valid_from is None:
        raise LookupError(f"The version {version.id} has no first day.")
    return Valid(version.id, version.valid_from, version.valid_to, version.tariff.building_id, version.tariff.unit_kind)


def version_of_unit(unit: Unit, service: Service, day: datetime.date) -> TariffVersion | None:
    """Return the version by which ``unit`` is billed for ``service`` on ``day``; None where no tariff holds for it."""
    here = {version.id: version for version in approved_here([service.id], unit.building_id)}
    stretches = day_by_day([days_of_version(version) for version in here.values()], building=unit.building_id, kind=unit.kind)
    return next((here[version] for version, first, last in stretches if first <= day and (last is None or day <= last)), None)


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
