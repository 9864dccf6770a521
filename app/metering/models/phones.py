"""Tables of readers' phones: which of them may send, and what they report of meters beside their figures."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation import clock
from app.foundation.database import Created, Line, Moment, OfficeRecord, Quantity, Short, choice_column, office_table, same_office
from app.foundation.i18n import FILTERS
from app.metering.choices import ReaderDeviceState, ReportKind, ReportState
from app.metering.models.registers import Meter
from app.offices.models import SystemUser
from app.places.models import Building
from app.tariffs.models import Service
from app.values.errors import N_


class MeterReport(Created, OfficeRecord):
    """What a reader reported of a meter while he read it on his phone: it was replaced, its last reading was wrong, it seems broken.

    ``value`` is what he typed; ``uuid`` is that of his reading, so that one sent twice is one. It is dealt with by itself when the meter
    is replaced or its last reading corrected, else by a manager with a word.
    """

    __tablename__ = "meter_report"
    __title__ = N_("Report of a meter")
    __table_args__ = office_table(
        same_office("meter_id", "meter"),
        UniqueConstraint("uuid", "kind"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index("ix_meter_report_waiting", "office_id", "id", postgresql_where=text("settled_at IS NULL")),
    )

    meter_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[ReportKind] = choice_column(ReportKind)
    read_on: Mapped[datetime.date]
    value: Mapped[Quantity | None]
    reason: Mapped[Line] = mapped_column(default="")
    uuid: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))
    settled_at: Mapped[Moment | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    settled_reason: Mapped[Line] = mapped_column(default="")

    meter: Mapped[Meter] = relationship(primaryjoin="MeterReport.meter_id == Meter.id", foreign_keys="MeterReport.meter_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="MeterReport.created_by_id")
    settled_by: Mapped[SystemUser | None] = relationship(foreign_keys="MeterReport.settled_by_id")

    def __str__(self) -> str:
        return f"{self.meter.serial} · {FILTERS['day'](self.read_on)}"

    @property
    def state(self) -> ReportState:
        """Whether it is dealt with."""
        return ReportState.OPEN if self.settled_at is None else ReportState.DONE


class ReaderDevice(Created, OfficeRecord):
    """A phone that may send the readings of one route (S2.2), a building or one service in it, until its days are over or it is ended.

    Only the hash of its token is stored. It is worth nothing any more once the password or the rights of its person change. ``mark`` is
    the phone's own: when it takes the same route again, its token before ends. All times are real ones.
    """

    __tablename__ = "reader_device"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        same_office("service_id", "service"),
        UniqueConstraint("token_hash"),
        CheckConstraint("expires_at > enrolled_at", name="ends_some_day"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"), index=True)
    building_id: Mapped[int]
    service_id: Mapped[int | None]
    mark: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))
    agent: Mapped[Line] = mapped_column(default="")
    token_hash: Mapped[Short]
    session_version: Mapped[int]
    enrolled_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    seen_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    user: Mapped[SystemUser] = relationship(primaryjoin="ReaderDevice.user_id == SystemUser.id", foreign_keys="ReaderDevice.user_id")
    building: Mapped[Building] = relationship(
        primaryjoin="ReaderDevice.building_id == Building.id", foreign_keys="ReaderDevice.building_id"
    )
    service: Mapped[Service | None] = relationship(
        primaryjoin="ReaderDevice.service_id == Service.id", foreign_keys="ReaderDevice.service_id"
    )

    def __str__(self) -> str:
        return self.route

    @property
    def route(self) -> str:
        """The building, and the service where it is only one."""
        return self.building.name if self.service is None else f"{self.building.name} · {self.service.name}"

    @property
    def state(self) -> ReaderDeviceState:
        """Whether it may send now."""
        if self.ended_at is not None:
            return ReaderDeviceState.ENDED
        return ReaderDeviceState.EXPIRED if self.expires_at <= clock.real_now() else ReaderDeviceState.LIVE
