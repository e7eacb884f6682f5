"""What a stream asks of storage while nothing happens."""

from dataclasses import dataclass, field

import pytest
from medallion_engine.jobs.following import StopRequest, rest


@dataclass
class Clock:
    """A clock that goes on when somebody sleeps, and for a moment whenever it is looked at."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        self.seconds += 0.001
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Storage:
    """Counts what it is asked. `stops_at` is how often it is asked for a stop until there is one."""

    clock: Clock
    stops_at: int | None = None
    stops: list[float] = field(default_factory=list)
    looks: int = 0

    def is_drained(self) -> bool:
        self.stops.append(self.clock.seconds)
        return self.stops_at is not None and len(self.stops) >= self.stops_at

    def news(self) -> int:
        self.looks += 1
        return 0


def test_an_idle_minute_costs_few_calls():
    clock = Clock()
    storage = Storage(clock)
    rested = rest(StopRequest(storage), storage.news, 0, 60, clock)

    assert clock.seconds >= rested >= 60
    assert storage.looks <= 20
    assert len(storage.stops) <= 20
    assert all(later - sooner >= 1 for sooner, later in zip(storage.stops, storage.stops[1:], strict=False))


def test_news_is_noticed_at_once_when_the_last_ones_are_new():
    clock = Clock()
    storage = Storage(clock)
    rest(StopRequest(storage), lambda: storage.news() if clock.seconds < 0.5 else 1, 0, 60, clock)

    assert clock.seconds < 1
    assert storage.looks == 3


@pytest.mark.parametrize("last", [1, 10, 30])
def test_news_that_takes_as_long_as_before_is_noticed_late_by_a_tenth_at_most(last):
    clock = Clock()
    storage = Storage(clock)
    rest(StopRequest(storage), lambda: storage.news() if clock.seconds < last else 1, 0, last, clock)

    assert last <= clock.seconds <= 1.1 * last + 0.1
    assert storage.looks <= 25


def test_a_source_that_falls_quiet_costs_little_from_its_first_minute_on():
    clock = Clock()
    storage = Storage(clock)
    rest(StopRequest(storage), storage.news, 0, 0, clock)

    assert storage.looks <= 75


def test_a_stop_ends_the_rest_and_is_not_asked_for_again():
    clock = Clock()
    storage = Storage(clock, stops_at=3)
    stop = StopRequest(storage)
    rest(stop, storage.news, 0, 60, clock)

    assert clock.seconds < 10
    assert stop.look(clock.seconds + 100)
    assert len(storage.stops) == 3


def test_a_stop_that_was_asked_for_before_is_seen_at_the_first_look():
    clock = Clock()
    assert StopRequest(Storage(clock, stops_at=1)).look(0)
