"""What papers of operations on a line have in common: frozen content in, a page for each of two copies out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.billing.papers.masking import masked_content
from app.billing.papers.sheet import DENSITIES, Logo, Print, mark, words_of
from app.billing.papers.words import Words
from app.foundation.documents import render_paper

COPIES = (1, 2)
LASER = "laser"
SINGLE = "single"
NONE = "—"

Content = Mapping[str, Any]


@dataclass(frozen=True)
class LinePaper:
    """A paper of a line: ``template``, ``title`` of the file, and ``context``, everything that the template prints.

    ``always_laser``: a sheet of A4 comes from the laser printer, whatever the receipts of the office are printed on.
    """

    template: str
    title: Callable[[Content, Words], str]
    context: Callable[[Content, Words, Print], dict[str, Any]]
    always_laser: bool = False

    def __call__(
        self,
        content: Content,
        *,
        printing: int,
        printed_at: datetime.datetime,
        printed_by: str,
        copies: str | None = None,
        voided: Content | None = None,
        training: bool = False,
        logo: bytes = b"",
    ) -> bytes:
        """Return the paper frozen in ``content`` as PDF: both copies, or only the second where ``copies`` or the office says so."""
        content = masked_content(content)
        words = words_of(content)
        print_ = Print(printing, printed_at, printed_by, masked_content(voided) if voided else None, training, Logo.of(logo))
        return render_paper(
            self.template,
            self.context(content, words, print_),
            copies=[{"copy_lines": [words.pair(f"application_copy_{number}")]} for number in self._copies(copies, content)],
            densities=[{"d": density} for density in DENSITIES],
            pages=1,
            mark=mark(words, print_),
            title=f"{self.title(content, words)} {content['broadband_account']}",
        )

    def _copies(self, asked: str | None, content: Content) -> tuple[int, ...]:
        if self.always_laser:
            return COPIES[1:] if asked == SINGLE else COPIES
        return COPIES if (asked or content.get("copies") or LASER) == LASER else COPIES[1:]
