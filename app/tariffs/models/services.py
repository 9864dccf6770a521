"""The services of an office, and what holds for them in one building."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import Created, Line, OfficeRecord, Quantity, Short, Versioned, choice_column, office_table, same_office
from app.places.models import Building
from app.tariffs.choices import ServiceKind

# A multiple of the mean consumption; three decimals: two are what amounts have.
Ratio = Annotated[Decimal, mapped_column(Numeric(6, 3))]
# The name of a fact as recipes ask for it.
FACT = "^[a-z][a-z0-9_]{0,29}$"
MOST_DECIMALS = 3
MOST_DUE_DAYS = 366


def limits_rise() -> CheckConstraint:
    """Return the check behind ``metering.rules.unusual.Thresholds``: red below, amber below, 1, amber above, red above."""
    return CheckConstraint(
        "least_difference > 0 AND 0 <= low_ratio AND low_ratio <= lowered_ratio AND lowered_ratio < 1 "
        "AND 1 < raised_ratio AND raised_ratio <= high_ratio",
        name="limits_rise",
    )


class Service(Versioned, Created, OfficeRecord):
    """A service 服务项目 / dịch vụ of the office's buildings: electricity, water, the management fee (S2.1).

    ``fact`` is the name under which recipes find its consumption; ``measure`` is how people write it, ``decimals`` how exactly its meters
    are read. Where a consumption differs from the mean by ``least_difference`` and more, and by the ratios, it is red or amber (S2.6).
    Bills are due so many days after they were posted.
    """

    __tablename__ = "service"
    __table_args__ = office_table(
        UniqueConstraint("office_id", "code"),
        UniqueConstraint("office_id", "name"),
        CheckConstraint(f"fact ~ '{FACT}'", name="fact_is_a_name"),
        CheckConstraint(f"decimals BETWEEN 0 AND {MOST_DECIMALS}", name="decimals_are_few"),
        CheckConstraint(f"due_days BETWEEN 0 AND {MOST_DUE_DAYS}", name="due_days_in_a_year"),
        limits_rise(),
    )

    code: Mapped[Short]
    name: Mapped[Line]
    kind: Mapped[ServiceKind] = choice_column(ServiceKind)
    measure: Mapped[Short]
    fact: Mapped[Short]
    is_metered: Mapped[bool] = mapped_column(default=True)
    decimals: Mapped[int] = mapped_column(default=0)
    due_days: Mapped[int] = mapped_column(default=15)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    least_difference: Mapped[Quantity] = mapped_column(default=Decimal(5))
    high_ratio: Mapped[Ratio] = mapped_column(default=Decimal("2.0"))
    raised_ratio: Mapped[Ratio] = mapped_column(default=Decimal("1.5"))
    lowered_ratio: Mapped[Ratio] = mapped_column(default=Decimal("0.6"))
    low_ratio: Mapped[Ratio] = mapped_column(default=Decimal("0.4"))

    def __str__(self) -> str:
        return self.name


class ServiceSetting(Versioned, Created, OfficeRecord):
    """What holds for a service in one building instead of the service's own limits and days."""

    __tablename__ = "service_setting"
    __table_args__ = office_table(
        same_office("service_id", "service"),
        same_office("building_id", "building"),
        UniqueConstraint("service_id", "building_id"),
        CheckConstraint(f"due_days BETWEEN 0 AND {MOST_DUE_DAYS}", name="due_days_in_a_year"),
        limits_rise(),
    )

    service_id: Mapped[int]
    building_id: Mapped[int] = mapped_column(index=True)
    due_days: Mapped[int]
    least_difference: Mapped[Quantity]
    high_ratio: Mapped[Ratio]
    raised_ratio: Mapped[Ratio]
    lowered_ratio: Mapped[Ratio]
    low_ratio: Mapped[Ratio]

    service: Mapped[Service] = relationship(primaryjoin="ServiceSetting.service_id == Service.id", foreign_keys="ServiceSetting.service_id")
    building: Mapped[Building] = relationship(
        primaryjoin="ServiceSetting.building_id == Building.id", foreign_keys="ServiceSetting.building_id"
    )

    def __str__(self) -> str:
        return f"{self.service} · {self.building}"


# The services that a new office begins with: code is the kind; measure, fact, whether it is metered, least difference.
FIRST_SERVICES: dict[ServiceKind, dict[str, Any]] = {
    ServiceKind.ELECTRICITY: {"measure": "kWh", "fact": "kwh", "least_difference": Decimal(50)},
    ServiceKind.AIR_CONDITIONING: {"measure": "kWh", "fact": "kwh", "least_difference": Decimal(50)},
    ServiceKind.WATER: {"measure": "m³", "fact": "m3", "least_difference": Decimal(5)},
    ServiceKind.GAS: {"measure": "m³", "fact": "m3", "least_difference": Decimal(5), "decimals": 2},
    ServiceKind.MANAGEMENT: {"measure": "m²", "fact": "m2", "is_metered": False},
}
