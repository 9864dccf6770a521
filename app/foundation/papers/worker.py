"""The child process: takes jobs from its standard input, answers on its standard output, and lives until its parent goes.

It holds no secret and no connection: it is started with an environment of its own and imports neither Flask nor the database.
Started by ``pool`` as ``python -m app.foundation.papers.worker``.
"""

from __future__ import annotations

import os
import sys
from typing import IO

from app.foundation.papers import engine, frames

MEMORY = 1024 * 1024 * 1024
FILE_SIZE = 64 * 1024 * 1024


def serve(requests: IO[bytes], answers: IO[bytes], seconds: int) -> None:
    """Answer jobs until ``requests`` ends; a job that needs more than ``seconds`` of CPU ends the process."""
    engine.prepare()
    while (payload := frames.receive(requests)) is not None:
        _allow(seconds)
        try:
            answer = _answer(payload)
        except (MemoryError, SystemError):
            # What was left half done at that moment is unknown: the next job gets a fresh child.
            frames.send(answers, frames.pack_answer(None, "out of memory"))
            return
        frames.send(answers, answer)


def _answer(payload: bytes) -> bytes:
    try:
        return frames.pack_answer(engine.make(frames.unpack_job(payload)))
    except (MemoryError, SystemError):
        raise
    # Whatever a document does to the libraries, the parent must get an answer: it raises PaperFailed with these words.
    except Exception as error:
        return frames.pack_answer(None, f"{type(error).__name__}: {error}")


def _limit() -> None:
    """Bound the memory and the files of this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    for kind, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE_SIZE), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _allow(seconds: int) -> None:
    """Give the next job ``seconds`` of CPU from here on; the limit itself counts over the life of the process."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


def main() -> None:
    """Serve on the standard streams; whatever a library prints goes to standard error and cannot spoil an answer."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit()
    with answers:
        serve(sys.stdin.buffer, answers, int(sys.argv[1]))


if __name__ == "__main__":
    main()
