"""``run.py test``: the test suite, away from the data and the settings of any installation."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config import HERE

# What an office has set must not change what the tests see. DATABASE_URL stays: the suite runs against it.
SETTINGS = ("HOST", "PORT", "PUBLIC_URL", "SECRET_KEY", "FEEHOUSE_ADMIN_PASSWORD", "FEEHOUSE_BACKUPS", "FEEHOUSE_BACKUP_PASSPHRASE")

# Whoever waits for the tests sees what he waited for.
REPORTED = ("-rs", "--durations=30", "--durations-min=5")

# Each has a database server and a browser of its own.
MOST_PROCESSES = 4


def test(arguments: list[str]) -> int:
    """Run pytest with ``arguments`` in the repository, whatever folder the caller is in; without any, all tests on several cores."""
    sys.stdout.flush()
    return subprocess.call([sys.executable, "-m", "pytest", *(arguments or whole())], cwd=HERE, env=environment())


def whole() -> list[str]:
    """Return pytest's arguments for a run of everything: a process for every core, a group in one of them; the slowest are named.

    The groups are begun in the order of ``tests/conftest.py``, which has the longest first and those with a browser last; left to
    itself, the scheduler would begin with those of the most tests.
    """
    cores = min(os.cpu_count() or 1, MOST_PROCESSES)
    return [*REPORTED, *(["-n", str(cores), "--dist", "loadgroup", "--no-loadscope-reorder"] if cores > 1 else [])]


def environment() -> dict[str, str]:
    """Return the environment of a test run: its own data folder, inside the installation's or in the temporary folder."""
    variables = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return variables | {"FEEHOUSE_DATA": str(_data_folder()), "FEEHOUSE_ENVIRONMENT": "as-is"}


def _data_folder() -> Path:
    folder = Path(os.environ.get("FEEHOUSE_DATA", "").strip() or HERE / "var").absolute() / "tests"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.gettempdir()) / f"feehouse-tests-{os.getuid() if os.name == 'posix' else 0}"
