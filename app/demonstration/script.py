"""The whole history of the demonstration offices as one list of events in the order of time: same seed, same list.

Every line has a chance of its own, so that a smaller demonstration is a part of a larger one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from random import Random
from zoneinfo import ZoneInfo

from app.demonstration.days import ONE_DAY
from app.demonstration.deeds import Nightfall
from app.demonstration.events import Event, Paying, Voiding
from app.demonstration.lives import Life
from app.demonstration.months import months
from app.demonstration.neighbours import with_homes
from app.demonstration.people import Resident, resident
from app.demonstration.places import OFFICES
from app.demonstration.profiles import OfficeProfile, PlanProfile, address_in
from app.demonstration.purse import Home
from app.demonstration.stories import CHANCES, TOLD, Story, Tell

SEED = 20260814
DAYS = 425  # fourteen months
BUSY_START = 60  # days in which the first half of the customers came
SECOND_LINE = 25  # every so many customers one has a second line
NEWCOMERS = 6  # the office's last customers came in these days, and wait for the installer or have just met him
MORNING = datetime.time(8, 40)
LATEST = datetime.time(11, 40)
AFTER_MIDNIGHT = datetime.time(0, 10)


def script(until: datetime.datetime, customers: Mapping[str, int], seed: int = SEED) -> list[Event]:
    """Return all events that end on the morning of ``until``, none after it; ``customers`` says how many each office has."""
    events: list[Event] = []
    for profile in OFFICES:
        number = customers.get(profile.code, profile.customers)
        if number:
            events += with_homes(profile, _office_events(profile, until, number, seed))
    return sorted(events, key=lambda event: (event.at, event.office, event.account))


def _office_events(profile: OfficeProfile, until: datetime.datetime, customers: int, seed: int) -> Iterator[Event]:
    today = until.astimezone(ZoneInfo(profile.time_zone)).date()
    lives = []
    for number, (account, person, earlier) in enumerate(_lines(profile, customers, seed), start=1):
        random = Random(f"{seed}:{account}")  # noqa: S311  (nothing secret comes from it)
        story = _story(number, customers)
        home = _home(profile, account, person, earlier, random, story)
        opened_on = _opened_on(number, customers, today, random, second=bool(earlier))
        waits = _is_newcomer(number, customers) and (customers - number) % 2 == 0
        life = Life(profile=profile, home=home, random=random, opened_on=opened_on, today=today, waits=waits)
        life.stories = _stories(story, life)
        yield from life.told()
        lives.append(life)
    yield from _this_morning(profile, lives, today, until)
    yield from _nights(profile, today, until)
    yield from months(profile, today)


def _nights(profile: OfficeProfile, today: datetime.date, until: datetime.datetime) -> Iterator[Nightfall]:
    """Yield every night of the history, as it falls just after midnight."""
    for day in (today - ONE_DAY * number for number in range(DAYS + 1)):
        at = datetime.datetime.combine(day, AFTER_MIDNIGHT, ZoneInfo(profile.time_zone)).astimezone(datetime.UTC)
        if at < until:
            yield Nightfall(at=at, office=profile.code, account="", by=profile.manager)


def _story(number: int, customers: int) -> Story | None:
    """Return the story that is told of a line whatever its chances: those are spread over the customers of the first weeks."""
    old = customers // 2
    step = max(1, old // len(TOLD))
    place, rest = divmod(number - 1, step)
    return TOLD[place] if not rest and place < len(TOLD) and number <= old else None


def _stories(story: Story | None, life: Life) -> list[tuple[datetime.date, Tell]]:
    """Return what happens to a line and when: its own story, or what chance brings."""
    if story is not None:
        return [(life.today - life.days(*story.ago), story.tell)]
    first, days = life.opened_on + 40 * ONE_DAY, (life.today - life.opened_on).days - 43
    if days < 1:
        return []
    told = [(first + life.random.randrange(days) * ONE_DAY, tell) for tell, share in CHANCES if life.chance(share)]
    return sorted(told, key=lambda each: each[0])


def _lines(profile: OfficeProfile, customers: int, seed: int) -> Iterator[tuple[str, Resident, str]]:
    """Yield account, customer, and the account of the customer's earlier line, if there is one."""
    prefix = profile.code.lower()
    people = [resident(profile, number, Random(f"{seed}:{prefix}:{number}")) for number in range(1, customers + 1)]  # noqa: S311
    for number, person in enumerate(people, start=1):
        yield f"{prefix}{number:04d}", person, ""
    for number in range(SECOND_LINE, customers + 1, SECOND_LINE):
        earlier = number - SECOND_LINE // 2
        yield f"{prefix}{earlier:04d}-2", people[earlier - 1], f"{prefix}{earlier:04d}"


def _opened_on(number: int, customers: int, today: datetime.date, random: Random, *, second: bool) -> datetime.date:
    if _is_newcomer(number, customers):
        return today - ONE_DAY * random.randint(1, 4)
    if second:
        return today - ONE_DAY * random.randint(5, 40)
    begin = today - ONE_DAY * DAYS
    if number <= customers // 2:
        return begin + ONE_DAY * random.randrange(BUSY_START)
    return begin + ONE_DAY * random.randrange(BUSY_START, DAYS - 45)


def _is_newcomer(number: int, customers: int) -> bool:
    return customers - min(NEWCOMERS, customers // 5) < number <= customers


def _home(profile: OfficeProfile, account: str, person: Resident, earlier: str, random: Random, story: Story | None) -> Home:
    place = random.choice(profile.places)
    address = address_in(place, random)
    return Home(account, person, earlier, place.code, address, _plan(profile, person, random, story))


def _plan(profile: OfficeProfile, person: Resident, random: Random, story: Story | None) -> PlanProfile:
    fitting = [plan for plan in profile.plans if plan.for_firms == person.is_firm]
    package = story.package if story is not None else None
    fitting = [plan for plan in fitting if package in (None, plan.months)] or fitting
    return random.choices(fitting, [plan.weight for plan in fitting])[0]


def _this_morning(profile: OfficeProfile, lives: list[Life], today: datetime.date, until: datetime.datetime) -> Iterator[Event]:
    """Yield some payments of today, a void, and a void that waits; the other lines about to expire are left to whoever tries it out."""
    waiting = [life for life in lives if life.stays and life.stops_on is not None and life.stops_on >= today - 3 * ONE_DAY]
    waiting.sort(key=lambda life: (life.stops_on, life.home.account))
    chosen = waiting[::2][: profile.today] if len(waiting) > profile.today else waiting
    payments: list[Paying] = []
    for life, at in zip(chosen, _moments(profile, today, until, len(chosen) + 2), strict=False):
        payments.append(life.paying_at(at))
    yield from payments
    if len(payments) < 4:
        return
    voided, asked = payments[1], payments[2]
    moments = _moments(profile, today, until, len(chosen) + 2)[-2:]
    reasons = profile.words.void_reasons
    yield Voiding(at=moments[0], office=voided.office, account=voided.account, by=profile.manager, reason=reasons[-1])
    yield Voiding(at=moments[1], office=asked.office, account=asked.account, by=profile.cashier, reason=reasons[0])


def _moments(profile: OfficeProfile, today: datetime.date, until: datetime.datetime, number: int) -> list[datetime.datetime]:
    """Return ``number`` moments of this morning, all of them past; a first start before the office opens has had early visitors."""
    zone = ZoneInfo(profile.time_zone)
    midnight = datetime.datetime.combine(today, datetime.time(), zone)
    last = min(until.astimezone(zone), datetime.datetime.combine(today, LATEST, zone))
    opening = datetime.datetime.combine(today, MORNING, zone)
    first = opening if opening < last else max(midnight, last - datetime.timedelta(minutes=30))
    step = (last - first) / (number + 1)
    return [(first + step * place).astimezone(datetime.UTC) for place in range(1, number + 1)]
