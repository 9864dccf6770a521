"""The data key inside an archive: wrapped with a passphrase, so that whoever finds the file reads no identity number.

scrypt makes a key of the passphrase, AES-GCM wraps the data key's files with it and seals the manifest: an archive whose manifest was
changed does not open. All parameters stand beside the wrapped text.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SHORTEST_PASSPHRASE = 12
FEWEST_CHARACTERS = 5  # different ones
COST, BLOCKS, PARALLEL = 2**17, 8, 1
# An archive may come from anybody: what it asks for must not exhaust the machine.
HIGHEST_COST, MOST_BLOCKS, MOST_PARALLEL = 2**20, 16, 4
KEY_FILES = "data.key*"


class WrongPassphrase(Exception):
    """The passphrase does not fit, or the manifest was changed."""


def is_good_passphrase(passphrase: str) -> bool:
    """Return whether a passphrase is long enough and not one sign over and over."""
    return len(passphrase) >= SHORTEST_PASSPHRASE and len(set(passphrase)) >= FEWEST_CHARACTERS


def key_files(folder: Path) -> dict[str, str]:
    """Return the files of the data key by name: the present one, and earlier ones that old values may still need."""
    return {file.name: file.read_text() for file in sorted(folder.glob(KEY_FILES)) if file.is_file() and ".replaced-" not in file.name}


def together(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the files as they are now, with the keys that they held before and no longer hold behind them."""
    return {name: _joined(before.get(name, ""), now.get(name, "")) for name in {**now, **before}}


def _joined(before: str, now: str) -> str:
    lines = dict.fromkeys(line for line in (*now.splitlines(), *before.splitlines()) if line.strip())
    return "".join(f"{line}\n" for line in lines)


def wrapped(files: Mapping[str, str], passphrase: str, manifest: bytes) -> bytes:
    """Return the files of the data key, wrapped and bound to ``manifest``, as JSON."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = _key(passphrase, salt, COST, BLOCKS, PARALLEL)
    sealed = AESGCM(key).encrypt(nonce, json.dumps(dict(files)).encode(), manifest)
    parameters = {
        "key_from": "scrypt",
        "n": COST,
        "r": BLOCKS,
        "p": PARALLEL,
        "salt": _text(salt),
        "cipher": "AES-256-GCM",
        "nonce": _text(nonce),
        "sealed": _text(sealed),
    }
    return json.dumps(parameters, indent=2).encode()


def unwrapped(text: bytes, passphrase: str, manifest: bytes) -> dict[str, str]:
    """Return the files of the data key. Raises WrongPassphrase, and ValueError where ``text`` cannot be read."""
    found = _parameters(text)
    key = _key(passphrase, found["salt"], found["n"], found["r"], found["p"])
    try:
        files = json.loads(AESGCM(key).decrypt(found["nonce"], found["sealed"], manifest))
    except InvalidTag:
        raise WrongPassphrase from None
    if any(Path(name).name != name for name in files):
        raise ValueError("A key file with a folder in its name.")
    return {str(name): str(content) for name, content in files.items()}


def put(files: Mapping[str, str], folder: Path, moment: str) -> list[tuple[Path, Path | None]]:
    """Write the key files into ``folder`` and return (file, where its predecessor was put); a key is never thrown away."""
    placed: list[tuple[Path, Path | None]] = []
    for name, text in files.items():
        file, aside = folder / name, None
        if file.exists():
            if file.read_text() == text:
                continue
            aside = file.with_name(f"{name}.replaced-{moment}")
            file.rename(aside)
        _write(file, text)
        placed.append((file, aside))
    return placed


def put_back(placed: list[tuple[Path, Path | None]]) -> None:
    """Undo ``put``."""
    for file, aside in placed:
        file.unlink(missing_ok=True)
        if aside is not None:
            aside.rename(file)


def _write(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(handle)
    owner = file.parent.stat()
    if os.name == "posix" and os.geteuid() == 0:
        os.chown(name, owner.st_uid, owner.st_gid)
    os.replace(name, file)


def _parameters(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
        values: dict[str, Any] = {name: int(found[name]) for name in ("n", "r", "p")}
        values |= {name: base64.b64decode(found[name], validate=True) for name in ("salt", "nonce", "sealed")}
    except (KeyError, TypeError, binascii.Error) as error:
        raise ValueError(str(error)) from None
    allowed = 2 <= values["n"] <= HIGHEST_COST and 1 <= values["r"] <= MOST_BLOCKS and 1 <= values["p"] <= MOST_PARALLEL
    if not allowed or found.get("key_from") != "scrypt" or found.get("cipher") != "AES-256-GCM":
        raise ValueError("Unknown parameters.")
    return values


def _key(passphrase: str, salt: bytes, cost: int, blocks: int, parallel: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=blocks, p=parallel).derive(unicodedata.normalize("NFC", passphrase).encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
