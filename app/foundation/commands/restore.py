"""``run.py restore FILE``: an archive into an empty installation, brought to today's migrations, then proved by ``verify``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.foundation.commands import UsageError
from app.foundation.commands.backup import asked_for
from app.foundation.commands.database import opened
from app.foundation.commands.verify import verify
from app.foundation.safe_keeping import keys, restoring
from app.foundation.safe_keeping.afterwards import bring_up
from app.foundation.safe_keeping.archive import FORMAT, Archive, DamagedArchive
from app.foundation.safe_keeping.backing_up import program_version
from config import HERE, Installation, Settings, read_settings

MEGABYTE = 1024 * 1024
# Tables and indexes on the disk, and the log of the transaction that writes them.
ROOM = 2
# What the first call of the program makes in a data folder.
MADE = ("installation.json", "secret.key", "data.key", "postgres")


def restore(arguments: list[str]) -> int:
    """Restore and prove; 2 where nothing was done, 1 where the proof finds something."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise UsageError("Name the file of the backup: python3 run.py restore FILE")
    path = Path(arguments[0]).expanduser().absolute()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UsageError(f"{path} cannot be read: it is no file, or belongs to another account.")
    try:
        with Archive(path) as archive:
            key_files = _unlocked(archive)
            archive.check_dump()
            return _restored(archive, key_files)
    except DamagedArchive:
        raise UsageError(f"{path} is no backup of Feehouse, or not a whole one: it was cut off or changed.") from None


def _unlocked(archive: Archive) -> dict[str, str]:
    """Return the files of the data key. Raises UsageError for a newer program's archive and a wrong passphrase."""
    made_by = archive.manifest.version
    if archive.manifest.format > FORMAT or _numbers(made_by) > _numbers(program_version()) or not _is_known(archive.manifest.revision):
        raise UsageError(f"The backup was made by Feehouse {made_by}, and this program ({program_version()}) is older. Update it first.")
    try:
        return keys.unwrapped(archive.keys_text, asked_for(twice=False), archive.manifest_text)
    except keys.WrongPassphrase:
        raise UsageError("The passphrase does not fit this backup, or the backup was changed.") from None
    except ValueError:
        raise DamagedArchive from None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def _is_known(revision: str) -> bool:
    return any(file.name.startswith(f"{revision}_") for file in (HERE / "migrations" / "versions").glob("*.py"))


def _restored(archive: Archive, key_files: dict[str, str]) -> int:
    is_training = archive.manifest.installation == Installation.TRAINING
    folder = Path(os.environ.get("FEEHOUSE_DATA", "").strip() or HERE / "var").expanduser().absolute()
    _require_same_kind(folder, archive.manifest.installation)
    with _as_it_was(folder) as made:
        settings = read_settings(training=is_training)
        with opened(settings):
            restoring.require_room(settings.database_url, archive)
            _require_space(settings, archive)
            if "data.key" in made:  # a moment old, and nothing was ever encrypted with it
                (folder / "data.key").unlink()
            _filled(settings, archive, key_files)
            made.clear()  # from here on it is an installation, whatever happens
            return _proved(read_settings(training=is_training), archive)


def _proved(settings: Settings, archive: Archive) -> int:
    different = restoring.differing_rows(settings.database_url, archive)
    bring_up(settings, archive.manifest.moment)
    print(f"Restored {sum(archive.manifest.rows.values()):,} rows as they were at {archive.manifest.made_at}.", flush=True)
    if different:
        print(f"These tables do not hold the rows that the backup lists: {', '.join(different)}.", file=sys.stderr)
    if verify([]) or different:
        print("The backup is restored, but not everything in it is right; what is wrong stands above.", file=sys.stderr)
        return 1
    print("The installation is ready. Everybody has to sign in again. Start it with python3 run.py")
    return 0


def _require_same_kind(folder: Path, wanted: str) -> None:
    """Refuse a training archive in an ordinary installation and the other way round, before anything is made."""
    try:
        found = json.loads((folder / "installation.json").read_text())["installation"]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError):
        return  # reading the settings explains it
    if found != wanted:
        raise UsageError(
            f"The backup is of {_kind(wanted)} installation, and {folder} is {_kind(found)} one. Set FEEHOUSE_DATA to a new folder."
        )


def _kind(installation: str) -> str:
    return "a training" if installation == Installation.TRAINING else "an ordinary"


@contextmanager
def _as_it_was(folder: Path) -> Iterator[set[str]]:
    """Take away what a refused restore has made, so that the folder is again what it was; gives the names that were not there."""
    was_there = folder.exists()
    made = {name for name in MADE if not (folder / name).exists()}
    try:
        yield made
    except BaseException:
        for name in made:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if not was_there and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _require_space(settings: Settings, archive: Archive) -> None:
    free = shutil.disk_usage(settings.data_folder).free
    if settings.embedded and free < archive.manifest.database_size * ROOM:
        wanted = archive.manifest.database_size * ROOM // MEGABYTE
        raise UsageError(f"There is not enough space in {settings.data_folder}: {free // MEGABYTE} MB are free, {wanted} MB are needed.")


def _filled(settings: Settings, archive: Archive, key_files: dict[str, str]) -> None:
    """Put the keys in their place, then the rows: rows without their key would be worse than a key without rows."""
    placed = keys.put(key_files, settings.data_folder, archive.manifest.moment.strftime("%Y%m%dT%H%M%SZ"))
    try:
        restoring.load(settings.database_url, archive)
    except BaseException:
        keys.put_back(placed)
        raise
