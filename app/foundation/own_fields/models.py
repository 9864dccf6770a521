"""Tables of an office's own fields, and the columns that hold what people write into them."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Created, OfficeRecord, Short, Versioned
from app.values.errors import N_

SLOTS = (1, 2, 3, 4, 5)
LONGEST_OWN_TEXT = 200
LONGEST_NAME = 64
OwnText = Annotated[str | None, mapped_column(String(LONGEST_OWN_TEXT), sort_order=80)]


def column_of(slot: int) -> str:
    """Return the column that holds the texts of the field in ``slot``."""
    return f"own_{slot}"


OWN_COLUMNS = tuple(column_of(slot) for slot in SLOTS)


class OwnTexts:
    """The five places of a table for fields that its office names itself; what was written stays when a field is switched off."""

    # Shown only where the office has no name for the field any more, as in the history of a record.
    __labels__ = {
        "own_1": N_("Own field 1"),
        "own_2": N_("Own field 2"),
        "own_3": N_("Own field 3"),
        "own_4": N_("Own field 4"),
        "own_5": N_("Own field 5"),
    }

    own_1: Mapped[OwnText]
    own_2: Mapped[OwnText]
    own_3: Mapped[OwnText]
    own_4: Mapped[OwnText]
    own_5: Mapped[OwnText]


class OwnField(Versioned, OfficeRecord):
    """A field that an office named itself: its name, also in other languages where staff read them, and where it appears."""

    __tablename__ = "own_field"
    __title__ = N_("Fields of our own")
    __table_args__ = (
        UniqueConstraint("office_id", "entity", "slot"),
        UniqueConstraint("office_id", "entity", "name"),
        CheckConstraint("slot BETWEEN 1 AND 5", name="slot_exists"),
        CheckConstraint("name <> ''", name="has_a_name"),
    )

    entity: Mapped[Short]
    slot: Mapped[int]
    name: Mapped[Short]
    name_en: Mapped[Short] = mapped_column(default="")
    name_zh_hans: Mapped[Short] = mapped_column(default="")
    name_zh_hant: Mapped[Short] = mapped_column(default="")
    name_vi: Mapped[Short] = mapped_column(default="")
    position: Mapped[int]
    is_on: Mapped[bool] = mapped_column(default=True)
    is_required: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=False)

    def __str__(self) -> str:
        return self.name


class HiddenField(Created, OfficeRecord):
    """An optional field that an office does not use: it is on no page and in no file; what is stored in it stays."""

    __tablename__ = "hidden_field"
    __title__ = N_("Hidden fields")
    __table_args__ = (UniqueConstraint("office_id", "entity", "field"),)

    entity: Mapped[Short]
    field: Mapped[Short]
