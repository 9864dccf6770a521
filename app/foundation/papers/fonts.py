"""The one family of the papers, Noto Sans SC: every Chinese, Vietnamese and Latin letter, in two weights."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"
FILES = {REGULAR: FOLDER / "NotoSansSC-Regular.ttf", BOLD: FOLDER / "NotoSansSC-Bold.ttf"}


@lru_cache(maxsize=1)
def register() -> None:
    """Give the family to reportlab and make it the answer to every font name of xhtml2pdf.

    Registered once per process: a font named by ``@font-face`` is read again at every render, which costs five times the time.
    The family has no italics, so all four styles are mapped; without that, italic text would come out bold.
    """
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from xhtml2pdf.default import DEFAULT_FONT

    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(file)))
    for family in (REGULAR, BOLD):
        for bold in (0, 1):
            for italic in (0, 1):
                addMapping(family, bold, italic, BOLD if bold else REGULAR)
    for known in list(DEFAULT_FONT):
        DEFAULT_FONT[known] = REGULAR
    DEFAULT_FONT["noto sans sc"] = REGULAR


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """Return the code points that both weights can draw."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    both = [set(TTFontFile(str(file)).charToGlyph) for file in FILES.values()]
    return frozenset(both[0] & both[1])


def missing_characters(text: str) -> str:
    """Return the characters of ``text`` that no paper can print, each once, in their order; usually the empty string."""
    import unicodedata

    drawable = characters()
    composed = unicodedata.normalize("NFC", text)
    return "".join(dict.fromkeys(one for one in composed if not one.isspace() and ord(one) not in drawable))
