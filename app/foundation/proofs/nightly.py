"""The proof of every night, and the one that somebody asks for: a job that keeps what it found.

A night's proof goes by the real clock, on the wall of the first office; it waits while other work is under way, so that it sees a day
that is whole, but not for long.
"""

from __future__ import annotations

import datetime
import logging
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import Record, db
from app.foundation.jobs.models import BackgroundJob
from app.foundation.jobs.performing import Work
from app.foundation.jobs.queue import start_job
from app.foundation.log import LogKind, note
from app.foundation.proofs.declared import Result, holds
from app.foundation.proofs.proving import prove
from app.foundation.proofs.records import ProofKind, ProofRun, kept
from app.foundation.scope import current_scope, everything
from app.foundation.transactions import run
from app.values.errors import Conflict, Message

log = logging.getLogger(__name__)

PROOF_JOB = "proof"
HOUR = datetime.time(2, 10)
# Work that was asked for longer ago is no reason to wait.
PATIENCE = datetime.timedelta(hours=2)
# It reads much and hurries nobody.
PRIORITY = -10


def see_to_proof(now: datetime.datetime | None = None) -> BackgroundJob | None:
    """Ask for the night's proof when its hour has come and nobody has asked yet; called again and again by every worker."""
    moment = now or clock.real_now()
    with everything("the night's proof concerns the whole installation"):
        local = moment.astimezone(_zone())
        if local.time() < HOUR:
            return None
        key = f"{PROOF_JOB}:{local.date().isoformat()}"
        is_asked = select(BackgroundJob.id).where(BackgroundJob.unique_key == key)
        other_work = select(BackgroundJob.id).where(BackgroundJob.ended_at.is_(None), BackgroundJob.created_at > moment - PATIENCE)
        if db.session.scalars(is_asked).first() is not None or db.session.scalars(other_work.limit(1)).first() is not None:
            return None
        return run(start_job, kind=PROOF_JOB, unique_key=key, priority=PRIORITY, nightly=True).record


def _zone() -> datetime.tzinfo:
    """Return the time zone of the first office; without an office that of the machine's clock."""
    office = Record.metadata.tables["office"]
    name = db.session.connection().execute(select(office.c.time_zone).order_by(office.c.id).limit(1)).scalar()
    return ZoneInfo(name) if name else datetime.UTC


def ask_for_proof() -> BackgroundJob:
    """Ask for a proof now. Raises Conflict while another one is made."""
    is_under_way = select(BackgroundJob.id).where(BackgroundJob.kind == PROOF_JOB, BackgroundJob.ended_at.is_(None))
    if db.session.scalars(is_under_way.limit(1)).first() is not None:
        raise Conflict(Message("The books are being proved at this moment."), code="proof_under_way")
    return start_job(PROOF_JOB, nightly=False)


def make_proof(work: Work) -> dict[str, Any]:
    """Prove everything and keep the answers: the handler of the job."""
    began, requested_by = clock.real_now(), current_scope().user_id
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    results = prove(app, work.progress)
    made = ProofRun(
        kind=ProofKind.NIGHTLY if work.arguments["nightly"] else ProofKind.BY_HAND,
        started_at=began,
        finished_at=clock.real_now(),
        examined=sum(result.examined for result in results),
        results=kept(results),
        requested_by_id=requested_by,
    )
    db.session.add(made)
    db.session.flush()
    _tell(made, results)
    db.session.commit()
    return {"proof_run": made.id, "holds": holds(results)}


def _tell(made: ProofRun, results: list[Result]) -> None:
    """Put what is wrong into the logs; that all is well needs no words."""
    broken = [result for result in results if not result.holds]
    for result in broken:
        log.error("The invariant %s does not hold: %s rows", result.invariant.name, result.violation_count)
    if broken:
        note(LogKind.MAINTENANCE, Message("A proof of the books found %(count)s rules broken.", count=len(broken)), record=made, offices=())
