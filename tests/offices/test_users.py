"""Users and what is done to them: only by administrators, never above one's own rank (hole H16)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.offices import sessions
from app.offices.models import Employee, Office, SignIn, SystemUser
from app.offices.operations import (
    create_user,
    end_sessions,
    end_sign_in,
    remember_preference,
    reset_password,
    set_active,
    set_offices,
    set_roles,
)
from app.offices.queries import role_names_of
from app.roles import Right, Role
from app.values.errors import NotAllowed, NotFound, OperationRefused
from tests.cast import PASSWORD
from tests.factories import acting, office, user

NEW = {"username": "newbie", "first_name": "小王", "password": "three small words", "roles": ("Cashier",)}


def users() -> int:
    return db.session.scalar(select(func.count(SystemUser.id))) or 0


FORM = {**NEW, "roles": ["Cashier"]}


# --- making --------------------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_a_user_who_then_chooses_his_own_password(app: Flask) -> None:
    with acting("ada"):
        made = run(create_user, **NEW, offices=(office("SH").id,), locale="zh_Hans").record
        assert made.must_change_password
        assert [place.code for place in made.offices] == ["SH"]
        assert role_names_of(made.id) == {"Cashier"}
    assert sessions.authenticate("newbie", "three small words", "10.0.0.1").id == made.id


def test_the_program_itself_makes_the_first_administrator(app: Flask) -> None:
    with everything("the first start"):
        made = run(create_user, **{**NEW, "roles": ("Administrator",)}, must_change_password=False).record
        assert role_names_of(made.id) == {"Administrator"}


@pytest.mark.parametrize("name", ["wang", "zhou", "chen", "shen", "mei"])
def test_nobody_else_makes_users(app: Flask, name: str) -> None:
    before = users()
    with acting(name), pytest.raises(NotAllowed):
        run(create_user, **NEW)
    assert users() == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"username": "wang"}, "username_taken"),
        ({"username": "WANG"}, "username_taken"),
        ({"username": "two words"}, "bad_username"),
        ({"username": ""}, "bad_username"),
        ({"username": "x" * 65}, "bad_username"),
        ({"username": "ｗａｎｇ"}, "bad_username"),
        ({"password": "short"}, "weak_password"),
        ({"password": "newbie123456"}, "weak_password"),
        ({"roles": ()}, "no_role"),
        ({"roles": ("Emperor",)}, "no_role"),
        ({"offices": (999_999,)}, "not_found"),
        ({"locale": "de"}, "bad_locale"),
    ],
)
def test_a_wrong_user_is_refused_and_not_stored(app: Flask, changed: dict[str, Any], code: str) -> None:
    before = users()
    with acting("ada"), pytest.raises(OperationRefused) as refusal:
        run(create_user, **{**NEW, **changed})
    assert refusal.value.code == code
    assert users() == before


# --- H16: ranks ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [set_roles, set_offices, set_active, reset_password, end_sessions])
def test_who_manages_no_users_does_nothing_to_others(app: Flask, operation: Any) -> None:
    terms = {
        set_roles: {"roles": ("Administrator",)},
        set_offices: {"offices": ()},
        set_active: {"active": False},
        reset_password: {"password": "three small words"},
        end_sessions: {},
    }[operation]
    for target in ("wang", "chen", "ada"):
        with acting("chen"):
            if target == "chen" and operation is end_sessions:
                continue
            with pytest.raises(NotAllowed):
                run(operation, user=user(target).id, **terms)
    assert role_names_of(user("chen").id) == {"Manager"}
    assert role_names_of(user("wang").id) == {"Cashier"}


def test_nobody_makes_himself_more_than_he_is(app: Flask) -> None:
    # Even with the right to manage users, which only administrators have today.
    with acting("chen", Right.MANAGE_USERS), pytest.raises(NotAllowed) as refusal:
        run(set_roles, user=user("chen").id, roles=("Administrator",))
    assert refusal.value.code == "role_above"
    with acting("chen", Right.MANAGE_USERS), pytest.raises(NotAllowed):
        run(create_user, **{**NEW, "roles": ("Chief",)})
    with acting("chen", Right.MANAGE_USERS):
        run(create_user, **NEW)


def test_nobody_touches_somebody_above_him(app: Flask) -> None:
    for operation, terms in ((reset_password, {"password": "three small words"}), (set_active, {"active": False}), (end_sessions, {})):
        with acting("chen", Right.MANAGE_USERS), pytest.raises(NotAllowed):
            run(operation, user=user("ada").id, **terms)


def test_an_administrator_cannot_shut_himself_out(app: Flask) -> None:
    with acting("ada"), pytest.raises(OperationRefused) as refusal:
        run(set_active, user=user("ada").id, active=False)
    assert refusal.value.code == "own_account"


def test_the_last_administrator_stays_one(app: Flask) -> None:
    with acting("ada"), pytest.raises(OperationRefused) as refusal:
        run(set_roles, user=user("ada").id, roles=("Manager",))
    assert refusal.value.code == "last_administrator"
    with everything("the program"), pytest.raises(OperationRefused) as refusal:
        run(set_active, user=user("ada").id, active=False)
    assert refusal.value.code == "last_administrator"


def test_one_of_two_administrators_may_go(app: Flask) -> None:
    with acting("ada"):
        run(set_roles, user=user("zhou").id, roles=("Administrator",))
        run(set_roles, user=user("ada").id, roles=("Manager",))
    assert role_names_of(user("ada").id) == {"Manager"}


def test_a_deactivated_administrator_does_not_count(app: Flask) -> None:
    with acting("ada"):
        run(set_roles, user=user("zhou").id, roles=("Administrator",))
        run(set_active, user=user("zhou").id, active=False)
        with pytest.raises(OperationRefused):
            run(set_roles, user=user("ada").id, roles=("Manager",))


def test_a_role_that_does_not_change_signs_nobody_out(app: Flask) -> None:
    token, _ = sessions.open_session(user("wang"), sessions.PAGE, "", "")
    with acting("ada"):
        run(set_roles, user=user("wang").id, roles=("Cashier",))
        run(set_active, user=user("wang").id, active=True)
    assert sessions.find_session(token, sessions.PAGE) is not None


# --- sessions, preferences -------------------------------------------------------------------------------------------------------


def test_one_ends_ones_own_sessions_and_nobody_elses(app: Flask) -> None:
    sessions.open_session(user("wang"), sessions.PAGE, "", "")
    sessions.open_session(user("lan"), sessions.PAGE, "", "")
    rows = {row.user_id: row.id for row in db.session.scalars(select(SignIn))}
    mine, other = rows[user("wang").id], rows[user("lan").id]
    with acting("wang"):
        with pytest.raises(NotAllowed):
            run(end_sign_in, sign_in=other)
        run(end_sign_in, sign_in=mine)
        run(end_sign_in, sign_in=mine)
        with pytest.raises(NotFound):
            run(end_sign_in, sign_in=999_999)
    ended = {row.id for row in db.session.scalars(select(SignIn).where(SignIn.ended_at.is_not(None)))}
    assert ended == {mine}


def test_language_and_theme_are_ones_own_and_of_a_known_kind(app: Flask) -> None:
    with acting("wang"):
        run(remember_preference, name="locale", value="vi")
        run(remember_preference, name="theme", value="dark")
        for name, value in (("locale", "de"), ("theme", "pink"), ("password", "x"), ("active", "1")):
            with pytest.raises(OperationRefused):
                run(remember_preference, name=name, value=value)
    assert (user("wang").locale, user("wang").theme) == ("vi", "dark")
    with scoped(None, []), pytest.raises(NotAllowed):
        run(remember_preference, name="locale", value="vi")


# --- pages -----------------------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_and_changes_a_user_by_the_form(app: Flask, sign_in) -> None:
    client = sign_in("ada")
    assert client.get("/systemuserview/add").status_code == 200
    places = [office("SH").id, office("HN").id]
    data = {**NEW, "roles": ["Cashier", "Receptionist"], "offices": places, "locale": "vi"}
    answer = client.post("/systemuserview/add", data=data)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    made = user("newbie")
    assert role_names_of(made.id) == {"Cashier", "Receptionist"}
    page = client.get(f"/systemuserview/edit/{made.id}").get_data(as_text=True)
    assert page.count(" checked") == 5  # two roles, two offices, may sign in
    assert "no-mail.invalid" not in page
    assert "three small words" not in page
    data = {"first_name": "老王", "roles": ["Manager"], "offices": [office("HK").id], "active": "y"}
    assert client.post(f"/systemuserview/edit/{made.id}", data=data).status_code == 302
    assert role_names_of(made.id) == {"Manager"}
    assert user("newbie").first_name == "老王"
    shown = client.get(f"/systemuserview/show/{made.id}").get_data(as_text=True)
    assert "老王" in shown
    assert "scrypt" not in shown


def test_a_refused_user_form_keeps_what_was_typed_but_the_password(app: Flask, sign_in) -> None:
    client = sign_in("ada")
    answer = client.post("/systemuserview/add", data={**FORM, "username": "wang"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "小王" in page
    assert "three small words" not in page


@pytest.mark.parametrize(
    "data", [{"roles": "Emperor"}, {"roles": []}, {"roles": "Cashier", "offices": "abc"}, {"roles": "Cashier", "offices": "999999"}]
)
def test_made_up_choices_are_refused(app: Flask, sign_in, data: dict[str, Any]) -> None:
    answer = sign_in("ada").post("/systemuserview/add", data={**NEW, "roles": [], **data})
    assert answer.status_code == 422
    with everything("look"):
        assert db.session.scalars(select(SystemUser).where(SystemUser.username == "newbie")).first() is None


def test_an_administrator_sets_a_password_that_must_be_changed(app: Flask, sign_in) -> None:
    theirs, client = sign_in("wang"), sign_in("ada")
    address = f"/systemuserview/reset_password/{user('wang').id}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": "short"}).status_code == 422
    assert client.post(address, data={"password": "three small words"}).status_code == 302
    assert theirs.get("/account/").status_code == 302
    assert sign_in("wang", "three small words").get("/account/").headers["Location"] == "/account/password"


@pytest.mark.parametrize("path", ["list/", "add", "show/{0}", "edit/{0}", "reset_password/{0}", "export/csv"])
def test_a_manager_cannot_open_the_pages_of_users(app: Flask, sign_in, path: str) -> None:
    assert sign_in("chen").get("/systemuserview/" + path.format(user("wang").id)).status_code == 403


def test_a_manager_cannot_post_to_them_either(app: Flask, sign_in) -> None:
    client, wang = sign_in("chen"), user("wang").id
    before = users()
    assert client.post("/systemuserview/add", data=FORM).status_code == 403
    assert client.post(f"/systemuserview/edit/{user('chen').id}", data={"roles": "Administrator"}).status_code == 403
    assert client.post(f"/systemuserview/reset_password/{wang}", data={"password": "three small words"}).status_code == 403
    assert client.post(f"/systemuserview/action/end_sessions/{wang}").status_code == 403
    assert users() == before
    assert role_names_of(user("chen").id) == {"Manager"}


def test_an_administrator_ends_somebodys_sessions(app: Flask, sign_in) -> None:
    theirs, client = sign_in("wang"), sign_in("ada")
    assert client.post(f"/systemuserview/action/end_sessions/{user('wang').id}").status_code == 302
    assert theirs.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_one_sees_ones_own_sign_ins_and_an_administrator_all(app: Flask, sign_in) -> None:
    wang, ada = sign_in("wang"), sign_in("ada")
    rows = {row.user_id: row.id for row in db.session.scalars(select(SignIn))}
    mine = wang.get("/signinview/list/").get_data(as_text=True)
    assert "ada" not in mine
    everybodys = ada.get("/signinview/list/").get_data(as_text=True)
    assert "wang" in everybodys
    foreign = wang.post("/signinview/action_post", data={"action": "end", "rowid": [rows[user("ada").id]]})
    assert foreign.status_code == 404
    assert ada.get("/account/").status_code == 200
    assert wang.post("/signinview/action_post", data={"action": "end", "rowid": [rows[user("wang").id]]}).status_code == 302
    assert wang.get("/account/").status_code == 302


def test_the_password_hash_is_no_column_and_no_order(app: Flask, sign_in) -> None:
    client = sign_in("ada")
    assert client.get("/systemuserview/list/?order=password").status_code == 400
    file = client.get("/systemuserview/export/csv", buffered=True).get_data(as_text=True)
    assert "wang" in file
    assert "pbkdf2" not in file


# --- offices and employees -------------------------------------------------------------------------------------------------------


def office_form(**changed: Any) -> dict[str, Any]:
    return {
        "code": "BJ",
        "name": "北京营业厅",
        "language": "zh_Hans",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "legal_name": "北京宽带有限公司",
        "short_name": "北京宽带",
        "customer_prefix": "C",
        "receipt_prefix": "R",
        "voucher_prefix": "P",
        "reversal_prefix": "V",
        "work_order_prefix": "WO",
        "voucher_form": "tt99",
        "copies": "slip",
        "zero_word": "linh",
        "whole_word": "整",
        "cash_step": "0.10",
        "second_person": "y",
        "idle_minutes": "15",
        "absolute_hours": "12",
        **changed,
    }


def test_a_new_office_gets_its_lists_from_the_domains_above(app: Flask, sign_in) -> None:
    client = sign_in("ada")
    assert client.get("/officeview/add").status_code == 200
    answer = client.post("/officeview/add", data=office_form())
    assert answer.status_code == 302, answer.get_data(as_text=True)
    made = office("BJ")
    with everything("look"):
        policies = db.session.execute(db.text("SELECT count(*) FROM broadband_policy WHERE office_id = :id"), {"id": made.id}).scalar()
    assert policies == 1
    assert "北京营业厅" in client.get("/officeview/list/").get_data(as_text=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"receipt_prefix": ""},
        {"cash_step": "0"},
        {"whole_word": "x"},
        {"time_zone": "Asia/Nowhere"},
        {"time_zone": "../../etc/passwd"},
        {"currency": "XXX"},
        {"code": "SH"},
        {"idle_minutes": "0"},
    ],
)
def test_a_wrong_office_is_refused(app: Flask, sign_in, changed: dict[str, Any]) -> None:
    assert sign_in("ada").post("/officeview/add", data=office_form(**changed)).status_code == 422
    with everything("look"):
        assert db.session.scalar(select(func.count(Office.id))) == 3


def test_the_currency_of_an_office_stays(app: Flask, sign_in) -> None:
    client, place = sign_in("ada"), office("SH")
    page = client.get(f"/officeview/edit/{place.id}").get_data(as_text=True)
    assert 'name="currency"' not in page
    data = office_form(code="SH", name="上海", currency="USD", version=str(place.version))
    assert client.post(f"/officeview/edit/{place.id}", data=data).status_code == 302
    assert (office("SH").currency, office("SH").name) == ("CNY", "上海")


def test_a_manager_changes_no_office_and_a_cashier_sees_none(app: Flask, sign_in) -> None:
    place = office("SH").id
    assert sign_in("chen").post(f"/officeview/edit/{place}", data=office_form()).status_code == 403
    assert sign_in("wang").get("/officeview/list/").status_code == 403


def test_an_employees_identity_number_is_masked_and_kept(app: Flask, sign_in) -> None:
    client = sign_in("chen")
    data = {"code": "E1", "name": "王芳", "id_number": "110101199003071234"}
    assert client.post("/employeeview/add", data=data).status_code == 302
    with everything("look"):
        employee = db.session.scalars(select(Employee)).one()
        number, version, key = employee.id_number, employee.version, employee.id
    assert number == "110101199003071234"
    for page in (f"show/{key}", f"edit/{key}", "list/", "export/csv"):
        assert "19900307" not in client.get(f"/employeeview/{page}", buffered=True).get_data(as_text=True)
    assert "110101********1234" in client.get(f"/employeeview/show/{key}").get_data(as_text=True)
    changed = {"code": "E1", "name": "王芳芳", "id_number": "", "version": str(version)}
    assert client.post(f"/employeeview/edit/{key}", data=changed).status_code == 302
    with everything("look"):
        employee = db.session.scalars(select(Employee)).one()
        assert (employee.name, employee.id_number) == ("王芳芳", "110101199003071234")


def test_an_employee_of_another_office_is_not_there(app: Flask, sign_in) -> None:
    assert sign_in("chen").post("/employeeview/add", data={"code": "E1", "name": "王芳"}).status_code == 302
    with everything("look"):
        key = db.session.scalars(select(Employee.id)).one()
    stranger = sign_in("binh")
    assert stranger.get(f"/employeeview/show/{key}").status_code == 404
    assert stranger.post(f"/employeeview/delete/{key}").status_code == 404


def test_every_role_is_on_the_form(app: Flask, sign_in) -> None:
    page = sign_in("ada").get("/systemuserview/add").get_data(as_text=True)
    for role in Role:
        assert f'value="{role.value}"' in page


def test_the_chosen_language_is_kept_with_the_user(app: Flask, sign_in) -> None:
    client = sign_in("wang")
    assert client.post("/preferences/language", data={"language": "vi", "next": "/account/"}).status_code == 302
    assert user("wang").locale == "vi"
    assert '<html lang="vi"' in client.get("/account/").get_data(as_text=True)


def test_signing_in_with_the_password_of_the_cast(sign_in) -> None:
    assert sign_in("ada", PASSWORD).get("/account/").status_code == 200
