"""The embedded database, really started: who starts it, who stops it, and what survives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.foundation.postgres import DatabaseUnavailable, Server, processes, programs, start
from app.foundation.postgres.cluster import Cluster
from app.foundation.postgres.locks import is_free
from config import HERE

IS_ROOT = os.name == "posix" and os.geteuid() == 0


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A stopped cluster with a table in it; tests work on copies."""
    folder = _new_folder()
    with start(folder, fast_and_unsafe=True) as server:
        _run(server, "CREATE TABLE payment (id integer PRIMARY KEY)")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(made_once: Path) -> Iterator[Path]:
    """A data folder with a cluster that is not running."""
    copy = _new_folder()
    shutil.rmtree(copy)
    subprocess.run(["cp", "-a", made_once, copy], check=True)
    yield copy
    _until(lambda: is_free(Cluster(copy / "postgres").watch_lock))
    shutil.rmtree(copy)


def test_the_first_start_makes_a_database_that_speaks_chinese() -> None:
    folder = _new_folder()
    with start(folder) as server:
        server.ensure_database("feehouse")
        server.ensure_database("feehouse")
        with psycopg.connect(server.url("feehouse")) as connection:
            connection.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION unaccent")
            assert connection.execute("SELECT array_length(show_trgm('深圳市'), 1)").fetchone() == (4,)
            assert connection.execute("SELECT upper('đường')").fetchone() == ("ĐƯỜNG",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    shutil.rmtree(folder)


def test_the_last_claim_stops_the_server(folder: Path) -> None:
    first = start(folder, fast_and_unsafe=True)
    second = start(folder)
    assert first.url() == second.url()
    first.release()
    assert _run(second, "SELECT 1") == 1
    postmaster = Cluster(folder / "postgres").postmaster()
    assert postmaster is not None
    second.release()
    assert not processes.lives_in(postmaster, folder / "postgres" / "data")
    assert processes.living_in(folder / "postgres" / "data") == []


def test_releasing_twice_or_in_a_forked_child_is_harmless(folder: Path) -> None:
    with start(folder, fast_and_unsafe=True) as server:
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)
        assert _run(server, "SELECT 1") == 1
        server.release()
        server.release()


def test_other_processes_share_the_server(folder: Path) -> None:
    with start(folder, fast_and_unsafe=True) as server, _claimed_by_another_process(folder):
        server.release()
        assert _run(server, "SELECT 1") == 1


def test_a_claim_ends_with_its_process_however_it_ends(folder: Path) -> None:
    cluster = Cluster(folder / "postgres")
    with _claimed_by_another_process(folder) as process:
        assert cluster.postmaster() is not None
        process.kill()
        process.wait()
        _until(lambda: cluster.postmaster() is None and is_free(cluster.watch_lock))


def test_a_killed_server_comes_back_with_everything_acknowledged(folder: Path) -> None:
    cluster = Cluster(folder / "postgres")
    with start(folder) as server:
        acknowledged = _pay_until_killed(server, cluster)
        _until(lambda: _answers(server))
        assert acknowledged >= 200
        assert _run(server, "SELECT count(*) FROM payment") in (acknowledged, acknowledged + 1)


def test_a_killed_watcher_is_replaced_by_the_next_start(folder: Path) -> None:
    cluster = Cluster(folder / "postgres")
    with start(folder, fast_and_unsafe=True):
        before = cluster.postmaster()
        os.kill(int(cluster.watch_lock.read_text()), signal.SIGKILL)
        _until(lambda: is_free(cluster.watch_lock))
        with start(folder):
            assert cluster.postmaster() == before
            assert not is_free(cluster.watch_lock)
    assert cluster.postmaster() is None


def test_the_number_of_another_process_is_not_taken_for_the_server(folder: Path) -> None:
    cluster = Cluster(folder / "postgres")
    # A process of the same account whose number stands in the file: PostgreSQL alone would refuse to start.
    account = programs.account_for(cluster.folder)
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **account.popen_options()) as stranger:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n0\n5432\n\n\n0 0\nready\n")
        assert cluster.postmaster() is None
        with start(folder, fast_and_unsafe=True) as server:
            assert _run(server, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_anew() -> None:
    folder = _new_folder()
    (folder / "postgres" / "data.new").mkdir(parents=True)
    (folder / "postgres" / "data.new" / "PG_VERSION").write_text("1")
    with start(folder, fast_and_unsafe=True) as server:
        assert _run(server, "SELECT 1") == 1
    assert not (folder / "postgres" / "data.new").exists()
    shutil.rmtree(folder)


def test_a_long_path_a_space_and_a_comma_are_no_obstacles(made_once: Path) -> None:
    folder = _new_folder()
    deep = folder / "phòng thu, 收费" / ("x" * 100)
    deep.parent.mkdir()
    subprocess.run(["cp", "-a", made_once, deep], check=True)
    with start(deep, fast_and_unsafe=True) as server:
        assert _run(server, "SELECT 1") == 1
        assert server.socket_folder.stat().st_mode & 0o077 == 0
    shutil.rmtree(server.socket_folder)
    shutil.rmtree(folder)


@pytest.mark.skipif(not IS_ROOT, reason="only root steps down to another account")
def test_root_steps_down_even_where_the_account_reaches_neither_data_nor_programs(made_once: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = _new_folder()
    closed.chmod(0o700)
    package = programs._wheel()
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name, symlinks=True)
    subprocess.run(["cp", "-a", made_once, closed / "var"], check=True)
    open_folder = _new_folder()
    open_folder.chmod(0o755)
    monkeypatch.setattr(programs, "PUBLIC_FOLDERS", (open_folder / "programs",))
    monkeypatch.setattr(programs, "_wheel", lambda: closed / package.name)
    cluster = Cluster(closed / "var" / "postgres")
    account = programs.account_for(cluster.folder)
    assert account.user != 0
    copy = programs.programs_for(account, cluster.folder)
    assert account.reaches(copy)
    assert copy.is_relative_to(open_folder)
    with start(closed / "var", fast_and_unsafe=True) as server:
        postmaster = cluster.postmaster()
        assert postmaster is not None
        assert Path(f"/proc/{postmaster}").stat().st_uid == account.user
        assert _run(server, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(closed)
    shutil.rmtree(open_folder)


def test_a_cluster_of_another_version_is_explained(folder: Path) -> None:
    (folder / "postgres" / "data" / "PG_VERSION").write_text("13\n")
    with pytest.raises(DatabaseUnavailable, match="made by PostgreSQL 13"):
        start(folder)


def test_a_broken_cluster_says_why(folder: Path) -> None:
    (folder / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(DatabaseUnavailable, match="could not find the database system"):
        start(folder)


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()


def _run(server: Server, statement: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _answers(server: Server) -> bool:
    try:
        return _run(server, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def _pay_until_killed(server: Server, cluster: Cluster) -> int:
    """Insert committed rows, kill the server in the middle of it, and return how many commits were acknowledged."""
    done = 0
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        try:
            while True:
                connection.execute("INSERT INTO payment VALUES (%s)", (done,))
                done += 1
                if done == 200:
                    postmaster = cluster.postmaster()
                    assert postmaster is not None
                    os.kill(postmaster, signal.SIGKILL)
        except psycopg.OperationalError:
            return done


class _claimed_by_another_process:  # noqa: N801
    """A process that claims the server of ``folder`` inside the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> subprocess.Popen[str]:
        program = (
            "import sys; from pathlib import Path; from app.foundation.postgres import start\n"
            "with start(Path(sys.argv[1]), fast_and_unsafe=True): print('claimed', flush=True); sys.stdin.read()"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(self.folder)], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "claimed\n"
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def _until(happened: Callable[[], bool], seconds: float = 15.0) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)
