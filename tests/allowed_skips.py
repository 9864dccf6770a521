"""Plugin: a skipped test is red unless ``tests/allowed_skips.txt`` allows it, so that nothing falls silent unnoticed.

Use it from conftest.py: ``pytest_plugins = ["tests.allowed_skips"]``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

LIST = Path(__file__).with_name("allowed_skips.txt")
_skipped: list[str] = []


def allowed() -> list[str]:
    """Return the beginnings of test names that may be skipped."""
    lines = (line.split("#")[0].strip() for line in LIST.read_text().splitlines())
    return [line for line in lines if line]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _note(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped:
        terminalreporter.section("skipped without being allowed in tests/allowed_skips.txt", red=True)
        for name in _skipped:
            terminalreporter.line(name)


def _note(name: str) -> None:
    if not name.startswith(tuple(allowed())):
        _skipped.append(name)
