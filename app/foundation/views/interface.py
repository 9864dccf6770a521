"""The data interface under every view: bounded, whitelisted, and unable to write.

Flask-AppBuilder's own interface counts whole tables, joins what it shows, orders by any column and commits by itself. Here the
count stops at 10,001 rows, relations come with the rows, wrong input is ``Malformed`` (400), and writing belongs to
operations. Offices are limited below, by the listener of ``foundation.scope``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import ColumnProperty

from app.foundation.database import db
from app.foundation.views.columns import joining_of, leaf_of
from app.values.errors import Malformed, Message

COUNT_LIMIT = 10_000
PAGE_SIZE = 25
PAGE_SIZES = (10, 25, 50, 100, 200)
LARGEST_PAGE = PAGE_SIZES[-1]
LARGEST_ID = 2**31 - 1


def record_id(text: object) -> int | None:
    """Return ``text`` as a primary key, or nothing where it cannot be one: then there is no such record."""
    written = str(text)
    if not written.isascii() or not written.isdigit() or len(written) > len(str(LARGEST_ID)):
        return None
    number = int(written)
    return number if 0 < number <= LARGEST_ID else None


def page_number(text: str | None) -> int:
    """Return the wanted page, from 1. Raises Malformed for what is not a number."""
    return max(1, _whole(text, 1))


def page_size(text: str | None, default: int = PAGE_SIZE) -> int:
    """Return the rows per page, at most ``LARGEST_PAGE``. Raises Malformed for what is not a number."""
    return min(LARGEST_PAGE, max(1, _whole(text, default)))


def _whole(text: str | None, default: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Malformed(Message("The page number cannot be read."), code="bad_page")
    return int(text)


class BareFilters(Filters):
    """The framework's filters without its tables of every possible filter per column: ours are declared."""

    def _get_filters(self, cols: list[str]) -> dict[str, Any]:
        return {}


class GuardedInterface(SQLAInterface):
    """``SQLAInterface`` with bounds; the session is always the request's own."""

    obj: type[Any]

    @property
    def session(self) -> Any:
        return db.session

    @property
    def key(self) -> Any:
        """The primary key column."""
        return self.obj.id

    def rows(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """Return the statement over this table; the listener of the scope adds the offices when it runs."""
        return select(self.obj).where(*conditions)

    def counted(self, statement: Select[Any], limit: int = COUNT_LIMIT) -> int:
        """Return the number of rows of ``statement``, at most ``limit`` + 1, which means "more"."""
        return int(self.session.execute(self.counting(statement, limit)).scalar_one())

    def counting(self, statement: Select[Any], limit: int = COUNT_LIMIT) -> Select[Any]:
        """Return the statement that counts no further than ``limit`` + 1."""
        limited = statement.with_only_columns(self.key, maintain_column_froms=True).order_by(None).limit(limit + 1).subquery()
        return select(func.count()).select_from(limited)

    def ordering(self, column: str, descending: bool, nulls_first: bool = False) -> list[Any]:
        """Return the ORDER BY of a whitelisted ``column``, with the key as tie-breaker so that pages never overlap."""
        attribute = leaf_of(self.obj, column).attribute
        first = attribute.desc() if descending else attribute.asc()
        if nulls_first:
            first = first.nulls_last() if descending else first.nulls_first()
        if attribute.key == self.key.key:
            return [first]
        return [first, self.key.desc() if descending else self.key.asc()]

    def one(self, key: object, conditions: Sequence[ColumnElement[bool]] = (), shown: Sequence[str] = ()) -> Any | None:
        """Return the row of ``key``, always by a select: ``session.get`` would hand out a row held from another scope."""
        number = record_id(key)
        if number is None:
            return None
        statement = self.rows(self.key == number, *conditions).options(*joining_of(self.obj, tuple(shown)))
        return self.session.execute(statement).scalar_one_or_none()

    def many(self, keys: Sequence[object], conditions: Sequence[ColumnElement[bool]] = ()) -> list[Any]:
        """Return the rows of ``keys`` in the order of the keys; what is not visible is missing."""
        numbers = [number for number in map(record_id, keys) if number is not None]
        found = {row.id: row for row in self.session.execute(self.rows(self.key.in_(numbers), *conditions)).scalars()}
        return [found[number] for number in dict.fromkeys(numbers) if number in found]

    def get_filters(self, search_columns: Any = None, search_filters: Any = None) -> BareFilters:
        return BareFilters(self.filter_converter_class, self)

    # What Flask-AppBuilder's own code may still call ----------------------------------------------------------------------

    def query(
        self,
        filters: Filters | None = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        select_columns: list[str] | None = None,
        outer_default_load: bool = False,
    ) -> tuple[int, list[Any]]:
        """Return the bounded count and one page; pages start at 0 here, as the framework counts them."""
        statement = self._filtered(filters)
        count = self.counted(statement)
        size = min(page_size or PAGE_SIZE, LARGEST_PAGE)
        skipped = min(max(page or 0, 0) * size, COUNT_LIMIT)
        if order_column:
            self._require_indexed(order_column)
            statement = statement.order_by(*self.ordering(order_column, order_direction == "desc"))
        else:
            statement = statement.order_by(self.key)
        statement = statement.options(*joining_of(self.obj, tuple(select_columns or ())))
        return count, list(self.session.execute(statement.offset(skipped).limit(size)).scalars())

    def get(
        self, id: Any, filters: Filters | None = None, select_columns: list[str] | None = None, outer_default_load: bool = False
    ) -> Any:
        number = record_id(id)
        if number is None:
            return None
        return self.session.execute(self._filtered(filters).where(self.key == number)).scalar_one_or_none()

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        return GuardedInterface(self.get_related_model(col_name)).one(value)

    def _filtered(self, filters: Filters | None) -> Select[Any]:
        statement = self.rows()
        return filters.apply_all(statement) if filters else statement

    def _require_indexed(self, name: str) -> None:
        if not self.is_indexed(name):
            raise Malformed(Message("The list cannot be ordered by this column."), code="bad_order")

    def is_indexed(self, name: str) -> bool:
        """Tell whether ``name`` is a column of this table that leads an index, so that ordering by it is cheap."""
        properties = self.list_properties
        found = properties.get(name)
        if not isinstance(found, ColumnProperty):
            return False
        column = found.columns[0]
        if column.primary_key or column.unique or column.index:
            return True
        table: Any = column.table
        keys = [list(index.expressions) for index in table.indexes]
        keys += [list(constraint.columns) for constraint in table.constraints if hasattr(constraint, "columns")]
        return any(_leads(column, columns) for columns in keys)

    def _no_writing(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("Views do not write: an operation does, run by foundation.transactions.run.")

    add = edit = delete = delete_all = _no_writing


def _leads(column: Any, columns: Sequence[Any]) -> bool:
    """Tell whether an index over ``columns`` serves an order by ``column``; the office, always given, may stand before it."""
    plain = [getattr(item, "element", item) for item in columns]
    names = [getattr(item, "name", "") for item in plain]
    if names and names[0] == "office_id" and column.name != "office_id":
        names = names[1:]
    return bool(names) and names[0] == column.name
