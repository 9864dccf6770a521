"""The command line: one table of what ``run.py`` does, and where each command lives.

Standard library only, since the help and a wrong word are answered before anything is installed.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

DEFAULT = "serve"
HELP = ("help", "--help", "-h")


class UsageError(Exception):
    """The command line cannot be understood; the text says what would be right."""


@dataclass(frozen=True)
class Command:
    """A word of the command line, and the function ``module:function`` that takes what follows it."""

    name: str
    target: str
    arguments: str
    meaning: str

    def run(self, arguments: list[str]) -> int:
        """Run the command in its environment; a known failure is one sentence on the error stream, and status 2."""
        from app.foundation.actor import working_as
        from app.foundation.postgres import DatabaseUnavailable
        from config import SettingsError

        module, _, function = self.target.partition(":")
        handler: Callable[[list[str]], int] = getattr(import_module(module), function)
        try:
            # A server's requests and jobs name whoever works themselves; the thread that started it does not.
            with working_as(self.name):
                return handler(arguments)
        except Exception as error:
            if is_disk_full(error):
                print(DISK_FULL, file=sys.stderr)
            elif isinstance(error, (UsageError, SettingsError, DatabaseUnavailable)):
                print(error, file=sys.stderr)
            else:
                raise
            return 2


DISK_FULL = (
    "The disk is full where the data lies: in FEEHOUSE_DATA, or else in the folder var beside run.py. Feehouse needs 300 MB to begin with. "
    "Make room and start again; nothing is lost."
)


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether a full disk is behind ``error``: said by the system, by the database, or by one of its programs."""
    while error is not None:
        original = getattr(error, "orig", None) or error
        if getattr(original, "sqlstate", None) == "53100" or getattr(error, "errno", None) == errno.ENOSPC:
            return True
        if os.strerror(errno.ENOSPC) in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


COMMANDS = (
    Command("serve", "app.foundation.server:serve", "[--no-worker]", "start Feehouse; this is what no command means"),
    Command("--training", "app.foundation.server:serve_training", "[--no-worker]", "a practice installation whose clock can be moved"),
    Command("init", "app.foundation.commands.init:init", "--admin NAME", "an empty installation without demonstration data"),
    Command(
        "backup",
        "app.foundation.commands.backup:backup",
        "FILE",
        "one archive of the database and, wrapped with a passphrase, its data key",
    ),
    Command("restore", "app.foundation.commands.restore:restore", "FILE", "an archive into an empty installation, which is then verified"),
    Command("worker", "app.foundation.jobs:worker", "", "run background jobs; the server runs one itself unless --no-worker"),
    Command(
        "verify", "app.foundation.commands.verify:verify", "", "prove that the books are right; exit 1 and name the rows where they are not"
    ),
    Command("rotate-key", "app.foundation.commands.rotate_key:rotate_key", "", "a new data key; encrypted values are written again"),
    Command("test", "app.foundation.commands.tests:test", "[pytest arguments]", "the whole test suite, in its own database"),
    Command(
        "check", "app.foundation.commands.checks:check", "[--no-tests]", "formatting, lint, types, imports, catalogues, migrations, tests"
    ),
    Command(
        "bench",
        "app.bench.command:bench",
        "[list|search|processor|payment] [--customers N]",
        "measure lists, search and payments in a database of its own",
    ),
    Command(
        "screenshots",
        "app.foundation.commands.screenshots:screenshots",
        "[--language vi] [--out FOLDER] [--only WORD] [--url ADDRESS]",
        "a picture of every page, at a counter's and a telephone's width, light and dark",
    ),
    Command("quote", "app.tariffs.command:quote", "FILE|-", "what fee formulas give for some facts: JSON in, JSON out"),
    Command("words", "app.foundation.commands.words:words", "AMOUNT --currency CNY --locale zh_Hans", "the amount in words"),
)


def chosen(arguments: list[str]) -> tuple[Command | None, list[str]]:
    """Return the command that ``arguments`` name and what is left for it; no command is a call for help."""
    if any(word in HELP for word in arguments[:1]):
        return None, []
    by_name = {command.name: command for command in COMMANDS}
    name, rest = _name_and_rest(arguments)
    if name not in by_name:
        raise UsageError(f"There is no command {name!r}.\n\n{help_text()}")
    return by_name[name], rest


def help_text() -> str:
    """Return all commands with their arguments, in the order of the table."""
    head = "Feehouse: one house for every fee a community pays.\n\n    python3 run.py [command]\n"
    lines = [f"    {command.name} {command.arguments}\n        {command.meaning}" for command in COMMANDS]
    tail = (
        "Settings come from the environment: FEEHOUSE_DATA, DATABASE_URL, HOST, PORT, PUBLIC_URL, SECRET_KEY, "
        "FEEHOUSE_BACKUPS, FEEHOUSE_BACKUP_PASSPHRASE."
    )
    return "\n".join([head, *lines, "", tail])


def _name_and_rest(arguments: list[str]) -> tuple[str, list[str]]:
    # Options of the default command may stand alone: run.py --no-worker, run.py --no-worker --training.
    if "--training" in arguments and all(argument.startswith("--") or argument == DEFAULT for argument in arguments):
        return "--training", [argument for argument in arguments if argument not in ("--training", DEFAULT)]
    if not arguments or arguments[0].startswith("--"):
        return DEFAULT, arguments
    return arguments[0], arguments[1:]
