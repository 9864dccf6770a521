"""Personal data at rest: ID numbers and broadband passwords are encrypted with the data key, and found again by HMAC.

The data key is a file of its own, never SECRET_KEY; its id stands before each value, so that it can be changed.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator


class Secret(TypeDecorator[str]):
    """A text that is stored as ``<key id>:<token>`` and read as plain text."""

    impl = String(500)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None or value == "":
            return None
        key_id, key = data_key()
        return f"{key_id}:{Fernet(key).encrypt(value.encode()).decode()}"

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        if value is None:
            return None
        token = value.partition(":")[2]
        return Fernet(data_key()[1]).decrypt(token.encode()).decode()


def data_key() -> tuple[str, bytes]:
    """Return the id of the data key and the key (a Fernet key, 44 base64 bytes)."""
    return current_app.config["DATA_KEY_ID"], current_app.config["DATA_KEY"]


def trace_of(value: str | None) -> str | None:
    """Return the HMAC by which a secret is found exactly, after normalising it (no spaces, capitals)."""
    if not value:
        return None
    normal = "".join(value.split()).upper()
    key = hashlib.sha256(b"search:" + data_key()[1]).digest()
    return hmac.new(key, normal.encode(), hashlib.sha256).hexdigest()


def masked(value: str | None) -> str:
    """Return ``value`` with its middle hidden: 110101********1234."""
    if not value:
        return ""
    shown = 6 if len(value) > 12 else 2
    return value[:shown] + "*" * max(4, len(value) - shown - 4) + value[-4:] if len(value) > 6 else "*" * len(value)
