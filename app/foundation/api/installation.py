"""What belongs to the whole installation: the clock of a training installation, background jobs, the documentation."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, render_template

from app.foundation.api.fields import Code, Flag, Moment, Reference, Text, Value, Whole
from app.foundation.api.openapi import openapi_document
from app.foundation.api.routes import PUBLIC, SIGNED_IN, Routes
from app.foundation.api.schemas import Answer, Body, Look, Shown
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob, JobState, visible_job
from app.foundation.training import ClockState, clock_state, move_clock
from app.values.errors import Message, NotFound

ROOT = "/api/v1"
EXTENSION = "feehouse_api"
DOCUMENT = "feehouse_api_document"
MOVE_CLOCK = ("Rights", "can_move_clock")
NOT_TRAINING = {404: "Not a training installation"}

routes = Routes("Installation")


class ClockBody(Body):
    now = Moment(required=True)


class ClockAnswer(Answer):
    """The business clock, and the real one beside it."""

    now = Moment()
    real_now = Moment()
    can_be_moved = Flag()


class Plain(Value):
    """What a job gave, as it is."""

    def shape(self, resolve: Any) -> dict[str, Any]:
        return {"type": "object"}


class JobAnswer(Answer):
    id = Reference()
    kind = Text()
    state = Code(JobState)
    done = Whole()
    total = Whole()
    message = Text()
    result = Plain()


@routes.get("/clock", may=MOVE_CLOCK, gives=ClockAnswer, other_statuses=NOT_TRAINING)
def show_clock() -> ClockState:
    """Show the business clock of a training installation."""
    _require_training()
    return clock_state()


@routes.put("/clock", may=MOVE_CLOCK, takes=ClockBody, gives=ClockAnswer, other_statuses=NOT_TRAINING)
def set_clock(body: dict[str, Any]) -> ClockState:
    """Move the business clock of a training installation forward.

    The nightly work of every day passed over is done, in order, before the answer.
    """
    _require_training()
    return move_clock(body["now"])


def _require_training() -> None:
    if not current_app.config.get("TRAINING"):
        raise NotFound(Message("The clock can be moved in a training installation only."), code="not_training")


def _with_words(jobs: Any) -> list[Shown]:
    return [Shown(job, message=say(Message(job.message, **job.message_facts))) for job in jobs]


@routes.get("/jobs/<int:record>", may=SIGNED_IN, gives=Look(JobAnswer, _with_words))
def show_job(record: int) -> BackgroundJob:
    """Show how far a background job is."""
    return visible_job(record)


@routes.get("/openapi.json", may=PUBLIC)
def show_document() -> Response:
    """Give this document: OpenAPI 3."""
    return jsonify(document())


@routes.get("/docs", may=PUBLIC, media_types=("text/html",))
def show_page() -> Response:
    """Show this document as a page."""
    page = render_template("feehouse/api_docs.html", document=document(), sections=sections())
    return Response(page, mimetype="text/html")


def document() -> dict[str, Any]:
    """Return the OpenAPI document of this application; made once."""
    found: dict[str, Any] | None = current_app.extensions.get(DOCUMENT)
    if found is None:
        found = current_app.extensions[DOCUMENT] = openapi_document(current_app.extensions[EXTENSION].values(), ROOT)
    return found


def sections() -> dict[str, list[dict[str, Any]]]:
    """Return the operations of the document under their headings, as the page shows them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            entry = {"method": method.upper(), "path": ROOT + path, **operation, "takes": _taken(operation), "gives": _given(operation)}
            found.setdefault(operation["tags"][0], []).append(entry)
    return found


def _taken(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of an operation's body: name, kind, whether it is needed."""
    body = operation.get("requestBody")
    # JSON, or a form with a file.
    return _fields(next(iter(body["content"].values()))["schema"]) if body else []


def _given(operation: dict[str, Any]) -> list[str]:
    """Return the names of the fields of an operation's answer."""
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    schema = answers[0].get("content", {}).get("application/json", {}).get("schema", {})
    return [field["name"] for field in _fields(schema)]


def _fields(schema: dict[str, Any], prefix: str = "") -> list[dict[str, Any]]:
    known = _resolved(schema)
    rows: list[dict[str, Any]] = []
    for name, field in known.get("properties", {}).items():
        rows.append({"name": prefix + name, "kind": _kind(field), "is_required": name in known.get("required", ())})
        inner = _inner(field)
        if inner is not None:
            rows += _fields(inner, f"{prefix}{name}.")
    return rows


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["schemas"][name] if name else schema
    return found


def _inner(field: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema inside a field: of an object, of a list's rows, of one of several."""
    candidates = [field, field.get("items", {}), *field.get("allOf", ()), *field.get("oneOf", ())]
    return next((each for each in candidates if "$ref" in each), None)


def _kind(field: dict[str, Any]) -> str:
    """Return how a value is written, in the words of the document."""
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"] if value is not None)
    if "oneOf" in field:
        return " | ".join(_kind(each) for each in field["oneOf"])
    if field.get("description") == "id":
        return "id"
    return str(field.get("format") or field.get("type") or "object")
