"""Tables of places: communities, buildings, their units, and what is known of a unit from a day to a day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import Created, Line, OfficeRecord, Short, Text, Versioned, choice_column, office_table, same_office
from app.places.choices import FactName, UnitKind, UnitStatus

# m², three decimals: two are what amounts have.
Area = Annotated[Decimal, mapped_column(Numeric(10, 3))]
LONGEST_CODE = 64 + 1 + 64


class Community(Versioned, Created, OfficeRecord):
    """A community 小區 (B1.4)."""

    __tablename__ = "community"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"), UniqueConstraint("office_id", "name"))

    code: Mapped[Short]
    name: Mapped[Line]
    person_in_charge: Mapped[Line] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    def __str__(self) -> str:
        return self.name


class Building(Versioned, Created, OfficeRecord):
    """A building 楼宇 / tòa nhà (S1.1); its code is the beginning of its units' codes."""

    __tablename__ = "building"
    __table_args__ = office_table(
        same_office("community_id", "community"), UniqueConstraint("office_id", "code"), UniqueConstraint("office_id", "name")
    )

    code: Mapped[Short]
    name: Mapped[Line]
    community_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[Line] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    community: Mapped[Community | None] = relationship(
        primaryjoin="Building.community_id == Community.id", foreign_keys="Building.community_id"
    )

    def __str__(self) -> str:
        return self.name


class Unit(Versioned, Created, OfficeRecord):
    """A unit 房屋 / mặt bằng (S1.1): a flat, shop or office room.

    ``code`` is the building's code and the number, "A-1203"; the operations write it and ``verify`` proves it. ``position`` is the unit's
    place when the building is walked.
    """

    __tablename__ = "unit"
    __table_args__ = office_table(
        same_office("building_id", "building"),
        UniqueConstraint("building_id", "number"),
        CheckConstraint("area > 0", name="area_is_positive"),
        Index("ix_unit_position", "office_id", "position"),
        Index("ix_unit_code", "office_id", "code"),
    )

    building_id: Mapped[int]
    number: Mapped[Short]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    floor: Mapped[Short] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    area: Mapped[Area | None]
    kind: Mapped[UnitKind] = choice_column(UnitKind, default=UnitKind.APARTMENT)
    status: Mapped[UnitStatus] = choice_column(UnitStatus, default=UnitStatus.OCCUPIED)
    note: Mapped[Text] = mapped_column(default="")

    building: Mapped[Building] = relationship(primaryjoin="Unit.building_id == Building.id", foreign_keys="Unit.building_id")

    def __str__(self) -> str:
        return self.code


class UnitFact(Versioned, Created, OfficeRecord):
    """A fact of a unit 计费参数 from a day to a day, with the document that proves it.

    Facts of one name never overlap in a unit; the constraint ``ex_unit_fact_in_force`` stands in the database behind the rule.
    """

    __tablename__ = "unit_fact"
    __table_args__ = office_table(
        same_office("unit_id", "unit"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_unit_fact_starts_on", "office_id", "starts_on"),
    )

    unit_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[FactName] = choice_column(FactName)
    value: Mapped[Short]
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date | None]
    document: Mapped[Line] = mapped_column(default="")
    note: Mapped[Text] = mapped_column(default="")

    unit: Mapped[Unit] = relationship(primaryjoin="UnitFact.unit_id == Unit.id", foreign_keys="UnitFact.unit_id")

    def __str__(self) -> str:
        return f"{self.name.value} = {self.value}"
