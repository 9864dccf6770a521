"""The table of uploaded files. They lie in the database, so that a backup has them and no process keeps anything of its own."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Enum, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Created, Line, OfficeRecord, office_table
from app.foundation.uploads.checks import FileType


class Upload(Created, OfficeRecord):
    """A file somebody handed in, as it was stored; never changed, since papers that were issued may show it."""

    __tablename__ = "upload"
    __table_args__ = office_table(
        CheckConstraint("size = octet_length(content) AND size > 0", name="size_of_content"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digest_of_content"),
    )

    name: Mapped[Line]
    kind: Mapped[FileType] = mapped_column(
        Enum(
            FileType,
            native_enum=False,
            length=32,
            name="filetype",
            create_constraint=True,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        )
    )
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    # Only who hands the file out reads its bytes.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    def __str__(self) -> str:
        return self.name
