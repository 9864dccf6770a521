"""How the last proof stands, in words for the people who answer for the books."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.proofs.records import ProofRun
from app.values.errors import Message

# A night may be missed while the machine is off; two nights are a matter for somebody.
TOO_OLD = datetime.timedelta(hours=50)


@dataclass(frozen=True)
class ProofNews:
    """One sentence, its tone (good, neutral, amber or bad), and the proof it tells of."""

    tone: str
    message: Message
    run: ProofRun | None = None


def last_proof() -> ProofRun | None:
    """Return the newest proof."""
    found: ProofRun | None = db.session.scalars(select(ProofRun).order_by(ProofRun.id.desc()).limit(1)).one_or_none()
    return found


def proof_news(now: datetime.datetime | None = None) -> ProofNews:
    """Return how the books stand, as far as the person who acts may see them."""
    run = last_proof()
    if run is None:
        return ProofNews("neutral", Message("The books have not been proved yet; the first proof is made in the coming night."))
    broken = len(run.broken)
    if broken:
        return ProofNews("bad", Message("Last proof: %(time)s, %(count)s rules are broken.", time=run.finished_at, count=broken), run)
    if (now or clock.real_now()) - run.finished_at > TOO_OLD:
        return ProofNews("amber", Message("The last proof is too old: %(time)s.", time=run.finished_at), run)
    return ProofNews("good", Message("Last proof: %(time)s, all hold.", time=run.finished_at), run)
