"""The prices of a building as if one version of a tariff had been the only one of its tariff, and what can be previewed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, select

from app.foundation.database import db
from app.places.choices import UnitKind
from app.places.models import Building, Unit
from app.runs.choices import PeriodState
from app.runs.models import BillingPeriod
from app.runs.queries.prices import Prices
from app.tariffs.models import Tariff, TariffVersion
from app.tariffs.rules.day_by_day import Valid, day_by_day
from app.tariffs.rules.recipe import read_recipe

# Before every period there can be: the version is tried as if it had always been valid.
ALWAYS = datetime.date(1900, 1, 1)
UNITS_AT_ONCE = 500
MOST_MONTHS = 36


class PreviewedPrices(Prices):
    """The approved prices, with ``version`` in the place of every version of its tariff. Raises RecipeRefused."""

    def __init__(self, building: int, version: TariffVersion) -> None:
        super().__init__(building, [version.tariff.service])
        tariff = version.tariff
        of_tariff = set(db.session.scalars(select(TariffVersion.id).where(TariffVersion.tariff_id == tariff.id)))
        others = [each for each in self._valid[tariff.service_id] if each.version not in of_tariff]
        self._recipes[version.id] = read_recipe(version.recipe)
        self._valid[tariff.service_id] = [*others, Valid(version.id, ALWAYS, None, tariff.building_id, tariff.unit_kind)]
        self._version = version

    def holds_for(self, kind: UnitKind, period: BillingPeriod) -> bool:
        """Say whether the version bills units of ``kind`` on a day of the period: a narrower tariff takes them from it."""
        stretches = day_by_day(self._valid[self._version.tariff.service_id], building=self._building, kind=kind)
        return any(
            version == self._version.id and first <= period.ends_on and (last is None or last >= period.starts_on)
            for version, first, last in stretches
        )


def units_in_turn(building: int) -> Iterator[Sequence[Unit]]:
    """Return the units of a building, so many at once."""
    reached = 0
    while units := db.session.scalars(_after(building, reached)).all():
        yield units
        reached = units[-1].id


def _after(building: int, reached: int) -> Select[tuple[Unit]]:
    return select(Unit).where(Unit.building_id == building, Unit.id > reached).order_by(Unit.id).limit(UNITS_AT_ONCE)


def period_named(building: int, month: datetime.date) -> BillingPeriod | None:
    """Return the period of a building and month; None where there was none yet."""
    found: BillingPeriod | None = db.session.scalars(
        select(BillingPeriod).where(BillingPeriod.building_id == building, BillingPeriod.month == month)
    ).one_or_none()
    return found


def buildings_of(tariff: Tariff) -> Sequence[Building]:
    """Return the buildings in which a tariff can hold."""
    here: ColumnElement[bool] = Building.office_id == tariff.office_id
    if tariff.building_id is not None:
        here &= Building.id == tariff.building_id
    return list(db.session.scalars(select(Building).where(here).order_by(Building.name, Building.id)))


def months_of(tariff: Tariff) -> Sequence[datetime.date]:
    """Return the months of which there are periods, the newest first."""
    statement = select(BillingPeriod.month).where(_of(tariff)).distinct().order_by(BillingPeriod.month.desc()).limit(MOST_MONTHS)
    return list(db.session.scalars(statement))


def last_period(tariff: Tariff) -> BillingPeriod | None:
    """Return the period that a version is compared with at first: the last one closed, else the last one there is."""
    closed_first = (BillingPeriod.period_state == PeriodState.CLOSED).desc()
    statement = select(BillingPeriod).where(_of(tariff)).order_by(closed_first, BillingPeriod.month.desc(), BillingPeriod.id).limit(1)
    found: BillingPeriod | None = db.session.scalars(statement).one_or_none()
    return found


def _of(tariff: Tariff) -> ColumnElement[bool]:
    here = BillingPeriod.office_id == tariff.office_id
    return here if tariff.building_id is None else here & (BillingPeriod.building_id == tariff.building_id)
