"""The smallest pieces of a page in Python: a list has hundreds of them, and a macro of a template takes ten times as long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.foundation.i18n import say

ENTRY_ICON = 18
# A customer's number, an account, a day, a telephone, an address of e-mail, a masked number: at its hyphens and spaces it is no two words.
_ONE_PIECE = re.compile(
    r"[\w.+-]{1,24}@[\w.-]{1,20}"
    r"|(?<![\w-])[0-9A-ZĐa-z]{1,12}(?:-[0-9A-Za-z]{1,12}){1,3}(?: [0-9]{3,4}){0,2}"
    r"|\b[0-9]{2,4}(?: [0-9]{3,4}){1,3}"
    r"|[0-9A-Za-z]{1,6}[*]{3,12}[0-9A-Za-z()]{1,6}",
    re.ASCII,
)


def draw_icon(name: str, size: int = 16, label: str | None = None) -> Markup:
    """Return an icon of the sprite; with ``label`` it is said to those who cannot see it."""
    from app.foundation.shell import asset
    from app.foundation.views.state import once_per_request

    return icon_of(once_per_request("icons", lambda: asset("icons.svg")), name, size, label)


# A page has a hundred icons of some thirty kinds; the address of the sprite changes with its content.
@lru_cache(maxsize=4096)
def icon_of(sprite: str, name: str, size: int, label: str | None = None) -> Markup:
    """Return an icon of the sprite at this address."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="fh-icon" width="{0}" height="{0}" {1} focusable="false"><use href="{2}#{3}"></use></svg>').format(
        size, said, sprite, name
    )


def draw_menu_entry(action: Mapping[str, Any], classes: str = "") -> Markup:
    """Return an action as an entry of a menu: a link, or a form where something is done."""
    tone, icon = action.get("tone"), action.get("icon")
    tinted = f" text-{tone}" if tone else ""
    words = f"{draw_icon(icon, ENTRY_ICON) if icon else ''}<span>{escape(say(action['label']))}</span>"
    address = escape(action["href"])
    if action.get("method") != "post":
        return _html(f'<a class="fh-menu-item {escape(classes)}{escape(tinted)}" href="{address}">{words}</a>')
    target = action.get("target")
    aim = f' target="{escape(target)}" data-submit-many' if target else ""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (action.get("fields") or {}).items()
    )
    button = f'<button class="fh-menu-item{escape(tinted)}" type="submit">{words}</button>'
    return _html(f'<form class="{escape(classes)}" method="post" action="{address}"{aim}>{_token()}{fields}{button}</form>')


def _token() -> str:
    """Return the mark against forms of other sites, as the macro ``csrf`` writes it."""
    if "csrf_token" not in current_app.jinja_env.globals:
        return ""
    return f'<input type="hidden" name="csrf_token" value="{escape(generate_csrf())}">'


def _html(escaped: str) -> Markup:
    return Markup(escaped)  # noqa: S704


def in_pieces(words: Markup) -> Markup:
    """Return a text that breaks between its words, but never inside a number or an address of e-mail."""
    if words.isalpha():
        return words
    return Markup(_ONE_PIECE.sub(r'<span class="fh-nowrap">\g<0></span>', str(words)))  # noqa: S704  (it was escaped)


def whole(text: object) -> Markup:
    """Return a sentence that breaks between its words, but never inside a day or a number; what is markup already stays as it is."""
    return text if isinstance(text, Markup) else in_pieces(escape(text))
