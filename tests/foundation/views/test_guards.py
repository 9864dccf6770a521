"""What stands around every request: tokens, headers, hosts, odd bytes, limits, and no error without words."""

from __future__ import annotations

import re

import pytest

from app.foundation.guards import too_many
from tests.foundation.views import toy
from tests.foundation.views.conftest import Browser
from tests.foundation.views.toy import HERE, ToyLine, ToyState, ToyStreet


@pytest.fixture
def guarded(toy_url, toys):
    """The application as it runs outside tests: tokens checked, bugs shown as pages, one host."""
    app = toy.toy_app(toy_url, WTF_CSRF_ENABLED=True, TESTING=False, PROPAGATE_EXCEPTIONS=False, PUBLIC_URL="https://feehouse.example")
    app.add_url_rule("/bug", "bug", lambda: 1 / 0)
    yield app
    with app.app_context():
        toy.db.engine.dispose()


@pytest.fixture
def visitor(guarded):
    client = guarded.test_client()
    client.environ_base["HTTP_HOST"] = "feehouse.example"
    return Browser(client, "wang")


@pytest.fixture
def line(store):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    return store(ToyLine(office_id=HERE, name="Li", street_id=street))[0]


def test_no_form_counts_without_its_token(visitor, line, stored):
    for address, data in (
        ("/toystreetview/add", {"code": "X", "name": "x"}),
        ("/toylineview/action_post", {"action": "close_lines", "rowid": line}),
        (f"/toylineview/action/close_lines/{line}", {}),
        ("/toypaymentview/add", {"line": line}),
        ("/toypaymentview/preview", {"line": line}),
        ("/toystreetview/delete/1", {}),
    ):
        answer = visitor.post(address, data)
        assert answer.status_code == 400, address
        assert "Go back, reload the page and send it again." in answer.text
    assert [row.status for row in stored(ToyLine)] == [ToyState.ACTIVE]
    assert len(stored(ToyStreet)) == 1


def test_a_form_with_its_token_counts(visitor, stored):
    secure = {"base_url": "https://feehouse.example"}
    page = visitor.get("/toystreetview/add", **secure)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    typed = {"code": "X", "name": "x", "csrf_token": token}
    assert visitor.post("/toystreetview/add", typed, headers={"Referer": "https://evil.example/"}, **secure).status_code == 400
    assert visitor.post("/toystreetview/add", typed, headers={"Referer": "https://feehouse.example/"}, **secure).status_code == 302
    assert [row.code for row in stored(ToyStreet)] == ["X"]


def test_nothing_is_written_by_get(wang, toys, line, stored):
    """Every address, asked by GET, leaves all rows as they are."""
    before = [(row.id, row.status, row.version) for row in stored(ToyLine)]
    for rule in toys.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in {"static", "appbuilder", "MenuApi"}:
            continue
        values = {name: {"pk": line, "name": "close_lines", "sort": "csv", "filename": "x"}.get(name, "1") for name in rule.arguments}
        with toys.test_request_context():
            address = toys.url_map.bind("localhost").build(rule.endpoint, values, method="GET" if "GET" in (rule.methods or ()) else None)
        answer = wang.get(address)
        assert answer.status_code < 500, address
    assert [(row.id, row.status, row.version) for row in stored(ToyLine)] == before
    assert len(stored(ToyStreet)) == 1


def test_every_page_carries_the_security_headers(visitor):
    for answer in (visitor.get("/toylineview/list/"), visitor.get("/nowhere"), visitor.get("/toylineview/list/?page=x")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_scripts_carry_the_nonce_of_their_own_page(visitor):
    first, second = visitor.get("/toylineview/list/"), visitor.get("/toylineview/list/")
    nonce = first.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.headers["Content-Security-Policy"]
    assert "style=" not in first.text
    assert "onclick=" not in first.text


def test_another_host_is_refused(guarded):
    answer = guarded.test_client().get("/toylineview/list/", headers={"Host": "evil.example", "X-Person": "wang"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text
    assert "https://feehouse.example" in answer.text


def test_the_way_back_from_the_sign_in_never_names_a_host(toys):
    answer = toys.test_client().get("/toylineview/list/?q=a", headers={"Host": "evil.example"})
    assert answer.status_code == 302
    assert answer.location == "/login/?next=/toylineview/list/?q%3Da"


def test_a_wrong_office_is_refused_on_a_whole_page(visitor):
    answer = visitor.get("/toylineview/list/?office=2")
    assert answer.status_code == 404
    assert "fh-refusal" in answer.text
    assert "fh-side" in answer.text


def test_a_script_of_a_stranger_gets_no_page(toys):
    assert toys.test_client().get("/toylineview/list/", headers={"X-Requested-With": "fetch"}).status_code == 401


def test_without_permission_the_page_says_so(as_person, line):
    shen = as_person("shen")
    assert shen.get("/toylineview/list/").status_code == 200
    for address in ("/toylineview/add", f"/toylineview/edit/{line}", "/toystreetview/list/", "/toylineview/export/xlsx"):
        answer = shen.get(address)
        assert answer.status_code == 403, address
        assert "Your role does not include this page" in answer.text or "permission" in answer.text
    page = shen.get("/toylineview/list/").text
    for hidden in ("/toylineview/add", "/edit/", "/export/", "close_lines"):
        assert hidden not in page
    assert shen.post("/toylineview/action_post", {"action": "close_lines", "rowid": line}).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere", 404), ("/toylineview/show/999", 404), ("/toylineview/list/?page=x", 400), ("/bug", 500)]
)
def test_an_error_is_a_page_in_our_words(visitor, address, status):
    answer = visitor.get(address)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    for leak in ("Traceback", "ZeroDivisionError", "werkzeug", "SELECT", "psycopg"):
        assert leak not in answer.text


def test_a_program_gets_its_error_as_json(visitor):
    answer = visitor.get("/toylineview/list/?page=x", headers={"Accept": "application/json"})
    assert answer.json == {"error": {"code": "bad_page", "message": "The page number cannot be read.", "fields": {}}}
    assert visitor.get("/api/v1/nothing").json["error"]["code"] == "http_404"
    assert "page" not in visitor.get("/api/v1/nothing", headers={"Accept-Language": "en"}).json["error"]["message"]
    assert "page" not in visitor.get("/api/v1/login", headers={"Accept-Language": "en"}).json["error"]["message"]


def test_a_wrong_method_is_said(visitor):
    answer = visitor.get("/toypaymentview/preview")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "address", ["/toylineview/list/?q=%00", "/toylineview/show/%00", "/lookup/toy_line?q=a%00b", "/toylineview/list/?" + "q=1&" * 3000]
)
def test_odd_bytes_and_endless_addresses_are_400(visitor, address):
    assert visitor.get(address).status_code in {400, 404}


def test_a_body_too_large_is_413(guarded, visitor):
    guarded.config["MAX_CONTENT_LENGTH"] = 1000
    answer = visitor.post("/toystreetview/add", {"code": "x" * 2000})
    assert answer.status_code == 413
    assert "Send less at once." in answer.text


def test_a_limit_counts_per_person():
    assert [too_many("test", "wang", 2, 60) for _ in range(3)] == [False, False, True]
    assert too_many("test", "lan", 2, 60) is False


def test_views_of_the_toy_are_all_guarded(toys):
    from app.foundation.views.checks import problems

    with toys.app_context():
        found = problems(toys.appbuilder)
    assert "ToyLineView: ordering by name needs an index." in found
    assert not [sentence for sentence in found if "ModelView" in sentence]
