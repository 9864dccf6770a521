"""Serving: ``python3 run.py``. Opens the port, starts and upgrades the database, then web processes and a worker beside them.

This process only watches the others. It is the one that Ctrl-C and SIGTERM reach; it ends its children first and lets go of
the database last, so that nothing is left behind.
"""

from __future__ import annotations

import gc
import http.client
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from app.foundation.children import Child
from app.foundation.commands import UsageError
from app.foundation.commands.database import opened
from app.foundation.listening import StopRequested, listening, stop_signals
from app.foundation.postgres import DatabaseUnavailable
from config import Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask

# Named here and nowhere else; imported when served, since they stand above this layer.
DEMONSTRATION = "app.demonstration"
JOBS = "app.foundation.jobs"

WEB_PROCESSES = 2
THREADS = 8
PATIENCE = 60.0  # seconds until the server must answer
GRACE = 15.0  # seconds that requests and jobs get to end
RESTART_PAUSE = 3.0


def serve(arguments: list[str]) -> int:
    """Serve an ordinary installation until it is told to stop."""
    return _serve(arguments, training=False)


def serve_training(arguments: list[str]) -> int:
    """Serve a practice installation, whose clock can be moved."""
    return _serve(arguments, training=True)


def _serve(arguments: list[str], *, training: bool) -> int:
    unknown = [argument for argument in arguments if argument != "--no-worker"]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is unknown here. Possible: --no-worker. The address is set by HOST and PORT.")
    settings = read_settings(training=training)
    from app.foundation.logs import configure_logging

    configure_logging(settings.log_format)
    try:
        # The port first: if it is taken, that is known at once, and nothing has been started.
        with stop_signals(), listening(settings.host, settings.port) as listener:
            making = _making(settings)
            with opened(settings):
                return _run(settings, listener, making, with_worker="--no-worker" not in arguments and find_spec(JOBS) is not None)
    except StopRequested:
        print("\nFeehouse has stopped.", flush=True)
        return 0


def _making(settings: Settings) -> Future[Flask]:
    """Make the application while the database starts: most of a start is reading its modules, and none of it asks the database."""
    from app import create_app

    # Modules and pages live as long as the process: to look through them again and again while they come is a quarter of the time.
    gc.disable()
    maker = ThreadPoolExecutor(max_workers=1)
    making = maker.submit(create_app, settings)
    maker.shutdown(wait=False)  # its thread ends with its work: none may be there when the others are forked
    return making


def _run(settings: Settings, listener: socket.socket, making: Future[Flask], *, with_worker: bool) -> int:
    application = making.result()
    gc.enable()
    greeting = _prepare(settings, application)
    _let_go(application)
    if not hasattr(os, "fork"):
        return _serve_in_threads(settings, application, listener, greeting)
    with _ended_at_last() as children:
        _start(children, Child("web", lambda: run_gunicorn(application, listener)))
        if not _answers(settings, children[0]):
            print("The server does not answer; its messages above say why.", flush=True)
            return 1
        print(announcement(settings, greeting), flush=True)
        if with_worker:
            _start(children, Child("worker", lambda: import_module(JOBS).work(settings)))
        return _watch(children)


def _prepare(settings: Settings, application: Flask) -> str:
    """Upgrade the database where it needs it, make the demonstration on the first start, and return its logins to be printed."""
    from app.foundation.migrated import is_current

    if not is_current(application):
        print("Bringing the database to this version of the program.", flush=True)
        _upgrade(settings)
    greeting = import_module(DEMONSTRATION).prepare(settings) if find_spec(DEMONSTRATION) else ""
    return str(greeting or "")


def _upgrade(settings: Settings) -> None:
    from app import create_app
    from app.foundation.database import db
    from app.foundation.database_role import RoleMissing
    from app.foundation.upgrade import upgrade_database

    owner = create_app(settings, AS_OWNER=True)
    try:
        upgrade_database(owner)
    except RoleMissing as error:
        raise DatabaseUnavailable(str(error)) from None
    with owner.app_context():
        db.engine.dispose()


def _let_go(application: Flask) -> None:
    """Leave nothing behind that must not be shared: forked processes have the memory of this one, but no connection to the database."""
    from app.foundation.database import db

    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    # What lives as long as the process need not be looked through by every collection, and stays shared after the fork.
    gc.collect()
    gc.freeze()


@contextmanager
def _ended_at_last() -> Iterator[list[Child]]:
    children: list[Child] = []
    try:
        yield children
    finally:
        for child in reversed(children):
            child.end(GRACE)


def _start(children: list[Child], child: Child) -> None:
    children.append(child)
    child.start()


def run_gunicorn(application: Flask, listener: socket.socket) -> None:
    """Serve ``application`` at ``listener`` by web processes, until this process is told to stop."""
    from gunicorn.app.base import BaseApplication
    from gunicorn.glogging import Logger

    from app.foundation.web_worker import worker_for

    class Lines(Logger):  # type: ignore[misc,unused-ignore]
        """What the server tells goes the way of our own lines."""

        def setup(self, cfg: object) -> None:
            self.error_log.propagate = True
            self.error_log.setLevel("WARNING")

    class Server(BaseApplication):
        def load_config(self) -> None:
            own = {"logger_class": Lines, "worker_class": worker_for(application)}
            for name, value in (_gunicorn_settings(listener) | own).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return application

    Server().run()


def _gunicorn_settings(listener: socket.socket) -> dict[str, object]:
    return {
        "bind": f"fd://{os.dup(listener.fileno())}",
        "workers": WEB_PROCESSES,
        "threads": THREADS,
        "preload_app": True,
        "loglevel": "warning",
        "timeout": 90,
        "graceful_timeout": 10,
        "keepalive": 5,
        "limit_request_line": 8190,
        "control_socket_disable": True,
    }


def _serve_in_threads(settings: Settings, application: Flask, listener: socket.socket, greeting: str) -> int:
    """Serve where there is no fork; jobs are run by ``run.py worker`` in a window of its own."""
    import waitress

    print(announcement(settings, greeting), flush=True)
    waitress.serve(application, sockets=[listener], threads=WEB_PROCESSES * THREADS, ident="Feehouse")
    return 0


def _answers(settings: Settings, web: Child) -> bool:
    """Return whether the server gives an answer, whatever it says, within its time."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    limit = time.monotonic() + PATIENCE
    while web.is_alive and time.monotonic() < limit:
        connection = http.client.HTTPConnection(host, settings.port, timeout=2)
        try:
            connection.request("GET", "/health", headers={"Host": "127.0.0.1"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            wait([web.ended], timeout=0.05)
        else:
            return True
        finally:
            connection.close()
    return False


def announcement(settings: Settings, greeting: str) -> str:
    """Return what is printed when the server answers: the address, the logins, how to stop."""
    lines = [f"Feehouse is ready: {settings.public_url}"]
    if settings.is_training:
        lines.append("This is a training installation: its clock can be moved, and nothing in it is real.")
    if settings.host in ("0.0.0.0", "::") and settings.public_url.startswith("http://127.0.0.1"):  # noqa: S104
        lines.append("Other machines are refused until PUBLIC_URL says by which address they come, such as http://192.168.1.20:8080")
    if greeting:
        lines += ["", greeting.rstrip(), ""]
    return "\n".join([*lines, "Ctrl-C stops it."])


def _watch(children: list[Child]) -> int:
    """Start every process anew that ends by itself; leave only by a signal."""
    while True:
        wait([child.ended for child in children])
        for child in children:
            if not child.is_alive:
                print(f"The process {child.name!r} ended unexpectedly ({child.process.exitcode}); it is started anew.", flush=True)
                time.sleep(RESTART_PAUSE)
                child.restart()
