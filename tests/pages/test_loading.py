"""What a page shows comes with its rows: nothing is asked for row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from tests import factories
from tests.pages.conftest import DAY, World, signed_in
from tests.pages.test_every_page import a_record, address_of, routes_of, views


@contextmanager
def asked_later() -> Iterator[list[str]]:
    """Collect what the block reads of a row that is there already."""
    seen: list[str] = []

    def note(state: ORMExecuteState) -> None:
        if state.is_column_load:
            seen.append(" ".join(str(state.statement).split())[:200])

    event.listen(Session, "do_orm_execute", note)
    try:
        yield seen
    finally:
        event.remove(Session, "do_orm_execute", note)


@pytest.mark.parametrize("route", ["list", "show"])
@pytest.mark.parametrize("username", ["chen", "shen", "wang", "zhou"])
def test_no_page_reads_a_column_of_a_row_that_is_there(app: Flask, world: World, username: str, route: str) -> None:
    wrong, opened = [], 0
    with factories.on_day(DAY):
        client = signed_in(app, username)
        for view in views(app):
            if route not in routes_of(app, view):
                continue
            with asked_later() as statements:
                opened += client.get(address_of(view, route, a_record(view, username))).status_code == 200
            wrong += [f"{view.endpoint}: {statement}" for statement in statements]
    assert wrong == []
    assert opened
