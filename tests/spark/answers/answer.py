"""What silver and gold must hold for given files: the same truths as the jobs state, computed one row at a time."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import fsum

from .judging import MICROS, Judged, judged

HOURS_3 = 3 * 3600 * MICROS
BANDS = [(18, "under 18"), *((low + 10, f"{low}-{low + 10}") for low in range(25, 95, 10))]
PROFILE = ["dob", "sex", "gender", "first_name", "last_name", "street_address", "city", "state", "zip"]
RANK = {"new": 0, "update": 1, "delete": 2}


def day(micros: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).date()


def age_band(born: date | None, on: date) -> str:
    """Somebody born on 29 February grows older on the last day of February."""
    if born is None or born > on:
        return "invalid age"
    try:
        birthday = born.replace(year=on.year)
    except ValueError:
        birthday = date(on.year, 2, 28)
    years = on.year - born.year - (on < birthday)
    if 18 <= years < 25:
        return "18-25"
    return next((name for below, name in BANDS if years < below), "95+")


def minutes(whole_seconds: int) -> float:
    return round(whole_seconds / 60, 2)


def seconds(start: int, end: int) -> int:
    """Between whole seconds."""
    return end // MICROS - start // MICROS


@dataclass
class Answer:
    """Rows by key, times in microseconds since 1970."""

    users: dict[tuple, tuple] = field(default_factory=dict)
    gym_visits: dict[tuple, int | None] = field(default_factory=dict)
    user_profiles: dict[str, tuple] = field(default_factory=dict)
    workout_sessions: dict[tuple, tuple] = field(default_factory=dict)
    heart_rates: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    workout_bpm_summary: dict[tuple, tuple] = field(default_factory=dict)
    gym_sessions: dict[tuple, tuple] = field(default_factory=dict)
    gym_summary: dict[tuple, tuple] = field(default_factory=dict)
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    violations: Counter = field(default_factory=Counter)


def _take(answer: Answer, each: Judged, changes: dict, presses: dict) -> None:
    row = each.row
    if each.table == "bpm":
        device = answer.heart_rates[row["device_id"]]
        device[row["time"]] = max(device.get(row["time"], 0.0), row["heartrate"])
    elif each.table == "registered_users":
        key = row["user_id"], row["device_id"]
        answer.users[key] = max(answer.users.get(key, (-1, "")), (row["registered_at"], row["mac_address"]))
    elif each.table == "gym_logins":
        key = row["mac_address"], row["gym"], row["login"]
        exits = [at for at in (answer.gym_visits.get(key), row["logout"]) if at is not None]
        answer.gym_visits[key] = max(exits, default=None)
    elif each.table == "user_info":
        order = row["updated"], RANK[row["update_type"]], each.line.encode()
        if row["user_id"] not in changes or order > changes[row["user_id"]][0]:
            changes[row["user_id"]] = order, row
    elif each.table == "workout":
        key = row["user_id"], row["workout_id"], row["session_id"]
        presses.setdefault(key, {"start": set(), "stop": set()})[row["action"]].add(row["time"])


def _sessions(answer: Answer, presses: dict) -> None:
    for key, pressed in presses.items():
        if not pressed["start"]:
            continue
        start = min(pressed["start"])
        stop = min((at for at in pressed["stop"] if at > start), default=None)
        if stop is None:
            answer.workout_sessions[key] = start, None, "open"
        elif stop < start + HOURS_3:
            answer.workout_sessions[key] = start, stop, "completed"
        else:
            answer.workout_sessions[key] = start, None, "expired"


def _summaries(answer: Answer, devices: dict[str, set[str]]) -> None:
    times = {device: sorted(rates) for device, rates in answer.heart_rates.items()}
    for (user, workout, session), (start, end, _) in answer.workout_sessions.items():
        if end is None:
            continue
        beats: list[float] = []
        for device in devices[user]:
            known = times.get(device, [])
            inside = known[bisect_right(known, start) : bisect_right(known, end)]
            beats += [answer.heart_rates[device][at] for at in inside]
        if beats:
            on, profile = day(end), answer.user_profiles.get(user)
            person = dict(zip(PROFILE, profile, strict=False)) if profile else dict.fromkeys(PROFILE)
            personal = (age_band(person["dob"], on), *(person[name] for name in ("sex", "gender", "city", "state")))
            mean = fsum(beats) / len(beats)
            answer.workout_bpm_summary[user, workout, session] = (
                (on, *personal, min(beats), max(beats), len(beats)),
                mean,
            )


def _gyms(answer: Answer, addresses: dict[str, set[str]]) -> None:
    visits = defaultdict(list)
    present: Counter = Counter()
    for (mac, gym, entry), exit_ in answer.gym_visits.items():
        if exit_ is not None:
            visits[mac].append((gym, entry, exit_))
            present[day(entry), gym, mac] += seconds(entry, exit_)
    held = defaultdict(set)
    for session, (start, end, _) in answer.workout_sessions.items():
        for mac in addresses[session[0]] if end is not None else ():
            for gym, entry, exit_ in visits[mac]:
                if entry <= start <= exit_:
                    spent = minutes(seconds(entry, exit_)), minutes(seconds(start, end))
                    answer.gym_sessions[mac, gym, entry, *session] = day(entry), *spent
                    held[day(entry), gym, mac].add((start, *session, end))
    for key, sessions in held.items():
        ordered = sorted(sessions)
        exercised = sum(seconds(each[0], each[-1]) for each in ordered)
        answer.gym_summary[key] = tuple(each[1:4] for each in ordered), minutes(present[key]), minutes(exercised)


def answer_of(files: Iterable[tuple[str, str]]) -> Answer:
    """The right answer for landed files (path, content)."""
    answer = Answer()
    changes: dict = {}
    presses: dict = {}
    for path, content in files:
        accepted = quarantined = 0
        for each in judged(path, content):
            if each.violations:
                quarantined += 1
                answer.violations.update(each.violations)
            else:
                accepted += 1
                _take(answer, each, changes, presses)
        answer.lines[path] = accepted, quarantined
    for user, ((at, rank, _), row) in changes.items():
        if rank < RANK["delete"]:
            answer.user_profiles[user] = *(row[name] for name in PROFILE), at
    _sessions(answer, presses)
    devices, addresses = defaultdict(set), defaultdict(set)
    for (user, device), (_, mac) in answer.users.items():
        devices[user].add(device)
        addresses[user].add(mac)
    _summaries(answer, devices)
    _gyms(answer, addresses)
    return answer
