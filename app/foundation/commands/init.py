"""``run.py init``: an empty installation with its first administrator, and no demonstration."""

from __future__ import annotations

import getpass
import os
import sys
from importlib import import_module

from app.foundation.commands import UsageError
from app.foundation.commands.database import opened
from config import read_settings

# The domain of users stands above this layer; it is imported when it is needed.
FIRST_START = "app.offices.first_start"
PASSWORD = "FEEHOUSE_ADMIN_PASSWORD"  # noqa: S105  (the name of a variable)


def init(arguments: list[str]) -> int:
    """Make the database and the first administrator; refused where there is already somebody or an office."""
    if len(arguments) != 2 or arguments[0] != "--admin":
        raise UsageError("Name the first administrator: python3 run.py init --admin NAME")
    settings = read_settings()
    password = os.environ.get(PASSWORD) or _asked_for()
    with opened(settings):
        problem = import_module(FIRST_START).make_administrator(settings, arguments[1], password)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"The installation is ready. Start it with python3 run.py, sign in as {arguments[1]}, and add the first office.")
    return 0


def _asked_for() -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"The password of the administrator is missing: set {PASSWORD}, or call init in a terminal.")
    password = getpass.getpass("Password of the administrator: ")
    if password != getpass.getpass("The same once more: "):
        raise UsageError("The two passwords differ.")
    return password
