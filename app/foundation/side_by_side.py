"""Work that waits for the database most of its time, several pieces of it at once in one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import TypeVar

from flask import current_app

T = TypeVar("T")


def side_by_side(work: Callable[[T], None], pieces: Sequence[T], *, at_once: int) -> None:
    """Do ``work`` for each of ``pieces``, ``at_once`` of them at a time, and return when all are done.

    Each has a session of its own, and the scope, clock and actor of the caller. After an error nothing more is begun, and it is raised
    once those under way have ended. A single piece is done here and now.
    """
    if at_once == 1 or len(pieces) <= 1:
        for piece in pieces:
            work(piece)
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to what it stands for

    failed = Event()

    def alone(piece: T) -> None:
        if failed.is_set():
            return
        try:
            with app.app_context():
                work(piece)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(at_once, thread_name_prefix="side") as pool:
        begun = [pool.submit(copy_context().run, alone, piece) for piece in pieces]
    for each in begun:
        each.result()
