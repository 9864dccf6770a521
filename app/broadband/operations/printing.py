"""Printing the paper of an operation: every printing repeats what was kept when the operation was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.broadband.documents import Application, application_content, require_printable
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
    if earlier is None:
        require_printable(deed)
    printing = LinePrinting(
        office_id=deed.office_id,
        event_id=deed.event_id,
        printing=earlier.printing + 1 if earlier is not None else 1,
        reason=reason,
        content=earlier.content if earlier is not None else _first_content(deed, paper, line),
        created_by_id=current_scope().user_id,
    )
    db.session.add(printing)
    db.session.flush()
    return printing


def _first_content(deed: LineOperation, paper: Papers, line: Subscription) -> dict[str, Any]:
    """Return what the operation kept; one that was done before papers were kept says how things stand now."""
    return deed.paper or application_content(deed, paper(deed, policy_for(line)), office=line.office)
