"""Tables of places."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Created, Line, OfficeRecord, Short, Text, Versioned, office_table


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
