"""How parent and child talk: frames of a four-byte length and that many bytes; one job, one answer."""

from __future__ import annotations

import json
import struct
from typing import IO

from app.foundation.papers.engine import Job, Made, Sheet
from app.foundation.papers.marks import Mark

LENGTH = struct.Struct(">I")


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame."""
    stream.write(LENGTH.pack(len(payload)))
    view = memoryview(payload)
    while view:
        view = view[stream.write(view) :]
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one frame; None when the other side has gone."""
    head = _exactly(stream, LENGTH.size)
    return None if head is None else _exactly(stream, LENGTH.unpack(head)[0])


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = stream.read(count)
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def pack_job(job: Job) -> bytes:
    """Return ``job`` as bytes."""
    mark = [job.mark.text, job.mark.colour] if job.mark else None
    return json.dumps([[[sheet.alternatives, sheet.pages] for sheet in job.sheets], mark, job.cropped, job.title]).encode()


def unpack_job(payload: bytes) -> Job:
    """Return the job a frame holds."""
    sheets, mark, cropped, title = json.loads(payload)
    return Job(sheets=[Sheet(*sheet) for sheet in sheets], mark=Mark(*mark) if mark else None, cropped=cropped, title=title)


def pack_answer(made: Made | None, error: str = "") -> bytes:
    """Return what was made, or why nothing was, as bytes."""
    head = json.dumps([error, made.warnings if made else []]).encode()
    return LENGTH.pack(len(head)) + head + (made.pdf if made else b"")


def unpack_answer(payload: bytes) -> tuple[Made, str]:
    """Return what was made and the error, which is empty when all went well."""
    (size,) = LENGTH.unpack_from(payload)
    error, warnings = json.loads(payload[LENGTH.size : LENGTH.size + size])
    return Made(payload[LENGTH.size + size :], warnings), error
