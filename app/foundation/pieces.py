"""The smallest pieces of a page in Python: a list has hundreds of them, and a macro of a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.foundation.i18n import say

ENTRY_ICON = 18


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
