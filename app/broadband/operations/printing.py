"""Printing the paper of an operation: the first printing freezes what it says, the later ones repeat it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.broadband.documents import Application, application_content
from app.broadband.models import BroadbandPolicy, LineOperation, LinePrinting, Subscription
from app.broadband.operations.standing import policy_for
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked

# Every operation has a function of its own over its own record.
Papers = Callable[[Any, BroadbandPolicy], Application]


def print_deed(*, model: type[LineOperation], record: int, paper: Papers, reason: str = "") -> LinePrinting:
    """Log one more printing of an operation's paper and return it with its content."""
    deed = found(model, record)
    # Two printings at once would count the same: the second waits here.
    line = locked(Subscription, deed.subscription_id)
    newest = select(LinePrinting).where(LinePrinting.event_id == deed.event_id).order_by(LinePrinting.printing.desc()).limit(1)
    earlier = db.session.scalars(newest).one_or_none()
    content = earlier.content if earlier is not None else application_content(deed, paper(deed, policy_for(line)), office=line.office)
    printing = LinePrinting(
        office_id=deed.office_id,
        event_id=deed.event_id,
        printing=earlier.printing + 1 if earlier is not None else 1,
        reason=reason,
        content=content,
        created_by_id=current_scope().user_id,
    )
    db.session.add(printing)
    db.session.flush()
    return printing
