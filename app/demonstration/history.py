"""Playing the history of the demonstration through the real operations, with the clock moved to each event's moment.

Each chunk of events is one transaction that also says how far the history is: after a crash the next worker goes on exactly behind the
last chunk that was committed.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from app.demonstration import billing, playing_lines  # noqa: F401  (they teach ``play`` the operations)
from app.demonstration.buildings import settle
from app.demonstration.events import Event
from app.demonstration.meters import read_meters
from app.demonstration.neighbours import owners
from app.demonstration.playing import Desk, play
from app.demonstration.reminding import remind
from app.demonstration.script import script
from app.demonstration.tariffs import set_tariffs
from app.demonstration.works import order_all_works
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob, Work
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.offices.models import Office, SystemUser
from app.roles import rights_of
from app.values.errors import OperationRefused

log = logging.getLogger(__name__)

CHUNK = 10  # events: a fifth of a second, so that nobody at the counter waits long for a number


def fill(work: Work) -> dict[str, Any]:
    """Play the history from where it stands; the handler of the job ``demonstration_history``."""
    until = datetime.datetime.fromisoformat(work.arguments["until"])
    events = script(until, work.arguments["customers"])
    desks = _desks(events)
    work.progress(work.done, len(events))
    people = {login: desk.user_id for (_, login), desk in desks.items()}
    with clock.at(until):
        run(settle, job=work.job_id, people=people, at_home=owners(events))
        run(set_tariffs, job=work.job_id)
        run(read_meters, job=work.job_id, people=people)
    while work.done < len(events):
        chunk = events[work.done : work.done + CHUNK]
        run(_live, work=work, chunk=chunk, desks=desks)
        work.pause()
    with clock.at(until):
        run(order_all_works, job=work.job_id, people=people, since=until)
    run(remind, job=work.job_id, people=people)
    return {"events": len(events)}


def _live(*, work: Work, chunk: Sequence[Event], desks: dict[tuple[str, str], Desk]) -> BackgroundJob:
    """Play a chunk inside the transaction under way, and count it. What a power cut takes is played again, so nobody waits for the disk."""
    db.session.execute(text("SET LOCAL synchronous_commit = off"))
    try:
        with db.session.begin_nested():
            _played(chunk, desks)
    except OperationRefused:
        for event in chunk:
            _played_or_left_out(event, desks)
    work.advance(work.done + len(chunk))
    job: BackgroundJob = db.session.get_one(BackgroundJob, work.job_id)
    return job


def _played(events: Sequence[Event], desks: dict[tuple[str, str], Desk]) -> None:
    for event in events:
        desk = desks[event.office, event.by]
        with clock.at(event.at), scoped(desk.user_id, [desk.office_id], desk.rights):
            play(event, desk)


def _played_or_left_out(event: Event, desks: dict[tuple[str, str], Desk]) -> None:
    """Play one event, unless somebody who tries the program out meanwhile has closed the way."""
    try:
        with db.session.begin_nested():
            _played([event], desks)
    except OperationRefused as refusal:
        log.warning("The demonstration left out %s of %s: %s", type(event).__name__, event.account, refusal)


def _desks(events: Sequence[Event]) -> dict[tuple[str, str], Desk]:
    """Return who acts in which office: office code and login -> ids and rights, read once."""
    with everything("the demonstration plays in every office"):
        offices = {office.code: office.id for office in db.session.scalars(select(Office))}
        users = {user.username: user for user in db.session.scalars(select(SystemUser))}
        return {
            (office, login): Desk(users[login].id, offices[office], rights_of([role.name for role in users[login].roles]))
            for office, login in {(event.office, event.by) for event in events}
        }
