"""The lines that processes write: an id, a pattern, a person's number, and nothing that somebody typed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask, abort

from app.foundation.actor import working_as
from app.foundation.guards import show_bug
from app.foundation.jobs import JobKind, Work, perform, queue, start_job
from app.foundation.logs import HEADER, HumanLines, JsonLines
from app.foundation.transactions import run
from tests.cast import PASSWORD
from tests.factories import acting, user


class Kept(logging.Handler):
    """Keeps every line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of_requests(self) -> list[dict[str, object]]:
        return [line for line in self.lines if line["logger"] == "feehouse.requests"]


@pytest.fixture
def written() -> Iterator[Kept]:
    kept, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    yield kept
    root.removeHandler(kept)
    root.setLevel(before)


def test_a_request_leaves_one_line_with_its_pattern_and_person_and_nothing_typed(app: Flask, written: Kept) -> None:
    client = app.test_client()
    client.post("/login/", data={"username": "chen", "password": PASSWORD})
    client.get("/customerview/show/4711?part=Secret-Name")
    sign_in, page = written.of_requests()
    assert (sign_in["method"], sign_in["route"], sign_in["status"]) == ("POST", "/login/", 302)
    assert page["route"] == "/customerview/show/<pk>"
    assert page["user"] == user("chen").id
    assert page["office"]
    assert isinstance(page["milliseconds"], float)
    text = json.dumps(written.lines, ensure_ascii=False)
    for word in ("chen", PASSWORD, "4711", "Secret-Name"):
        assert word not in text


def test_the_answer_names_the_request_as_the_line_does(app: Flask, written: Kept) -> None:
    answer = app.test_client().get("/login/")
    assert answer.headers[HEADER] == written.of_requests()[0]["request"]
    assert len(answer.headers[HEADER]) == 8


def test_asking_for_health_leaves_a_line_only_where_it_is_bad(app: Flask, written: Kept) -> None:
    app.test_client().get("/health")
    assert written.of_requests() == []
    app.test_client().get("/ready")
    assert [line["status"] for line in written.of_requests()] == [503]


def test_a_proxys_id_is_taken_over(app: Flask) -> None:
    assert app.test_client().get("/health", headers={HEADER: "abc-123.x_Y"}).headers[HEADER] == "abc-123.x_Y"


@pytest.mark.parametrize("given", ["abc", "x" * 65, 'quo"te', "two words", "é" * 8])
def test_an_id_that_could_spoil_a_line_is_replaced(app: Flask, given: str) -> None:
    assert app.test_client().get("/health", headers={HEADER: given.encode()}).headers[HEADER] != given  # type: ignore[dict-item]


def test_a_page_of_an_error_shows_the_id_of_its_request(app: Flask) -> None:
    answer = app.test_client().get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers[HEADER] in answer.text


def test_a_bug_is_written_with_the_id_its_page_shows(app: Flask, written: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with app.test_request_context("/", headers={HEADER: "call-the-desk"}):
        try:
            abort(1 // 0)
        except ZeroDivisionError as error:
            answer = show_bug(error)
    assert "call-the-desk" in answer.get_data(as_text=True)
    (line,) = [line for line in written.lines if line["level"] == "error"]
    assert line["request"] == "call-the-desk"
    assert "ZeroDivisionError" in str(line["error"])


def test_what_the_database_says_of_a_rows_values_is_left_out() -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 1, "duplicate key\nDETAIL:  Key (name)=(张三) already exists.\nend", (), None)
    line = JsonLines().format(record)
    assert "张三" not in line
    assert json.loads(line)["message"] == "duplicate key\nend"


def test_a_line_on_a_terminal_reads_like_a_sentence() -> None:
    record = logging.LogRecord("feehouse.requests", logging.INFO, "", 1, "request", (), None)
    record.__dict__ |= {"method": "GET", "route": "/health", "status": 200, "milliseconds": 1.5}
    with working_as("serve"):
        assert HumanLines().format(record)[9:] == "200 GET /health 1.5 ms job=serve"


def done(work: Work) -> None:
    logging.getLogger("test").warning("something was odd")


def test_a_job_leaves_a_line_and_its_own_lines_name_it(app: Flask, written: Kept) -> None:
    before = dict(queue._kinds)
    queue.register({"tidy": JobKind(f"{__name__}:done", "Notices")})
    with acting("wang"):
        job = run(start_job, kind="tidy").record.id
    perform(job)
    queue.register(before)
    odd, ended = [line for line in written.lines if line.get("job") == "tidy"]
    assert odd["message"] == "something was odd"
    assert (ended["job_id"], ended["state"]) == (job, "done")
