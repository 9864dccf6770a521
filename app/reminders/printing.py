"""Stored renewal notices as one PDF, and as the answer to a page or a program."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.uploads.keeping import upload_with_content
from app.foundation.views.access import personal
from app.offices.models import SystemUser
from app.reminders.models import RenewalNotice
from app.reminders.papers import notices_pdf

PDF = "application/pdf"


def printed(notices: Sequence[RenewalNotice]) -> bytes:
    """Return notices whose printing has been counted as one PDF, each with the logo that the office had when it was issued."""
    wanted = {notice.content["office"].get("logo") for notice in notices} - {None}
    user = db.session.get(SystemUser, current_scope().user_id)
    return notices_pdf(
        [(notice.content, notice.printings) for notice in notices],
        printed_at=clock.now(),
        printed_by=user.username if user else "",
        training=bool(current_app.config.get("TRAINING")),
        logos={number: upload_with_content(number).content for number in wanted},
    )


def as_answer(notices: Sequence[RenewalNotice], *, is_file: bool = False) -> Response:
    """Return the paper of notices: one opens in the browser, several are a file to keep."""
    name = notices[0].number if len(notices) == 1 else f"{notices[0].number}+{len(notices) - 1}"
    answer = Response(printed(notices), mimetype=PDF)
    kind = "attachment" if is_file else "inline"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name.encode("ascii", "replace").decode()}.pdf"'
    return personal(answer)
