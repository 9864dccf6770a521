"""The rows of the billing runs that are measured: an office for each size with units, meters of three services and prices of four.

They are made by the owner by INSERT … SELECT; every run bills a month of its own, whose readings are written just before it.
"""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import psycopg
from sqlalchemy import select

from app.bench.rows import OFFICE_ZONE
from app.bench.run_statements import MONTH, PRICES, TARIFF, WORLD
from app.foundation import effects
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.choices import Currency, Language
from app.offices.models import Office
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.values.months import month_end

UNITS_OF_A_BUILDING = 250
KINDS = (ServiceKind.ELECTRICITY, ServiceKind.WATER, ServiceKind.GAS, ServiceKind.MANAGEMENT)
FIRST_MONTH = datetime.date(2020, 1, 1)


def office_of(units: int) -> int:
    """Return the office of so many units, made now where it is not there yet; called as the owner."""
    code = f"R{units}"
    with everything("the measurements make their office"):
        known: int | None = db.session.scalars(select(Office.id).where(Office.code == code)).one_or_none()
        if known is not None:
            return known
        office = Office(
            code=code,
            name=f"物业 {units}",
            language=Language.SIMPLIFIED_CHINESE,
            currency=Currency.CNY,
            time_zone=OFFICE_ZONE.key,
            legal_name="上海阳光物业服务有限公司",
            short_name="阳光物业",
            address="上海市浦东新区世纪大道 1 号",
            telephone="021-5000 0001",
            customer_prefix="KH",
            receipt_prefix="SK",
            cash_step=Decimal("0.10"),
        )
        db.session.add(office)
        db.session.flush()
        effects.call("office_made", office)
        number: int = office.id
        db.session.commit()
    return number


def services_of(office: int) -> tuple[int, ...]:
    """Return the four services that are billed."""
    with everything("the measurements look up their services"):
        rows = db.session.scalars(select(Service).where(Service.office_id == office, Service.kind.in_(KINDS)).order_by(Service.id)).all()
    return tuple(row.id for row in rows)


def fill_world(connection: psycopg.Connection[Any], office: int, units: int) -> None:
    """Write units, people, meters and prices of an office, unless they are there."""
    known = connection.execute("SELECT count(*) FROM unit WHERE office_id = %s", (office,)).fetchone()
    if known == (units,):
        return
    terms = {"office": office, "units": units, "each": UNITS_OF_A_BUILDING, "first": FIRST_MONTH - datetime.timedelta(days=1)}
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        # What has just been written has no statistics yet: rows would be met pair by pair.
        connection.execute("SET LOCAL enable_nestloop = off")
        for statement in WORLD:
            connection.execute(statement.encode(), terms)
        for kind, recipe in PRICES.items():
            connection.execute(TARIFF.encode(), {**terms, "kind": kind, "recipe": json.dumps(recipe, ensure_ascii=False)})
    connection.execute("ANALYZE")


def read_next_month(connection: psycopg.Connection[Any], office: int) -> datetime.date:
    """Write the readings of the month after the last one that was billed; return its first day."""
    last = connection.execute("SELECT max(month) FROM billing_period WHERE office_id = %s", (office,)).fetchone()
    newest = last[0] if last else None
    month = FIRST_MONTH if newest is None else month_end(newest) + datetime.timedelta(days=1)
    terms = {"office": office, "before": month - datetime.timedelta(days=1), "on": month_end(month)}
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("DELETE FROM reading WHERE office_id = %(office)s AND read_on = %(on)s", terms)
        connection.execute(MONTH.encode(), terms)
    connection.execute("ANALYZE reading")
    return month
