"""The port to serve on, and the signals to stop, both told in sentences."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.foundation.commands import UsageError


class PortUnavailable(UsageError):
    """The address cannot be served; the text says why and how to choose another."""


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM: everything is to be ended in order."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Hold the listening socket; raises PortUnavailable with a sentence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise PortUnavailable(f"HOST is {host!r}, which this machine cannot find. Take 127.0.0.1, or 0.0.0.0 for the network.") from None
    with socket.socket(family, kind, protocol) as listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(512)
        except OSError as error:
            raise _refusal(host, port, error) from None
        yield listener


def _refusal(host: str, port: int, error: OSError) -> PortUnavailable:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8080
        return PortUnavailable(f"Port {port} on {host} is in use by another program. Choose another one: PORT={other} python3 run.py")
    if error.errno == errno.EACCES:
        return PortUnavailable(f"Port {port} may only be opened by the administrator. Choose one above 1023: PORT=8080 python3 run.py")
    if error.errno == errno.EADDRNOTAVAIL:
        return PortUnavailable(f"HOST is {host!r}, which is no address of this machine. Take 127.0.0.1, or 0.0.0.0 for the network.")
    return PortUnavailable(f"Port {port} on {host} cannot be opened: {error.strerror}.")


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM inside the block into StopRequested; later ones must not disturb the ending."""
    requested = False

    def request(number: int, frame: FrameType | None) -> None:
        nonlocal requested
        if not requested:
            requested = True
            raise StopRequested

    before = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
