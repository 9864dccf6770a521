"""Debts by age 账龄分析表 / báo cáo tuổi nợ: what is open as of the last day of the period, by building and service, by how late it is.

Late interest stands with the service that bears it; what is of no service (a broadband fee) has neither building nor service.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.billing.choices import AgeingBucket
from app.debts.queries.open_debts import DebtFilter, ages, open_debts
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.offices.models import Office
from app.places.models import Building, Unit
from app.tariffs.models import Service
from app.values.errors import N_

TITLE = N_("Debts by age")

COLUMNS = (
    ReportColumn("building", N_("Building")),
    ReportColumn("service", N_("Service")),
    ReportColumn("charges", N_("Charges"), Kind.NUMBER, is_summed=True),
    *(ReportColumn(bucket.value, bucket.label, Kind.MONEY, is_summed=True, hides_zero=True) for bucket in AgeingBucket),
    ReportColumn("overdue", N_("Overdue"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
)


def debts_by_age(
    *, offices: Sequence[int], start: datetime.date, end: datetime.date, building: int | None = None, service: int | None = None
) -> list[Mapping[str, Any]]:
    """Return a row for every building and service of which something is open as of ``end``; what is of no service comes last."""
    today = max(clock.today(found(Office, office)) for office in offices)
    debt = open_debts(offices, end, today, DebtFilter(building=building, service=service))
    statement = (
        select(
            Building.id.label("building_id"),
            func.coalesce(Building.name, "").label("building"),
            func.coalesce(Service.name, "").label("service"),
            func.count().label("charges"),
            *ages(debt),
        )
        .select_from(debt)
        .outerjoin(Unit, Unit.id == debt.c.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .outerjoin(Service, Service.id == debt.c.service_id)
        .group_by(Building.id, Service.id)
        .order_by(Building.code.nulls_last(), Service.position, Service.id)
    )
    return [dict(row) for row in db.session.execute(statement).mappings()]
