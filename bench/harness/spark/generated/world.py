"""Made-up people who wear devices, go to gyms and change their minds."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from .lines import Line, change, press, reading, registration, visit

NEW_YEAR_2024 = 1_704_067_200
DAY = 86_400
LEAP_DAY = NEW_YEAR_2024 + 59 * DAY
MIDNIGHT = [LEAP_DAY, LEAP_DAY + DAY, NEW_YEAR_2024 + 366 * DAY]
BIRTHDAYS = ["02/29/1988", "2004-02-29", "02/28/2006", "03/01/2006", "12/31/1959", "01/01/2030", None]


@dataclass
class World:
    """Lines and a count of what was done to them on purpose, by name of the defect or the twist."""

    random: Random
    lines: list[Line] = field(default_factory=list)
    injected: Counter = field(default_factory=Counter)
    devices: list[str] = field(default_factory=list)

    def add(self, *lines: Line, twist: str | None = None) -> None:
        self.lines += lines
        if twist:
            self.injected[twist] += len(lines)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


def _mac(number: int) -> str:
    return ":".join(f"{(number >> shift) & 255:02x}" for shift in (40, 32, 24, 16, 8, 0))


def _person(world: World, number: int, version: int) -> dict:
    born = (
        world.random.choice(BIRTHDAYS)
        if world.chance(0.4)
        else f"{world.random.randint(1, 12):02}/15/{1930 + number % 78}"
    )
    if born and "2-29" in born or born == "02/29/1988":
        world.injected["born_on_a_leap_day"] += 1
    home = {"street_address": f"{number} Elm", "city": f"City {number % 50}", "state": "CA", "zip": 90000 + number % 99}
    names = {"first_name": f"First{number}", "last_name": f"Last{number} {version}"}
    return {"dob": born, "sex": "F" if number % 2 else "M", "gender": "F", **names, "address": home}


def _profile(world: World, user: str, number: int) -> None:
    at = NEW_YEAR_2024 + world.random.randint(0, 40) * DAY + world.random.randint(0, DAY)
    world.add(change(user, "new", at, _person(world, number, 0)))
    for version in range(1, world.random.randint(1, 4)):
        at += world.random.randint(60, 30 * DAY)
        world.add(change(user, "update", at, _person(world, number, version)))
    if world.chance(0.3):
        world.add(
            change(user, "update", at + 0.25, _person(world, number, 8)), twist="profile_updated_in_the_same_second"
        )
    if world.chance(0.2):
        two = [change(user, "update", at + 1, _person(world, number, version)) for version in (5, 6)]
        world.add(*two, twist="profile_updated_twice_at_once")
    if world.chance(0.2):
        world.add(change(user, "delete", at + 2), twist="person_deleted")
        if world.chance(0.4):
            world.add(change(user, "new", at + 90, _person(world, number, 9)), twist="person_created_again")
        elif world.chance(0.3):
            world.add(change(user, "new", at + 2, _person(world, number, 9)), twist="created_when_deleted")


def _devices(world: World, user: str, number: int) -> list[tuple[str, str]]:
    owned = []
    for index in range(1 + world.chance(0.3) + world.chance(0.1)):
        device, mac = f"d{number}-{index}", _mac(number * 8 + index + 1)
        at = NEW_YEAR_2024 + world.random.randint(0, 300) * DAY
        world.add(registration(user, device, mac.upper() if world.chance(0.2) else mac, at))
        if index:
            world.injected["user_with_another_device"] += 1
        if world.chance(0.1):
            world.add(registration(user, device, mac, at + DAY + 0.5), twist="device_registered_again")
        if world.chance(0.1):
            world.add(
                registration(user, device, _mac(1 << 40 | number), at + 2 * DAY), twist="device_with_a_new_address"
            )
        owned.append((device, mac))
    if number and world.chance(0.15):
        other = f"d{number - 1}-0", _mac((number - 1) * 8 + 1)
        world.add(registration(user, *other, NEW_YEAR_2024 + 200 * DAY), twist="device_with_another_user")
        owned.append(other)
    world.devices += [device for device, _ in owned]
    return owned


def _stops(world: World, session: tuple[str, str, str], start: float, end: float) -> None:
    twist = world.random.choices(["usual", "none", "two", "early", "late", "restarted"], [70, 6, 8, 5, 4, 7])[0]
    if twist == "none":
        world.injected["stop_missing"] += 1
        return
    if twist == "late":
        world.add(press(session, "stop", start + 10_800 + world.random.choice([0, 60])), twist="stop_after_three_hours")
        return
    if twist == "early":
        world.add(press(session, "stop", start - world.random.choice([0, 30])), twist="stop_before_start")
    if twist == "two":
        world.add(press(session, "stop", end + 120), twist="two_stops")
    if twist == "restarted":
        world.add(press(session, "start", start + 61), twist="two_starts")
    world.add(press(session, "stop", end))


def _visits(world: World, mac: str, start: float, end: float) -> None:
    gym, entry, exit_ = world.random.randint(1, 9), int(start) - 300, int(end) + 300
    if world.chance(0.15):
        world.add(visit(mac, gym, entry, ""), twist="logout_sent_later")
        if world.chance(0.3):
            world.injected["visit_without_end"] += 1
            return
    if world.chance(0.15):
        world.add(visit(mac, gym, entry, exit_ - 600), twist="logout_corrected")
    if world.chance(0.1):
        world.add(visit(mac, gym, entry - 120, exit_ + 60), visit(mac, gym + 20, entry, exit_), twist="visits_overlap")
    if world.chance(0.1):
        world.add(visit(mac, gym, exit_ + 900, exit_ + 1800), twist="second_visit_without_a_session")
    world.add(visit(mac, gym, entry, exit_))


def _readings(world: World, device: str, start: int, seconds: int, wanted: int) -> None:
    step = max(1, (seconds + 120) // max(1, wanted))
    for at in range(start - 60, start + seconds + 60, step):
        world.add(reading(device, at, round(world.random.uniform(35, 190), world.random.choice([0, 2, 12]))))


def world_of(seed: int, users: int, readings: int, sessions: int = 2) -> World:
    """The same seed gives the same world. `readings` is about how many heart rates it has."""
    world = World(Random(seed))
    for number in range(users):
        user = str(number) if number % 2 else f"u{number}"
        _profile(world, user, number)
        owned = _devices(world, user, number)
        for index in range(sessions):
            start = NEW_YEAR_2024 + world.random.randint(1, 360) * DAY + world.random.randint(0, DAY)
            if world.chance(0.15):
                start = world.random.choice(MIDNIGHT) - world.random.randint(1, 1500)
                world.injected["session_across_midnight"] += 1
            seconds = world.random.randint(1500, 6000)
            session = user, f"w{index // 2}", str(index)
            world.add(press(session, "start", start + world.random.choice([0, 0, 0.5])))
            _stops(world, session, start, start + seconds)
            device, mac = world.random.choice(owned)
            _visits(world, mac, start, start + seconds)
            _readings(world, device, start, seconds, readings // (users * sessions))
    return world
