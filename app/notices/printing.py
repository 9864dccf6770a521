"""Stored notices as PDF: one as the answer to a page or a program, many side by side as one file."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, current_app

from app.billing.papers.sheet import Logo, Print
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.scope import current_scope
from app.foundation.side_by_side import side_by_side
from app.foundation.uploads.keeping import upload_with_content
from app.foundation.uploads.serving import disposition
from app.foundation.views.access import personal
from app.notices.documents.statement import statement_content
from app.notices.models import Notice
from app.notices.papers import paper
from app.offices.models import SystemUser
from app.places.models import Unit
from app.values.errors import Message

PDF = "application/pdf"
AT_ONCE = 2  # as many papers as there are children that draw
GROUP = 50


def printed(notices: Sequence[Notice]) -> bytes:
    """Return notices whose printing has been counted as one PDF, each with the logo that the office had when it was issued."""
    return bound(drawn([(one.content, one.printings) for one in notices]))


def drawn(papers: Sequence[tuple[Mapping[str, Any], int]], progress: Callable[[int], None] | None = None) -> list[bytes]:
    """Return each frozen content, with the number of its printing, as a PDF of its own; several are drawn at once.

    ``progress`` is told between groups how many are finished.
    """
    user = db.session.get(SystemUser, current_scope().user_id) if current_scope().user_id else None
    login, at, training = user.username if user else "", clock.now(), bool(current_app.config.get("TRAINING"))
    pictures = _pictures([content for content, _ in papers])
    made: dict[int, bytes] = {}

    def draw(position: int) -> None:
        content, printing = papers[position]
        logo, collection = (pictures.get(number) for number in _pictures_of(content))
        made[position] = paper(content, Print(printing, at, login, None, training, logo), collection)

    for start in range(0, len(papers), GROUP):
        side_by_side(draw, range(start, min(start + GROUP, len(papers))), at_once=AT_ONCE)
        if progress is not None:
            progress(len(made))
    return [made[position] for position in range(len(papers))]


def _pictures_of(content: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return the uploads that a paper bears: the office's logo, its collection code, as they were when it was issued."""
    return content["office"].get("logo"), content.get("collection")


def _pictures(contents: Sequence[Mapping[str, Any]]) -> dict[int | None, Logo | None]:
    wanted = {number for content in contents for number in _pictures_of(content)} - {None}
    return {number: Logo.of(upload_with_content(number).content) for number in wanted if number is not None}


def bound(pdfs: Sequence[bytes]) -> bytes:
    """Return several PDFs as one file, in their order; what they have in common is kept once."""
    if len(pdfs) == 1:
        return pdfs[0]
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(PdfReader(io.BytesIO(pdf)))
    writer.add_metadata({"/Producer": "Feehouse"})
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def as_answer(notices: Sequence[Notice]) -> Response:
    """Return the paper of notices, to be opened in the browser."""
    number = notices[0].number if len(notices) == 1 else f"{notices[0].number}+{len(notices) - 1}"
    name = Message("%(kind)s %(number)s", kind=notices[0].kind, number=number)
    return file_answer(printed(notices), name, plain=number, is_file=False)


def file_answer(content: bytes, name: Message, *, plain: str, is_file: bool) -> Response:
    """Return a PDF as an answer of its own, named in the reader's language; ``plain`` is for programs that read no such names."""
    answer = Response(content, mimetype=PDF)
    # What parts folders is no part of a name.
    called = say(name).replace("/", "-").replace("\\", "-")
    answer.headers["Content-Disposition"] = disposition(f"{called}.pdf", shown=not is_file, plain=f"{plain}.pdf")
    return personal(answer)


def printed_statement(customer: Customer, unit: Unit | None, *, start: datetime.date, end: datetime.date, today: datetime.date) -> bytes:
    """Return the statement of a customer, or of what he owes for one unit, as PDF."""
    return drawn([(statement_content(customer, unit, start=start, end=end, today=today), 1)])[0]
