"""Storing files and finding them again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.uploads.checks import CheckedFile
from app.foundation.uploads.models import Upload
from app.values.errors import Message, NotFound


def keep(file: CheckedFile, *, office: int) -> Upload:
    """Store a checked file with an office, as part of the transaction under way."""
    upload = Upload(
        office_id=office,
        name=file.name,
        kind=file.kind,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        created_by_id=current_scope().user_id,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def upload_with_content(upload_id: int) -> Upload:
    """Return a file of the scope's offices with its bytes. Raises NotFound."""
    statement = select(Upload).where(Upload.id == upload_id).options(undefer(Upload.content))
    upload: Upload | None = db.session.scalars(statement).one_or_none()
    if upload is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return upload
