"""Tables of metering: meters, where they hang from a day to a day, what was read of them, and the water quotas of units."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import (
    Created,
    Line,
    Moment,
    OfficeRecord,
    Quantity,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
    same_office,
)
from app.foundation.i18n import FILTERS
from app.foundation.uploads.models import Upload
from app.metering.choices import (
    Anomaly,
    ApportionBy,
    ReadingExplanation,
    ReadingKind,
    ReadingSource,
    ReadingState,
    WarningColour,
)
from app.metering.rules.unusual import shown_mean
from app.offices.models import SystemUser
from app.places.models import Building, Unit
from app.tariffs.models import Service
from app.values.errors import N_

# The multiplier of a current transformer; 200 : 5 is 40.
Factor = Annotated[Decimal, mapped_column(Numeric(12, 4))]
# A difference of readings with three decimals times a multiplier with four: exact, since the database compares it.
Counted = Annotated[Decimal, mapped_column(Numeric(24, 7))]
FEWEST_DIGITS, MOST_DIGITS = 3, 10
LIVE = "state IN ('waiting', 'accepted')"
# What a meter counted between its readings, said once more by the database.
CONSUMED = (
    "previous_on IS NULL AND previous_value IS NULL AND consumption = 0 AND days = 0 AND NOT rolled_over "
    "OR NOT rolled_over AND value >= previous_value AND consumption = (value - previous_value) * factor "
    "OR rolled_over AND value < previous_value AND consumption = (power(10::numeric, digits) - previous_value + value) * factor"
)


class Meter(Versioned, Created, OfficeRecord):
    """A meter 仪表 / đồng hồ (S2.1) of a service: its serial, the digits of its face, its multiplier, its seal and verification.

    A shared meter 公用表 hangs in the building for several units; ``apportion_by`` says how its amount is shared.
    """

    __tablename__ = "meter"
    __table_args__ = office_table(
        same_office("service_id", "service"),
        same_office("building_id", "building"),
        UniqueConstraint("office_id", "service_id", "serial"),
        CheckConstraint(f"digits BETWEEN {FEWEST_DIGITS} AND {MOST_DIGITS}", name="digits_of_a_face"),
        CheckConstraint("factor > 0", name="factor_is_positive"),
        CheckConstraint("serial <> ''", name="serial_is_there"),
        CheckConstraint("is_shared = (apportion_by IS NOT NULL)", name="shared_meters_are_apportioned"),
        CheckConstraint("verification_due_on > verified_on", name="verified_before_it_is_due"),
        Index("ix_meter_serial", "office_id", "serial"),
    )

    service_id: Mapped[int] = mapped_column(index=True)
    building_id: Mapped[int] = mapped_column(index=True)
    serial: Mapped[Short]
    digits: Mapped[int] = mapped_column(default=5)
    factor: Mapped[Factor] = mapped_column(default=Decimal(1))
    is_shared: Mapped[bool] = mapped_column(default=False)
    apportion_by: Mapped[ApportionBy | None] = choice_column(ApportionBy, nullable=True)
    seal_no: Mapped[Short] = mapped_column(default="")
    verified_on: Mapped[datetime.date | None]
    verification_due_on: Mapped[datetime.date | None]
    note: Mapped[Text] = mapped_column(default="")

    service: Mapped[Service] = relationship(primaryjoin="Meter.service_id == Service.id", foreign_keys="Meter.service_id")
    building: Mapped[Building] = relationship(primaryjoin="Meter.building_id == Building.id", foreign_keys="Meter.building_id")
    hanging: Mapped[MeterInstallation | None] = relationship(
        primaryjoin="and_(Meter.id == MeterInstallation.meter_id, MeterInstallation.removed_on.is_(None))",
        foreign_keys="MeterInstallation.meter_id",
        viewonly=True,
        uselist=False,
    )

    def __str__(self) -> str:
        return self.serial

    @property
    def place(self) -> str:
        """Where it hangs now; nothing for one in store."""
        return self.hanging.place if self.hanging is not None else ""


class MeterInstallation(Created, OfficeRecord):
    """A meter at its place 装表 / lắp đồng hồ, from the day of its first reading to the day of its final one.

    Without a unit it is a shared meter's. A meter is at one place at a time; the constraint ``ex_meter_installation_in_force`` stands
    behind the rule. ``replaces`` is the installation whose work this one carries on 换表: their consumption is one.
    """

    __tablename__ = "meter_installation"
    __title__ = N_("Place of a meter")
    __table_args__ = office_table(
        same_office("meter_id", "meter"),
        same_office("unit_id", "unit"),
        same_office("replaces_id", "meter_installation"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("removed_on > installed_on", name="removed_after_installed"),
    )

    meter_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(index=True)
    installed_on: Mapped[datetime.date]
    removed_on: Mapped[datetime.date | None]
    replaces_id: Mapped[int | None]

    meter: Mapped[Meter] = relationship(primaryjoin="MeterInstallation.meter_id == Meter.id", foreign_keys="MeterInstallation.meter_id")
    unit: Mapped[Unit | None] = relationship(primaryjoin="MeterInstallation.unit_id == Unit.id", foreign_keys="MeterInstallation.unit_id")

    def __str__(self) -> str:
        return f"{self.meter.serial} · {self.place}"

    @property
    def place(self) -> str:
        """The unit, or the building of a shared meter."""
        return self.unit.code if self.unit is not None else self.meter.building.name


class Reading(Created, OfficeRecord):
    """What a meter showed on a day 抄表读数 / chỉ số (S2.2), and what had been used since the reading before.

    Never changed: a correction is a row that supersedes it, and only ``state`` with who settled it may follow. ``previous`` is the last
    real reading before it on the same installation; over estimates between them both periods count as one (``estimated_periods``).
    ``digits`` and ``factor`` are the meter's of that day. ``uuid`` is given where the figure was typed, so that one sent twice is one.
    """

    __tablename__ = "reading"
    __table_args__ = office_table(
        same_office("meter_id", "meter"),
        same_office("installation_id", "meter_installation"),
        same_office("supersedes_id", "reading"),
        same_office("photo_id", "upload"),
        UniqueConstraint("uuid"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint("value >= 0 AND value < power(10::numeric, digits)", name="value_fits_the_face"),
        CheckConstraint("(kind = 'first') = (previous_on IS NULL)", name="only_the_first_has_none_before"),
        CheckConstraint("days = coalesce(read_on - previous_on, 0) AND days >= 0", name="days_since_the_one_before"),
        CheckConstraint(CONSUMED, name="consumption_follows_from_the_dial"),
        CheckConstraint("estimated_periods >= 0", name="estimated_periods_are_counted"),
        CheckConstraint("state <> 'waiting' OR colour = 'red'", name="only_red_waits"),
        CheckConstraint("state <> 'accepted' OR colour <> 'red' OR settled_reason <> ''", name="red_is_accepted_for_a_reason"),
        CheckConstraint("state <> 'withdrawn' OR settled_reason <> ''", name="withdrawn_for_a_reason"),
        Index("uq_reading_live_on_a_day", "meter_id", "read_on", unique=True, postgresql_where=text(LIVE)),
        Index("uq_reading_first", "installation_id", unique=True, postgresql_where=text(f"kind = 'first' AND {LIVE}")),
        Index("uq_reading_final", "installation_id", unique=True, postgresql_where=text(f"kind = 'final' AND {LIVE}")),
        Index("ix_reading_installation_id", "installation_id", "read_on"),
        Index("ix_reading_read_on", "office_id", "read_on"),
        Index("ix_reading_waiting", "office_id", postgresql_where=text("state = 'waiting'")),
    )

    meter_id: Mapped[int] = mapped_column(index=True)
    installation_id: Mapped[int]
    read_on: Mapped[datetime.date]
    value: Mapped[Quantity]
    kind: Mapped[ReadingKind] = choice_column(ReadingKind, default=ReadingKind.REGULAR)
    source: Mapped[ReadingSource] = choice_column(ReadingSource, default=ReadingSource.TYPED)
    state: Mapped[ReadingState] = choice_column(ReadingState, default=ReadingState.ACCEPTED)
    previous_on: Mapped[datetime.date | None]
    previous_value: Mapped[Quantity | None]
    digits: Mapped[int]
    factor: Mapped[Factor]
    rolled_over: Mapped[bool] = mapped_column(default=False)
    consumption: Mapped[Counted] = mapped_column(default=Decimal(0))
    days: Mapped[int] = mapped_column(default=0)
    estimated_periods: Mapped[int] = mapped_column(default=0)
    colour: Mapped[WarningColour] = choice_column(WarningColour, default=WarningColour.GREY)
    anomaly: Mapped[Anomaly] = choice_column(Anomaly, default=Anomaly.UNKNOWN)
    mean: Mapped[Quantity | None]
    ratio: Mapped[Quantity | None]
    explanation: Mapped[ReadingExplanation | None] = choice_column(ReadingExplanation, nullable=True)
    reason: Mapped[Line] = mapped_column(default="")
    settled_reason: Mapped[Line] = mapped_column(default="")
    settled_at: Mapped[Moment | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    supersedes_id: Mapped[int | None]
    uuid: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), default=uuid.uuid4)
    photo_id: Mapped[int | None] = mapped_column(index=True)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    meter: Mapped[Meter] = relationship(primaryjoin="Reading.meter_id == Meter.id", foreign_keys="Reading.meter_id")
    installation: Mapped[MeterInstallation] = relationship(
        primaryjoin="Reading.installation_id == MeterInstallation.id", foreign_keys="Reading.installation_id"
    )
    photo: Mapped[Upload | None] = relationship(primaryjoin="Reading.photo_id == Upload.id", foreign_keys="Reading.photo_id")
    read_by: Mapped[SystemUser | None] = relationship(primaryjoin="Reading.read_by_id == SystemUser.id", foreign_keys="Reading.read_by_id")

    def __str__(self) -> str:
        return f"{self.meter.serial} · {FILTERS['day'](self.read_on)}"

    @property
    def is_live(self) -> bool:
        """Whether the reading counts: it was neither superseded nor withdrawn."""
        return self.state in (ReadingState.WAITING, ReadingState.ACCEPTED)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to accept, correct or withdraw it."""
        return self.state is ReadingState.WAITING

    @property
    def is_estimate(self) -> bool:
        return self.source is ReadingSource.ESTIMATED

    @property
    def usual(self) -> Decimal | None:
        """The mean as people read it: no finer than the service is counted, or to a tenth."""
        return None if self.mean is None else shown_mean(self.mean, self.meter.service.decimals)


class WaterQuota(Versioned, Created, OfficeRecord):
    """A water quota 用水定额 / định mức nước (S2.7): how many members of a unit are entitled, by a document, from a day to a day.

    Quotas of one unit never overlap; the constraint ``ex_water_quota_in_force`` stands in the database behind the rule.
    """

    __tablename__ = "water_quota"
    __table_args__ = office_table(
        same_office("unit_id", "unit"),
        CheckConstraint("members >= 0", name="members_are_counted"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_water_quota_starts_on", "office_id", "starts_on"),
    )

    unit_id: Mapped[int] = mapped_column(index=True)
    members: Mapped[int]
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date | None]
    document: Mapped[Line] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    unit: Mapped[Unit] = relationship(primaryjoin="WaterQuota.unit_id == Unit.id", foreign_keys="WaterQuota.unit_id")

    def __str__(self) -> str:
        return f"{self.unit.code}: {self.members}"
