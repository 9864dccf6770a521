"""Which processes live in a folder; a number alone proves nothing, since numbers are used again."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def lives_in(process: int, folder: Path) -> bool:
    """Return whether ``process`` is alive, no zombie, and works in ``folder``."""
    if not PROC.is_dir() or not (PROC / "self").exists():
        return _exists(process)
    try:
        return os.path.samestat((PROC / str(process) / "cwd").stat(), folder.stat())
    except OSError:  # gone, a zombie, or another account's
        return False


def living_in(folder: Path) -> list[int]:
    """Return all processes that work in ``folder``; none where the system does not tell."""
    if not (PROC / "self").exists():
        return []
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and lives_in(int(entry.name), folder)]


def send(process: int, number: int) -> None:
    """Send a signal; a process that has gone meanwhile is no error."""
    try:
        os.kill(process, number)
    except (ProcessLookupError, PermissionError):
        return


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
