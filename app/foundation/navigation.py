"""The menu of a page: what its reader may open, where he is, and what stands at the foot of a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from app.foundation.i18n import current_locale
from app.foundation.icons import wanted

PHONE_TABS = 4
MENUS, MOST_MENUS = "feehouse_menus", 256
Counts = Mapping[str, Callable[[], int]]


@dataclass(frozen=True)
class MenuItem:
    """One link of the menu; ``count`` says how many rows wait behind it."""

    name: str
    label: str
    href: str
    icon: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True)
class MenuSection:
    """Links under one heading; the first section of a menu has none."""

    label: str | None
    items: list[MenuItem]


def menu_sections(counts: Counts) -> list[MenuSection]:
    """Return what this user may open, in FAB's order; links without a category stand first, without a heading."""
    sections = _sections()
    here = _active(sections, request.path)
    return [MenuSection(section.label, [_of_this_page(item, here, counts) for item in section.items]) for section in sections]


def _of_this_page(item: MenuItem, here: MenuItem | None, counts: Counts) -> MenuItem:
    count = counts.get(item.name)
    return replace(item, active=item is here, count=count() if count else None) if item is here or count else item


def _sections() -> list[MenuSection]:
    """Return the menu without what is of this page only.

    Remembered while the program runs, by all that it depends on: what the reader may open, asked anew in every request, so that a
    right that was taken from him is gone at once; his language; the office and the place in front that every link carries.
    """
    key = _menu_key()
    if key is None:
        return _made_sections()
    known: dict[Any, list[MenuSection]] = current_app.extensions.setdefault(MENUS, {})
    if key not in known:
        if len(known) >= MOST_MENUS:
            known.clear()
        known[key] = _made_sections()
    return known[key]


def _menu_key() -> tuple[Any, ...] | None:
    from app.foundation.views.office import kept_office

    appbuilder: Any = current_app.appbuilder  # type: ignore[attr-defined]
    manager = getattr(appbuilder, "sm", None)
    if manager is None:
        return None
    allowed = frozenset(manager.get_user_menu_access(appbuilder.menu.get_flat_name_list()))
    kept = [entry.name for entry in appbuilder.menu.get_list() if entry.cond is not None and entry.should_render()]
    return allowed, tuple(kept), current_locale(), request.script_root, kept_office()


def _made_sections() -> list[MenuSection]:
    single: list[MenuItem] = []
    sections: list[MenuSection] = []
    for entry in current_app.appbuilder.menu.get_data():  # type: ignore[attr-defined]
        if entry == "-":
            continue
        if "childs" not in entry:
            single.append(_menu_item(entry))
            continue
        items = [_menu_item(child) for child in entry["childs"] if child != "-" and "childs" not in child]
        if items:
            sections.append(MenuSection(entry["label"], items))
    if single:
        sections.insert(0, MenuSection(None, single))
    return sections


def _menu_item(entry: Mapping[str, Any]) -> MenuItem:
    icon = str(entry["icon"] or "")
    known = icon if icon in _icon_names() else "list-details"
    return MenuItem(entry["name"], entry["label"], entry["url"], known)


def _active(sections: list[MenuSection], path: str) -> MenuItem | None:
    return max(
        (item for section in sections for item in section.items if _leads_to(item.href, path)),
        key=lambda item: len(_stem(item.href)),
        default=None,
    )


def _leads_to(href: str, path: str) -> bool:
    """Tell whether ``path`` is the page of the link, or one of the records behind it."""
    stem = _stem(href)
    return path == _path(href) or (stem != "/" and path.startswith(stem))


@lru_cache(maxsize=1024)
def _path(href: str) -> str:
    return urlsplit(href).path


@lru_cache(maxsize=1024)
def _stem(href: str) -> str:
    """Return the part of a list's address that its records share: ``/customers/list/`` gives ``/customers/``."""
    return _path(href).removesuffix("list/") or "/"


def crumbs(sections: Iterable[MenuSection]) -> list[dict[str, str]]:
    """Return the way to this page: its section and its link in the menu. A view may give its own ``crumbs``."""
    for section in sections:
        for item in section.items:
            if item.active:
                way = [{"label": section.label, "href": ""}] if section.label else []
                return [*way, {"label": item.label, "href": item.href}]
    return []


def phone_tabs(names: Sequence[str], sections: Sequence[MenuSection]) -> list[MenuItem]:
    """Return the links at the foot of a phone: those named, else the first ones."""
    items = [item for section in sections for item in section.items]
    named = [item for name in names for item in items if item.name == name]
    return (named or items)[:PHONE_TABS]


@lru_cache(maxsize=1)
def _icon_names() -> frozenset[str]:
    return frozenset(wanted())


def search_href(sections: Iterable[MenuSection]) -> str | None:
    """Return the counter's address, whose search box finds everything; nothing where the user may not open it."""
    return next((item.href for section in sections for item in section.items if item.href.startswith("/counter")), None)


def find_person_href() -> str:
    """Return the address that takes an identity number by POST, if the person may look for customers."""
    from app.foundation.views.links import may_open, view_named

    customers = view_named("CustomerView")
    return url_for("CustomerView.find") if customers is not None and may_open(customers, "find") else ""
