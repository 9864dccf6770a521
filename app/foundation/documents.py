"""Papers: a template and its frozen data become a PDF.

``render_paper`` fills a template of a domain's ``templates/papers`` folder; ``render_pdf`` prints finished HTML. Text typed by
people is escaped by the template engine, and the PDF is made in a child process with limits (``papers.pool``).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.foundation.papers import pool
from app.foundation.papers.engine import Job, Sheet
from app.foundation.papers.fonts import missing_characters
from app.foundation.papers.marks import Mark
from app.foundation.papers.pool import PaperFailed

__all__ = ["Mark", "PaperFailed", "PaperWarning", "missing_characters", "render_paper", "render_pdf", "warm_up"]

APP = Path(__file__).resolve().parent.parent


class PaperWarning(UserWarning):
    """The engine complained, most often about a character the fonts cannot draw. An error in the tests."""


def render_pdf(html: str, *, mark: Mark | None = None, cropped: bool = False, title: str = "") -> bytes:
    """Return ``html`` as PDF. Raises PaperFailed when it cannot be made within the limits."""
    return _made(Job([Sheet([html])], mark, cropped, title))


def render_paper(
    template: str,
    context: Mapping[str, Any],
    *,
    copies: Sequence[Mapping[str, Any]] = ({},),
    densities: Sequence[Mapping[str, Any]] = ({},),
    pages: int = 1,
    mark: Mark | None = None,
    cropped: bool = False,
    title: str = "",
) -> bytes:
    """Return the paper ``template`` filled with ``context``, once per entry of ``copies``, which is laid over the context.

    A copy that needs more than ``pages`` pages is tried with the next of ``densities``, which are laid over the context too.
    ``mark`` goes diagonally over every page. ``cropped`` cuts the page below its last line, for slips. Each copy counts its own
    pages. Raises PaperFailed when the paper cannot be made within the limits.
    """
    page = _templates().get_template(f"papers/{template}.html")
    sheets = [Sheet([page.render({**context, **one, **density}) for density in densities], pages) for one in copies]
    return _made(Job(sheets, mark, cropped, title))


def warm_up() -> None:
    """Start a child ahead of the first paper, which otherwise waits about a second for it."""
    pool.shared().warm_up()


def _made(job: Job) -> bytes:
    made = pool.shared().make(job)
    for complaint in made.warnings:
        warnings.warn(complaint, PaperWarning, stacklevel=3)
    return made.pdf


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """Return the template engine of the papers; every domain may keep a folder ``templates/papers``."""
    folders = sorted(str(folder) for folder in APP.glob("*/templates"))
    return Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
