"""What belongs to one request although the view object is shared by all threads.

Flask-AppBuilder keeps one view object per class and stores the filters of the running request in it; under load a record was
attached to another person's parent (hole H1). Here such attributes live in the request's own environment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from flask import has_request_context, request

T = TypeVar("T")

_PLACE = "feehouse.state"


def request_store() -> dict[Any, Any]:
    """Return the dictionary of this request; outside a request one that is forgotten at once.

    The WSGI environment is used rather than ``flask.g``: an application context that was pushed around several requests
    (tests, commands) shares its ``g`` between them.
    """
    if not has_request_context():
        return {}
    store: dict[Any, Any] = request.environ.setdefault(_PLACE, {})
    return store


def once_per_request(key: Any, make: Callable[[], T]) -> T:
    """Return ``make()``, computed at the first call of this request and kept for the others."""
    store = request_store()
    if key not in store:
        store[key] = make()
    value: T = store[key]
    return value


class PerRequest(Generic[T]):
    """An attribute of a shared object whose value lives in the request; ``make(owner)`` gives its first value."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, owner: None, kind: type) -> PerRequest[T]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> T: ...
    def __get__(self, owner: object | None, kind: type) -> PerRequest[T] | T:
        if owner is None:
            return self
        return once_per_request((self.name, id(owner)), lambda: self.make(owner))

    def __set__(self, owner: object, value: T) -> None:
        request_store()[self.name, id(owner)] = value


class SharedObject:
    """A mixin for views and APIs: while a request runs, nothing may be stored on the shared object."""

    def __setattr__(self, name: str, value: Any) -> None:
        if has_request_context() and not isinstance(getattr(type(self), name, None), PerRequest):
            raise RuntimeError(f"{type(self).__name__}.{name} is shared by all requests; keep it in a PerRequest attribute.")
        super().__setattr__(name, value)
