"""Tables of imports: the batch, its file, the records it made, and what an office's headings mean."""

from __future__ import annotations

import datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.foundation.database import (
    Created,
    Document,
    Line,
    Moment,
    OfficeRecord,
    Short,
    Versioned,
    choice_column,
    db,
    office_table,
    same_office,
)
from app.foundation.imports.choices import ImportState
from app.foundation.imports.declared import import_kinds
from app.foundation.secrets import LongSecret
from app.values.errors import N_, Message


class ImportBatch(Versioned, Created, OfficeRecord):
    """One import: who brought which file, what its columns mean, how far it is, and what it made.

    Nothing of a row stands here but numbers; the file itself is in ``import_file`` until its day of deletion. ``decisions`` holds row
    number -> decision for duplicates, ``default`` the one for the others.
    """

    __tablename__ = "import_batch"
    __table_args__ = office_table(
        CheckConstraint("row_count >= 0 AND made >= 0 AND left_out >= 0 AND wrong >= 0", name="counts_not_negative"),
        Index("ix_import_batch_office_id_created_at", "office_id", "created_at"),
    )

    kind: Mapped[Short]
    file_name: Mapped[Line]
    file_type: Mapped[Short]
    file_size: Mapped[int]
    sheet: Mapped[Line] = mapped_column(default="")
    charset: Mapped[Short] = mapped_column(default="")
    locale: Mapped[Short]
    state: Mapped[ImportState] = choice_column(ImportState, default=ImportState.READ)
    heading: Mapped[int] = mapped_column(default=0)
    columns: Mapped[Document] = mapped_column(default=dict)
    decisions: Mapped[Document] = mapped_column(default=dict)
    numbers: Mapped[Document] = mapped_column(default=dict)
    row_count: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("background_job.id", ondelete="SET NULL"))
    imported_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    # The first day on which the file is deleted; empty when it is gone.
    file_until: Mapped[datetime.date | None]

    def __str__(self) -> str:
        return self.file_name

    @property
    def title(self) -> Message:
        """What is imported."""
        found = import_kinds().get(self.kind)
        return Message(found.title if found else N_("Import"))

    @property
    def has_file(self) -> bool:
        return self.file_until is not None


# Read by its table: the model of users is declared in a domain above.
_PEOPLE = User.__table__
ImportBatch.uploaded_by = column_property(  # type: ignore[attr-defined]
    select(func.trim(_PEOPLE.c.first_name + " " + _PEOPLE.c.last_name))
    .where(_PEOPLE.c.id == ImportBatch.created_by_id)
    .correlate_except(_PEOPLE)
    .scalar_subquery()
)


class ImportFile(OfficeRecord):
    """The uploaded file and the table read from it, both encrypted: they hold personal data. Deleted on the batch's day."""

    __tablename__ = "import_file"
    __table_args__ = office_table(same_office("batch_id", "import_batch"), UniqueConstraint("batch_id"))

    batch_id: Mapped[int]
    content: Mapped[str] = mapped_column(LongSecret())
    cells: Mapped[str] = mapped_column(LongSecret())


class ImportRow(OfficeRecord):
    """A record that a batch made: what undoing it removes. ``label`` names it without personal data."""

    __tablename__ = "import_row"
    __table_args__ = office_table(
        same_office("batch_id", "import_batch"),
        Index("ix_import_row_batch_id", "batch_id", "row_number"),
        Index("ix_import_row_of_table_record_id", "of_table", "record_id"),
    )

    batch_id: Mapped[int]
    row_number: Mapped[int]
    of_table: Mapped[Short]
    record_id: Mapped[int]
    label: Mapped[Line] = mapped_column(default="")
    removed_at: Mapped[Moment | None]


class ImportHeading(OfficeRecord):
    """What the headings of an office's files mean: folded heading -> column, nothing for one that is left out."""

    __tablename__ = "import_heading"
    __table_args__ = (UniqueConstraint("office_id", "kind"),)

    kind: Mapped[Short]
    meanings: Mapped[Document] = mapped_column(default=dict)


def file_of(batch: ImportBatch) -> ImportFile | None:
    """Return the file of a batch while it is kept."""
    found: ImportFile | None = db.session.scalars(select(ImportFile).where(ImportFile.batch_id == batch.id)).one_or_none()
    return found
