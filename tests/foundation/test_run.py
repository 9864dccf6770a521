"""What ``run.py`` refuses, and in which words; really started, without making an environment."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.foundation import environment
from app.foundation.commands import COMMANDS
from app.foundation.postgres import DatabaseUnavailable, processes
from config import HERE


def run(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "SECRET_KEY")}
    return subprocess.run(
        [sys.executable, str(HERE / "run.py"), *arguments],
        cwd="/",
        env=kept | {"FEEHOUSE_ENVIRONMENT": "as-is", "FEEHOUSE_DATA": str(folder)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_help_lists_every_command_and_every_command_exists(tmp_path: Path) -> None:
    done = run("help", folder=tmp_path)
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"    {command.name} " in done.stdout
        module, _, function = command.target.partition(":")
        path = HERE / module.replace(".", "/")
        source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        assert function in source.read_text()


def test_help_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", str(HERE / "run.py"), "help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [("serv",), ("--trainin",), ("serve", "8080"), ("check", "fast")])
def test_an_unknown_word_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert arguments[-1] in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORT", "eighty", "PORT is 'eighty'; it must be a whole number from 1 to 65535"),
        ("PORT", "0", "PORT is '0'"),
        ("PORT", "65536", "PORT is '65536'"),
        ("HOST", "my office", "HOST is 'my office', which is no address"),
        ("HOST", "192.0.2.1", "HOST is '192.0.2.1', which is no address of this machine"),
        ("PUBLIC_URL", "fees.example.com", "PUBLIC_URL is 'fees.example.com'; it must be the address people type"),
        ("PUBLIC_URL", "https://fees.example.com/app", "without a path"),
        ("SECRET_KEY", "short", "SECRET_KEY has 5 characters; it needs 16"),
        ("DATABASE_URL", "sqlite:///feehouse.db", "DATABASE_URL begins with 'sqlite'"),
        ("DATABASE_URL", "postgresql://user:hidden@host:port/feehouse", "DATABASE_URL has a wrong port"),
        ("DATABASE_URL", "postgresql://user:hidden@host", "DATABASE_URL names no database"),
        (
            "DATABASE_URL",
            "postgresql://user:hidden@127.0.0.1:1/feehouse",
            "DATABASE_URL (postgresql://user:…@127.0.0.1:1/feehouse) does not lead",
        ),
    ],
)
def test_a_wrong_setting_is_explained_and_stops_the_program(tmp_path: Path, variable: str, value: str, words: str) -> None:
    done = run("serve", folder=tmp_path, **{"PORT": str(_free_port()), variable: value})
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path, taken_port: int) -> None:
    done = run(folder=tmp_path, PORT=str(taken_port))
    assert done.returncode == 2
    assert done.stderr == (
        f"Port {taken_port} on 127.0.0.1 is in use by another program. Choose another one: PORT={taken_port + 1} python3 run.py\n"
    )
    assert not (tmp_path / "postgres").exists()


def test_one_kind_of_installation_is_never_served_as_the_other(tmp_path: Path, taken_port: int) -> None:
    ordinary, training = tmp_path / "ordinary", tmp_path / "training"
    run(folder=ordinary, PORT=str(taken_port))
    run("--training", folder=training, PORT=str(taken_port))
    assert "holds an ordinary installation" in run("--training", folder=ordinary, PORT=str(taken_port)).stderr
    assert "holds a training installation" in run(folder=training, PORT=str(taken_port)).stderr
    assert "in use" in run("--no-worker", "--training", folder=training, PORT=str(taken_port)).stderr


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path, taken_port: int) -> None:
    run(folder=tmp_path, PORT=str(taken_port))
    before = {name: (tmp_path / name).read_text() for name in ("secret.key", "data.key", "installation.json")}
    run(folder=tmp_path, PORT=str(taken_port))
    assert {name: (tmp_path / name).read_text() for name in before} == before
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in before)
    assert {path.name for path in tmp_path.iterdir()} == set(before)


def test_a_lost_data_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    done = run(folder=tmp_path)
    assert done.returncode == 2
    assert "data.key is missing, but there is a database" in done.stderr


def test_a_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be made: Not a directory. Set FEEHOUSE_DATA" in run(folder=tmp_path / "file" / "data").stderr
    assert "which is not a folder" in run(folder=tmp_path / "file").stderr


def test_words_prints_the_amount_in_words(tmp_path: Path) -> None:
    done = run("words", "10300.05", "--currency", "CNY", "--locale", "zh_Hans", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "人民币壹万零叁佰元零伍分\n")


@pytest.mark.parametrize("amount", ["ten", "NaN", "Infinity", "1,5"])
def test_words_refuses_what_is_no_amount(tmp_path: Path, amount: str) -> None:
    done = run("words", amount, "--currency", "CNY", "--locale", "zh_Hans", folder=tmp_path)
    assert done.returncode == 2
    assert f"{amount!r} is no amount" in done.stderr


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["ERROR: No space left on device"], "There is not enough space"),
        (["WARNING: Retrying … NewConnectionError('…')"], "the package index cannot be reached"),
        (["Error: ensurepip is not available"], "apt install python3-venv"),
        (["ERROR: Could not build wheels"], "The packages could not be installed. The installer says:\nERROR: Could not build wheels"),
    ],
)
def test_a_failed_installation_is_explained(tmp_path: Path, lines: list[str], words: str) -> None:
    assert words in str(environment._explained(lines, tmp_path / "new"))


def test_missing_modules_and_an_old_python_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(environment.EnvironmentFailed, match="apt install python3-venv"):
        environment._require_modules()
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(environment.EnvironmentFailed, match=r"needs Python 3\.11 or newer; this is Python 3\.9"):
        environment._require_python([])


def test_a_full_disk_is_known_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "NEEDED_SPACE", 10**18)
    with pytest.raises(environment.EnvironmentFailed, match="There is not enough space"):
        environment._make(tmp_path / "environment")
    assert not (tmp_path / "environment.new").exists()


def test_an_environment_of_other_requirements_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("")
    assert not environment._is_whole(tmp_path)
    (tmp_path / environment.SIGN).write_text(environment._wanted_sign() + "\n")
    assert environment._is_whole(tmp_path)
    (tmp_path / environment.SIGN).write_text("0123 3.11\n")
    assert not environment._is_whole(tmp_path)


def test_it_serves_and_stops_without_leaving_anything_behind(tmp_path: Path) -> None:
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()
    with _served(folder, port) as (process, announcement):
        assert announcement == f"Feehouse is ready: http://127.0.0.1:{port}\n"
        assert _status(port) < 500
        assert processes.living_in(folder / "postgres" / "data")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        assert output.endswith("Feehouse has stopped.\n")
        assert "Traceback" not in output
        assert processes.living_in(folder / "postgres" / "data") == []
        with pytest.raises(ConnectionRefusedError):
            _status(port)
    shutil.rmtree(folder)


def test_ctrl_c_in_the_moment_of_being_ready_stops_everything_at_once(tmp_path: Path) -> None:
    # The worker is forked just then: neither the stop nor the child may be lost.
    folder = Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()
    with _served(folder, _free_port()) as (process, _):
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=25)  # a child that is not asked to end is waited for 30 seconds
        assert output.endswith("Feehouse has stopped.\n")
        assert "Traceback" not in output
        assert processes.living_in(folder / "postgres" / "data") == []
    shutil.rmtree(folder)


def test_nothing_goes_on_when_the_program_is_killed(tmp_path: Path) -> None:
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()
    with _served(folder, port) as (process, _):
        process.kill()
        process.communicate()
        limit = time.monotonic() + 60
        while processes.living_in(folder / "postgres" / "data"):
            assert time.monotonic() < limit
            time.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            _status(port)
    shutil.rmtree(folder)


@contextmanager
def _served(folder: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The real server without its demonstration, and the line it announces itself with."""
    program = "import sys; from app.foundation import server; server.DEMONSTRATION = 'no_demonstration'; sys.exit(server.serve([]))"
    variables = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HOST", "PUBLIC_URL", "SECRET_KEY")}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=HERE,
        env=variables | {"FEEHOUSE_DATA": str(folder), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "Bringing the database to this version of the program.\n"
            yield process, process.stdout.readline()
        finally:
            process.kill()


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/login/")
        return connection.getresponse().status
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_init_makes_an_installation_with_one_administrator_and_only_once(tmp_path: Path) -> None:
    assert "Name the first administrator" in run("init", folder=tmp_path).stderr
    weak = run("init", "--admin", "boss", folder=tmp_path, FEEHOUSE_ADMIN_PASSWORD="boss")
    assert (weak.returncode, "at least 10 characters" in weak.stderr) == (2, True)
    made = run("init", "--admin", "boss", folder=tmp_path, FEEHOUSE_ADMIN_PASSWORD="three small words")
    assert made.returncode == 0, made.stderr
    assert "sign in as boss" in made.stdout
    again = run("init", "--admin", "other", folder=tmp_path, FEEHOUSE_ADMIN_PASSWORD="three small words")
    assert (again.returncode, "already" in again.stderr) == (2, True)


def test_an_environment_taken_as_it_is_must_hold_the_packages(tmp_path: Path) -> None:
    variables = {"FEEHOUSE_ENVIRONMENT": "as-is", "FEEHOUSE_DATA": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE / "run.py")], env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("FEEHOUSE_ENVIRONMENT is as-is, but ")
    assert done.stderr.count("\n") == 1


class _Full(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        _Full(),
        DatabaseUnavailable('initdb failed: could not write to file "base/4/1255_fsm": No space left on device\nchild process exited'),
    ],
)
def test_a_disk_that_is_full_is_one_sentence(error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(arguments: list[str]) -> int:
        try:
            raise error
        except Exception as reason:
            raise RuntimeError("something around it") from reason

    monkeypatch.setattr("app.foundation.commands.words.words", fail)
    command = next(command for command in COMMANDS if command.name == "words")
    assert command.run([]) == 2
    said = capsys.readouterr().err
    assert said.startswith("The disk is full where the data lies")
    assert said.count("\n") == 1


def test_any_other_error_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: list[str]) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("app.foundation.commands.words.words", fail)
    command = next(command for command in COMMANDS if command.name == "words")
    with pytest.raises(ZeroDivisionError):
        command.run([])
