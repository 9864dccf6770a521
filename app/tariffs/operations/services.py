"""What is done with services, and what a building says otherwise of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, locked
from app.foundation.views.saving import Values, saving
from app.offices.models import Office
from app.tariffs.models import FIRST_SERVICES, Service, ServiceSetting
from app.values.errors import Message, OperationRefused

RATIOS = ("low_ratio", "lowered_ratio", "raised_ratio", "high_ratio")
FACT_IS_NO_NAME = Message("Write the name that formulas use: small Latin letters, digits and _, such as kwh or m3.")
explain_constraint("ck_service_fact_is_a_name", FACT_IS_NO_NAME, "fact")
explain_constraint(
    "uq_service_setting_service_id_building_id", Message("This building has limits of its own for this service already."), "building"
)


def make_services(office: Office) -> None:
    """Give a new office its first services, named in its own language."""
    for position, (kind, terms) in enumerate(FIRST_SERVICES.items(), start=1):
        name = say(kind, office.language.value)
        service = Service(office_id=office.id, code=kind.value, name=name, kind=kind, position=position, **terms)
        service.created_by_id = current_scope().user_id
        db.session.add(service)


def save_service(*, record: int | None, office: int | None, version: str | None, values: Values) -> Service:
    """Add or change a service. Raises OperationRefused where its limits contradict each other."""
    before = locked(Service, record) if record is not None else None
    _require_rising(dict(values), before)
    saved: Service = saving(Service)(record=record, office=office, version=version, values=values)
    return saved


def save_setting(*, record: int | None, office: int | None, version: str | None, values: Values) -> ServiceSetting:
    """Say, or change, what holds for a service in one building. Raises OperationRefused where its limits contradict each other."""
    before = locked(ServiceSetting, record) if record is not None else None
    _require_rising(dict(values), before)
    saved: ServiceSetting = saving(ServiceSetting)(record=record, office=office, version=version, values=values)
    return saved


def _require_rising(given: Mapping[str, Any], before: Service | ServiceSetting | None) -> None:
    """Raise OperationRefused unless the limits rise from red below to red above."""
    default = before if before is not None else Service
    low, lowered, raised, high = (Decimal(given.get(name, _stands(default, name))) for name in RATIOS)
    least = Decimal(given.get("least_difference", _stands(default, "least_difference")))
    if not low <= lowered:
        raise _no_order(Message("Red below must not be above amber below (%(limit)s).", limit=lowered), "low_ratio")
    if not lowered < 1:
        raise _no_order(Message("Amber below must be less than 1, the mean itself."), "lowered_ratio")
    if not raised > 1:
        raise _no_order(Message("Amber above must be more than 1, the mean itself."), "raised_ratio")
    if not high >= raised:
        raise _no_order(Message("Red above must not be below amber above (%(limit)s).", limit=raised), "high_ratio")
    if not least > 0:
        raise _no_order(Message("The least difference must be above 0."), "least_difference")


def _stands(default: Any, name: str) -> Any:
    if isinstance(default, type):
        return default.__table__.c[name].default.arg  # type: ignore[attr-defined]
    return getattr(default, name)


def _no_order(message: Message, field: str) -> OperationRefused:
    return OperationRefused(message, code="thresholds", field=field)
