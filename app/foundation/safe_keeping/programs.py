"""PostgreSQL's own programs for dumps: which ones fit a server, and how they are told its address without showing the password."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.foundation.postgres import programs
from app.values.errors import Message, OperationRefused

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# The wheel's programs are built without TLS.
NEEDS_TLS = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class Programs:
    """The folder of the programs, and the server they are to speak with."""

    folder: Path
    conninfo: str
    password: str

    def command(self, name: str, *options: str) -> list[str]:
        """Return the command line of a program that connects; other people may read it, so the password is not in it."""
        return [str(self.folder / name), "--no-password", f"--dbname={self.conninfo}", *options]

    def environment(self) -> dict[str, str]:
        """Return the variables of the program."""
        home = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
        return programs.environment() | home | ({"PGPASSWORD": self.password} if self.password else {})


def programs_for(url: str, server: int) -> Programs:
    """Return the programs for the server of ``url``, whose major version is ``server``.

    The wheel's, unless the server is newer or wants TLS: then those of the machine. Raises OperationRefused.
    """
    facts: dict[str, Any] = conninfo_to_dict(url)
    password = str(facts.pop("password", None) or "")
    conninfo = make_conninfo(**facts)
    folder = programs._wheel() / "pginstall" / "bin"
    wants_tls = facts.get("sslmode") in NEEDS_TLS
    if wants_tls or _version(folder / "pg_dump") < server:
        folder = _machine_folder(server)
    return Programs(folder, conninfo, password)


def _machine_folder(server: int) -> Path:
    found = shutil.which("pg_dump")
    if found is None or _version(Path(found)) < server:
        raise OperationRefused(
            Message(
                "The database is PostgreSQL %(version)s and needs that version's own programs: install its package of clients.",
                version=str(server),
            ),
            code="no_programs",
        )
    return Path(found).parent


def _version(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = VERSION.search(told)
    return int(found[1]) if found else 0
