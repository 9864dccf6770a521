"""The ground of a module, made once: two offices with one of everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import factories
from tests.access.ground import Ground
from tests.access.objects import DAY, objects_of
from tests.conftest import rolled_back


@pytest.fixture(scope="module")
def ground(application: Flask) -> Iterator[Ground]:
    with rolled_back(application):
        records = {code: objects_of(code) for code in ("SH", "HN")}
        with factories.on_day(DAY):
            yield Ground(application, records)
