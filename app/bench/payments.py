"""The counter payment through HTTP, by one and by eight clients, beside an empty authorised POST and the payment as bare SQL.

The real server runs in processes of its own; the clients are threads here, each with its own connection kept open, its own cashier and
lines chosen by chance. Every payment carries a key of its own, as pages and scripts send it.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from sqlalchemy import select

from app.bench.bare_sql import paying
from app.bench.figures import Figure, percentile
from app.bench.rows import Sizes
from app.bench.world import api_tokens
from app.billing.models import Receipt
from app.broadband.api.payments import RegularPaymentBody
from app.foundation.api.installation import EXTENSION, ROOT
from app.foundation.api.routes import Endpoint, Given, ready
from app.foundation.children import Child
from app.foundation.database import db
from app.foundation.listening import listening
from app.foundation.scope import scoped
from app.foundation.server import run_gunicorn

RUNS = 5
SECONDS = 4.0
CLIENTS = (1, 8)
PAYMENT = f"{ROOT}/regular_payments"
EMPTY = f"{ROOT}/bench/nothing"
HOST = "127.0.0.1"

Deed = Callable[[], None]
Maker = Callable[[int, int], tuple[Deed, Callable[[], None]]]


@dataclass
class Taken:
    """What the clients of one run did: how long each deed took, in milliseconds, and how long all of it, in seconds."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def measure_payments(app: Flask, url: str, sizes: Sizes) -> list[Figure]:
    """Measure payments per second and the p95 of their times."""
    with app.app_context():
        tokens = api_tokens()
        content = _some_receipt()
        db.session.remove()
        db.engine.dispose()

    def by_sql(client: int, run: int) -> tuple[Deed, Callable[[], None]]:
        return paying(url, tokens[client], sizes.customers, content, seed=run * 100 + client)

    figures: list[Figure] = []
    with _serving(app) as port:
        ways: dict[str, Maker] = {
            "counter payment through HTTP": _posting(port, PAYMENT, tokens, sizes, wanted=201),
            "empty authorised POST": _posting(port, EMPTY, tokens, sizes, wanted=200),
            "bare SQL of the same rows": by_sql,
        }
        _together(ways["counter payment through HTTP"], clients=8, run=99, seconds=2.0)
        taken: dict[tuple[str, int], list[Taken]] = {}
        for run in range(RUNS):
            for clients in CLIENTS:
                for name, way in ways.items():
                    taken.setdefault((name, clients), []).append(_together(way, clients=clients, run=run, seconds=SECONDS))
    for (name, clients), runs in sorted(taken.items(), key=lambda item: (list(ways).index(item[0][0]), item[0][1])):
        figures += _figures(name, clients, runs)
    return figures


def _figures(name: str, clients: int, runs: Sequence[Taken]) -> list[Figure]:
    is_goal = name.startswith("counter") and clients == max(CLIENTS)
    who = f"{name}, {clients} client{'s' if clients > 1 else ''}"
    return [
        Figure(f"{who}: rate", "per s", [run.rate for run in runs], "100 per s" if is_goal else ""),
        Figure(f"{who}: p50", "ms", [percentile(run.times, 0.5) for run in runs]),
        Figure(f"{who}: p95", "ms", [percentile(run.times, 0.95) for run in runs], "100 ms" if is_goal else ""),
    ]


def _some_receipt() -> dict[str, Any]:
    with scoped(None, [1]):
        content: dict[str, Any] = db.session.scalars(select(Receipt.content).limit(1)).one()
    return content


# The server ---------------------------------------------------------------------------------------------------------------------


@contextmanager
def _serving(app: Flask) -> Iterator[int]:
    """Serve ``app`` as ``run.py`` serves; give the port."""
    with listening(HOST, 0) as listener:
        port = int(listener.getsockname()[1])
        web = Child("web", lambda: run_gunicorn(app, listener))
        web.start()
        try:
            _await_answer(port)
            yield port
        finally:
            web.end(10.0)


def add_empty_post(app: Flask) -> None:
    """Add an endpoint of the API that reads the same body under the same guard as a payment and answers at once."""

    def nothing(body: dict[str, Any]) -> Given:
        return ready({})

    endpoint = Endpoint("/bench/nothing", "POST", nothing, ("RegularPaymentView", "can_add"), "Measurements", takes=RegularPaymentBody)
    app.extensions[EXTENSION][f"api.{endpoint.name}"] = endpoint
    app.add_url_rule(EMPTY, f"api.{endpoint.name}", lambda: endpoint.answer(request.args.to_dict(flat=False), {}), methods=["POST"])


def _await_answer(port: int) -> None:
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/login/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError("The server of the measurements does not answer.")


# The clients --------------------------------------------------------------------------------------------------------------------


def _posting(port: int, address: str, tokens: Sequence[str], sizes: Sizes, *, wanted: int) -> Maker:
    """Return what makes a client that posts payments to ``address``."""

    def make(client: int, run: int) -> tuple[Deed, Callable[[], None]]:
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        chance = random.Random(run * 100 + client)  # noqa: S311
        headers = {"Authorization": f"Bearer {tokens[client]}", "Content-Type": "application/json"}

        def post() -> None:
            body = json.dumps({"subscription": chance.randint(1, sizes.customers), "months": 1, "method": "cash"})
            connection.request("POST", address, body, {**headers, "Idempotency-Key": uuid.uuid4().hex})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != wanted:
                raise AssertionError(f"{address} answered {answer.status}: {text[:300]!r}")

        return post, connection.close

    return make


def _together(way: Maker, *, clients: int, run: int, seconds: float) -> Taken:
    """Let ``clients`` do their deeds one after the other, side by side, for ``seconds``."""
    taken, problems = Taken(), []
    gate = threading.Barrier(clients + 1)

    def work(client: int) -> None:
        deed, close = way(client, run)
        times = []
        gate.wait()
        limit = time.perf_counter() + seconds
        try:
            while (began := time.perf_counter()) < limit:
                deed()
                times.append((time.perf_counter() - began) * 1000)
        except Exception as error:
            problems.append(error)
        finally:
            close()
        taken.times += times

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    taken.seconds = time.perf_counter() - began
    if problems:
        raise problems[0]
    return taken
