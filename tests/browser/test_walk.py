"""A meter reader's round on his phone: with a network, without one, and what stays on the phone when he has signed out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ReadingSource
from app.metering.models import ReaderDevice, Reading
from app.metering.operations.devices import end_device
from tests import factories
from tests.browser.conftest import PHONE, Live
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
_buildings = itertools.count(1)


def a_route(live: Live, meters: int = 11) -> tuple[int, list[int]]:
    """Make a building in Hà Nội with meters that show 300 and use 100 a month; return it with its meters in floor order."""
    with live.app.app_context():
        building = factories.a_building("HN", called=f"R{next(_buildings)}")
        rows = [factories.a_read_meter(factories.a_unit(f"{1201 + at}", "HN", building=building), 100, 100, 100) for at in range(meters)]
        found = building.id, [row.id for row in rows]
        db.session.remove()
    return found


def readings_of(live: Live, meters: list[int]) -> list[tuple[int, Decimal, ReadingSource]]:
    """Return what the phone sent of the meters."""
    with live.app.app_context(), everything("reading a test's own record"):
        statement = select(Reading).where(Reading.meter_id.in_(meters), Reading.source.in_([ReadingSource.PHONE, ReadingSource.ESTIMATED]))
        found = [(row.meter_id, row.value, row.source) for row in db.session.scalars(statement.order_by(Reading.meter_id))]
        db.session.remove()
    return found


def opened_walk(live: Live, page: Page, building: int) -> None:
    page.goto(live.at(f"/readerwalk/walk?building={building}"))
    expect(page.locator("[data-next]")).to_be_visible()
    expect(page.locator('body[data-kept="true"]')).to_be_attached()


def type_figure(page: Page, figure: str) -> None:
    for key in figure:
        page.locator(f'[data-key-pad="{key}"]').click()


def kept_on(page: Page) -> dict[str, Any]:
    """Return everything that the phone keeps."""
    script = (
        "async () => ({routes: await walkKeep.all('routes'), readings: await walkKeep.all('readings'), phone: await walkKeep.all('phone')})"
    )
    found: dict[str, Any] = page.evaluate(script)
    return found


def require_soon(page: Page, script: str) -> None:
    """Ask the page until it says yes; the policy of the page forbids the browser to ask by itself."""
    for _ in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"It never came to be: {script}")


def test_a_route_is_read_without_a_network_and_everything_arrives_once(live: Live, opened: Opened) -> None:
    building, meters = a_route(live)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.context.set_offline(True)
    page.reload()
    page.locator("[data-next]").click()
    for at in range(10):
        expect(page.locator(".fh-walk-head h1")).to_contain_text(str(1201 + at))
        if at == 4:
            type_figure(page, "290")
            expect(page.locator(".fh-walk-notice.tone-bad")).to_contain_text("290")
            page.locator(".fh-walk-way").nth(2).click()
        else:
            type_figure(page, "990")
            expect(page.locator(".fh-walk-notice.tone-good")).to_contain_text("690")
        page.locator("[data-save]").click()
    expect(page.locator("[data-bar]")).to_contain_text("10")
    assert readings_of(live, meters) == []
    page.reload()
    expect(page.locator("[data-progress]")).to_contain_text("10")
    page.context.set_offline(False)
    expect(page.locator("[data-bar]")).to_contain_text("1")
    page.locator("[data-bar]").click()
    refused = page.locator('[data-state="refused"]')
    expect(refused).to_contain_text("290")
    expect(page.locator('[data-state="waiting"]')).to_have_count(0)
    assert [row[1] for row in readings_of(live, meters)] == [990] * 9
    refused.locator(".btn-primary").click()
    for _ in range(3):
        page.locator('[data-key-pad="erase"]').click()
    type_figure(page, "990")
    page.locator("[data-save]").click()
    expect(page.locator("[data-bar]")).to_have_count(0)
    assert readings_of(live, meters) == [(meter, Decimal(990), ReadingSource.PHONE) for meter in meters[:10]]
    assert kept_on(page)["readings"] == []


def test_a_red_figure_needs_a_reason_and_an_unreadable_one_is_estimated(live: Live, opened: Opened) -> None:
    building, meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.locator("[data-next]").click()
    type_figure(page, "9000")
    expect(page.locator("[data-save]")).to_be_disabled()
    page.locator('input[value="checked_again"]').check()
    page.locator("[data-save]").click()
    page.locator(".fh-walk-extras button").last.click()
    page.locator('input[value="no_way_in"]').check()
    page.locator("[data-save]").click()
    expect(page.locator(".fh-walk-done")).to_be_visible()
    expect(page.locator("[data-bar]")).to_have_count(0)
    assert [(row[0], row[2]) for row in readings_of(live, meters)] == [
        (meters[0], ReadingSource.PHONE),
        (meters[1], ReadingSource.ESTIMATED),
    ]


def test_the_next_meter_is_named_and_reached_also_after_what_was_read_has_been_sent(live: Live, opened: Opened) -> None:
    building, _meters = a_route(live, 3)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.locator("[data-next]").click()
    type_figure(page, "990")
    page.locator("[data-save]").click()
    expect(page.locator(".fh-walk-head h1")).to_contain_text("1202")
    require_soon(page, "async () => (await walkKeep.all('routes'))[0].stops[0].read !== null")
    expect(page.locator("[data-bar]")).to_have_count(0)
    type_figure(page, "990")
    expect(page.locator("[data-save]")).to_contain_text("1203")
    page.locator(".fh-walk-head .fh-walk-turn").last.click()
    expect(page.locator(".fh-walk-head h1")).to_contain_text("1203")


def test_signing_out_wipes_the_route_from_the_phone(live: Live, opened: Opened) -> None:
    building, _meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    (route,) = kept_on(page)["routes"]
    assert len(route["stops"]) == 2
    expected = {"meter", "unit", "floor", "serial", "service", "icon", "measure", "digits", "factor", "last", "base", "mean"}
    assert set(route["stops"][0]) == expected | {"carried", "limits", "read"}
    page.goto(live.at("/readerwalk/"))
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action*=\"logout\"]').requestSubmit()")
    require_soon(page, "async () => (await walkKeep.all('routes')).length === 0 && !(await caches.has('feehouse-walk'))")


def test_an_ended_phone_keeps_what_it_has_not_sent(live: Live, opened: Opened) -> None:
    building, meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.context.set_offline(True)
    page.locator("[data-next]").click()
    type_figure(page, "990")
    page.locator("[data-save]").click()
    expect(page.locator("[data-bar]")).to_contain_text("1")
    with live.app.app_context():
        with factories.acting("binh"):
            device = db.session.scalars(select(ReaderDevice).where(ReaderDevice.building_id == building)).one()
            run(end_device, device=device.id)
        db.session.remove()
    page.context.set_offline(False)
    require_soon(
        page, "async () => { const [route] = await walkKeep.all('routes'); return route.wiped && !route.stops.length && !route.token; }"
    )
    assert [each["value"] for each in kept_on(page)["readings"]] == ["990"]
    page.reload()
    require_soon(page, "async () => (await walkKeep.all('readings')).length === 0")
    expect(page.locator("[data-bar]")).to_have_count(0)
    assert readings_of(live, meters) == [(meters[0], Decimal(990), ReadingSource.PHONE)]


def test_reading_goes_on_when_the_session_has_ended(live: Live, opened: Opened) -> None:
    """A session rests for minutes, a walk takes hours: the route's own token still sends, and the page opens again."""
    building, meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.context.clear_cookies()
    page.reload()
    page.locator("[data-next]").click()
    type_figure(page, "990")
    page.locator("[data-save]").click()
    expect(page.locator("[data-bar]")).to_have_count(0)
    require_soon(page, "async () => (await walkKeep.all('readings')).length === 0")
    assert readings_of(live, meters) == [(meters[0], Decimal(990), ReadingSource.PHONE)]


def signed_in_instead(page: Page, live: Live, username: str) -> None:
    """Sign out on the phone, and let somebody else sign in."""
    page.goto(live.at("/readerwalk/"))
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action*=\"logout\"]').requestSubmit()")
    page.goto(live.at("/login/"))
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#menu", state="attached")


def test_the_second_reader_of_a_phone_sends_in_his_own_name(live: Live, opened: Opened) -> None:
    """What the first one has not sent yet stays his, with his token; the second takes the route along himself."""
    building, meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.locator("[data-next]").click()
    type_figure(page, "290")
    page.locator(".fh-walk-way").nth(2).click()
    page.locator("[data-save]").click()
    expect(page.locator("[data-bar]")).to_contain_text("1")
    signed_in_instead(page, live, "binh")
    opened_walk(live, page, building)
    page.locator(f'[data-stop="{meters[1]}"]').click()
    type_figure(page, "990")
    page.locator("[data-save]").click()
    require_soon(page, "async () => (await walkKeep.all('readings')).length === 1")
    (refused,), routes = kept_on(page)["readings"], {each["key"]: each for each in kept_on(page)["routes"]}
    with live.app.app_context():
        with everything("reading a test's own record"):
            (row,) = db.session.scalars(select(Reading).where(Reading.meter_id.in_(meters), Reading.source == ReadingSource.PHONE))
            live_devices = db.session.scalars(
                select(ReaderDevice.user_id).where(ReaderDevice.building_id == building, ReaderDevice.ended_at.is_(None))
            ).all()
        minh, binh = factories.user("minh").id, factories.user("binh").id
        assert (row.read_by_id, sorted(live_devices)) == (binh, sorted([minh, binh]))
        db.session.remove()
    assert (refused["state"], routes[refused["route"]]["person"], len(routes)) == ("refused", str(minh), 2)


def test_a_figure_that_is_mended_after_it_arrived_unseen_shows_the_first(live: Live, opened: Opened) -> None:
    """The answer was lost on the way: the second figure is refused for good, and the meter counts as read."""
    building, meters = a_route(live, 2)
    page = opened("minh", language="vi", width=PHONE)
    opened_walk(live, page, building)
    page.locator("[data-next]").click()
    lost: list[int] = []

    def lose_the_answer(way: Route) -> None:
        lost.append(way.fetch().status)
        way.abort()

    page.route("**/reader_device/readings", lose_the_answer)
    type_figure(page, "990")
    page.locator("[data-save]").click()
    for _ in range(100):
        page.wait_for_timeout(50)
        if lost:
            break
    assert lost == [201]
    page.locator(".fh-walk-head button").first.click()
    page.unroute("**/reader_device/readings")
    page.locator(f'[data-stop="{meters[0]}"]').click()
    page.locator('[data-key-pad="erase"]').click()
    type_figure(page, "1")
    page.locator("[data-save]").click()
    require_soon(page, "async () => (await walkKeep.all('readings'))[0].state === 'refused'")
    require_soon(page, "async () => (await walkKeep.all('routes'))[0].stops[0].read?.value === '990'")
    page.locator(".fh-walk-head button").first.click()
    page.locator("[data-bar]").click()
    expect(page.locator('[data-state="refused"] .btn')).to_have_count(1)
    for _ in range(2):
        page.locator('[data-state="refused"] .btn').click()
    assert kept_on(page)["readings"] == []
    page.locator(".fh-walk-head button").first.click()
    expect(page.locator(f'[data-stop="{meters[0]}"]')).to_contain_text("990")


CASES = [
    # base, value, days, mean quantity, mean days, limit
    *((300, value, 31, "300", 89) for value in ("300", "340", "358", "359", "404.5", "405", "457", "508", "509", "512.125", "900", "299")),
    (300, "300", 31, "0", 89),
    (300, "349", 31, "0", 89),
    (300, "350", 31, "0", 89),
    (300, "340", 31, None, None),
]


def test_the_phone_judges_as_the_program_does(live: Live, opened: Opened) -> None:
    """The same figures give the same colour, mean and ratio on the phone and on the server."""
    from datetime import date, timedelta

    from app.metering.operations.walks import plain
    from app.metering.rules.unusual import Thresholds, Usage, verdict

    page = opened("minh", width=PHONE)
    page.goto(live.at("/readerwalk/walk"))
    thresholds, start = Thresholds(Decimal(50)), date(2026, 5, 1)
    for base, value, days, quantity, span in CASES:
        if Decimal(value) < base:
            continue
        end = start + timedelta(days=days)
        history = (
            [] if quantity is None else [Usage(start, span, Decimal(quantity)), Usage(start, 0, Decimal(0)), Usage(start, 0, Decimal(0))]
        )
        said = verdict(Decimal(value) - base, days=days, history=history, measure="kWh", thresholds=thresholds, is_occupied=True)
        limits = {name: plain(getattr(thresholds, name)) for name in ("limit", "high", "raised", "lowered", "low")}
        stop = {
            "digits": 5,
            "factor": "1",
            "limits": limits,
            "carried": None,
            "base": {"on": start.isoformat(), "value": str(base)},
            "mean": None if quantity is None else {"quantity": quantity, "days": span},
        }
        found = page.evaluate("([stop, value, day]) => walkSums.verdict(stop, value, day)", [stop, value, end.isoformat()])
        expected = (said.anomaly.value, said.colour.value, *(None if each is None else plain(each) for each in (said.mean, said.ratio)))
        assert (found["anomaly"], found["colour"], found["mean"], found["ratio"]) == expected, (value, quantity)


def test_the_grid_is_filled_with_the_keyboard_alone(live: Live, opened: Opened) -> None:
    """Enter saves and goes down, the arrows move, F4 finds the next one that is not read, F2 is left to the browser."""
    building, meters = a_route(live, 4)
    page = opened("binh", language="vi")
    page.goto(live.at(f"/readinggrid/?building={building}"))
    fields = page.locator("[data-read-value]")
    fields.first.focus()
    page.keyboard.type("990")
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{meters[0]} b").first).to_contain_text("990")
    focused = "() => document.activeElement.closest('[data-read-row]')?.dataset.meter"
    assert page.evaluate(focused) == str(meters[1])
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == str(meters[2])
    page.keyboard.type("991")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#row-{meters[2]} b").first).to_contain_text("991")
    assert page.evaluate(focused) == str(meters[1])
    page.keyboard.press("F4")
    assert page.evaluate(focused) == str(meters[3])
    page.keyboard.type("290")
    page.keyboard.press("Enter")
    expect(page.locator(f"#problem-{meters[3]}")).to_contain_text("290")
    expect(page.locator(f"#row-{meters[3]} [data-read-value]")).to_have_value("290")
    with live.app.app_context(), everything("reading a test's own record"):
        statement = select(func.count(Reading.id)).where(Reading.meter_id.in_(meters), Reading.value > 900)
        assert db.session.execute(statement).scalar_one() == 2
        db.session.remove()
