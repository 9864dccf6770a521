"""Work that waits for the database most of its time, several pieces of it at once in one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
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

    def alone(piece: T) -> None:
        with app.app_context():
            work(piece)

    with ThreadPoolExecutor(at_once, thread_name_prefix="side") as pool:
        begun = [pool.submit(copy_context().run, alone, piece) for piece in pieces]
        done, waiting = wait(begun, return_when=FIRST_EXCEPTION)
        for each in waiting:
            each.cancel()
    for each in done:
        each.result()
