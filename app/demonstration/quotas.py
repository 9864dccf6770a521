"""The water quotas of the demonstration's homes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from random import Random

from app.foundation.database import db
from app.metering.models import WaterQuota
from app.offices.choices import Language
from app.offices.models import Office
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Unit

DOCUMENTS = {Language.VIETNAMESE: "Xác nhận thông tin cư trú", Language.SIMPLIFIED_CHINESE: "户口簿"}


def entitle(office: Office, units: Sequence[Unit], since: datetime.date, random: Random) -> None:
    """Give a water quota to every third home."""
    db.session.add_all(
        WaterQuota(
            office_id=office.id,
            unit_id=unit.id,
            members=random.randrange(1, 6),
            starts_on=since,
            ends_on=None,
            document=DOCUMENTS[office.language],
        )
        for number, unit in enumerate(units)
        if unit.kind is UnitKind.APARTMENT and unit.status is UnitStatus.OCCUPIED and number % 3 != 2
    )
