"""The buildings of the measurements, a few of them: they fit today's tables, a version can be previewed and every report has rows."""

from __future__ import annotations

import datetime

import psycopg
import pytest

from app import create_app
from app.bench import services
from app.bench.run_rows import office_of
from app.bench.service_rows import TABLES
from app.foundation.database import db
from app.foundation.scope import scoped
from app.foundation.upgrade import upgrade_database
from app.reports.services.collection import collection_rate
from app.reports.services.consumption import consumption_by_month
from app.reports.services.revenue import revenue_by_service
from app.reports.services.unusual import unusual_readings
from app.runs.operations.previewing import preview_version
from config import Settings
from tests.bench.test_filling import empty_database

__all__ = ["empty_database"]

HOUSES = services.Houses(buildings=2, units=100, months=5)


def test_the_buildings_are_previewed_and_reported(empty_database: str, settings: Settings) -> None:
    app = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=empty_database, TESTING=True)
    upgrade_database(app)
    with app.app_context():
        office = office_of(200)
        db.session.remove()
    today = datetime.date(2026, 11, 22)
    with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:
        services.fill_services(connection, office, HOUSES, today)
        assert services.is_filled(connection, office)
    year = {"start": datetime.date(2026, 1, 1), "end": datetime.date(2026, 12, 31)}
    with app.app_context(), scoped(None, [office]):
        found = preview_version(version=services.DRAFT, building=services.BASE + 1, month=datetime.date(2026, 10, 1))
        assert (found.summary.units, found.summary.computed, found.reasons) == (100, 100, [])
        assert found.summary.after > found.summary.before > 0
        assert len(consumption_by_month(offices=[office], **year)) == 2 * 5
        assert sum(row["charges"] for row in revenue_by_service(offices=[office], **year)) == 2 * 100 * 5
        assert len(collection_rate(offices=[office], **year)) == 2 * 5
        assert unusual_readings(offices=[office], **year)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_row_says_of_which_office_it_is(table: str) -> None:
    columns, _ = TABLES[table]
    assert columns["office_id"] == "OFFICE"
