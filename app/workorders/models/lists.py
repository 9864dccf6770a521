"""What orders are made of: materials, installers, business types."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import Amount, Created, Line, OfficeRecord, Short, Text, Versioned, choice_column, office_table
from app.offices.models import SystemUser
from app.workorders.choices import WorkKind


class Material(Versioned, Created, OfficeRecord):
    """A material 材料 used in works (B1.1)."""

    __tablename__ = "material"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"), CheckConstraint("unit_price >= 0", name="price_not_negative"))

    code: Mapped[Short]
    name: Mapped[Line]
    specification: Mapped[Line] = mapped_column(default="")
    unit: Mapped[Short] = mapped_column(default="")
    unit_price: Mapped[Amount]
    note: Mapped[Text] = mapped_column(default="")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Installer(Versioned, Created, OfficeRecord):
    """Somebody who does works 安裝人員 (B1.2); ``user_id`` where he signs in himself."""

    __tablename__ = "installer"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line]
    note: Mapped[Text] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    user: Mapped[SystemUser | None] = relationship(foreign_keys="Installer.user_id")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BusinessType(Versioned, OfficeRecord):
    """A business type 業務類型 of the office's own list, and what completing such an order does."""

    __tablename__ = "business_type"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line]
    kind: Mapped[WorkKind] = choice_column(WorkKind)

    def __str__(self) -> str:
        return self.name
