"""The tariffs of the demonstration: what they charge, since when, and who let them be charged."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.demonstration.tariffs import set_tariffs
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import run
from app.offices.models import Office
from app.places.choices import UnitKind
from app.places.models import Unit
from app.tariffs.choices import ServiceKind, VersionState
from app.tariffs.models import Service, TariffVersion
from app.tariffs.queries import formula_of, version_of_unit
from tests.demonstration.conftest import UNTIL, the_job

pytestmark = pytest.mark.usefixtures("demonstration")
# The day on which the meters of the demonstration were hung.
HUNG_ON = datetime.date(2025, 8, 31)
TODAY = datetime.date(2026, 11, 20)


def office(code: str) -> Office:
    return db.session.scalars(select(Office).where(Office.code == code)).one()


def billed(code: str, service: ServiceKind, unit_kind: UnitKind, facts: dict[str, str], day: datetime.date) -> Decimal | None:
    """Return what a unit of the office pays for a service on a day."""
    place = office(code).id
    unit = db.session.scalars(select(Unit).where(Unit.office_id == place, Unit.kind == unit_kind).order_by(Unit.id)).first()
    asked = db.session.scalars(select(Service).where(Service.office_id == place, Service.kind == service)).one()
    assert unit is not None
    version = version_of_unit(unit, asked, day)
    return formula_of(version)(facts).total if version is not None else None


@pytest.mark.parametrize("day", [HUNG_ON, TODAY])
@pytest.mark.parametrize(
    ("code", "service", "unit_kind", "facts", "total"),
    [
        ("HN", ServiceKind.ELECTRICITY, UnitKind.APARTMENT, {"kwh": "520"}, "1608876"),
        ("HN", ServiceKind.ELECTRICITY, UnitKind.SHOP, {"kwh": "250"}, "851040"),
        ("HN", ServiceKind.WATER, UnitKind.APARTMENT, {"m3": "34"}, "519800"),
        ("HN", ServiceKind.GAS, UnitKind.APARTMENT, {"m3": "12.347"}, "779042"),
        ("HN", ServiceKind.AIR_CONDITIONING, UnitKind.SHOP, {"kwh": "180"}, "557928"),
        ("HN", ServiceKind.MANAGEMENT, UnitKind.APARTMENT, {"m2": "68.53"}, "518087"),
        ("SZ", ServiceKind.ELECTRICITY, UnitKind.APARTMENT, {"kwh": "180", "ytd": "2700"}, "102.84"),
        ("SZ", ServiceKind.ELECTRICITY, UnitKind.SHOP, {"kwh": "100"}, "95"),
        ("SZ", ServiceKind.WATER, UnitKind.APARTMENT, {"m3": "15"}, "60"),
        ("SZ", ServiceKind.MANAGEMENT, UnitKind.APARTMENT, {"m2": "100"}, "380"),
    ],
)
def test_every_month_of_the_history_has_its_prices(
    code: str, service: ServiceKind, unit_kind: UnitKind, facts: dict[str, str], total: str, day: datetime.date
) -> None:
    assert billed(code, service, unit_kind, facts, day) == Decimal(total)


def test_the_manager_wrote_and_checked_and_the_chief_approved() -> None:
    versions = db.session.scalars(select(TariffVersion).where(TariffVersion.state == VersionState.APPROVED)).all()
    found = [tuple(str(getattr(each, did).username) for did in ("written_by", "checked_by", "approved_by")) for each in versions]
    hanoi, shenzhen = ("manager.hn", "manager.hn", "chief.hn"), ("manager.sz", "manager.sz", "chief.sz")
    assert sorted(found) == [hanoi] * 6 + [shenzhen] * 4


def test_a_price_change_waits_for_the_chief_of_hanoi() -> None:
    waiting = db.session.scalars(select(TariffVersion).where(TariffVersion.state != VersionState.APPROVED)).one()
    assert (waiting.office.code, waiting.number, waiting.state) == ("HN", 2, VersionState.CHECKED)
    assert waiting.valid_from == datetime.date(2027, 1, 1)
    assert formula_of(waiting)({"m2": "68.53"}).total == Decimal(555093)


def test_sources_are_written_in_the_language_of_the_office() -> None:
    firsts = db.session.scalars(select(TariffVersion).where(TariffVersion.number == 1))
    found = {each.tariff.name: each.source for each in firsts}
    assert "Giá" in found["Điện sinh hoạt"]
    assert "示例" in found["居民用电"]


def test_a_second_time_changes_nothing() -> None:
    def counted() -> int:
        return db.session.scalar(select(func.count(TariffVersion.id))) or 0

    before = counted()
    with clock.at(UNTIL):
        run(set_tariffs, job=the_job())
    assert counted() == before > 0
