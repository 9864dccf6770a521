"""What was measured, where and how: as a table for people and as JSON."""

from __future__ import annotations

import datetime
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from config import HERE

SHOWN_SETTINGS = (
    *("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "work_mem", "plan_cache_mode"),
    *("jit", "max_connections"),
)


@dataclass(frozen=True)
class Figure:
    """One number: the median of several runs, each run's value, and what it should be."""

    name: str
    unit: str
    runs: Sequence[float]
    goal: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)


@dataclass
class Report:
    """All figures of one call of ``run.py bench``."""

    facts: dict[str, Any] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)

    def as_json(self) -> str:
        figures = [
            asdict(figure) | {"median": round(figure.median, 2), "runs": [round(run, 2) for run in figure.runs]} for figure in self.figures
        ]
        return json.dumps({**self.facts, "figures": figures}, ensure_ascii=False, indent=2)

    def as_table(self) -> str:
        heads = ("what", "median", "least", "most", "unit", "goal")
        rows = [
            (figure.name, f"{figure.median:.1f}", f"{min(figure.runs):.1f}", f"{max(figure.runs):.1f}", figure.unit, figure.goal)
            for figure in self.figures
        ]
        widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *rows)]
        facts = [f"{name}: {_short(value)}" for name, value in self.facts.items()]
        return "\n".join([*facts, "", lines[0], "-" * len(lines[0]), *lines[1:]])


def _short(value: Any) -> str:
    return ", ".join(f"{name} {each}" for name, each in value.items()) if isinstance(value, dict) else str(value)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of ``values`` do not exceed (0.95 for p95)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def facts_of_the_machine() -> dict[str, Any]:
    """Return the machine, the time, how busy it was before, and which commit runs."""
    return {
        "measured at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[0], 2),
        "commit": _commit(),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError):
        return "memory unknown"


def _commit() -> str:
    try:
        asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return asked.stdout.strip()
