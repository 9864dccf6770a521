"""The looks of the pages: nothing from elsewhere, nothing inline, colours that can be read, words for everybody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from wtforms import FieldList, Form, FormField, StringField

from app.foundation.icons import STATIC, wanted
from app.foundation.preferences import local_address
from app.foundation.shell import field_aria, form_problems, initial
from app.values.choices import Choice
from tests.foundation.looks import looks_app

HOUSE = STATIC.parents[1]
OWN_CSS = sorted((STATIC / "css").glob("*.css"))
SHEETS = [*OWN_CSS, *STATIC.glob("vendor/**/*.css")]
TEMPLATES = [file for file in HOUSE.rglob("templates/**/*.html") if "papers" not in file.parts]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(|\blight-dark\(")


@pytest.fixture(scope="module")
def looks() -> Flask:
    return looks_app()


@pytest.fixture
def browser(looks: Flask) -> FlaskClient:
    return looks.test_client()


def written(looks: Flask, template: str, **context: Any) -> str:
    """Return what a piece of a template says to a signed-in reader of English."""
    with looks.test_request_context("/page"):
        return render_template_string('{% import "feehouse/macros.html" as ui %}' + template, **context)


# What the browser loads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.name)
def test_style_sheets_ask_for_nothing_elsewhere(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
    assert "@import" not in text
    for address in re.findall(r"url\(\s*(\"[^\"]*\"|'[^']*'|[^)]*)\s*\)", text):
        plain = address.strip("\"'")
        assert plain.startswith("data:") or (sheet.parent / plain.partition("?")[0]).is_file(), plain


def test_pages_and_scripts_name_no_address_elsewhere() -> None:
    namespaces = {"http://www.w3.org/2000/svg"}
    for file in [*TEMPLATES, *(STATIC / "js").glob("*.js")]:
        found = set(re.findall(r"https?://[^\s\"'<>)]+", file.read_text(encoding="utf-8")))
        assert found <= namespaces, (file.name, found)


def test_templates_hold_no_inline_style_and_no_inline_handler() -> None:
    forbidden = re.compile(r"\sstyle\s*=|<style|\son(?:click|change|submit|load|error|input)\s*=|javascript:", re.I)
    wrong = [file.relative_to(HOUSE) for file in TEMPLATES if forbidden.search(file.read_text(encoding="utf-8"))]
    assert wrong == []


def test_every_vendored_folder_has_its_licence() -> None:
    assert [folder.name for folder in (STATIC / "vendor").iterdir() if not (folder / "LICENSE").is_file()] == []


def test_colours_are_named_in_one_file() -> None:
    allowed = {"tokens.css", "print.css"}
    for sheet in OWN_CSS:
        text = re.sub(r"url\(\"data:[^\"]*\"\)|var\(--fh-backdrop, [^;]*", "", sheet.read_text(encoding="utf-8"))
        assert sheet.name in allowed or COLOUR.findall(text) == [], sheet.name


# Icons ------------------------------------------------------------------------------------------------------------------------


def icons_named_in(text: str) -> set[str]:
    """Return the icons that a template or module asks for by name."""
    found = re.findall(r"\bicon(?:_name)?[\"']?\s*[=:]\s*[\"']([a-z][a-z0-9-]+)[\"']|\bui\.icon\([\"']([a-z0-9-]+)[\"']", text)
    return {name for pair in found for name in pair if name}


def all_choices(kind: type[Choice] = Choice) -> set[str]:
    """Return the icons of every choice that is loaded."""
    found = {member.icon for member in kind} if list(kind) else set()
    return found.union(*(all_choices(child) for child in kind.__subclasses__())) - {""}


def test_the_sprite_holds_the_icons_of_the_list() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert drawn == set(wanted())


def test_every_icon_that_is_named_is_drawn() -> None:
    files = [*TEMPLATES, *HOUSE.rglob("*.py")]
    named = {(name, file.name) for file in files for name in icons_named_in(file.read_text(encoding="utf-8"))}
    assert {pair for pair in named if pair[0] not in wanted()} == set()
    assert all_choices() <= set(wanted())


# Contrast ---------------------------------------------------------------------------------------------------------------------


def tokens(theme: str) -> dict[str, str]:
    """Return the colours of a theme."""
    text = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(r'\[data-bs-theme="' + theme + r'"\] \{(.*?)\n\}', text, re.S)
    assert block is not None
    return dict(re.findall(r"--fh-([a-z0-9-]+): (#[0-9a-f]{6});", block.group(1)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(theme: str) -> None:
    colours = tokens(theme)
    tones = ["info", "good", "amber", "orange", "bad", "violet", "neutral"]
    pairs = [(tone, f"{tone}-bg") for tone in tones] + [(tone, "surface") for tone in tones]
    pairs += [(text, ground) for text in ("text", "muted", "accent") for ground in ("surface", "page", "sunken", "hover")]
    pairs += [
        ("accent", "tint"),
        ("on-primary", "primary"),
        ("on-primary", "primary-hover"),
        ("on-primary", "danger"),
        ("muted", "disabled"),
    ]
    pairs += [("float-text", "float"), ("float-link", "float")]
    assert {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 1) for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    } == {}
    assert contrast(colours["border"], colours["surface"]) >= 3


# Macros -----------------------------------------------------------------------------------------------------------------------


def test_no_amount_is_a_dash_that_is_also_spoken(looks: Flask) -> None:
    text = written(looks, "{{ ui.money_cell(none, 'CNY') }}")
    assert 'aria-hidden="true">—<' in text
    assert "None" in text


def test_a_voided_amount_is_struck_through(looks: Flask) -> None:
    assert written(looks, "{{ ui.money_cell(12.5|round(2)|int, 'CNY', voided=true) }}").startswith("<s ")


def test_a_fifth_button_goes_under_more(looks: Flask) -> None:
    actions = [{"label": f"Deed {number}", "href": "#"} for number in range(5)] + [{"label": "Main", "href": "#", "primary": True}]
    text = written(looks, "{{ ui.actions(actions) }}", actions=actions)
    assert "fh-more-wide" in text
    assert text.count("btn-primary") == 1
    assert text.rindex("Main") > text.rindex("Deed 4")


def test_a_deed_by_post_carries_the_token(looks: Flask) -> None:
    text = written(looks, "{{ ui.action_button({'label': 'Undo', 'href': '/undo', 'method': 'post'}) }}")
    assert 'method="post"' in text
    assert 'name="csrf_token"' in text


def test_text_of_people_is_escaped(looks: Flask) -> None:
    text = written(
        looks, "{{ ui.page_header(name, name) }}{{ ui.alert('bad', name, [name]) }}{{ ui.toast(name) }}", name="<script>alert(1)</script>"
    )
    assert "<script" not in text


# Fields -----------------------------------------------------------------------------------------------------------------------


class InnerForm(Form):
    quantity = StringField("Quantity")


class OuterForm(Form):
    name = StringField("Name", description="As on the card")
    lines = FieldList(FormField(InnerForm), min_entries=1)


def test_errors_and_help_are_tied_to_their_field(looks: Flask) -> None:
    form = OuterForm()
    form.name.errors = ["Too long."]
    assert field_aria(form.name) == {"aria-describedby": "name-error name-help", "aria-invalid": "true"}
    text = written(looks, "{{ ui.field(form.name) }}", form=form)
    assert 'id="name-error"' in text
    assert 'id="name-help"' in text
    assert '<label class="form-label" for="name">' in text


def test_errors_of_inner_lines_are_listed_with_their_place() -> None:
    form = OuterForm()
    form.lines.entries[0].form.quantity.errors = ["Not a number."]
    assert form_problems(form) == [{"id": "lines-0-quantity", "label": "Quantity", "text": "Not a number."}]


# The frame --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "lang"), [("en", "en"), ("zh_Hans", "zh-Hans"), ("zh_Hant", "zh-Hant"), ("vi", "vi")])
def test_the_page_says_its_language(browser: FlaskClient, locale: str, lang: str) -> None:
    browser.set_cookie("locale", locale)
    assert f'<html lang="{lang}' in browser.get("/page").get_data(as_text=True)


def test_every_script_carries_the_nonce_and_comes_from_here(browser: FlaskClient) -> None:
    text = browser.get("/page").get_data(as_text=True)
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if "application/json" not in tag]
    assert len(scripts) >= 5
    assert all("nonce=" in tag for tag in scripts)
    assert all(address.startswith(("/static/", "#")) for address in re.findall(r'(?:src|<use href|<link[^>]*href)="([^"]*)"', text))


def test_a_record_lights_up_its_list_in_the_menu(browser: FlaskClient) -> None:
    text = browser.get("/subscriptionview/show/5").get_data(as_text=True)
    current = re.findall(r'<a class="fh-side-link" href="([^"]+)" aria-current="page"', text)
    assert current == ["/subscriptionview/list/"]
    assert '<b class="fh-count">6</b>' in text


def test_a_page_outside_the_menu_lights_up_nothing(browser: FlaskClient) -> None:
    assert 'fh-side-link" href="/counter/" aria-current' not in browser.get("/page").get_data(as_text=True)


def test_a_piece_of_a_page_counts_nothing_for_the_menu(looks: Flask, browser: FlaskClient) -> None:
    shell = looks.extensions["feehouse_shell"]
    asked: list[str] = []
    shell.counts["Counter"] = lambda: asked.append("counted") or 0
    browser.get("/page", headers={"X-Requested-With": "fetch"})
    assert asked == []
    browser.get("/page")
    del shell.counts["Counter"]
    assert asked == ["counted"]


@pytest.mark.parametrize("code", [400, 403, 404, 409, 422, 429, 500])
def test_every_refusal_shows_a_way_out(browser: FlaskClient, code: int) -> None:
    for path in (f"/error/{code}", f"/anonymous/error/{code}"):
        text = browser.get(path).get_data(as_text=True)
        assert text.count("<h1") == 1
        assert 'href="/"' in text


@pytest.mark.parametrize(("name", "letter"), [("李娜", "李"), ("Phạm Thu Hà", "H"), ("Chen", "C"), ("", "?")])
def test_a_person_has_a_letter(name: str, letter: str) -> None:
    assert initial(name) == letter


# Preferences ------------------------------------------------------------------------------------------------------------------


def test_a_language_is_remembered_by_post_only(looks: Flask) -> None:
    looks.config["WTF_CSRF_ENABLED"] = False
    browser = looks.test_client()
    assert browser.get("/preferences/language?language=vi").status_code == 405
    answer = browser.post("/preferences/language", data={"language": "vi", "next": "/page"})
    looks.config["WTF_CSRF_ENABLED"] = True
    assert (answer.status_code, answer.location) == (302, "/page")
    assert "locale=vi" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "wanted_address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "page", ""]
)
def test_nobody_is_led_elsewhere(wanted_address: str) -> None:
    assert local_address(wanted_address) == "/"
