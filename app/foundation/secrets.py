"""Personal data at rest: ID numbers and broadband passwords are encrypted with the data key, and found again by HMAC.

The data keys are a file of their own, never SECRET_KEY: a line for each, ``<id>:<key>``, the first one in use, the others still able to
read. The id stands before each value, so that the key can be changed (``run.py rotate-key``) while the program runs: the file is read
again as soon as it has changed.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from app.values.id_numbers import normalised

EXTENSION = "feehouse_data_keys"
Keys = dict[str, bytes]


class Secret(TypeDecorator[str]):
    """A text that is stored as ``<key id>:<token>`` and read as plain text."""

    impl = String(500)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return encrypted(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return decrypted(value)


class LongSecret(Secret):
    """A text of any length that is stored encrypted with the data key."""

    impl = String()
    cache_ok = True


def encrypted(value: str | None) -> str | None:
    """Return ``value`` under the key in use; an empty one is nothing."""
    if value is None or value == "":
        return None
    key_id, key = data_key()
    return f"{key_id}:{Fernet(key).encrypt(value.encode()).decode()}"


def decrypted(stored: str | None) -> str | None:
    """Return the plain text of a stored value, under whichever key it was written."""
    if stored is None:
        return None
    key_id, _, token = stored.partition(":")
    return Fernet(_key_named(key_id)).decrypt(token.encode()).decode()


class Keyring:
    """The keys of the file, read again when it has changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._keys: Keys = {}
        self._stamp: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def keys(self) -> Keys:
        """Return the keys by their ids, the one in use first."""
        found = self.file.stat()
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            with self._lock:
                self._keys, self._stamp = parsed(self.file.read_text()), stamp
        return self._keys


def parsed(text: str) -> Keys:
    """Return the keys that the text of a key file holds, the one in use first."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition(":") for line in lines if line)
    return {key_id: key.encode() for key_id, _, key in pairs}


def data_keys() -> Keys:
    """Return all data keys by their ids, the one in use first."""
    file = current_app.config.get("DATA_KEY_FILE")
    if not file:
        return {current_app.config["DATA_KEY_ID"]: current_app.config["DATA_KEY"]}
    ring: Keyring = current_app.extensions.setdefault(EXTENSION, Keyring(Path(file)))
    return ring.keys()


def data_key() -> tuple[str, bytes]:
    """Return the id of the data key in use and the key (a Fernet key, 44 base64 bytes)."""
    return next(iter(data_keys().items()))


def _key_named(key_id: str) -> bytes:
    found = data_keys().get(key_id)
    if found is None:
        raise LookupError(f"The data key {key_id} is not in the key file: put back the file that held it.")
    return found


# --- exact search ------------------------------------------------------------------------------------------------------------------


def trace_of(value: str | None) -> str | None:
    """Return the HMAC under which a secret is stored to be found exactly, after writing it the same way."""
    return _trace(value, data_key()[1]) if value else None


def traces_of(value: str) -> list[str]:
    """Return the HMACs under which ``value`` may be stored: one for each key, since a change of keys takes its time."""
    return [_trace(value, key) for key in data_keys().values()] if normalised(value) else []


def _trace(value: str, data_key: bytes) -> str:
    key = hashlib.sha256(b"search:" + data_key).digest()
    return hmac.new(key, normalised(value).encode(), hashlib.sha256).hexdigest()


def masked(value: str | None) -> str:
    """Return ``value`` with its middle hidden: 110101********1234; the shorter it is, the less is shown."""
    if not value:
        return ""
    shown, last = next((ends for longer_than, ends in _ENDS if len(value) > longer_than), (0, 0))
    hidden = max(4, len(value) - shown - last) if shown else len(value)
    return value[:shown] + "*" * hidden + (value[-last:] if last else "")


# Longer than so many characters: how many are shown in front and behind.
_ENDS = ((12, (6, 4)), (10, (2, 4)), (6, (1, 2)))
