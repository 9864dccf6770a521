"""The contact sheet: every page with its four pictures beside each other, what is wrong in red above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from app.foundation.pictures.taking import COUNTER, PHONE, THEMES, Taken

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 24px; background: #f3f4f6; color: #111827; }
h2 { font-size: 16px; margin: 28px 0 4px; } p { margin: 0 0 8px; } .bad { color: #b91c1c; font-weight: 600; }
.row { display: flex; gap: 12px; align-items: flex-start; overflow-x: auto; }
.row a { flex: none; background: #fff; border: 1px solid #d1d5db; max-height: 480px; overflow: hidden; }
img { display: block; } img.wide { width: 520px; } img.phone { width: 150px; }
"""


def write_sheet(folder: Path, pages: Sequence[Taken], language: str, unseen: Iterable[str]) -> Path:
    """Write ``index.html`` into ``folder`` and return it."""
    wrong = sum(1 for page in pages if page.problems)
    summary = f"{len(pages)} pages, {wrong} with something wrong." if wrong else f"{len(pages)} pages, nothing wrong."
    missing = ", ".join(sorted(unseen))
    note = f"<p>Not reached: {escape(missing)}</p>" if missing else ""
    body = "\n".join(_section(page) for page in sorted(pages, key=lambda page: not page.problems))
    html = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pages in {escape(language)}</title>'
        f"<style>{STYLE}</style></head><body><h1>Pages in {escape(language)}</h1><p>{summary}</p>{note}{body}</body></html>\n"
    )
    file = folder / "index.html"
    file.write_text(html, encoding="utf-8")
    return file


def _section(page: Taken) -> str:
    problems = "".join(f'<p class="bad">{escape(sentence)}</p>' for sentence in page.problems)
    order = [(width, theme) for width in (COUNTER, PHONE) for theme in THEMES]
    pictures = "".join(_picture(page, width, theme) for width, theme in order if (width, theme) in page.pictures)
    return f'<h2>{escape(page.name)}</h2><p>{escape(page.user)} · {escape(page.address)}</p>{problems}<div class="row">{pictures}</div>'


def _picture(page: Taken, width: int, theme: str) -> str:
    name = escape(page.pictures[width, theme])
    kind = "wide" if width == COUNTER else "phone"
    return f'<a href="{name}"><img class="{kind}" loading="lazy" src="{name}" alt="{escape(page.name)}, {width}, {theme}"></a>'
