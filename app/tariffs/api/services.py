"""Services, and what holds for one in a single building, as JSON."""

from __future__ import annotations

from decimal import Decimal

from app.foundation.api import (
    Answer,
    Code,
    Flag,
    Look,
    Number,
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
from app.foundation.api.fields import SHORT
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service, ServiceSetting
from app.tariffs.models.services import MOST_DECIMALS, MOST_DUE_DAYS
from app.tariffs.operations import save_service, save_setting

routes = Routes("Tariffs")
LARGEST_LIMIT = Decimal(1_000_000)
LARGEST_RATIO = Decimal(100)


class LimitsBody(OfficeBody):
    """When a consumption is unusual, as multiples of the mean of 3 months, and in how many days bills are due."""

    due_days = Whole(0, MOST_DUE_DAYS)
    least_difference = Number(Decimal("0.0001"), LARGEST_LIMIT)
    high_ratio = Number(Decimal(0), LARGEST_RATIO)
    raised_ratio = Number(Decimal(0), LARGEST_RATIO)
    lowered_ratio = Number(Decimal(0), LARGEST_RATIO)
    low_ratio = Number(Decimal(0), LARGEST_RATIO)


class LimitsAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    due_days = Whole()
    least_difference = Number()
    high_ratio = Number()
    raised_ratio = Number()
    lowered_ratio = Number()
    low_ratio = Number()
    version = Whole()


class ServiceBody(LimitsBody):
    """A service; ``fact`` is the name by which formulas find its consumption."""

    code = Text(SHORT, required=True)
    name = Text(required=True)
    kind = Code(ServiceKind, required=True)
    measure = Text(SHORT, required=True)
    fact = Text(30, required=True)
    is_metered = Flag()
    decimals = Whole(0, MOST_DECIMALS)
    position = Whole()
    is_active = Flag()


class ServiceAnswer(LimitsAnswer):
    code = Text()
    name = Text()
    kind = Code(ServiceKind)
    measure = Text()
    fact = Text()
    is_metered = Flag()
    decimals = Whole()
    position = Whole()
    is_active = Flag()


services = records(
    routes,
    "services",
    Service,
    view="ServiceView",
    look=Look(ServiceAnswer),
    filters={"code": same_text(Service.code), "name": same_text(Service.name), "kind": same_code(Service.kind, ServiceKind)},
)
kept(routes, "services", services, view="ServiceView", body=ServiceBody, save=save_service)


class ServiceSettingBody(LimitsBody):
    """What holds for a service in one building instead."""

    service = Reference(required=True)
    building = Reference(required=True)
    due_days = Whole(0, MOST_DUE_DAYS, required=True)
    least_difference = Number(Decimal("0.0001"), LARGEST_LIMIT, required=True)
    high_ratio = Number(Decimal(0), LARGEST_RATIO, required=True)
    raised_ratio = Number(Decimal(0), LARGEST_RATIO, required=True)
    lowered_ratio = Number(Decimal(0), LARGEST_RATIO, required=True)
    low_ratio = Number(Decimal(0), LARGEST_RATIO, required=True)


class ServiceSettingAnswer(LimitsAnswer):
    service = Reference(attribute="service_id")
    building = Reference(attribute="building_id")


service_settings = records(
    routes,
    "service_settings",
    ServiceSetting,
    view="ServiceSettingView",
    look=Look(ServiceSettingAnswer),
    filters={"service": same_record(ServiceSetting.service_id), "building": same_record(ServiceSetting.building_id)},
)
kept(routes, "service_settings", service_settings, view="ServiceSettingView", body=ServiceSettingBody, save=save_setting)
