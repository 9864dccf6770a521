"""The archive: one tar with the dump, then the manifest, then the wrapped keys; docs/operations.md describes it for other programs.

    database.dump   PostgreSQL's custom format, made as the owner, without owners and rights
    manifest.json   format, program, revision, time, installation, PostgreSQL's version, size and SHA-256 of the dump, rows per table
    keys.json       the data key, wrapped with the passphrase and bound to the manifest

The dump goes into the file as it is made: its size is known only afterwards, so the head before it is written twice.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
DUMP, MANIFEST, KEYS = "database.dump", "manifest.json", "keys.json"
MEMBERS = (DUMP, MANIFEST, KEYS)
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1024 * 1024
LARGEST_TEXT = 4 * 1024 * 1024


class DamagedArchive(Exception):
    """The file is no archive of ours, or not a whole one."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    version: str
    revision: str
    made_at: str
    installation: str
    postgres: int
    database_size: int
    dump_size: int
    dump_sha256: str
    rows: Mapping[str, int] = field(default_factory=dict)
    format: int = FORMAT
    program: str = "Feehouse"

    @property
    def moment(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.made_at)

    def text(self) -> bytes:
        return json.dumps(asdict(self), indent=2, sort_keys=True).encode()


def write_dump(target: IO[bytes], read: Callable[[int], bytes]) -> tuple[int, str]:
    """Write the dump that ``read`` gives as the first member of ``target``; return its size and SHA-256."""
    target.write(bytes(BLOCK))
    digest, size = hashlib.sha256(), 0
    while chunk := read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    target.write(_padding(size))
    end = target.tell()
    target.seek(0)
    target.write(_head(DUMP, size))
    target.seek(end)
    return size, digest.hexdigest()


def write_rest(target: IO[bytes], manifest: bytes, keys: bytes) -> None:
    """Write the members behind the dump and the end of the archive."""
    for name, text in ((MANIFEST, manifest), (KEYS, keys)):
        target.write(_head(name, len(text)) + text + _padding(len(text)))
    target.write(bytes(2 * BLOCK))


def _head(name: str, size: int) -> bytes:
    about = tarfile.TarInfo(name)
    about.size, about.mode, about.mtime = size, 0o600, int(time.time())
    return about.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


class Archive:
    """An archive opened for reading; raises DamagedArchive where it cannot be one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tar = tarfile.open(path, "r:")  # noqa: SIM115  (closed by close)
        except tarfile.TarError:
            raise DamagedArchive from None
        try:
            self.manifest_text, self.keys_text = self._texts()
            self.manifest = _read_manifest(self.manifest_text)
        except BaseException:
            self._tar.close()
            raise

    def check_dump(self) -> None:
        """Read the whole dump and compare it with the manifest. Raises DamagedArchive."""
        digest = hashlib.sha256()
        with self.dump() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != self.manifest.dump_sha256:
            raise DamagedArchive

    def dump(self) -> IO[bytes]:
        """Return the dump as a stream."""
        stream = self._tar.extractfile(DUMP)
        assert stream is not None
        return stream

    def close(self) -> None:
        self._tar.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _texts(self) -> tuple[bytes, bytes]:
        try:
            members = self._tar.getmembers()
            if tuple(member.name for member in members) != MEMBERS or not all(member.isreg() for member in members):
                raise DamagedArchive
            if any(member.size > LARGEST_TEXT for member in members[1:]):
                raise DamagedArchive
            size, last = self.path.stat().st_size, members[-1]
            if size != last.offset_data + last.size + len(_padding(last.size)) + 2 * BLOCK:
                raise DamagedArchive
            texts = [self._tar.extractfile(member) for member in members[1:]]
            manifest, keys = (text.read() if text else b"" for text in texts)
        except (tarfile.TarError, EOFError, OSError):
            raise DamagedArchive from None
        return manifest, keys


def _read_manifest(text: bytes) -> Manifest:
    try:
        found: dict[str, Any] = json.load(io.BytesIO(text))
        if found.get("program") != "Feehouse" or not isinstance(found["format"], int):
            raise DamagedArchive
        known = {name: found[name] for name in Manifest.__dataclass_fields__ if name in found}
        manifest = Manifest(**known)
        if manifest.moment.tzinfo is None or not all(isinstance(count, int) for count in manifest.rows.values()):
            raise DamagedArchive
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedArchive from None
    return manifest
