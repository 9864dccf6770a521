"""The work of batches of notices: papers are issued chunk by chunk, then drawn and bound; one that was killed goes on where it was."""

from __future__ import annotations

import datetime
from typing import Any

from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import Work, run_patiently
from app.foundation.transactions import found, run
from app.notices.models import NoticeBatch
from app.notices.operations.batches import KEPT_DAYS, end_batch, forget_files, issue_chunk, papers_of, units_of_batch
from app.notices.operations.mailing import PAPERS_AT_ONCE, mail_chunk
from app.notices.printing import bound, drawn

# What these operations return is a number, not a record; nobody shows it.
FORGETTING: Any = forget_files


def perform_batch(work: Work) -> dict[str, Any]:
    """Issue and draw the papers of a batch; progress counts units first, then papers."""
    number = int(work.arguments["batch"])
    units = units_of_batch(found(NoticeBatch, number))
    looked_at = 0
    while handled := int(run_patiently(issue_chunk, batch=number)):
        looked_at += handled
        work.progress(min(looked_at, units), units * 2)
        db.session.expunge_all()
    one = found(NoticeBatch, number)
    if one.done_at is None:
        papers = [(each.content, each.printings + 1) for each in papers_of(one)]
        pdfs = drawn(papers, lambda done: work.progress(len(papers) + done, len(papers) * 2)) if papers else []
        one = run(end_batch, batch=number, content=bound(pdfs) if pdfs else b"").record
    return {"issued": one.issued, "refused": one.refused, "total": str(one.total)}


def perform_mailing(work: Work) -> dict[str, Any]:
    """Put the papers of a batch into the outbox, some in one transaction; each is put there once, however often this begins."""
    papers = found(NoticeBatch, int(work.arguments["batch"])).notices
    put = 0
    for start in range(0, len(papers), PAPERS_AT_ONCE):
        put += int(run_patiently(mail_chunk, notices=tuple(papers[start : start + PAPERS_AT_ONCE])))
        db.session.expunge_all()
        work.progress(min(start + PAPERS_AT_ONCE, len(papers)), len(papers))
    return {"put_into_outbox": put, "left_out": len(papers) - put}


def forget_batch_files(office_id: int, day: datetime.date) -> None:
    """Clear away the files of batches that nobody needs any more."""
    run(FORGETTING, office=office_id, before=clock.now() - datetime.timedelta(days=KEPT_DAYS))
