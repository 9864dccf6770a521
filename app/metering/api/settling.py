"""Red readings are accepted, wrong ones corrected or withdrawn, by programs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.foundation.api import Answer, Body, Code, Flag, Given, Number, Reference, Routes, Rows, Text, done, ready
from app.foundation.transactions import run
from app.metering.api.registers import LARGEST, look
from app.metering.choices import ReadingExplanation
from app.metering.operations.settling import (
    LONGEST_REASON,
    MOST_ACCEPTED,
    accept_reading,
    accept_readings,
    correct_reading,
    withdraw_reading,
)

routes = Routes("Metering")


class AcceptBody(Body):
    reason = Text(LONGEST_REASON, required=True)


class WithdrawBody(AcceptBody):
    """Why; with ``confirmed`` the bill that was made from the reading is put right too."""

    confirmed = Flag()


class CorrectBody(Body):
    """The right figure; without ``value`` an estimate. With ``confirmed`` the bill that was made from the reading is put right too."""

    value = Number(Decimal(0), LARGEST * LARGEST, allow_none=True)
    explanation = Code(ReadingExplanation, allow_none=True)
    reason = Text(LONGEST_REASON, required=True)
    confirmed = Flag()


@routes.post("/readings/<int:record>/accept", may=("ReadingView", "can_settle"), takes=AcceptBody, gives=look)
def accept(record: int, body: dict[str, Any]) -> Given:
    """Accept a red reading as it is."""
    return done(run(accept_reading, reading=record, reason=body["reason"]))


class AcceptManyBody(AcceptBody):
    """Red readings that are right for one reason."""

    readings = Rows(Reference(), required=True, most=MOST_ACCEPTED)


class AcceptedAnswer(Answer):
    """The readings that were accepted."""

    readings = Rows(Reference())


@routes.post("/readings/accept", may=("ReadingView", "can_settle"), takes=AcceptManyBody, gives=AcceptedAnswer, status=200)
def accept_many(body: dict[str, Any]) -> Given:
    """Accept several red readings for one reason: all of them, or none where one does not wait any more."""
    readings = tuple(sorted(set(body["readings"])))
    run(accept_readings, readings=readings, reason=body["reason"])
    return ready({"readings": list(readings)})


def _changes_bills(body: Mapping[str, Any]) -> bool:
    """Say whether money moves: only whoever confirms it changes what was billed."""
    return bool(body.get("confirmed"))


@routes.post(
    "/readings/<int:record>/correct", may=("ReadingView", "can_correct"), takes=CorrectBody, gives=look, moves_money=_changes_bills
)
def correct(record: int, body: dict[str, Any], key: str | None) -> Given:
    """Supersede a reading by the right one; gives the new reading.

    One that was billed is refused with ``reading_billed``, which names the charges, unless it is sent with ``confirmed``. What becomes of
    the bills stands under `GET /bill_corrections?reading=`.
    """
    terms = {name: body.get(name) for name in ("value", "explanation")}
    terms |= {"reason": body["reason"], "confirmed": body.get("confirmed", False)}
    return done(run(correct_reading, key=key, reading=record, **terms))


@routes.post(
    "/readings/<int:record>/withdraw", may=("ReadingView", "can_correct"), takes=WithdrawBody, gives=look, moves_money=_changes_bills
)
def withdraw(record: int, body: dict[str, Any], key: str | None) -> Given:
    """Take a reading back that was not of this meter or day; one that was billed as for `correct`."""
    return done(run(withdraw_reading, key=key, reading=record, reason=body["reason"], confirmed=body.get("confirmed", False)))
