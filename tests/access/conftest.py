"""The ground of a module, made once: two offices with one of everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.offices import sessions
from tests import factories
from tests.access.ground import Ground
from tests.access.objects import DAY, objects_of
from tests.conftest import rolled_back


@pytest.fixture(scope="module")
def ground(application: Flask) -> Iterator[Ground]:
    # However slow the machine, no request notes that its session is still in use.
    with rolled_back(application), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "_note_use", lambda *_given: None)
        records = {code: objects_of(code) for code in ("SH", "HN")}
        with factories.on_day(DAY):
            yield Ground(application, records)
