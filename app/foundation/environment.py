"""The program's own Python environment: ``.venv`` beside run.py, made at the first call from requirements.txt.

Standard library only, and readable by an old Python too, since this runs before anything is installed. The environment is
built as ``.venv.new`` and renamed when it is whole; a file in it holds the checksum of the requirements it was built from.
Whoever installs requirements.txt himself, in a container image for instance, sets ``FEEHOUSE_ENVIRONMENT=as-is``.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parents[2]
REQUIREMENTS = HERE / "requirements.txt"
OLDEST_PYTHON = (3, 11)
NEEDED_SPACE = 1_200_000_000  # bytes; the environment has 600 MB, its downloads come on top
SIGN = "feehouse-environment"
STEP = 5.0  # seconds between two words about what goes on


class EnvironmentFailed(Exception):
    """The environment cannot be made; the text says why and what to do."""


def enter(arguments: list[str]) -> None:
    """Return when this process runs inside the whole environment; otherwise make it and start ``run.py`` anew inside."""
    if os.environ.get("FEEHOUSE_ENVIRONMENT") == "as-is":
        _require_packages()
        return
    folder = _folder()
    if _is_inside(folder):
        if _sign(folder) == _wanted_sign():
            return
        # Reached only where the system's Python changed under the environment, or a caller took its Python by name.
        _step_out(arguments)
    _require_python(arguments)
    if not _is_whole(folder):
        _make(folder)
    _execute(_python(folder), arguments)


def _require_packages() -> None:
    from importlib.util import find_spec

    if not find_spec("flask_appbuilder"):
        raise EnvironmentFailed(
            f"FEEHOUSE_ENVIRONMENT is as-is, but {sys.executable} has not what Feehouse needs. Leave the variable out, and Feehouse makes "
            "its own environment; or install it yourself: python3 -m pip install -r requirements.txt"
        )


def _folder() -> Path:
    """Return where the environment lies: beside run.py, or in the user's cache where that cannot be written."""
    beside = HERE / ".venv"
    if os.access(HERE, os.W_OK) or _is_whole(beside):
        return beside
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "feehouse" / f"venv-{hashlib.sha256(os.fsencode(HERE)).hexdigest()[:12]}"


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _is_inside(folder: Path) -> bool:
    return Path(sys.prefix).resolve() == folder.resolve()


def _is_whole(folder: Path) -> bool:
    """Return whether the environment fits the requirements; which Python it was made with is asked inside it."""
    return _python(folder).exists() and _sign(folder).split(" ")[0] == _checksum()


def _checksum() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _wanted_sign() -> str:
    return f"{_checksum()} {sys.version_info[0]}.{sys.version_info[1]}"


def _sign(folder: Path) -> str:
    try:
        return (folder / SIGN).read_text().strip()
    except OSError:
        return ""


def _execute(python: Path, arguments: list[str]) -> NoReturn:
    command = [str(python), str(HERE / "run.py"), *arguments]
    os.environ.pop("PYTHONHOME", None)
    sys.stdout.flush()
    if os.name == "nt":  # exec would return to the prompt at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)  # noqa: S606


def _step_out(arguments: list[str]) -> NoReturn:
    base = getattr(sys, "_base_executable", None)
    if not base or Path(base) == Path(sys.executable):
        raise EnvironmentFailed("The environment in .venv is out of date. Remove the folder .venv and start again with python3.")
    try:
        (Path(sys.prefix) / SIGN).unlink(missing_ok=True)
    except OSError:
        raise EnvironmentFailed("The environment is out of date and cannot be written. Start Feehouse once as its owner.") from None
    _execute(Path(base), arguments)


def _require_python(arguments: list[str]) -> None:
    """Go over to a newer Python of this machine where this one is too old."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            _execute(Path(newer), arguments)
    raise EnvironmentFailed(
        f"Feehouse needs Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer; this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}). Install a newer one and start run.py with it."
    )


def _make(folder: Path) -> None:
    _require_modules()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.parent / f"{folder.name}.lock"):
            if not _is_whole(folder):  # another process may have made it while this one waited
                _build(folder)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _no_space(folder.parent) from None
        raise EnvironmentFailed(
            f"The environment {folder} cannot be made: {error.strerror} ({error.filename}). "
            "Start Feehouse as the owner of its folder, or copy it to a folder of your own."
        ) from None


def _require_modules() -> None:
    from importlib.util import find_spec

    if find_spec("venv") and find_spec("ensurepip"):
        return
    raise EnvironmentFailed(
        "This Python cannot make environments, because its modules venv and ensurepip are missing. On Debian and Ubuntu "
        f"install them with: apt install python3-venv (or python3.{sys.version_info[1]}-venv). Then start again."
    )


def _build(folder: Path) -> None:
    if shutil.disk_usage(folder.parent).free < NEEDED_SPACE:
        raise _no_space(folder.parent)
    say(f"First start: making Feehouse's own Python environment in {folder}. This takes a minute or two and happens once.")
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        say("1 of 3: an empty environment")
        _run([sys.executable, "-I", "-m", "venv", str(new)], new)
        _install(new)
    except BaseException:  # Ctrl-C too: half an environment is only lost space
        shutil.rmtree(new, ignore_errors=True)
        raise
    say("3 of 3: putting it in its place")
    (new / SIGN).write_text(_wanted_sign() + "\n")
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    say("The environment is ready.")


def _install(new: Path) -> None:
    wanted = [line.split("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines()]
    say(f"2 of 3: fetching and installing {sum(map(bool, wanted))} packages and what they need")
    # -I: a pip.py that somebody left in the folder of the call must not stand for pip, least of all in a folder all may write.
    command = [
        str(_python(new)),
        "-I",
        "-u",
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--no-warn-script-location",
    ]
    _run([*command, "--progress-bar", "off", "--requirement", str(REQUIREMENTS)], new)


def _run(command: list[str], new: Path) -> None:
    """Run a step, showing what it is at; raises EnvironmentFailed with its reason in words."""
    environment = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PYTHONUNBUFFERED="1", LC_ALL="C.UTF-8")
    environment.pop("PYTHONHOME", None)
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=tempfile.gettempdir(), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        fetched = 0
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Collecting "):
                fetched += 1
                _progress(fetched, line.split()[1])
            elif line.startswith("Installing collected packages"):
                count = line.count(",") + 1
                say(f"        installing {count} packages")
                threading.Thread(target=_tell_installed, args=(process, new, count), daemon=True).start()
    if process.returncode:
        raise _explained(lines, new)


def _tell_installed(process: subprocess.Popen[str], new: Path, count: int) -> None:
    """Tell now and then how many packages are there: the installer itself is silent for half a minute."""
    while True:
        try:
            process.wait(timeout=STEP)
        except subprocess.TimeoutExpired:
            there = len([*new.glob("lib/python*/site-packages/*.dist-info"), *new.glob("Lib/site-packages/*.dist-info")])
            _tell(f"        {min(there, count)} of {count} are installed", always=True)
        else:
            return


def _progress(number: int, name: str) -> None:
    name = re.split(r"[=<>!~\[;(]", name)[0]
    _tell(f"        {number}: {name}", always=number % 20 == 1)


def _tell(text: str, *, always: bool) -> None:
    """Write over the last line on a screen; into a file only what is to be told ``always``."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\r", flush=True)
    elif always:
        say(text)


def _explained(lines: list[str], new: Path) -> EnvironmentFailed:
    text = "\n".join(lines)
    if "No space left on device" in text:
        return _no_space(new.parent)
    last = "\n".join(lines[-6:])
    if re.search(
        r"NewConnectionError|NameResolutionError|Temporary failure in name|ConnectTimeout|Network is unreachable|ProxyError", text
    ):
        return EnvironmentFailed(
            "The packages could not be fetched, because the package index cannot be reached. Check the network, "
            f"set HTTPS_PROXY, or name a mirror in PIP_INDEX_URL. Then start again.\n{last}"
        )
    if "ensurepip" in text:
        return EnvironmentFailed(f"The environment could not be made. On Debian and Ubuntu: apt install python3-venv\n{last}")
    return EnvironmentFailed(f"The packages could not be installed. The installer says:\n{last}")


def _no_space(folder: Path) -> EnvironmentFailed:
    free = shutil.disk_usage(folder).free // 1_000_000
    return EnvironmentFailed(
        f"There is not enough space: the environment needs {NEEDED_SPACE // 1_000_000} MB, {folder} has {free} MB left "
        f"(the temporary folder {tempfile.gettempdir()} needs some too). Make room and start again."
    )


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold ``lock``, so that two first starts at once do not build into the same folder."""
    with lock.open("a") as file:
        if os.name == "nt":
            import msvcrt

            getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, "LK_LOCK"), 1)  # noqa: B009
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another process is making the environment; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    print(text, flush=True)
