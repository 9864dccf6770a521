"""What is no HTTP, sent over the wire to the real server: refused in our words, never an error, and the next request is answered."""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foundation.test_run import _free_port, _served, _status

SENTENCE = "The address or the form contains something that cannot be read. Go back and try again."
HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    number, folder = _free_port(), Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()
    with _served(folder, number) as (process, _announcement):
        yield number
        process.terminate()
        process.communicate(timeout=30)
    shutil.rmtree(folder)


def sent(port: int, request: bytes) -> tuple[int, bytes]:
    """Send these bytes; return the status and the content of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), content


NO_HTTP = {
    "raw bytes in the arguments": b"GET /login/?next=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw bytes in the path": b"GET /\xe5\xbc\xa0 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in the path": b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a blank in the address": b"GET /?a=b c HTTP/1.1\r\n" + HOST + b"\r\n",
    "no address": b"GET HTTP/1.1\r\n" + HOST + b"\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "a version of its own": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "a header with a NUL": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a header over two lines": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "two lengths": b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length that is none": b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\nab",
    "an unknown coding": b"POST /login/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: banana\r\n\r\nab",
    "a length and chunks": b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": b"POST /login/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
}


@pytest.mark.parametrize("request_bytes", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_is_refused_in_our_words(port: int, request_bytes: bytes) -> None:
    status, content = sent(port, request_bytes)
    assert status == 400
    assert SENTENCE in content.decode()


def test_a_program_is_refused_in_json(port: int) -> None:
    status, content = sent(port, b"GET /api/v1/plans?name=\xff HTTP/1.1\r\n" + HOST + b"\r\n")
    assert status == 400
    assert json.loads(content) == {"error": {"code": "http_400", "message": SENTENCE, "fields": {}}}


def test_an_endless_address_and_endless_headers_have_their_own_statuses(port: int) -> None:
    assert sent(port, b"GET /?" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 414
    assert sent(port, b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 500 + b"\r\n")[0] == 431


def test_a_body_that_ends_too_early_makes_no_error(port: int) -> None:
    """The person closed the browser: nobody reads the answer, and nothing is told as an error of ours."""
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nusername=a"
    assert sent(port, b"POST /login/ HTTP/1.1\r\n" + HOST + form)[0] == 400
    body = b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    assert sent(port, b"POST /api/v1/login HTTP/1.1\r\n" + HOST + body)[0] == 400


def test_a_host_that_is_none_is_told_where_we_are(port: int) -> None:
    status, content = sent(port, b"GET / HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n")
    assert status == 400
    assert f"This installation answers at http://127.0.0.1:{port} only." in content.decode()


def test_the_server_goes_on(port: int) -> None:
    assert _status(port) == 200
