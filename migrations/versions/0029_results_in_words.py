"""Give the version before sentences where this one keeps message ids: results of operations on many lines.

Nothing changes on the way up. On the way down a result becomes the sentence it stands for, in English: the version of 0016 shows what the
column holds, and has no facts to fill in.

Revision: 0029, after 0028
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    database = op.get_bind()
    rows = database.execute(sa.text("SELECT id, result, facts FROM bulk_row WHERE facts <> '{}'")).all()
    for row in rows:
        told = {"id": row.id, "words": _sentence(row.result, row.facts)}
        database.execute(sa.text("UPDATE bulk_row SET result = :words, facts = '{}' WHERE id = :id"), told)


def _sentence(text: str, facts: dict[str, Any]) -> str:
    return text % {name: _words(kept) for name, kept in facts.items()} if facts else text


def _words(kept: Any) -> Any:
    """Return a kept fact as text; a number, a day or a moment as it is written down."""
    if not isinstance(kept, dict):
        return kept
    if "text" in kept:
        return _sentence(kept["text"], kept.get("facts", {}))
    if "list" in kept:
        return ", ".join(str(_words(each)) for each in kept["list"])
    return next(iter(kept.values()))
