"""A wave waits while nothing that a platform answers can be understood."""

from reminders.breaker import FIRST, LONGEST, TRIES, Breaker
from reminders.verdicts import Accepted, Later, Refused, Undecided

LOST = Undecided("no answer")


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def open_one() -> tuple[Breaker, Time]:
    time = Time()
    breaker = Breaker(time)
    for _ in range(TRIES):
        breaker.heard(LOST)
    return breaker, time


def test_single_losses_change_nothing() -> None:
    """Fewer in a row than it takes, and any answer between them begins anew."""
    breaker = Breaker(Time())
    for answer in (Accepted(), Refused("blocked"), Later(1, "429")):
        for _ in range(TRIES - 1):
            breaker.heard(LOST)
            assert breaker.room is None
        breaker.heard(answer)


def test_after_several_nothing_then_one() -> None:
    """It waits, then lets one call try; whether more go is for its answer to say."""
    breaker, time = open_one()
    assert breaker.room == 0
    time.now = FIRST
    assert breaker.room == 1
    breaker.trying()
    assert breaker.room == 0
    breaker.heard(Accepted())
    assert breaker.room is None


def test_the_wait_grows_to_a_minute() -> None:
    """Each lost try doubles it, up to the longest; what was under way when it began does not."""
    breaker, time = open_one()
    for _ in range(5):
        breaker.heard(LOST)
    wait = FIRST
    for _ in range(8):
        time.now += wait - 0.5
        assert breaker.room == 0
        time.now += 0.5
        assert breaker.room == 1
        breaker.trying()
        breaker.heard(LOST)
        wait = min(wait * 2, LONGEST)


def test_a_try_without_an_answer_is_made_again() -> None:
    """Whatever became of it, the wave does not wait for ever."""
    breaker, time = open_one()
    time.now = FIRST
    breaker.trying()
    time.now += LONGEST
    assert breaker.room == 1


def test_how_long_nothing_has_been_answered() -> None:
    """From the first lost answer to the last: what nobody asked since proves nothing; one answer ends it."""
    breaker, time = open_one()
    assert breaker.lost_for == (0.0, 0.0)
    time.now = 70.0
    breaker.heard(LOST)
    time.now = 100.0
    assert breaker.lost_for == (100.0, 30.0)
    breaker.heard(Accepted())
    assert breaker.lost_for is None
    breaker.heard(LOST)
    assert breaker.lost_for is None
