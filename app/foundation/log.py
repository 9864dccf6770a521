"""The log 日誌: what happened beside the changes of rows: sign-ins, refusals, reveals of personal data, exports, maintenance.

``note`` writes an entry into the transaction under way, so that the deed and its entry are there together or not at all.
``note_now`` writes one in a transaction of its own: for what was refused or has no transaction. Entries are never changed or deleted,
their time is the real one, and they hold no personal data: a sentence with its facts, never what somebody typed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Index, Integer, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.actor import acting_job
from app.foundation.database import Document, Moment, Record, choice_column, db
from app.foundation.kept_sentences import kept_facts, told
from app.foundation.scope import scope_or_none
from app.values.choices import Choice
from app.values.errors import N_, Message

log = logging.getLogger(__name__)

LONGEST_ADDRESS = 64
LONGEST_SENTENCE = 200
# An entry must not hold up the request that it is about.
PATIENCE = text("SELECT set_config('lock_timeout', '1s', true), set_config('statement_timeout', '2s', true)")


class LogKind(Choice):
    """What sort of thing an entry of the log tells. Changes and prints have tables of their own; the log's page shows them beside."""

    CHANGED = "changed", N_("Change of a record"), "neutral", "pencil"
    DELETED = "deleted", N_("Deletion"), "orange", "trash"
    SIGN_IN = "sign_in", N_("Sign-in"), "good", "login"
    SIGN_IN_FAILED = "sign_in_failed", N_("Failed sign-in"), "bad", "user-off"
    SIGN_OUT = "sign_out", N_("Sign-out"), "neutral", "logout"
    ACCOUNT = "account", N_("Account"), "info", "key"
    REFUSED = "refused", N_("Refusal of rights"), "bad", "ban"
    REVEALED = "revealed", N_("Reveal of personal data"), "amber", "eye"
    PRINTED = "printed", N_("Print"), "info", "printer"
    EXPORTED = "exported", N_("Export"), "amber", "download"
    IMPORTED = "imported", N_("Import"), "info", "upload"
    MAINTENANCE = "maintenance", N_("System maintenance"), "violet", "database"


class LogEntry(Record):
    """One entry of the log. ``office_ids`` are the offices whose auditors see it; without one it belongs to the installation.

    ``message`` is a message id and ``facts`` its parameters, so that every reader has it in his language. It points at people and rows
    by number, without foreign keys: what it tells stays true when they are gone.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_recorded_at_id", "recorded_at", "id"),
        Index("ix_log_entry_user_id_recorded_at", "user_id", "recorded_at"),
        Index("ix_log_entry_of_table_row_id", "of_table", "row_id"),
    )

    recorded_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    kind: Mapped[LogKind] = choice_column(LogKind)
    user_id: Mapped[int | None]
    job: Mapped[str] = mapped_column(String(64), default="")
    office_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    of_table: Mapped[str] = mapped_column(String(64), default="")
    row_id: Mapped[int | None]
    message: Mapped[str] = mapped_column(String(LONGEST_SENTENCE), default="")
    facts: Mapped[Document] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")

    @property
    def sentence(self) -> Message | None:
        """What happened, for ``say``."""
        return told(self.message, self.facts) if self.message else None


def note(
    kind: LogKind,
    sentence: Message | str | None = None,
    *,
    record: Any = None,
    of_table: str = "",
    row_id: int | None = None,
    offices: Iterable[int] | None = None,
    user_id: int | None = None,
) -> LogEntry:
    """Write an entry into the transaction under way and return it.

    ``record`` is the row it is about (or ``of_table`` and ``row_id``). Without ``offices`` the entry belongs to the record's office, else
    to the offices of the person who acts. ``user_id`` is for a person who is not in the scope yet. The sentence holds no personal data.
    """
    entry = _entry(kind, sentence, record, of_table, row_id, offices, user_id)
    db.session.add(entry)
    db.session.flush()
    return entry


def note_now(kind: LogKind, sentence: Message | str | None = None, **about: Any) -> bool:
    """Write an entry in a transaction of its own and commit it; say whether that went well. Never raises.

    What the session holds uncommitted is rolled back first: this is for the end of what was refused, and for what writes nothing else.
    """
    try:
        db.session.rollback()
        db.session.execute(PATIENCE)
        note(kind, sentence, **about)
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("An entry %s of the log could not be written: %s", kind.value, type(error).__name__)
        return False
    return True


def _entry(
    kind: LogKind,
    sentence: Message | str | None,
    record: Any,
    of_table: str,
    row_id: int | None,
    offices: Iterable[int] | None,
    user_id: int | None,
) -> LogEntry:
    scope = scope_or_none()
    message = Message(sentence) if isinstance(sentence, str) else sentence
    return LogEntry(
        kind=kind,
        user_id=user_id if user_id is not None or scope is None else scope.user_id,
        job=acting_job(),
        office_ids=sorted(set(_offices_of(record) if offices is None else offices)),
        of_table=record.__tablename__ if record is not None else of_table,
        row_id=record.id if record is not None else row_id,
        message=message.message_id[:LONGEST_SENTENCE] if message is not None else "",
        facts=kept_facts(message) if message is not None else {},
        address=(request.remote_addr or "")[:LONGEST_ADDRESS] if has_request_context() else "",
    )


def _offices_of(record: Any) -> Iterable[int]:
    if getattr(record, "__tablename__", "") == "office":
        return (record.id,)
    office = getattr(record, "office_id", None)
    if office is not None:
        return (office,)
    scope = scope_or_none()
    return scope.office_ids if scope is not None else ()
