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

from app.values.choices import Choice

Model.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

db = SQLA(metadata=Model.metadata)

# Amounts: an office's currency decides how many of the two decimals are used; CHECKs and `verify` hold them to it.
Amount = Annotated[Decimal, mapped_column(Numeric(18, 2))]
Rate = Annotated[Decimal, mapped_column(Numeric(12, 8))]
Quantity = Annotated[Decimal, mapped_column(Numeric(18, 4))]
Moment = Annotated[datetime.datetime, mapped_column(DateTime(timezone=True))]
Short = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(200))]
Text = Annotated[str, mapped_column(String(2000))]
Document = Annotated[dict[str, Any], mapped_column(JSON().with_variant(JSONB(), "postgresql"))]


def choice_column(choices: type[Choice], **options: Any) -> Any:
    """Return a column that stores a ``Choice`` by its value, with a CHECK, never a native enum."""
    return mapped_column(
        Enum(
            choices,
            native_enum=False,
            length=32,
            name=choices.__name__.lower(),
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


class OfficeRecord(Record):
    """A table whose rows belong to one office; every ORM select of it is filtered by the scope (``foundation.scope``)."""

    __abstract__ = True

    @declared_attr
    def office_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("office.id", ondelete="RESTRICT"), nullable=False, index=True, sort_order=-9)


def office_table(*extra: Any) -> tuple[Any, ...]:
    """Return ``__table_args__`` of an ``OfficeRecord``: the key that composite foreign keys point at, then ``extra``."""
    return (UniqueConstraint("office_id", "id"), *extra)


def same_office(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """Return the foreign key that holds ``column`` to a row of table ``target`` in the same office.

    The relationship itself is joined on the single column (``primaryjoin``): joined on both, SQLAlchemy would copy the
    office from the chosen parent and move the row without a word.
    """
    return ForeignKeyConstraint(["office_id", column], [f"{target}.office_id", f"{target}.id"], ondelete="RESTRICT", **options)
