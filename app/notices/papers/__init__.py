"""Notices, reminders and statements as PDF: frozen content in, pages out. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Logo, Print, mark, words_of
from app.foundation.documents import render_paper
from app.notices.papers.notice import notice_context
from app.notices.papers.reminder import reminder_context
from app.notices.papers.statement import statement_context

# What fits on one page beside some earlier debts; a longer notice runs on over pages of the ordinary measures.
ROWS_OF_A_PAGE = 34
# Above so many rows the loosest measures, and the next ones, are not tried.
ROWS_OF_LOOSE_PAGES = (14, 19)
MANY_PAGES = 20


def paper(content: Mapping[str, Any], print_: Print, collection: Logo | None = None) -> bytes:
    """Return a notice or reminder as PDF, with the picture of the office's collection code where it was issued with one."""
    content = masked_content(content)
    context = {"due": notice_context, "statement": statement_context}.get(content["kind"], reminder_context)
    values = context(content, print_, collection)
    is_long = values["row_count"] > ROWS_OF_A_PAGE
    # The loosest measures would only be tried in vain where the rows are many.
    loosest = sum(values["row_count"] > rows for rows in ROWS_OF_LOOSE_PAGES)
    densities = [{"d": density} for density in (DENSITIES[2:3] if is_long else DENSITIES[loosest:])]
    return render_paper(
        content["template"],
        values,
        densities=densities,
        pages=MANY_PAGES if is_long else 1,
        mark=mark(words_of(content), print_),
        title=f"{values['heading']} {content['number']}".replace("\u00a0", ""),
    )
