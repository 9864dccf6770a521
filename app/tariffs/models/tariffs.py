"""Tariffs and their versions: which fee formula a service has, where, and from when to when."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation import clock
from app.foundation.database import Created, Document, Line, Moment, OfficeRecord, Text, Versioned, choice_column, office_table, same_office
from app.offices.models import Office, SystemUser
from app.places.choices import UnitKind
from app.places.models import Building
from app.tariffs.choices import VersionStanding, VersionState
from app.tariffs.models.services import Service
from app.values.errors import Message

# A checked or approved version has passed its examples, an approved one has a second person, a day and is never changed again.
STATES_ARE_EARNED = {
    "checked_is_said": "(state IN ('draft', 'withdrawn')) OR checked_at IS NOT NULL",
    "approved_is_said": "(approved_by_id IS NULL) = (approved_at IS NULL)",
    "approved_has_its_day": "state <> 'approved' OR (approved_at IS NOT NULL AND valid_from IS NOT NULL)",
    "withdrawn_is_said": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
    "days_in_order": "valid_to >= valid_from",
    "maker_is_not_checker": (
        "approved_by_id IS NULL OR second_person_off "
        "OR (approved_by_id IS DISTINCT FROM created_by_id AND approved_by_id IS DISTINCT FROM written_by_id)"
    ),
}


class Tariff(Versioned, Created, OfficeRecord):
    """A tariff 收费标准 / biểu phí: the fee formulas of a service, for the whole office or for less.

    Without a building it is of all buildings, without a kind of unit of all kinds. The narrower one wins (``rules.inheritance``).
    """

    __tablename__ = "tariff"
    __table_args__ = office_table(
        same_office("service_id", "service"),
        same_office("building_id", "building"),
        UniqueConstraint("service_id", "building_id", "unit_kind", postgresql_nulls_not_distinct=True),
        UniqueConstraint("office_id", "name"),
    )

    service_id: Mapped[int]
    building_id: Mapped[int | None] = mapped_column(index=True)
    unit_kind: Mapped[UnitKind | None] = choice_column(UnitKind, nullable=True)
    name: Mapped[Line]
    note: Mapped[Text] = mapped_column(default="")

    office: Mapped[Office] = relationship(primaryjoin="Tariff.office_id == Office.id", foreign_keys="Tariff.office_id")
    service: Mapped[Service] = relationship(primaryjoin="Tariff.service_id == Service.id", foreign_keys="Tariff.service_id")
    building: Mapped[Building | None] = relationship(primaryjoin="Tariff.building_id == Building.id", foreign_keys="Tariff.building_id")
    versions: Mapped[list[TariffVersion]] = relationship(
        primaryjoin="Tariff.id == TariffVersion.tariff_id",
        foreign_keys="TariffVersion.tariff_id",
        order_by="TariffVersion.number",
        viewonly=True,
    )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Message:
        """Where it holds, in words."""
        if self.building is not None and self.unit_kind is not None:
            return Message("%(building)s, %(kind)s", building=self.building.name, kind=self.unit_kind)
        if self.building is not None:
            return Message("%(building)s, all units", building=self.building.name)
        if self.unit_kind is not None:
            return Message("All buildings, %(kind)s", kind=self.unit_kind)
        return Message("The whole office")

    def valid_on(self, day: datetime.date) -> TariffVersion | None:
        """Return the version by which bills of ``day`` are made."""
        return next((version for version in self.versions if version.is_valid_on(day)), None)

    @property
    def valid(self) -> TariffVersion | None:
        """The version by which bills of today are made."""
        return self.valid_on(clock.today(self.office))

    @property
    def today(self) -> Message | None:
        """Which version is valid today, in words."""
        return Message("Version %(number)s", number=self.valid.number) if self.valid is not None else None

    @property
    def since(self) -> datetime.date | None:
        """From when on the version of today is valid."""
        return self.valid.valid_from if self.valid is not None else None

    @property
    def next_step(self) -> VersionStanding | None:
        """What waits to become valid: a draft, a checked or a scheduled version; the newest of them."""
        today = clock.today(self.office)
        waiting = (VersionStanding.DRAFT, VersionStanding.CHECKED, VersionStanding.SCHEDULED)
        return next((standing for each in reversed(self.versions) if (standing := each.standing(today)) in waiting), None)


class TariffVersion(Versioned, Created, OfficeRecord):
    """A version 收费标准版本 of a tariff: its fee formula, the examples that prove it, and the days for which it is valid.

    Only a draft is written (``written_by_id`` is who did it last). An approved one never changes but for the day on which the next takes
    over (``valid_to``), and it is never deleted: the database sees to all of that. Approved versions of a tariff share no day.
    """

    __tablename__ = "tariff_version"
    __table_args__ = office_table(
        same_office("tariff_id", "tariff"),
        UniqueConstraint("tariff_id", "number"),
        *(CheckConstraint(rule, name=name) for name, rule in STATES_ARE_EARNED.items()),
        Index("ix_tariff_version_state", "office_id", "state"),
        Index("ix_tariff_version_valid_from", "office_id", "valid_from"),
    )

    tariff_id: Mapped[int]
    number: Mapped[int]
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]
    recipe: Mapped[Document]
    # A list of {"facts", "total"}.
    examples: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    source: Mapped[Text] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")
    state: Mapped[VersionState] = choice_column(VersionState, default=VersionState.DRAFT)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    checked_at: Mapped[Moment | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    approved_at: Mapped[Moment | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    # Whether the office let one person do it alone on that day.
    second_person_off: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[Moment | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    reason: Mapped[Line] = mapped_column(default="")

    office: Mapped[Office] = relationship(primaryjoin="TariffVersion.office_id == Office.id", foreign_keys="TariffVersion.office_id")
    tariff: Mapped[Tariff] = relationship(primaryjoin="TariffVersion.tariff_id == Tariff.id", foreign_keys="TariffVersion.tariff_id")
    written_by: Mapped[SystemUser | None] = relationship(foreign_keys="TariffVersion.written_by_id")
    checked_by: Mapped[SystemUser | None] = relationship(foreign_keys="TariffVersion.checked_by_id")
    approved_by: Mapped[SystemUser | None] = relationship(foreign_keys="TariffVersion.approved_by_id")
    withdrawn_by: Mapped[SystemUser | None] = relationship(foreign_keys="TariffVersion.withdrawn_by_id")

    def __str__(self) -> str:
        return f"{self.tariff.name} · {self.number}"

    @property
    def title(self) -> Message:
        """What the version is called beside its tariff."""
        return Message("Version %(number)s", number=self.number)

    @property
    def standing_today(self) -> VersionStanding:
        """What the version is today."""
        return self.standing(clock.today(self.office))

    def is_valid_on(self, day: datetime.date) -> bool:
        """Say whether bills of ``day`` are made by this version."""
        if self.state is not VersionState.APPROVED or self.valid_from is None or day < self.valid_from:
            return False
        return self.valid_to is None or day <= self.valid_to

    def standing(self, day: datetime.date) -> VersionStanding:
        """Return what the version is on ``day``."""
        if self.state is not VersionState.APPROVED or self.valid_from is None:
            return VersionStanding(self.state.value)
        if day < self.valid_from:
            return VersionStanding.SCHEDULED
        return VersionStanding.IN_FORCE if self.is_valid_on(day) else VersionStanding.SUPERSEDED
