"""What is done with water quotas 用水定额 / định mức nước."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.views.saving import Values, saving
from app.metering.models import WaterQuota
from app.metering.rules.water_quota import Quota, require_quotas
from app.places.models import Unit
from app.values.dates import ONE_DAY
from app.values.errors import Message

explain_constraint("ex_water_quota_in_force", Message("The unit has a water quota on some of these days. End that one first."), "starts_on")


def save_water_quota(*, record: int | None, office: int | None, version: str | None, values: Values) -> WaterQuota:
    """Enter how many members of a unit are entitled, or correct it; with ``ends_earlier`` the quota before ends on the day before.

    Raises OperationRefused for days that overlap.
    """
    given: dict[str, Any] = dict(values)
    ends_earlier = given.pop("ends_earlier", False)
    before = locked(WaterQuota, record) if record is not None else None
    kept: dict[str, Any] = {}
    if before is not None:
        kept = {"unit": before.unit_id, "members": before.members, "starts_on": before.starts_on, "ends_on": before.ends_on}
    terms = kept | given
    # The unit is locked, so that two people do not enter a quota at once.
    unit = locked(Unit, found(Unit, terms.get("unit"), "unit").id)
    others = [row for row in db.session.scalars(select(WaterQuota).where(WaterQuota.unit_id == unit.id)) if row.id != record]
    starts_on = terms["starts_on"]
    for other in others if ends_earlier else ():
        if other.starts_on < starts_on and (other.ends_on is None or other.ends_on >= starts_on):
            other.ends_on = starts_on - ONE_DAY
    new = Quota(starts_on, terms.get("ends_on"), terms["members"])
    require_quotas([new, *(Quota(other.starts_on, other.ends_on, other.members) for other in others)])
    db.session.flush()
    saved: WaterQuota = saving(WaterQuota)(record=record, office=office, version=version, values=tuple(given.items()))
    return saved
