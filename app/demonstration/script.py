"""The whole history of the demonstration offices as one list of events in the order of time: same seed, same list.

Every line has a chance of its own, so that a smaller demonstration is a part of a larger one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from random import Random
from zoneinfo import ZoneInfo

from app.demonstration.events import Event, Paying, Voiding
from app.demonstration.lives import Home, Life
from app.demonstration.people import Resident, resident
from app.demonstration.places import OFFICES
from app.demonstration.profiles import OfficeProfile, PlanProfile

SEED = 20260814
DAYS = 425  # fourteen months
BUSY_START = 60  # days in which the first half of the customers came
SECOND_LINE = 25  # every so many customers one has a second line
NEWCOMERS = 6  # the office's last customers came in these days, and wait for the installer or have just met him
MORNING = datetime.time(8, 40)
LATEST = datetime.time(11, 40)
ONE_DAY = datetime.timedelta(days=1)


def script(until: datetime.datetime, customers: Mapping[str, int], seed: int = SEED) -> list[Event]:
    """Return all events that end on the morning of ``until``, none after it; ``customers`` says how many each office has."""
    events: list[Event] = []
    for profile in OFFICES:
        number = customers.get(profile.code, profile.customers)
        events += _office_events(profile, until, number, seed)
    return sorted(events, key=lambda event: (event.at, event.office, event.account))


def _office_events(profile: OfficeProfile, until: datetime.datetime, customers: int, seed: int) -> Iterator[Event]:
    today = until.astimezone(ZoneInfo(profile.time_zone)).date()
    lives = []
    for number, (account, person, earlier) in enumerate(_lines(profile, customers, seed), start=1):
        random = Random(f"{seed}:{account}")  # noqa: S311  (nothing secret comes from it)
        home = _home(profile, account, person, earlier, random)
        opened_on = _opened_on(number, customers, today, random, second=bool(earlier))
        waits = _is_newcomer(number, customers) and (customers - number) % 2 == 0
        life = Life(profile, home, random, opened_on, today, waits)
        yield from life.told()
        lives.append(life)
    yield from _this_morning(profile, lives, today, until)


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


def _home(profile: OfficeProfile, account: str, person: Resident, earlier: str, random: Random) -> Home:
    place = random.choice(profile.places)
    address = place.address.format(
        block=random.randint(1, 9),
        unit=random.randint(1, 3),
        room=random.randint(1, 28) * 100 + random.randint(1, 4),
        floor=random.randint(2, 28),
        flat=random.randint(1, 8) if "{flat:" in place.address else random.choice("ABCDEFGH"),
    )
    return Home(account, person, earlier, place.code, address, _plan(profile, person, random))


def _plan(profile: OfficeProfile, person: Resident, random: Random) -> PlanProfile:
    fitting = [plan for plan in profile.plans if plan.for_firms == person.is_firm]
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
