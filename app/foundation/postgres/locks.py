"""File locks between processes; the kernel lets go of them however a process ends, so that none can be stale."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Lock:
    """An open file with a lock on it, held until ``release``."""

    def __init__(self, path: Path, *, shared: bool = False, wait: bool = True) -> None:
        """Take the lock; raises BlockingIOError when ``wait`` is false and another process holds it."""
        self.path = path
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BaseException:
            os.close(self._file)
            raise

    def write(self, text: str) -> None:
        """Leave a note in the locked file, such as the process id of its holder."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def release(self) -> None:
        if self._file is not None:
            # Unlocked by name, not only closed: a forked child holds the same open file.
            fcntl.flock(self._file, fcntl.LOCK_UN)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def is_free(path: Path) -> bool:
    """Return whether no process holds a lock on ``path``, shared or not."""
    try:
        Lock(path, wait=False).release()
    except BlockingIOError:
        return False
    return True


def is_shared(path: Path) -> bool:
    """Return whether some process holds ``path`` as a shared lock."""
    if is_free(path):
        return False
    try:
        Lock(path, shared=True, wait=False).release()
    except BlockingIOError:
        return False
    return True
