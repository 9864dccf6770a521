"""The record of every proof: when it was made, and its answer to every invariant."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Document, Moment, Record, choice_column
from app.foundation.proofs.declared import Result, Violation
from app.foundation.proofs.proving import invariants
from app.foundation.scope import current_scope
from app.values.choices import Choice
from app.values.errors import N_

# Rows of the whole installation stand under this name instead of an office's number.
INSTALLATION = "installation"
HUNDREDTH = Decimal("0.01")
# The right of those who answer for every office.
SEES_ALL = "manage_users"


class ProofKind(Choice):
    """Why the books were proved."""

    NIGHTLY = "nightly", N_("Every night"), "neutral", "moon"
    BY_HAND = "by_hand", N_("By hand"), "neutral", "user"


class Verdict(Choice):
    """What a proof found."""

    HOLDS = "holds", N_("Everything holds"), "good", "circle-check"
    BROKEN = "broken", N_("Something is wrong"), "bad", "alert-triangle"


@dataclass(frozen=True)
class Answer:
    """The stored answer to one invariant, as far as a person may see it: violations of his offices and of the installation."""

    name: str
    sentence: str
    numbers: Sequence[int]
    examined: int
    seconds: Decimal
    error: str
    violations: Sequence[Violation]
    count: int

    @property
    def verdict(self) -> Verdict:
        return Verdict.BROKEN if self.count or self.error else Verdict.HOLDS

    @property
    def left_out(self) -> int:
        """How many more rows are against it than are named."""
        return self.count - len(self.violations)


class ProofRun(Record):
    """One proof of the books of the whole installation 賬務核驗, in real time. Never changed: what a night found stays found.

    ``results`` holds for each invariant its name, rows, seconds and error, and for each office how many rows are against it and the
    first of them by the numbers people know.
    """

    __tablename__ = "proof_run"
    __table_args__ = (
        CheckConstraint("finished_at >= started_at", name="finished_after_start"),
        Index("ix_proof_run_finished_at", "finished_at"),
    )

    kind: Mapped[ProofKind] = choice_column(ProofKind)
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment]
    examined: Mapped[int] = mapped_column(BigInteger)
    results: Mapped[Document]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))

    @property
    def seconds(self) -> int:
        return round((self.finished_at - self.started_at) / datetime.timedelta(seconds=1))

    @property
    def answers(self) -> list[Answer]:
        """Return the answers as far as the person who acts may see them, the broken ones first."""
        scope = current_scope()
        return self.answers_for(None if scope.unlimited or scope.may(SEES_ALL) else scope.office_ids)

    def answers_for(self, offices: Collection[int] | None) -> list[Answer]:
        """Return the answers with the violations of ``offices`` (None means all) and those of the installation itself."""
        sentences = {each.name: each for each in invariants()}
        found = [_answer(kept, sentences, offices) for kept in self.results["invariants"]]
        return sorted(found, key=lambda answer: answer.verdict is Verdict.HOLDS)

    @property
    def broken(self) -> list[Answer]:
        """Return what is wrong, as far as the person who acts may see it."""
        return [answer for answer in self.answers if answer.verdict is Verdict.BROKEN]

    @property
    def verdict(self) -> Verdict:
        return Verdict.BROKEN if self.broken else Verdict.HOLDS


def kept(results: Sequence[Result]) -> dict[str, Any]:
    """Return answers as the record keeps them."""
    return {"invariants": [_kept(result) for result in results]}


def _kept(result: Result) -> dict[str, Any]:
    offices = {
        _office(office): {"count": count, "rows": [_row(each) for each in result.violations if each.office_id == office]}
        for office, count in result.counts.items()
    }
    return {
        "name": result.invariant.name,
        "examined": result.examined,
        "seconds": round(result.seconds, 3),
        "error": result.error,
        "offices": offices,
    }


def _office(office: int | None) -> str:
    return INSTALLATION if office is None else str(office)


def _row(violation: Violation) -> list[Any]:
    return [violation.kind, violation.record_id, violation.number, violation.expected, violation.found]


def _answer(kept: Mapping[str, Any], sentences: Mapping[str, Any], offices: Collection[int] | None) -> Answer:
    declared = sentences.get(kept["name"])
    seen = {INSTALLATION, *map(str, offices or ())}
    visible = {name: found for name, found in kept["offices"].items() if offices is None or name in seen}
    return Answer(
        name=kept["name"],
        # An invariant that a newer program no longer has keeps its name.
        sentence=declared.sentence if declared else kept["name"],
        numbers=declared.numbers if declared else (),
        examined=kept["examined"],
        seconds=Decimal(str(kept["seconds"])).quantize(HUNDREDTH),
        error=kept["error"],
        violations=tuple(_violations(visible)),
        count=sum(found["count"] for found in visible.values()),
    )


def _violations(visible: Mapping[str, Any]) -> Iterator[Violation]:
    for name, found in visible.items():
        office = None if name == INSTALLATION else int(name)
        yield from (Violation(office, *row) for row in found["rows"])
