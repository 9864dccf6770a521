"""The parent of the database server: ``python -m app.foundation.postgres.watcher [--unsafe] FOLDER``.

It outlives the process that started it. It brings the server back when it dies, and stops it, and itself, once no process
holds a claim: also when all of them were killed without a chance to say so.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from app.foundation.postgres import DatabaseUnavailable, processes
from app.foundation.postgres.cluster import PATIENCE, Cluster
from app.foundation.postgres.locks import Lock

LOOK_EVERY = 1.0  # seconds, when nothing wakes it
STARTS_PER_MINUTE = 5


def main(arguments: list[str]) -> int:
    """Leave a watcher behind and return 0 when its server answers; otherwise print the reason and return 1."""
    unsafe = "--unsafe" in arguments
    cluster = Cluster(Path(arguments[-1]))
    report, answer = os.pipe()
    if os.fork() == 0:
        os.close(report)
        _become_watcher(cluster, answer, unsafe=unsafe)
    os.close(answer)
    with os.fdopen(report) as pipe:
        text = pipe.read()
    if text == "ready":
        return 0
    sys.stderr.write(text or "The watcher ended too early.")
    return 1


def _become_watcher(cluster: Cluster, answer: int, *, unsafe: bool) -> NoReturn:
    text, watcher = "", None
    try:
        with Lock(cluster.watch_lock) as lock:
            lock.write(str(os.getpid()))
            _let_go_of_the_caller(cluster)
            watcher = Watcher(cluster, unsafe=unsafe)
            watcher.start()
            os.write(answer, b"ready")
            os.close(answer)
            watcher.watch()
            lock.write("")
        os._exit(0)
    except DatabaseUnavailable as error:
        text = str(error)
    except OSError as error:
        text = f"{error.strerror}: {error.filename}"
    finally:
        if watcher:
            watcher.stop()
        if text:
            os.write(answer, text.encode())
        os._exit(1)


def _let_go_of_the_caller(cluster: Cluster) -> None:
    """Keep neither the caller's terminal nor its folder."""
    os.chdir("/")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(quiet, stream)
    os.close(quiet)


class Watcher:
    """Keeps one server running while it is claimed."""

    def __init__(self, cluster: Cluster, *, unsafe: bool) -> None:
        self.cluster = cluster
        self.unsafe = unsafe
        self.server: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []
        # Signals only wake the loop: a child that died, a user that left.
        self._bell, ringer = socket.socketpair()
        self._bell.setblocking(False)
        ringer.setblocking(False)
        self._ringer = ringer
        signal.set_wakeup_fd(ringer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGUSR1, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def start(self) -> None:
        """Start the server, or adopt one whose watcher was killed; return when it answers."""
        if self.cluster.is_ready():
            return
        if self.cluster.postmaster() is None:
            self.server = self.cluster.launch(fast_and_unsafe=self.unsafe)
        limit = time.monotonic() + PATIENCE
        while not self.cluster.is_ready():
            if self.server and self.server.poll() is not None:
                raise DatabaseUnavailable(f"The server says:\n{self.cluster.last_words()}")
            if time.monotonic() > limit:
                raise DatabaseUnavailable(f"It did not answer within {PATIENCE:.0f} seconds:\n{self.cluster.last_words()}")
            time.sleep(0.005)

    def watch(self) -> None:
        """Return when nobody claims the server any more, and it has stopped."""
        while not self._stopped_unclaimed():
            if not self._is_alive():
                self._bring_back()
            self._wait()

    def stop(self) -> None:
        """Stop the server quickly but in order: open transactions are rolled back, what is committed stays."""
        process = self.cluster.postmaster()
        if process is None:
            return
        for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            processes.send(process, number)
            limit = time.monotonic() + seconds
            while time.monotonic() < limit:
                if not self._is_alive():
                    return
                time.sleep(0.005)

    def _stopped_unclaimed(self) -> bool:
        """Stop the server if it is unclaimed; under the start lock, so that nobody starts it meanwhile."""
        try:
            with Lock(self.cluster.start_lock, wait=False), Lock(self.cluster.use_lock, wait=False):
                self.stop()
                return True
        except BlockingIOError:
            return False
        except FileNotFoundError:  # somebody has removed the whole folder
            self.stop()
            return True

    def _is_alive(self) -> bool:
        if self.server:
            return self.server.poll() is None
        return self.cluster.postmaster() is not None

    def _bring_back(self) -> None:
        now = time.monotonic()
        self.starts = [moment for moment in self.starts if now - moment < 60]
        if len(self.starts) < STARTS_PER_MINUTE:
            self.starts.append(now)
            self.start()

    def _wait(self) -> None:
        select.select([self._bell], [], [], LOOK_EVERY)
        try:
            while self._bell.recv(64):
                pass
        except BlockingIOError:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
