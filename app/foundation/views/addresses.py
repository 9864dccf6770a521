"""Addresses of a list: simple arguments, and the links that change one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from app.foundation.i18n import FILTERS
from app.foundation.views.interface import COUNT_LIMIT, PAGE_SIZES

ORDER, PAGE, SIZE, TEXT, OFFICE = "order", "page", "size", "q", "office"
# No filter may take these names.
RESERVED = frozenset({ORDER, PAGE, SIZE, TEXT, OFFICE, "tab", "part", "key", "version"})


def counted_words(count: int) -> str:
    """Return a bounded count as people see it: ``10,000+`` beyond the limit."""
    return FILTERS["number"](COUNT_LIMIT) + "+" if count > COUNT_LIMIT else FILTERS["number"](count)


def address(**changes: Any) -> str:
    """Return the address of this page with some arguments changed; ``None`` drops one. A change leads to page 1."""
    arguments: MultiDict[str, str] = MultiDict((key, value) for key, value in request.args.items(multi=True) if value != "")
    if PAGE not in changes:
        arguments.poplist(PAGE)
    for name, value in changes.items():
        arguments.poplist(name)
        if value is not None and value != "":
            arguments.setlist(name, [str(item) for item in value] if isinstance(value, list) else [str(value)])
    return with_arguments(request.path, arguments)


def with_arguments(path: str, arguments: Mapping[str, Any] | MultiDict[str, str]) -> str:
    """Return ``path`` with ``arguments`` behind it."""
    pairs = list(arguments.items(multi=True)) if isinstance(arguments, MultiDict) else list(arguments.items())
    query = urlencode([(key, value) for key, value in pairs if value is not None])
    return iri_to_uri(path) + ("?" + query if query else "")


def pages_of(wanted: Any, count: int) -> dict[str, Any]:
    """Return what the pagination macro reads."""
    reachable = min(count, COUNT_LIMIT)
    last_page = max(1, -(-reachable // wanted.size))
    first = (wanted.page - 1) * wanted.size + 1
    number = FILTERS["number"]
    return {
        "number": wanted.page,
        "pages": last_page if count <= COUNT_LIMIT else None,
        "previous": address(page=wanted.page - 1) if wanted.page > 1 else None,
        "next": address(page=wanted.page + 1) if wanted.page < last_page else None,
        "first": number(min(first, reachable)),
        "last": number(min(first + wanted.size - 1, reachable)),
        "total": counted_words(count) if count else "",
        "size": wanted.size,
        "sizes": [{"size": size, "href": address(size=size)} for size in PAGE_SIZES],
        "is_last_reachable": wanted.page == last_page and count > COUNT_LIMIT,
    }


def order_link(column: Any, wanted: Any) -> dict[str, Any] | None:
    """Return the link in the head of a column that orders the list by it, and which way it is ordered now."""
    if column.order is None:
        return None
    is_this = wanted.order.column == column.order
    turned = ("-" if is_this and not wanted.order.is_descending else "") + column.order
    state = ("descending" if wanted.order.is_descending else "ascending") if is_this else None
    return {"href": address(order=turned), "state": state}
