"""The OpenAPI 3 document of the API, made from the endpoints and their schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema
from marshmallow.fields import Field

from app.foundation.api.fields import Rows, Value
from app.foundation.api.requests import KEY_HEADER
from app.foundation.api.routes import REPLAY_HEADER, Endpoint
from app.foundation.api.schemas import Answer

VERSION = "3.0.3"
ABOUT = """Fees of a community: subscriptions, payments, receipts.

* Sign in with `POST /login`, send the token as `Authorization: Bearer …`. What a person may do on the pages he may do here.
* Amounts and quantities are decimal strings with the decimals of the office's currency, days `2026-05-14`, times ISO with offset.
* Lists take `page` and `page_size` (at most 200) and the filters named here; they stand in the order of the ids.
* Requests that move money need the header `Idempotency-Key`: the same key and content give the first result again, with
  `Idempotent-Replay: true`; the same key with other content is 409. A refused request uses no key.
* Errors are `{"error": {"code", "message", "fields"}}`, in the language of `Accept-Language`: 400 cannot be read, 401 not signed in,
  403 not allowed, 404 not there or of another office, 409 a conflict, 422 refused by a rule, which `code` names.
"""
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_SENTENCES = {
    400: "Cannot be read",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there, or of another office",
    409: "A conflict: somebody else was faster, or the key was used with other content",
    422: "Refused by a rule; `code` names it",
}


def openapi_document(endpoints: Iterable[Endpoint], root: str) -> dict[str, Any]:
    """Return the document of ``endpoints`` as JSON data."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
    spec = APISpec("Feehouse", "1", VERSION, plugins=[plugin], info={"description": ABOUT}, servers=[{"url": root}])
    plugin.converter.add_attribute_function(_shape)  # type: ignore[union-attr]
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Error", _ERROR)
    for status, sentence in _SENTENCES.items():
        spec.components.response(f"Error{status}", {"description": sentence, "content": _json({"$ref": "#/components/schemas/Error"})})
    for endpoint in endpoints:
        spec.path(path_of(endpoint), operations={endpoint.method.lower(): _operation(endpoint, plugin)})
    found: dict[str, Any] = spec.to_dict()
    return found


def path_of(endpoint: Endpoint) -> str:
    """Return the address of an endpoint as the document writes it: ``/receipts/{id}/void``."""
    return endpoint.rule.replace("<int:record>", "{id}").replace("<int:", "{").replace(">", "}")


def _name_of(schema: type[Schema] | Schema | str) -> str:
    found = schema if isinstance(schema, type) else type(schema)
    name = found.__name__
    return name.removesuffix("Answer") if name.endswith("Answer") else name.removesuffix("Body") + "Input"


def _shape(converter: Any, field: Field, ret: dict[str, Any]) -> dict[str, Any]:
    """Let our own fields describe themselves; limits hold for what is sent, not for what is given."""
    is_given = isinstance(field.parent, Answer)
    if isinstance(field, Value):
        shape = field.shape(converter.resolve_nested_schema)
        if "oneOf" in shape:
            ret.pop("type", None)
        return {name: value for name, value in shape.items() if not is_given or name not in ("maxLength", "minLength")}
    return {"maxItems": field.most} if isinstance(field, Rows) and not is_given else {}


def _operation(endpoint: Endpoint, plugin: MarshmallowPlugin) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint, plugin),
        "responses": _responses(endpoint),
        "security": [] if endpoint.may is None else [{"token": []}],
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.may is not None:
        operation["x-permission"] = " ".join(endpoint.may)
    body = endpoint.body_schema()
    if endpoint.takes_file:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FORM_WITH_FILE}}}
    elif body is not None:
        needed = any(field.required for field in body.fields.values()) and not body.partial
        operation["requestBody"] = {"required": needed, "content": _json(body)}
    return operation


def _parameters(endpoint: Endpoint, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    names = _PATH_PARAMETER.findall(path_of(endpoint))
    path = [{"in": "path", "name": name, "required": True, "schema": {"type": "integer"}} for name in names]
    query = endpoint.query().fields if endpoint.query is not None else {}
    asked = [
        {"in": "query", "name": field.data_key or name, "required": field.required, "schema": _property(plugin, field)}
        for name, field in query.items()
    ]
    return [*path, *asked, *([_key(endpoint)] if endpoint.accepts_key else [])]


def _property(plugin: MarshmallowPlugin, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = plugin.converter.field2property(field)  # type: ignore[union-attr]
    return found


def _key(endpoint: Endpoint) -> dict[str, Any]:
    is_always_needed = endpoint.moves_money is True
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    description = "A value of your own by which a repeated request is done once."
    if not is_always_needed:
        description += " Needed when the request moves money."
    return {"in": "header", "name": KEY_HEADER, "required": is_always_needed, "schema": schema, "description": description}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    given = {str(endpoint.status): _success(endpoint)}
    others = {str(status): _other(sentence, endpoint.also_gives.get(status)) for status, sentence in endpoint.other_statuses.items()}
    wrong = [400, 401, 403] if endpoint.may is not None else [400]
    wrong += [404] if "<" in endpoint.rule or endpoint.takes or endpoint.query else []
    wrong += [409, 422] if endpoint.method != "GET" else [422] if endpoint.query and not endpoint.is_list else []
    return given | others | {str(status): f"Error{status}" for status in sorted(set(wrong) - set(endpoint.other_statuses))}


def _other(sentence: str, schema: type[Answer] | None) -> dict[str, Any]:
    if schema is None:
        return {"description": sentence, "content": _json({"$ref": "#/components/schemas/Error"})}
    return {"description": sentence, "content": _json(schema)}


def _success(endpoint: Endpoint) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "Done" if endpoint.method != "GET" else "What was asked for"}
    if endpoint.status == 204:
        return response
    response["content"] = {media: {"schema": _given(endpoint) if "json" in media else _FILE} for media in endpoint.media_types}
    if endpoint.accepts_key:
        response["headers"] = {
            REPLAY_HEADER: {"schema": {"type": "string", "enum": ["true"]}, "description": "This is the first result again."}
        }
    return response


def _given(endpoint: Endpoint) -> Any:
    if endpoint.gives is None:
        return {"type": "object"}
    return _page_of(endpoint.gives.schema) if endpoint.is_list else endpoint.gives.schema


def _page_of(schema: type[Answer]) -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    properties = {"items": {"type": "array", "items": schema}, "total": whole, "page": whole}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_FILE = {"type": "string", "format": "binary"}
_FORM_WITH_FILE = {"type": "object", "required": ["file"], "properties": {"file": _FILE}, "additionalProperties": False}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "description": "Names what is wrong, or the rule that refuses"},
                "message": {"type": "string", "description": "A sentence in the caller's language"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "A sentence for each field to blame",
                },
            },
        }
    },
}
