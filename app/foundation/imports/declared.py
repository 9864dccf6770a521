"""What a domain declares for an import: its columns, and the target that judges rows and makes records of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import select

from app.foundation.database import OfficeRecord, db
from app.foundation.imports.cells import Cell, Context
from app.foundation.imports.parsers import Parser, folded
from app.foundation.views.saving import saving
from app.values.choices import Choice
from app.values.errors import N_, Message, OperationRefused

CHUNK = 500
# The whole row is to blame, not one of its cells.
WHOLE_ROW = ""


class Decision(Choice):
    """What becomes of a row whose record seems to be there already."""

    SKIP = "skip", N_("Leave the row out")
    USE = "use", N_("Use the existing customer")
    ADD = "add", N_("Add it all the same")


class RowState(Choice):
    """What the check says of a row."""

    NEW = "new", N_("New"), "good", "circle-check"
    DUPLICATE = "duplicate", N_("Duplicate"), "amber", "copy"
    LEFT_OUT = "left_out", N_("Not filled in"), "neutral", "circle-dashed"
    WRONG = "wrong", N_("Wrong"), "bad", "alert-circle"


@dataclass(frozen=True)
class ImportColumn:
    """One column: ``name`` as in the values of a row, ``label`` and ``aliases`` by which a heading is recognised, ``parse`` for its cells.

    ``aliases`` are further headings in any language; the label is known in all of them. ``note`` explains the column in the template.
    A ``private`` column is masked on pages.
    """

    name: str
    label: str
    parse: Parser
    required: bool = False
    example: Any = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True)
class Duplicate:
    """Why a row's record seems to be there already, and what may be done about it, the first of ``options`` by itself."""

    message: Message
    options: tuple[Decision, ...] = (Decision.SKIP,)
    column: str = WHOLE_ROW


@dataclass
class ImportedRow:
    """A row of the file under way: ``number`` as the spreadsheet counts, the values read from it, and what is wrong with it."""

    number: int
    cells: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Message] = field(default_factory=dict)
    duplicate: Duplicate | None = None
    decision: Decision = Decision.SKIP
    is_left_out: bool = False

    @property
    def state(self) -> RowState:
        if self.is_left_out:
            return RowState.LEFT_OUT
        if self.problems:
            return RowState.WRONG
        return RowState.DUPLICATE if self.duplicate else RowState.NEW

    @property
    def is_wanted(self) -> bool:
        """Whether the row is to be imported."""
        return not self.is_left_out and not self.problems and (self.duplicate is None or self.decision is not Decision.SKIP)

    def blame(self, column: str, message: Message) -> None:
        """Note what is wrong with the cell of ``column``; the first word stands."""
        self.problems.setdefault(column, message)


@dataclass(frozen=True)
class Made:
    """A record that an import made: from which row, in which table, under which id, and a name for it without personal data."""

    row: int
    table: str
    record: int
    label: str = ""


class Target(ABC):
    """What rows become. One object serves one check or one import of one office; it asks the database before the rows, never in them."""

    # Series of numbers of which each new row may take one, reserved before the import so that nobody waits for it.
    series: ClassVar[tuple[str, ...]] = ()

    def __init__(self, office_id: int, context: Context) -> None:
        self.office_id, self.context = office_id, context

    @abstractmethod
    def learn(self, rows: Sequence[ImportedRow]) -> None:
        """Read what judging ``rows`` needs; their values are parsed already."""

    @abstractmethod
    def judge(self, row: ImportedRow) -> None:
        """Add what is wrong with the row beyond its single cells, or the duplicate that it is."""

    @abstractmethod
    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        """Store the records of ``rows``, all wanted, as part of the transaction under way."""


class RecordsTarget(Target):
    """Rows of one table of master data, one record each, known by its ``keys``: a row with a known key is there already."""

    model: ClassVar[type[OfficeRecord]]
    keys: ClassVar[tuple[str, ...]] = ("code",)

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        self.known: dict[str, set[str]] = {}
        for key in self.keys:
            column: Any = getattr(self.model, key)
            there = db.session.scalars(select(column).where(self.model.office_id == self.office_id))
            self.known[key] = {folded(value) for value in there}
        self.seen: dict[tuple[str, str], int] = {}

    def judge(self, row: ImportedRow) -> None:
        for key in self.keys:
            written = folded(str(row.values.get(key) or ""))
            if not written:
                continue
            first = self.seen.setdefault((key, written), row.number)
            if first != row.number:
                row.blame(key, Message("Row %(row)s has the same value.", row=str(first)))
            elif written in self.known[key] and row.duplicate is None:
                row.duplicate = Duplicate(Message("This is there already. The row is left out."), column=key)

    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        save, made = saving(self.model), []
        for row in rows:
            record = save(record=None, office=self.office_id, version=None, values=tuple(self.record_values(row).items()))
            made.append(Made(row.number, self.model.__tablename__, record.id, str(row.values.get(self.keys[0]) or "")))
        return made

    def record_values(self, row: ImportedRow) -> dict[str, Any]:
        """Return the columns of the record."""
        return {name: value for name, value in row.values.items() if value is not None}


@dataclass(frozen=True)
class ImportKind:
    """One thing that can be imported. ``empty`` are the values of cells left empty, None where not named.

    A row in which the column ``left_out_without`` is empty is left out: nobody has filled it in yet. ``next_view`` is the page to which one
    goes on from an import that is done.
    """

    name: str
    title: str
    icon: str
    columns: tuple[ImportColumn, ...]
    target: type[Target]
    note: str = ""
    empty: Mapping[str, Any] = field(default_factory=dict)
    left_out_without: str = ""
    next_view: str = ""
    next_label: str = ""

    def column(self, name: str) -> ImportColumn:
        return next(column for column in self.columns if column.name == name)

    @property
    def by_name(self) -> dict[str, ImportColumn]:
        return {column.name: column for column in self.columns}


_kinds: Callable[[], Mapping[str, ImportKind]] = dict


def register(kinds: Callable[[], Mapping[str, ImportKind]]) -> None:
    """Take over the table of imports; called once by the wiring."""
    global _kinds
    _kinds = kinds


def import_kinds() -> Mapping[str, ImportKind]:
    """Return what can be imported, by name, in the order in which an office begins."""
    return _kinds()


def kind_named(name: str) -> ImportKind:
    """Return the import of that name. Raises OperationRefused."""
    found = import_kinds().get(name)
    if found is None:
        raise OperationRefused(Message("Choose what to import."), code="unknown_import", field="kind")
    return found
