"""The endpoints of the API: declared in the domains with ``Routes``, guarded and answered here.

Every endpoint names the page and the permission of ``app.roles`` that it needs; a test walks all of them. The request's token decides who
asks; his scope holds for the whole request. Nothing is written except through ``foundation.transactions``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from flask import Response, jsonify
from marshmallow import Schema

from app.foundation.api.fields import LARGEST_ID
from app.foundation.api.requests import idempotency_key, json_body, sent_file
from app.foundation.api.schemas import Answer, Body, Look, Query, loaded, queried
from app.foundation.transactions import Outcome
from app.values.errors import Message, NotFound

May = tuple[str, str]
# What everybody who is signed in may: the own account.
SIGNED_IN: May = ("MyAccountView", "can_show")
PUBLIC: May | None = None
REPLAY_HEADER = "Idempotent-Replay"

Handler = TypeVar("Handler", bound=Callable[..., Any])
NeedsKey = bool | Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Given:
    """What a handler gives when it is not simply one record with status 200."""

    record: Any
    status: int = 200
    replayed: bool = False
    is_ready: bool = False


def ready(body: Any, status: int = 200, *, replayed: bool = False) -> Given:
    """Return an answer whose JSON is made already: a preview is described before it is rolled back."""
    return Given(body, status, replayed, is_ready=True)


def done(outcome: Outcome[Any], status: int = 201) -> Given:
    """Return what an operation left behind as an answer."""
    return Given(outcome.record, status, outcome.replayed)


@dataclass(frozen=True)
class Endpoint:
    """One method of one address: who may, what it takes, what it gives."""

    rule: str
    method: str
    handler: Callable[..., Any]
    may: May | None
    tag: str
    gives: Look | None = None
    takes: type[Body] | Schema | None = None
    query: type[Query] | None = None
    is_list: bool = False
    status: int = 200
    moves_money: NeedsKey = False
    media_types: Sequence[str] = ("application/json",)
    other_statuses: Mapping[int, str] = field(default_factory=dict)
    also_gives: Mapping[int, type[Answer]] = field(default_factory=dict)
    # The body is a form with one file instead of JSON.
    takes_file: bool = False

    @property
    def name(self) -> str:
        """Return the endpoint's name in Flask and in the OpenAPI document."""
        words = self.rule.replace("/<int:", "_by_<").translate(str.maketrans("/.", "__", "<>")).strip("_")
        return f"{self.method.lower()}_{words}"

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        return " ".join((inspect.getdoc(self.handler) or "").partition("\n")[2].split())

    @property
    def accepts_key(self) -> bool:
        return self.moves_money is not False

    def body_schema(self) -> Schema | None:
        return self._body

    @cached_property
    def _body(self) -> Schema | None:
        return self.takes() if isinstance(self.takes, type) else self.takes

    @cached_property
    def _arguments(self) -> Schema:
        return self.query() if self.query else Query()

    def answer(self, arguments: Mapping[str, Sequence[str]], path: Mapping[str, Any]) -> Response:
        """Read the request, call the handler, write what it gives."""
        if any(isinstance(value, int) and value > LARGEST_ID for value in path.values()):
            raise NotFound(Message("This record does not exist."), code="not_found")
        given = self.handler(**path, **self._terms(arguments))
        if isinstance(given, Response):
            return given
        answer = given if isinstance(given, Given) else Given(given, self.status)
        return self._written(answer)

    def _terms(self, arguments: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        terms: dict[str, Any] = {}
        values = queried(self._arguments, arguments)
        if self.query is not None:
            terms["query"] = values
        schema = self.body_schema()
        if schema is not None:
            terms["body"] = loaded(schema, json_body())
        if self.takes_file:
            terms["file"] = sent_file()
        if self.accepts_key:
            needed = self.moves_money(terms.get("body", {})) if callable(self.moves_money) else True
            terms["key"] = idempotency_key(needed=needed)
        return terms

    def _written(self, given: Given) -> Response:
        if given.status == 204:
            return Response(status=204)
        is_ready = given.is_ready or self.is_list or self.gives is None
        body = given.record if is_ready or self.gives is None else self.gives.one(given.record)
        response = jsonify(body)
        response.status_code = given.status
        if given.replayed:
            response.headers[REPLAY_HEADER] = "true"
        return response


class Routes:
    """The endpoints of one domain, under one heading of the documentation each."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.endpoints: list[Endpoint] = []

    def get(self, rule: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("GET", rule, options)

    def post(self, rule: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("POST", rule, {"status": 201} | options)

    def patch(self, rule: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PATCH", rule, options)

    def put(self, rule: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PUT", rule, options)

    def _route(self, method: str, rule: str, options: dict[str, Any]) -> Callable[[Handler], Handler]:
        def declared(handler: Handler) -> Handler:
            endpoint = Endpoint(rule=rule, method=method, handler=handler, tag=self.tag, **options)
            self.endpoints.append(endpoint if not isinstance(endpoint.gives, type) else replace(endpoint, gives=Look(endpoint.gives)))
            return handler

        return declared
