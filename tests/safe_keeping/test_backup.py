"""What ``backup`` and ``restore`` refuse, in one sentence each, with nothing changed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.foundation.commands import UsageError, backup, restore
from app.foundation.commands.backup import PASSPHRASE as VARIABLE
from app.foundation.postgres import start
from app.foundation.safe_keeping import archive, backing_up, keys, restoring
from app.foundation.safe_keeping.backing_up import Source, back_up
from app.values.errors import OperationRefused
from config import DATABASE, SettingsError, read_settings
from tests.safe_keeping.conftest import PASSPHRASE, Kept, new_folder, rebuilt, run


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that does not exist yet, named in the environment with the right passphrase."""
    folder = tmp_path / "data"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("FEEHOUSE_DATA", str(folder))
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    return folder


@pytest.fixture
def source(kept: Kept) -> Iterator[Source]:
    """The installation with its database running."""
    with start(kept.folder, fast_and_unsafe=True) as server:
        yield Source(server.url(DATABASE), kept.folder, "ordinary")


def assert_restore_refuses(file: Path, folder: Path, sentence: str) -> None:
    """Nothing may be left in the folder either."""
    before = sorted(folder.iterdir()) if folder.exists() else None
    with pytest.raises(UsageError, match=sentence):
        restore.restore([str(file)])
    assert (sorted(folder.iterdir()) if folder.exists() else None) == before


# --- backup ----------------------------------------------------------------------------------------------------------------------


def test_the_archive_says_what_it_holds_and_is_for_its_owner_only(kept: Kept) -> None:
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    with archive.Archive(kept.file) as found:
        found.check_dump()
        assert found.manifest.installation == "ordinary"
        assert found.manifest.version == backing_up.program_version()
        assert found.manifest.rows["subscription"] == 1
        key = (kept.folder / "data.key").read_text()
        assert keys.unwrapped(found.keys_text, PASSPHRASE, found.manifest_text) == {"data.key": key}
    whole = kept.file.read_bytes()
    assert key.strip().partition(":")[2].encode() not in whole
    assert json.dumps(key)[1:-1].encode() not in whole


def test_a_backup_never_overwrites(source: Source, kept: Kept) -> None:
    before = kept.file.read_bytes()
    with pytest.raises(OperationRefused, match="exists already"):
        back_up(kept.file, source, PASSPHRASE)
    assert kept.file.read_bytes() == before


def test_a_file_that_comes_meanwhile_is_not_overwritten(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, finish = tmp_path / "a.backup", archive.write_rest

    def somebody_is_faster(*arguments: Any) -> None:
        target.write_text("mine")
        finish(*arguments)

    monkeypatch.setattr(archive, "write_rest", somebody_is_faster)
    with pytest.raises(OperationRefused, match="exists already"):
        back_up(target, source, PASSPHRASE)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.backup", "mine")]


def test_a_folder_that_is_not_there_is_named(source: Source) -> None:
    with pytest.raises(OperationRefused, match="The folder /nowhere does not exist"):
        back_up(Path("/nowhere/a.backup"), source, PASSPHRASE)


def test_a_folder_that_cannot_be_written_is_named(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OperationRefused, match=r"a\.backup cannot be written: Permission denied"):
        back_up(tmp_path / "a.backup", source, PASSPHRASE)


def test_a_disk_without_room_is_known_before_the_dump(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage._replace(free=1000))
    with pytest.raises(OperationRefused, match="There is not enough space"):
        back_up(tmp_path / "a.backup", source, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive, "write_rest", fill)
    with pytest.raises(OperationRefused, match="There is not enough space"):
        back_up(tmp_path / "a.backup", source, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("passphrase", ["short", "elevenchars", "aaaaaaaaaaaaaaaa"])
def test_a_weak_passphrase_is_refused(source: Source, tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(OperationRefused, match="at least 12 characters"):
        back_up(tmp_path / "a.backup", source, passphrase)


def test_a_weak_passphrase_in_the_environment_stops_the_program(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="it needs 12 or more"):
        read_settings({"FEEHOUSE_DATA": str(tmp_path), VARIABLE: "short"})


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    nobody = Source(f"postgresql://nobody@/nothing?host={tmp_path}", tmp_path, "ordinary")
    with pytest.raises(OperationRefused, match="The database does not answer"):
        back_up(tmp_path / "a.backup", nobody, PASSPHRASE)


def test_a_dump_that_fails_leaves_nothing(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = backing_up._dump
    monkeypatch.setattr(backing_up, "_dump", lambda url, snapshot: dump(url, replace(snapshot, name="no-such-snapshot")))
    with pytest.raises(OperationRefused, match="The database could not be dumped"):
        back_up(tmp_path / "a.backup", source, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_there_must_be_something_to_back_up(empty: Path) -> None:
    with pytest.raises(UsageError, match="There is nothing to back up"):
        backup.backup([str(empty.parent / "a.backup")])
    assert not empty.exists()


def test_the_passphrase_is_asked_for_at_a_terminal_only(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(UsageError, match="set FEEHOUSE_BACKUP_PASSPHRASE"):
        backup.asked_for(twice=True)


def test_two_different_passphrases_are_refused(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    typed = iter(["one passphrase", "another one", "the only one"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    with pytest.raises(UsageError, match="differ"):
        backup.asked_for(twice=True)
    assert backup.asked_for(twice=False) == "the only one"


@pytest.mark.parametrize("arguments", [[], ["--passphrase=x"], ["a", "b"]])
@pytest.mark.parametrize("command", [backup.backup, restore.restore])
def test_both_commands_want_one_file_and_take_no_passphrase(command: Callable[[list[str]], int], arguments: list[str], empty: Path) -> None:
    with pytest.raises(UsageError, match="Name the file of the backup"):
        command(arguments)
    assert not empty.exists()


# --- restore ---------------------------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_changes_nothing(kept: Kept, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "four other words here")
    assert_restore_refuses(kept.file, empty, "The passphrase does not fit")


def test_a_file_that_is_not_there_is_named(empty: Path) -> None:
    assert_restore_refuses(empty.parent / "gone.backup", empty, "cannot be read")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.995, 0.9999])
def test_a_truncated_archive_changes_nothing(kept: Kept, empty: Path, share: float) -> None:
    content = kept.file.read_bytes()
    cut = empty.parent / "cut.backup"
    cut.write_bytes(content[: int(len(content) * share)])
    assert_restore_refuses(cut, empty, "is no backup of Feehouse, or not a whole one")


def test_one_changed_byte_of_the_dump_is_found(kept: Kept, empty: Path) -> None:
    content = bytearray(kept.file.read_bytes())
    content[len(content) // 2] ^= 1
    changed = empty.parent / "changed.backup"
    changed.write_bytes(content)
    assert_restore_refuses(changed, empty, "cut off or changed")


def test_a_manifest_that_was_changed_does_not_open(kept: Kept, empty: Path) -> None:
    content = kept.file.read_bytes()
    changed = empty.parent / "changed.backup"
    changed.write_bytes(content.replace(b'"installation": "ordinary"', b'"installation": "training"'))
    assert changed.stat().st_size == len(content)
    assert_restore_refuses(changed, empty, "the backup was changed")


@pytest.mark.parametrize("changes", [{"version": "99.0.0"}, {"revision": "9999"}, {"format": 2}])
def test_an_archive_of_a_newer_program_is_refused(kept: Kept, empty: Path, changes: dict[str, Any]) -> None:
    newer = rebuilt(kept.file, empty.parent / "newer.backup", **changes)
    assert_restore_refuses(newer, empty, r"this program \(.*\) is older")


def test_training_and_ordinary_installations_do_not_mix(kept: Kept, empty: Path) -> None:
    empty.mkdir()
    (empty / "installation.json").write_text('{"installation": "training"}')
    assert_restore_refuses(kept.file, empty, "The backup is of an ordinary installation, and .* is a training one")
    (empty / "installation.json").write_text('{"installation": "ordinary"}')
    training = rebuilt(kept.file, empty.parent / "training.backup", installation="training")
    assert_restore_refuses(training, empty, "The backup is of a training installation, and .* is an ordinary one")


def test_an_archive_of_a_newer_database_is_refused(kept: Kept, source: Source, tmp_path: Path) -> None:
    newer = rebuilt(kept.file, tmp_path / "newer.backup", postgres=99)
    with archive.Archive(newer) as found, pytest.raises(UsageError, match="made from PostgreSQL 99"):
        restoring.require_room(source.url, found)


def test_a_disk_without_room_is_known_before_the_restore(kept: Kept, tmp_path: Path) -> None:
    huge = rebuilt(kept.file, tmp_path / "huge.backup", database_size=10**18)
    folder = new_folder()
    done = run("restore", str(huge), folder=folder, FEEHOUSE_BACKUP_PASSPHRASE=PASSPHRASE)
    assert (done.returncode, "There is not enough space" in done.stderr) == (2, True)
    assert list(folder.iterdir()) == []
    folder.rmdir()


def test_a_key_of_another_installation_is_put_aside_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "data.key").write_text("old")
    placed = keys.put({"data.key": "new"}, tmp_path, "20261122")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"data.key": "new", "data.key.replaced-20261122": "old"}
    keys.put_back(placed)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"data.key": "old"}


def test_a_key_that_is_changed_during_the_dump_is_kept_beside_the_new_one() -> None:
    assert keys.together({"data.key": "a:1\n"}, {"data.key": "b:2\n"}) == {"data.key": "b:2\na:1\n"}
    assert keys.together({"data.key": "a:1\n"}, {"data.key": "b:2\na:1\n"}) == {"data.key": "b:2\na:1\n"}
    assert keys.together({"data.key": "a:1\n"}, {"data.key": "a:1\n"}) == {"data.key": "a:1\n"}


def test_keys_that_ask_for_the_whole_memory_are_no_keys(kept: Kept, empty: Path) -> None:
    with archive.Archive(kept.file) as found:
        greedy = json.loads(found.keys_text) | {"n": 2**30}
        with pytest.raises(ValueError, match="Unknown parameters"):
            keys.unwrapped(json.dumps(greedy).encode(), PASSPHRASE, found.manifest_text)
