"""The one database handle and the abstract bases of every table.

``Record`` is any table, ``OfficeRecord`` one whose rows belong to an office. FAB's ``Model`` metadata is shared, so that
migrations see FAB's own tables too.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Any

from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from sqlalchemy import (
    JSON,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.foundation import clock
from app.values.choices import Choice

Model.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

# Rows keep their values after the commit: an operation's record is shown, not read again.
db = SQLA(metadata=Model.metadata, session_options={"expire_on_commit": False})

# Amounts: an office's currency decides how many of the two decimals are used; CHECKs and `verify` hold them to it.
Amount = Annotated[Decimal, mapped_column(Numeric(18, 2))]
Rate = Annotated[Decimal, mapped_column(Numeric(12, 8))]
Quantity = Annotated[Decimal, mapped_column(Numeric(18, 4))]
Moment = Annotated[datetime.datetime, mapped_column(DateTime(timezone=True))]
Short = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(200))]
Text = Annotated[str, mapped_column(String(2000))]
Document = Annotated[dict[str, Any], mapped_column(JSON().with_variant(JSONB(), "postgresql"))]


def choice_column(choices: type[Choice], *, check: str | None = None, **options: Any) -> Any:
    """Return a column that stores a ``Choice`` by its value, with a CHECK, never a native enum.

    ``check`` names the CHECK where a table has several columns of the same choices.
    """
    return mapped_column(
        Enum(
            choices,
            native_enum=False,
            length=32,
            name=check or choices.__name__.lower(),
            create_constraint=True,
            values_callable=lambda members: [member.value for member in members],
        ),
        **options,
    )


class Record(Model):
    """A table with a single integer primary key."""

    __abstract__ = True
    __table_args__: Any = ()

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


class OfficeItself(Record):
    """The table of offices: the scope limits it by its own key."""

    __abstract__ = True

    # Said aloud, since the key is also one half of the key to the office's own logo.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, sort_order=-10)


class OfficeRecord(Record):
    """A table whose rows belong to one office; every ORM select of it is filtered by the scope (``foundation.scope``)."""

    __abstract__ = True

    @declared_attr
    def office_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("office.id", ondelete="RESTRICT"), nullable=False, index=True, sort_order=-9)


class Created:
    """Who made the row and when, by the business clock: a new row is its own trace."""

    @declared_attr
    def created_at(cls) -> Mapped[datetime.datetime]:
        return mapped_column(DateTime(timezone=True), nullable=False, default=clock.now, sort_order=90)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"), sort_order=91)


class Versioned:
    """A counter that every update raises: two people who edit one row do not overwrite each other."""

    @declared_attr
    def version(cls) -> Mapped[int]:
        return mapped_column(nullable=False, default=1, sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version", cls.version)}


def office_table(*extra: Any) -> tuple[Any, ...]:
    """Return ``__table_args__`` of an ``OfficeRecord``: the key that composite foreign keys point at, then ``extra``."""
    return (UniqueConstraint("office_id", "id"), *extra)


def same_office(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """Return the foreign key that holds ``column`` to a row of table ``target`` in the same office.

    The relationship itself is joined on the single column (``primaryjoin``): joined on both, SQLAlchemy would copy the
    office from the chosen parent and move the row without a word.
    """
    return ForeignKeyConstraint(["office_id", column], [f"{target}.office_id", f"{target}.id"], ondelete="RESTRICT", **options)
