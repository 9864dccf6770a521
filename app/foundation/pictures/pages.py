"""Which pages there are: every address of the application that is asked by GET, filled with what the pages themselves link to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

# What is no page, by the beginning of its endpoint or by its route, and what it is instead.
NO_PAGES = {
    "static": "a file",
    "appbuilder.static": "a file",
    "UploadView.": "the picture itself",
    "api.": "for programs",
    "health.": "for programs",
    "LookupView.": "a piece: the rows of a field",
    "LoginView.": "taken before anybody signs in",
    "CounterView.find": "a piece of the counter",
    "CounterView.show": "a piece of the counter; a browser is led on to the counter itself",
}
NO_PAGE_ROUTES = {
    "export": "a file",
    "template": "a file",
    "corrected": "a file",
    "progress": "a piece of a page, renewed by itself",
}
# Given in an address it makes another page of the same route: the form of an operation for one record.
FORM_ROUTES = {"add"}
# The counter with a customer, and with the payment just taken.
MEANINGS = {"CounterView.list": {"customer", "receipt"}}
WITHOUT_MEANING = {"office", "key", "next"}


@dataclass(frozen=True)
class Place:
    """A page: its endpoint and, for a form opened from a record, what the address names."""

    endpoint: str
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.endpoint + (f" ({', '.join(self.given)})" if self.given else "")


class PageMap:
    """The addresses of an application, as a list of pages to visit."""

    def __init__(self, app: Flask) -> None:
        self._adapter: MapAdapter = app.url_map.bind("127.0.0.1")
        self._rules = [rule for rule in app.url_map.iter_rules() if is_page(rule)]

    @property
    def endpoints(self) -> set[str]:
        """Every page of the application by its endpoint."""
        return {rule.endpoint for rule in self._rules}

    def without_arguments(self) -> list[str]:
        """Return the addresses that need nothing: lists, forms, the first page."""
        return sorted({rule.rule for rule in self._rules if not rule.arguments})

    def place_of(self, address: str) -> Place | None:
        """Return which page ``address`` leads to; nothing for what is no page."""
        parts = urlsplit(address)
        try:
            endpoint, _ = self._adapter.match(parts.path, method="GET")
        except HTTPException:
            return None
        if endpoint not in self.endpoints:
            return None
        given = {name for name, value in parse_qsl(parts.query) if value} - WITHOUT_MEANING
        if endpoint.rpartition(".")[2] not in FORM_ROUTES:
            given &= MEANINGS.get(endpoint, set())
        return Place(endpoint, tuple(sorted(given)))


def is_page(rule: Rule) -> bool:
    """Tell whether an address is asked by GET and shown to people."""
    if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(tuple(NO_PAGES)):
        return False
    return rule.endpoint.rpartition(".")[2] not in NO_PAGE_ROUTES


def wanted_only(addresses: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    """Yield the addresses that contain one of ``words``; all without words."""
    chosen = list(words)
    return (address for address in addresses if not chosen or any(word.lower() in address.lower() for word in chosen))
