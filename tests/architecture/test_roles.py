"""Who may do what, proved against the application: every address, every role (holes H4, H16, H21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.offices.sessions import token_sign_in
from app.roles import RANK, RIGHTS_VIEW, ROLES, Right, Role, fab_roles, may, permissions_of, rank_of, require, rights_of
from app.values.errors import NotAllowed
from tests.cast import PASSWORD, PEOPLE
from tests.factories import acting

# Addresses that no role lists, each with the reason.
OPEN = {
    "static": "style sheets and scripts",
    "appbuilder.static": "the framework's files",
    "LoginView.login": "the sign-in page",
    "LoginView.code": "its second step, for whoever has given his password",
    "LoginView.logout": "signing out",
    "HomeView.index": "sends strangers to the sign-in page, others to their first page",
    "LookupView.find": "asks for the permission of a page that uses the lookup",
    "preferences.language": "the language of the sign-in page",
    "preferences.theme": "light or dark",
    "health": "is the process alive",
    "health.live": "is the process alive",
    "health.ready": "does the database answer",
}
OPEN_TO_SCRIPTS = {"/login", "/openapi.json", "/docs"}
# Granted for operations that other pages and the API run; they have no address of their own.
WITHOUT_PAGE = {
    ("VoucherView", "can_print"),
    ("WorkOrderView", "can_add"),
    ("WorkOrderView", "can_edit"),
}
# Places to work at, which show nothing that no list shows.
DESKS = {"CounterView", "MyOrdersView", "ReaderWalkView"}
USERNAMES = {person.role: person.username for person in PEOPLE}
# The two addresses of actions, and which of a view's actions each takes.
ACTIONS = {"action": "single", "action_post": "multiple"}


@dataclass(frozen=True)
class Door:
    """One method of one address, and the permissions of which one opens it."""

    rule: Rule
    method: str
    view: str
    permissions: frozenset[str]

    def opens_for(self, role: Role) -> bool:
        return bool(permissions_of(frozenset({role.value})).get(self.view, frozenset()) & self.permissions)

    @property
    def address(self) -> str:
        values = {"pk": "999999999", "sort": "csv", "name": next(iter(sorted(self.permissions)), "can_x").removeprefix("can_")}
        return re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda found: values.get(found[1], "1"), self.rule.rule)

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def view_of(app: Flask, rule: Rule) -> tuple[Any, str]:
    endpoint, _, method = rule.endpoint.rpartition(".")
    views = {view.endpoint: view for view in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    return views.get(endpoint), method


def permissions_asked(view: Any, method: str) -> frozenset[str]:
    """Return the permissions by which the route asks, as the table writes them."""
    if method in ACTIONS:
        kind = ACTIONS[method]
        names = [view.get_action_permission_name(name) for name, item in view.actions.items() if getattr(item, kind)]
    else:
        declared = getattr(getattr(view, method, None), "_permission_name", None)
        names = [view.method_permission_name.get(method, declared)] if declared else []
    return frozenset(name if name.startswith("can_") else f"can_{name}" for name in names)


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        view, method = view_of(app, rule)
        if rule.endpoint in OPEN or rule.endpoint.startswith("api.") or view is None:
            continue
        asked = permissions_asked(view, method)
        if method in ACTIONS and not asked:
            continue
        for verb in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(rule, verb, view.class_permission_name, asked)


# --- every address is in the table -----------------------------------------------------------------------------------------------


def test_every_address_asks_for_a_permission_that_some_role_has(app: Flask) -> None:
    unlisted = []
    for rule in app.url_map.iter_rules():
        view, method = view_of(app, rule)
        if rule.endpoint in OPEN or rule.endpoint.startswith("api."):
            continue
        if view is None:
            unlisted.append(f"{rule.rule} belongs to no view")
        elif not permissions_asked(view, method) and method not in ACTIONS:
            unlisted.append(f"{rule.rule} asks for no permission")
    for door in doors(app):
        unlisted += [f"{door}: no role has {name} on {door.view}" for name in door.permissions if not _listed(door.view, name)]
    assert unlisted == []


def test_every_endpoint_of_the_api_asks_for_a_permission_that_some_role_has(app: Flask) -> None:
    endpoints = app.extensions.get("feehouse_api", {}).values()
    unlisted = [f"{end.method} {end.rule} is open" for end in endpoints if end.may is None and end.rule not in OPEN_TO_SCRIPTS]
    unlisted += [f"{end.method} {end.rule}: no role has {end.may}" for end in endpoints if end.may is not None and not _listed(*end.may)]
    assert unlisted == []


def test_the_table_names_only_pages_and_permissions_that_exist(app: Flask) -> None:
    offered: dict[str, set[str]] = {RIGHTS_VIEW: {f"can_{right}" for right in Right}}
    for view in app.appbuilder.baseviews:  # type: ignore[attr-defined]
        names = {name if name.startswith("can_") else f"can_{name}" for name in view.base_permissions}
        offered.setdefault(view.class_permission_name, set()).update(names)
    for end in app.extensions.get("feehouse_api", {}).values():
        if end.may is not None:
            offered.setdefault(end.may[0], set()).add(end.may[1])
    stale = {
        f"{role}: {name} on {view}"
        for role, pages in ROLES.items()
        for view, permissions in pages.items()
        for name in permissions
        if name not in offered.get(view, set()) and (view, name) not in WITHOUT_PAGE
    }
    assert sorted(stale) == []


def _listed(view: str, permission: str) -> bool:
    return any(permission in pages.get(view, ()) for pages in ROLES.values())


# --- every role at every address -------------------------------------------------------------------------------------------------


def signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login/", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("role", list(Role))
def test_a_role_passes_exactly_the_doors_of_the_table(app: Flask, role: Role) -> None:
    client = signed_in(app, USERNAMES[role])
    wrong = []
    for door in doors(app):
        data = {"action": door.address.rpartition("/")[2]} if door.method == "POST" else None
        if door.rule.rule.endswith("/action_post"):
            data = {"action": sorted(door.permissions)[0].removeprefix("can_"), "rowid": "999999999"}
        answer = client.open(door.address, method=door.method, data=data, buffered=True)
        refused = answer.status_code in {401, 403}
        if refused == door.opens_for(role):
            wrong.append(f"{door} gave {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_passes_exactly_the_endpoints_of_the_table(app: Flask, role: Role) -> None:
    token, _ = token_sign_in(USERNAMES[role], PASSWORD, "10.0.0.1", "a script")
    client, wrong = app.test_client(), []
    granted = permissions_of(frozenset({role.value}))
    for end in app.extensions["feehouse_api"].values():
        if end.may is None or end.rule == "/logout":
            continue
        address = "/api/v1" + re.sub(r"<[^>]+>", "999999999", end.rule)
        body = None if end.method == "GET" else {}
        answer = client.open(address, method=end.method, json=body, headers={"Authorization": f"Bearer {token}"})
        if (answer.status_code == 403) == (end.may[1] in granted.get(end.may[0], ())):
            wrong.append(f"{end.method} {end.rule} gave {answer.status_code}")
    assert wrong == []


def test_a_script_without_a_token_passes_none(app: Flask) -> None:
    client = app.test_client()
    for end in app.extensions["feehouse_api"].values():
        if end.may is not None:
            answer = client.open("/api/v1" + re.sub(r"<[^>]+>", "1", end.rule), method=end.method)
            assert answer.status_code == 401, end.rule


def test_a_stranger_passes_none(app: Flask) -> None:
    client = app.test_client()
    passed = []
    for door in doors(app):
        answer = client.open(door.address, method=door.method, data={} if door.method == "POST" else None)
        turned_away = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
        if not turned_away and answer.status_code != 404:
            passed.append(f"{door} gave {answer.status_code}")
    assert passed == []


def test_the_menu_shows_only_pages_that_open(app: Flask) -> None:
    for role in Role:
        client = signed_in(app, USERNAMES[role])
        page = client.get("/account/").get_data(as_text=True)
        for href in set(re.findall(r'class="fh-side-link" href="([^"]+)"', page)):
            assert client.get(href, follow_redirects=True).status_code == 200, (role, href)


# --- the table itself ------------------------------------------------------------------------------------------------------------


def test_every_role_has_a_rank_and_a_row() -> None:
    assert set(RANK) == set(ROLES) == set(Role)
    assert max(RANK, key=RANK.__getitem__) is Role.ADMINISTRATOR
    assert rank_of(["Cashier", "Manager"]) == RANK[Role.MANAGER]
    assert rank_of(["Emperor"]) == rank_of([]) == 0


def test_patterns_are_anchored_and_match_nothing_longer(app: Flask) -> None:
    manager = app.appbuilder.sm  # type: ignore[attr-defined]
    for role in Role:
        assert fab_roles()[role.value]

        class FabRole:
            name = role.value

        for view, permissions in ROLES[role].items():
            for permission in permissions:
                assert manager._has_access_builtin_roles(FabRole, permission, view)
                assert not manager._has_access_builtin_roles(FabRole, permission, view + "Audit")
                assert not manager._has_access_builtin_roles(FabRole, permission, "X" + view)
                assert not manager._has_access_builtin_roles(FabRole, permission + "_all", view)
                assert not manager._has_access_builtin_roles(FabRole, permission + "\n", view)
                assert permission not in permissions_of(frozenset({role.value})).get(view + "Audit", ())


def test_the_auditor_changes_nothing() -> None:
    pages = permissions_of(frozenset({Role.AUDITOR.value}))
    # A proof reads everything and changes nothing of it.
    own = {"MyAccountView", "SignInView", RIGHTS_VIEW, "ProofView"}
    changing = {view: names - {"can_list", "can_show", "can_export", "can_reveal"} for view, names in pages.items() if view not in own}
    assert not any(changing.values())
    assert rights_of([Role.AUDITOR]) == {Right.REVEAL, Right.EXPORT}


def test_the_auditor_reads_whatever_anybody_reads(app: Flask) -> None:
    auditor = permissions_of(frozenset({Role.AUDITOR.value}))
    for role in Role:
        for view, names in permissions_of(frozenset({role.value})).items():
            for name in names & {"can_list", "can_show", "can_export"}:
                assert view in {RIGHTS_VIEW, *DESKS} or name in auditor.get(view, ()), (role, view, name)


def test_only_administrators_manage_users_and_offices() -> None:
    for role in Role:
        pages = permissions_of(frozenset({role.value}))
        changes = (pages.get("SystemUserView", frozenset()) | pages.get("OfficeView", frozenset())) & {
            "can_add",
            "can_edit",
            "can_reset_password",
        }
        assert bool(changes) is (role is Role.ADMINISTRATOR)
        assert (Right.MANAGE_USERS in rights_of([role])) is (role is Role.ADMINISTRATOR)


def test_an_administrator_takes_no_money() -> None:
    pages = permissions_of(frozenset({Role.ADMINISTRATOR.value}))
    for view in ("RegularPaymentView", "ReceiptView", "VoucherView", "OpenAccountView", "ApprovalView", "ShiftView"):
        assert not pages.get(view, frozenset()) & {"can_add", "can_void", "can_approve", "can_refuse", "can_close"}


def test_a_cashier_sees_the_payments_of_a_period_but_no_journal() -> None:
    pages = permissions_of(frozenset({Role.CASHIER.value}))
    assert pages["PaymentsReportView"] == {"can_list", "can_export"}
    assert "JournalView" not in pages
    assert rights_of([Role.CASHIER]) == {Right.EXPORT}


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.BACKDATE, {Role.MANAGER}),
        (Right.WAIVE_LATE_FEE, {Role.MANAGER}),
        (Right.SELL_PARTS, {Role.MANAGER}),
        (Right.VOID, {Role.MANAGER}),
        (Right.APPROVE_VOID, {Role.MANAGER, Role.CHIEF}),
        (Right.FORCE_STOP, {Role.MANAGER}),
        (Right.COMPLETE_ANY_ORDER, {Role.MANAGER}),
        (Right.REVEAL, {Role.MANAGER, Role.CHIEF, Role.AUDITOR}),
        (Right.MOVE_CLOCK, {Role.MANAGER, Role.ADMINISTRATOR}),
    ],
)
def test_a_right_belongs_to_these_roles(right: Right, roles: set[Role]) -> None:
    assert {role for role in Role if right in rights_of([role])} == roles


def test_a_right_is_asked_of_the_person_who_acts(app: Flask) -> None:
    assert not may(Right.VOID)
    with acting("chen"):
        assert may(Right.VOID)
        assert may("void")
        require(Right.VOID)
    with acting("wang"):
        assert not may(Right.VOID)
        with pytest.raises(NotAllowed):
            require(Right.VOID)
