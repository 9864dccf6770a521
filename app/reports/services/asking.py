"""Asking the database of a report: one statement, its filters as parameters that may be empty."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause

from app.foundation.database import db


def rows_of(
    statement: TextClause, *, offices: Sequence[int], start: datetime.date, end: datetime.date, **filters: Any
) -> list[Mapping[str, Any]]:
    """Return the rows of a statement; a filter that is None leaves nothing out."""
    terms = {"offices": list(offices), "start": start, "end": end, **filters}
    return [dict(row) for row in db.session.connection().execute(statement, terms).mappings()]
