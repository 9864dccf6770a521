"""Processes that belong to this one: forked from it, ended by it, and never left behind by it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkProcess

PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGINT, signal.SIGTERM)


class Child:
    """A function that runs in a forked process of its own process group, so that Ctrl-C reaches only the parent.

    Note it where it will be ended before it is started: Ctrl-C may come in between.
    """

    def __init__(self, name: str, target: Callable[[], object]) -> None:
        self.name = name
        self.target = target
        self.process = self._to_be_started()

    def _to_be_started(self) -> ForkProcess:
        return multiprocessing.get_context("fork").Process(target=_become, args=(self.target, os.getpid()), name=self.name)

    def start(self) -> None:
        """Fork. What a signal raises while the interpreter forks is thrown away: it waits until the child can be ended."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

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
        self.process = self._to_be_started()
        self.start()

    def end(self, grace: float) -> None:
        """Ask the process to end, wait ``grace`` seconds, then end it and its own children by force."""
        if self.process.pid is None:
            return
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
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    if sys.platform == "linux":
        # A parent that was killed cannot end its children; the kernel does it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        target()
