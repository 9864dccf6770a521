"""``run.py backup FILE``: one archive of the whole installation, also while the server works."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from app.foundation.commands import UsageError
from app.foundation.commands.database import opened
from app.values.errors import OperationRefused
from config import read_settings

PASSPHRASE = "FEEHOUSE_BACKUP_PASSPHRASE"  # noqa: S105  (the name of a variable)
MEGABYTE = 1024 * 1024


def backup(arguments: list[str]) -> int:
    """Write the archive; refused with one sentence where something is in the way."""
    from app.foundation.safe_keeping.backing_up import Source, back_up

    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise UsageError("Name the file of the backup: python3 run.py backup FILE")
    target = Path(arguments[0]).expanduser().absolute()
    _require_database()
    settings = read_settings()
    passphrase = asked_for(twice=True)
    try:
        with opened(settings):
            source = Source(settings.database_url, settings.data_folder, settings.installation.value)
            written = back_up(target, source, passphrase)
    except OperationRefused as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    rows = sum(written.manifest.rows.values())
    print(f"The backup is ready: {written.path} ({written.size / MEGABYTE:.1f} MB, {rows:,} rows of {len(written.manifest.rows)} tables).")
    print("Keep it away from this machine, and the passphrase away from the file: without the passphrase it cannot be restored.")
    return 0


def asked_for(*, twice: bool) -> str:
    """Return the passphrase of the environment, or as it is typed without being shown."""
    given = os.environ.get(PASSPHRASE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise UsageError(f"The passphrase of the backup is missing: set {PASSPHRASE}, or call the command in a terminal.")
    passphrase = getpass.getpass("Passphrase of the backup: ")
    if twice and passphrase != getpass.getpass("The same once more: "):
        raise UsageError("The two passphrases differ.")
    return passphrase


def _require_database() -> None:
    """Refuse a folder without a database before anything is made in it."""
    if os.environ.get("DATABASE_URL", "").strip():
        return
    from config import HERE

    folder = Path(os.environ.get("FEEHOUSE_DATA", "").strip() or HERE / "var").expanduser().absolute()
    if not (folder / "postgres" / "data").is_dir():
        raise UsageError(f"There is nothing to back up: {folder} holds no database. Set FEEHOUSE_DATA to the folder of the installation.")
