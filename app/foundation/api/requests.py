"""What is read from a request of the API: the body, the idempotency key, the caller's token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import request
from werkzeug.datastructures import FileStorage

from app.values.characters import CANNOT_BE_STORED, can_be_stored
from app.values.errors import Malformed, Message

LARGEST_BODY = 1024 * 1024
LONGEST_KEY = 200
KEY_HEADER = "Idempotency-Key"
_UNREADABLE = Message("The body cannot be read: it must be one JSON object in UTF-8.")


def json_body() -> dict[str, Any]:
    """Return the JSON object sent; an empty body is an empty object. Raises Malformed."""
    request.max_content_length = LARGEST_BODY
    sent = request.get_data()
    if not sent.strip():
        return {}
    try:
        body = json.loads(sent.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_object)
        odd = dict.fromkeys(_odd_texts(body), CANNOT_BE_STORED)
    except (ValueError, RecursionError):
        raise Malformed(_UNREADABLE, code="bad_json") from None
    if not isinstance(body, dict):
        raise Malformed(_UNREADABLE, code="bad_json")
    if odd:
        raise Malformed(CANNOT_BE_STORED, code="bad_text", fields=odd)
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("A name stands twice in one object.")
    return dict(pairs)


def _odd_texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the fields whose texts the database cannot store. Raises ValueError for the name of a field that is one."""
    if isinstance(value, str):
        if not can_be_stored(value):
            yield ".".join(path)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _odd_texts(each, (*path, str(number)))
    elif isinstance(value, dict):
        for name, each in value.items():
            if not can_be_stored(name):
                raise ValueError("The name of a field holds a character that cannot be stored.")
            yield from _odd_texts(each, (*path, name))


def sent_file() -> FileStorage:
    """Return the file of a form sent as ``multipart/form-data``. Raises Malformed where there is none or there is anything else."""
    if request.mimetype != "multipart/form-data" or set(request.form) or set(request.files) - {"file"}:
        raise Malformed(Message("Send a form (multipart/form-data) with one file, named “file”."), code="no_file", field="file")
    files = request.files.getlist("file")
    if len(files) != 1 or not files[0].filename:
        raise Malformed(Message("Choose a file."), code="no_file", field="file")
    return files[0]


def idempotency_key(*, needed: bool) -> str | None:
    """Return the caller's key; raises Malformed where one is needed and none is sent, or it cannot be one."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        if needed:
            message = Message("Send the header Idempotency-Key with a value of your own, so that a repeated request moves money once.")
            raise Malformed(message, code="idempotency_key_required")
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Malformed(Message("The idempotency key is empty or too long."), code="bad_key")
    return key


def bearer_token() -> str | None:
    """Return the token of the request, or nothing. A browser's cookie never counts here, so no other site can use one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None
