"""Alembic's environment: the application's metadata, FAB's tables included, the job queue's own tables left out."""

from __future__ import annotations

from alembic import context
from sqlalchemy import engine_from_config, pool

from app.foundation.database import db
from app.foundation.secrets import Secret
from app.wiring import import_models

import_models()
config = context.config


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what the job queue made: its schema is a migration that runs its own SQL."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Write an encrypted column as the text it is, so that migrations do not import the application."""
    return f"sa.String(length={item.impl.length})" if kind == "type" and isinstance(item, Secret) else False


def migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=db.metadata,
        include_name=include_name,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with engine_from_config({"sqlalchemy.url": config.get_main_option("sqlalchemy.url")}, poolclass=pool.NullPool).connect() as opened:
        migrate(opened)
