"""Processes that belong to this one: forked from it, ended by it, and never left behind by it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

PR_SET_PDEATHSIG = 1


class Child:
    """A function that runs in a forked process of its own process group, so that Ctrl-C reaches only the parent."""

    def __init__(self, name: str, target: Callable[[], object]) -> None:
        self.name = name
        self.target = target
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_become, args=(self.target, os.getpid()), name=self.name)
        self.process.start()

    @property
    def is_alive(self) -> bool:
        return self.process.is_alive()

    @property
    def ended(self) -> int:
        """Return what becomes readable when the process ends."""
        return self.process.sentinel

    def restart(self) -> None:
        """Start anew after an unexpected end, without what that end may have left."""
        self._kill_group()
        self.process.join()
        self._start()

    def end(self, grace: float) -> None:
        """Ask the process to end, wait ``grace`` seconds, then end it and its own children by force."""
        self.process.terminate()
        self.process.join(grace)
        self._kill_group()
        self.process.join()

    def _kill_group(self) -> None:
        if self.process.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _become(target: Callable[[], object], parent: int) -> None:
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        # A parent that was killed cannot end its children; the kernel does it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        target()
