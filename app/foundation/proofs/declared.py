"""What an invariant is, and what asking it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

# How many rows against an invariant are named in each office; of the others only the number is told.
MOST_NAMED = 20

# The columns of a statement that finds violations, in this order.
COLUMNS = ("office_id", "kind", "record_id", "number", "expected", "found")


@dataclass(frozen=True)
class Violation:
    """One row against an invariant, by the number under which a person finds it.

    ``kind`` is the name of its table. ``expected`` and ``found`` are amounts, days or codes, never words of a language.
    ``office_id`` is None where the row belongs to the whole installation.
    """

    office_id: int | None
    kind: str
    record_id: int | None
    number: str
    expected: str | None = None
    found: str | None = None


class Findings:
    """What a question has met so far: rows examined, and rows against it, of which each office's first ones are kept."""

    def __init__(self) -> None:
        self.examined = 0
        self.counts: Counter[int | None] = Counter()
        self.named: list[Violation] = []

    def add(self, violation: Violation) -> None:
        """Count a violation, and name it while its office has few."""
        self.counts[violation.office_id] += 1
        if self.counts[violation.office_id] <= MOST_NAMED:
            self.named.append(violation)

    def add_counted(self, violation: Violation, many: int) -> None:
        """Name a violation of an office that has ``many`` of them, counted by the database."""
        self.counts[violation.office_id] = many
        self.named.append(violation)


Check = Callable[[Connection, Findings], None]


@dataclass(frozen=True)
class Invariant:
    """Something that is always true.

    ``name`` is its name in the program, ``sentence`` says it to people (a message id), ``numbers`` are those of the list in
    docs/invariants.md. ``statement`` selects the rows against it with the columns of ``COLUMNS``, and ``counted`` how many rows are
    examined; where only Python can recompute, ``check`` reads the rows through a cursor of the server and adds what it finds.
    ``tables`` are those a ``check`` reads; ``is_general`` marks what is asked of every table alike.
    """

    name: str
    sentence: str
    numbers: tuple[int, ...] = ()
    counted: str = ""
    statement: str = ""
    check: Check | None = None
    tables: tuple[str, ...] = ()
    is_general: bool = False


@dataclass(frozen=True)
class Result:
    """The answer to one invariant; ``error`` is the reason where it could not be asked."""

    invariant: Invariant
    examined: int
    seconds: float
    violations: tuple[Violation, ...] = ()
    counts: dict[int | None, int] = field(default_factory=dict)
    error: str = ""

    @property
    def holds(self) -> bool:
        return not self.counts and not self.error

    @property
    def violation_count(self) -> int:
        return sum(self.counts.values())


def holds(results: Iterable[Result]) -> bool:
    """Tell whether everything asked is true."""
    return all(result.holds for result in results)
