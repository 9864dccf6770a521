"""Tariffs as JSON."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, selectinload

from app.foundation.api import (
    Answer,
    Code,
    Look,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    kept,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import TEXT
from app.places.choices import UnitKind
from app.tariffs.models import Tariff
from app.tariffs.operations import save_tariff

routes = Routes("Tariffs")


class TariffBody(OfficeBody):
    """A tariff; without a building it holds in all of them, without a kind of unit for all units. Only name and note change later."""

    service = Reference(required=True)
    building = Reference(allow_none=True)
    unit_kind = Code(UnitKind, allow_none=True)
    name = Text(required=True)
    note = Text(TEXT)


class TariffAnswer(Answer):
    """``valid_version`` is the id of the version by which bills of today are made."""

    id = Reference()
    office = Reference(attribute="office_id")
    service = Reference(attribute="service_id")
    building = Reference(attribute="building_id")
    unit_kind = Code(UnitKind)
    name = Text()
    note = Text()
    valid_version = Reference(attribute="valid.id")
    version = Whole()


tariffs = records(
    routes,
    "tariffs",
    Tariff,
    view="TariffView",
    look=Look(TariffAnswer),
    filters={
        "service": same_record(Tariff.service_id),
        "building": same_record(Tariff.building_id),
        "unit_kind": same_code(Tariff.unit_kind, UnitKind),
        "name": same_text(Tariff.name),
    },
    loads=(joinedload(Tariff.office), selectinload(Tariff.versions)),
)
kept(routes, "tariffs", tariffs, view="TariffView", body=TariffBody, save=save_tariff)
