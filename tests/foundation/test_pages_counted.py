"""The foot of a paper names its pages: guessed before it is set, set again only where the guess was wrong."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from app.foundation.papers import engine
from app.foundation.papers.engine import PAGE_COUNT, Job, Sheet, make

STYLE = "@page { size: a5; margin: 15mm; @frame foot { -pdf-frame-content: foot; bottom: 5mm; height: 8mm; left: 15mm; right: 15mm; } }"


def sheet(pages: int) -> str:
    body = "<pdf:nextpage/>".join(f"<p>text {number}</p>" for number in range(pages))
    foot = f"<div id='foot'><p>page <pdf:pagenumber>/{PAGE_COUNT}</p></div>"
    return f"<html><head><style>{STYLE}</style></head><body>{foot}{body}</body></html>"


@pytest.mark.parametrize(
    ("needed", "allowed", "set_so_often"),
    [(1, 1, 1), (2, 2, 1), (2, 20, 1), (1, 20, 2), (3, 20, 2), (2, 1, 2)],
    ids=["one of one", "two of two", "two of many", "one of many", "three of many", "more than allowed"],
)
def test_the_foot_says_how_many_pages_there_are(needed: int, allowed: int, set_so_often: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    real = engine._rendered

    def counted(html: str) -> bytes:
        rendered.append(html)
        return real(html)

    monkeypatch.setattr(engine, "_rendered", counted)
    made = make(Job([Sheet([sheet(needed)], allowed)]))
    pages = PdfReader(io.BytesIO(made.pdf)).pages
    assert len(pages) == needed
    assert [f"/{needed}" in page.extract_text() for page in pages] == [True] * needed
    assert len(rendered) == set_so_often
