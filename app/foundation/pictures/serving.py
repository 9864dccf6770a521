"""A training installation of one's own, in a temporary folder, to take pictures from."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.foundation.commands import UsageError
from app.foundation.commands.tests import SETTINGS
from config import HERE

PATIENCE = 300.0  # seconds: the first start makes the database and the demonstration


@contextmanager
def own_installation() -> Iterator[str]:
    """Yield the address of a training installation with the demonstration's history; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="feehouse-pictures-") as name:
        folder, port = Path(name), _free_port()
        left_out = {*SETTINGS, "DATABASE_URL"}
        variables = {key: value for key, value in os.environ.items() if key not in left_out}
        variables |= {"FEEHOUSE_DATA": str(folder / "data"), "PORT": str(port), "FEEHOUSE_ENVIRONMENT": "as-is"}
        # Without a passphrase no backup can be made, and its page not be seen. The backups are gone with the folder.
        variables["FEEHOUSE_BACKUP_PASSPHRASE"] = secrets.token_urlsafe(24)
        with (folder / "server.log").open("wb") as log:
            command = [sys.executable, str(HERE / "run.py"), "--training"]
            server = subprocess.Popen(command, env=variables, stdout=log, stderr=subprocess.STDOUT, cwd=HERE)
            try:
                _wait(server, f"http://127.0.0.1:{port}", folder / "server.log")
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(60)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and server.poll() is None:
        if answers(url):
            return
        time.sleep(0.5)
    raise UsageError(f"The installation for the pictures does not start:\n{log.read_text(errors='replace')[-2000:]}")


def answers(url: str) -> bool:
    """Tell whether somebody answers at ``url``."""
    try:
        with urllib.request.urlopen(f"{url}/login/", timeout=5):  # noqa: S310  (an address of the caller's own)
            return True
    except (OSError, urllib.error.URLError, ValueError):
        return False
