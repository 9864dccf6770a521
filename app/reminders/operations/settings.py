"""The office's reminder days 提醒天數設置 (B5.1) and its own words."""

from __future__ import annotations

from sqlalchemy import select

from app.broadband.models import BroadbandPolicy
from app.broadband.queries import policy_of
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, locked
from app.foundation.views.saving import Stale, version_of
from app.offices.choices import Language
from app.reminders.documents import standard
from app.reminders.models import LONGEST_SUBJECT, LetterTemplate
from app.reminders.rules.steps import checked_steps
from app.reminders.rules.templates import check_template, one_line
from app.values.errors import Conflict, Message, NotFound

PARTS = ("subject", "body", "ways_to_pay")
FASTER = Message("Another person changed these words. Your entries are kept: check them and save again.")

explain_constraint("uq_letter_template_office_id_language", FASTER)


def save_reminder_days(*, office: int, days: tuple[int, ...], version: str | None = None) -> BroadbandPolicy:
    """Set the steps on which the customers of an office are reminded. Raises OperationRefused, and Stale when somebody was faster."""
    steps = checked_steps(days)
    found: BroadbandPolicy | None = db.session.scalars(policy_of(office)).one_or_none()
    if found is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    policy = locked(BroadbandPolicy, found.id)
    if version is not None and version != version_of(policy):
        raise Stale(policy)
    if list(policy.reminder_days) != list(steps):
        policy.reminder_days = list(steps)
    db.session.flush()
    return policy


def save_words(*, office: int, language: Language, subject: str, body: str, ways_to_pay: str, version: str | None = None) -> LetterTemplate:
    """Keep an office's own words in one language; what is left empty, or as the program says it, stays the program's.

    Raises OperationRefused for a place that does not exist, Conflict when somebody was faster.
    """
    _require_office(office)
    given = {"subject": one_line(subject)[:LONGEST_SUBJECT], "body": body.strip(), "ways_to_pay": ways_to_pay.strip()}
    for part, text in given.items():
        check_template(text, field=part)
    kept = {part: "" if text == standard(part, language) else text for part, text in given.items()}
    statement = select(LetterTemplate).where(LetterTemplate.office_id == office, LetterTemplate.language == language)
    template: LetterTemplate | None = db.session.scalars(statement.with_for_update()).one_or_none()
    if version is not None and version != version_of_words(template):
        raise Conflict(FASTER, code="stale")
    if template is None:
        template = LetterTemplate(office_id=office, language=language)
        db.session.add(template)
    for part, text in kept.items():
        setattr(template, part, text)
    db.session.flush()
    return template


def version_of_words(template: LetterTemplate | None) -> str:
    """Return the mark of the state of an office's words."""
    return version_of(template) if template is not None else "0"


def _require_office(office: int) -> None:
    scope = current_scope()
    if office not in scope.office_ids and not scope.unlimited:
        raise NotFound(Message("This record does not exist."), code="not_found")
