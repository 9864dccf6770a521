"""``run.py check``: what continuous integration asks, as a list that reads aloud."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

from app.foundation.commands import UsageError
from app.foundation.commands.tests import environment, whole
from config import HERE

IMPORT_CONTRACTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


@dataclass(frozen=True)
class Step:
    """One question, asked by a program that answers with its exit status."""

    name: str
    arguments: tuple[str, ...]
    shows_output: bool = False


STEPS = (
    Step("formatting", ("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    Step("lint", ("-m", "ruff", "check", "--output-format", "concise", ".")),
    Step("types", ("-m", "mypy")),
    Step("import contracts", ("-c", IMPORT_CONTRACTS, "--no-cache")),
    Step("catalogues", ("-m", "pytest", "tests/architecture/test_catalogues.py")),
    Step("migrations match models", ("-m", "app.foundation.commands.migrations")),
)
TESTS = Step("tests", ("-m", "pytest", *whole()), shows_output=True)


@dataclass(frozen=True)
class Result:
    """How a step ended, and how long it took in seconds."""

    step: Step
    passed: bool
    seconds: float

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'FAILED'}  {self.seconds:6.1f} s  {self.step.name}"


def check(arguments: list[str]) -> int:
    """Run every step, also after a failure, and return 1 if any failed."""
    if unknown := [argument for argument in arguments if argument != "--no-tests"]:
        raise UsageError(f"{unknown[0]!r} is unknown here. Possible: --no-tests")
    steps = STEPS if arguments else (*STEPS, TESTS)
    results = [_result(step) for step in steps]
    failed = [result for result in results if not result.passed]
    print("\nSummary", *results, sep="\n    ", flush=True)
    print(f"{len(failed)} of {len(results)} checks failed." if failed else f"All {len(results)} checks passed.", flush=True)
    return 1 if failed else 0


def _result(step: Step) -> Result:
    if step.shows_output:
        print(f"{step.name} …", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *step.arguments],
        cwd=HERE,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=None if step.shows_output else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    result = Result(step, done.returncode == 0, time.monotonic() - began)
    print(result, flush=True)
    if not result.passed and done.stdout:
        print("    " + done.stdout.strip().replace("\n", "\n    "), flush=True)
    return result
