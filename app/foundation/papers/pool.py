"""A few child processes that make the papers, shared by all threads of this process.

Papers hold words that strangers typed. A document that hangs or eats memory must cost one child, never the server: each child has
limits on CPU and memory, a job has a time to be done in, and a child that dies is replaced.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

from app.foundation.papers import frames
from app.foundation.papers.engine import Job, Made
from app.values.errors import Message, OperationRefused

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
SIZE = 2
SECONDS = 30
WAIT = 60
JOBS_PER_CHILD = 500
KEPT_FROM_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "PYTHONWARNINGS")


class PaperFailed(OperationRefused):
    """A paper could not be made; nothing was printed. ``code`` says why: timeout, crashed, invalid or busy."""


class Child:
    """One child process with its two pipes. Used by one thread at a time."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.jobs = 0
        environment = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.foundation.papers.worker", str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
            bufsize=0,
            # Ctrl-C at a terminal reaches the whole group; a paper half made must not lose its child.
            start_new_session=True,
        )

    def make(self, job: Job) -> Made:
        """Return what the child made of ``job``. Raises PaperFailed; the child is then dead or fit for the next job."""
        assert self.process.stdin
        assert self.process.stdout
        self.jobs += 1
        expired = threading.Event()
        timer = threading.Timer(self.seconds * 1.5, self._expire, [expired])
        timer.start()
        try:
            frames.send(self.process.stdin, frames.pack_job(job))
            payload = frames.receive(self.process.stdout)
        except OSError:
            payload = None
        finally:
            timer.cancel()
        if payload is None:
            raise self._death(expired.is_set())
        made, error = frames.unpack_answer(payload)
        if error:
            raise _failure("invalid", error)
        return made

    @property
    def fit(self) -> bool:
        """Whether this child may take another job."""
        return self.process.poll() is None and self.jobs < JOBS_PER_CHILD

    def close(self) -> None:
        """End the child and give its pipes back."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """After a fork: drop the copies of the parent's pipes and leave its child alone."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.returncode = 0

    def _expire(self, expired: threading.Event) -> None:
        expired.set()
        self.process.kill()

    def _death(self, expired: bool) -> PaperFailed:
        code = self.process.wait()
        used_up = sys.platform != "win32" and code == -24
        return _failure("timeout" if expired or used_up else "crashed", f"child ended with {code}")


class Pool:
    """At most ``size`` children; a thread that finds all of them busy waits its turn."""

    def __init__(self, size: int = SIZE, seconds: int = SECONDS) -> None:
        self.seconds = seconds
        self.turns = threading.BoundedSemaphore(size)
        self.idle: queue.LifoQueue[Child] = queue.LifoQueue()

    def make(self, job: Job) -> Made:
        """Return what a child made of ``job``; a child that dies for no reason of the job's is replaced once."""
        if not self.turns.acquire(timeout=WAIT):
            raise _failure("busy", "all children are busy")
        try:
            return self._made(job, again=True)
        finally:
            self.turns.release()

    def _made(self, job: Job, *, again: bool) -> Made:
        child = self._child()
        try:
            made = child.make(job)
        except PaperFailed as failure:
            self._give_back(child)
            if failure.code == "crashed" and again:
                return self._made(job, again=False)
            raise
        except BaseException:
            child.close()
            raise
        self._give_back(child)
        return made

    def _child(self) -> Child:
        with contextlib.suppress(queue.Empty):
            while True:
                child = self.idle.get_nowait()
                if child.fit:
                    return child
                child.close()
        return Child(self.seconds)

    def _give_back(self, child: Child) -> None:
        if child.fit:
            self.idle.put(child)
        else:
            child.close()

    def warm_up(self) -> None:
        """Start one child, so that the first paper of the day need not wait for it."""
        if self.idle.empty():
            self.idle.put(Child(self.seconds))

    def close(self) -> None:
        """End the idle children."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.idle.get_nowait().close()


def _failure(code: str, why: str) -> PaperFailed:
    log.error("A paper could not be made: %s (%s)", code, why)
    if code == "timeout":
        return PaperFailed(Message("The paper took too long to make and was given up. Nothing was printed."), code)
    if code == "busy":
        return PaperFailed(Message("Too many papers are being made at once. Try again in a minute."), code)
    return PaperFailed(Message("The paper could not be made. Nothing was printed; please tell your administrator."), code)


_pool = Pool()


def shared() -> Pool:
    """Return the pool of this process."""
    return _pool


def _after_fork() -> None:
    """Start afresh in a forked server process: the children belong to the parent."""
    global _pool
    inherited = _pool
    _pool = Pool()
    for child in list(inherited.idle.queue):
        child.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(lambda: shared().close())
