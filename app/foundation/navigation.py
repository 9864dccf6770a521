"""The menu of a page: what its reader may open, where he is, and what stands at the foot of a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from app.foundation.icons import wanted

PHONE_TABS = 4
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
    single: list[MenuItem] = []
    sections: list[MenuSection] = []
    for entry in current_app.appbuilder.menu.get_data():  # type: ignore[attr-defined]
        if entry == "-":
            continue
        if "childs" not in entry:
            single.append(_menu_item(entry, counts))
            continue
        items = [_menu_item(child, counts) for child in entry["childs"] if child != "-" and "childs" not in child]
        if items:
            sections.append(MenuSection(entry["label"], items))
    if single:
        sections.insert(0, MenuSection(None, single))
    return _with_active(sections, request.path)


def _menu_item(entry: Mapping[str, Any], counts: Counts) -> MenuItem:
    count = counts.get(entry["name"])
    icon = str(entry["icon"] or "")
    known = icon if icon in _icon_names() else "list-details"
    return MenuItem(entry["name"], entry["label"], entry["url"], known, count=count() if count else None)


def _with_active(sections: list[MenuSection], path: str) -> list[MenuSection]:
    best = max(
        (item for section in sections for item in section.items if _leads_to(item.href, path)),
        key=lambda item: len(_stem(item.href)),
        default=None,
    )
    return [
        MenuSection(
            section.label,
            [MenuItem(i.name, i.label, i.href, i.icon, i is best, i.count) for i in section.items],
        )
        for section in sections
    ]


def _leads_to(href: str, path: str) -> bool:
    """Tell whether ``path`` is the page of the link, or one of the records behind it."""
    stem = _stem(href)
    return path == urlsplit(href).path or (stem != "/" and path.startswith(stem))


def _stem(href: str) -> str:
    """Return the part of a list's address that its records share: ``/customers/list/`` gives ``/customers/``."""
    path = urlsplit(href).path
    return path.removesuffix("list/") or "/"


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
