"""What the operators are told, and when: once, once a day, and once at the end."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.open_troubles import DAILY, HELD, PATIENCE, Key, News, Open, Stage, step, together, told
from bot.troubles import Kind, Trouble

START = datetime(2026, 11, 30, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stall(at: datetime = START, of: str = "line") -> Trouble:
    return Trouble(Kind.DELIVERY, of, at, "the oldest due message waits 61 s")


class Desk:
    """Looks every minute, and reads every mail at once."""

    def __init__(self) -> None:
        self.known: dict[Key, Open] = {}
        self.now = START
        self.watched_since = START - timedelta(days=1)
        self.read: list[tuple[timedelta, str, str]] = []

    def look(self, *troubles: Trouble, sent: bool = True, blind: bool = False) -> list[News]:
        self.known, news = step(self.known, troubles, self.now, self.watched_since, blind=blind)
        if sent:
            self.known = told(self.known, news, self.now)
            self.read += [(self.now - START, one.stage.value, one.trouble.of) for one in news]
        self.now += MINUTE
        return news

    def minutes(self, number: int, *troubles: Trouble) -> None:
        for _ in range(number):
            self.look(*troubles)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_trouble_is_told_once_daily_and_at_its_end(desk: Desk) -> None:
    """Not before it has lasted, then once a day, then that it is over; and after that it may begin anew."""
    desk.minutes(2 * 24 * 60 + 10, stall())
    desk.minutes(30)
    assert desk.read == [
        (PATIENCE, "begun", "line"),
        (PATIENCE + DAILY, "lasts", "line"),
        (PATIENCE + 2 * DAILY, "lasts", "line"),
        (2 * DAILY + 9 * MINUTE + PATIENCE, "over", "line"),
    ]
    assert desk.known == {}
    desk.minutes(6, stall())
    assert desk.read[-1][1] == "begun"


def test_a_short_one_is_never_told(desk: Desk) -> None:
    """A restart of the mail server is nobody's business."""
    desk.minutes(5, stall())
    desk.minutes(20)
    assert (desk.read, desk.known) == ([], {})


def test_what_comes_and_goes_is_one_trouble(desk: Desk) -> None:
    """Seen every third minute: told once, and over once."""
    for _ in range(20):
        desk.look(stall())
        desk.minutes(2)
    desk.minutes(10)
    assert [stage for _, stage, _ in desk.read] == ["begun", "over"]


def test_each_platform_is_a_trouble_of_its_own(desk: Desk) -> None:
    """LINE is over, Telegram is not."""
    desk.minutes(6, stall(), stall(of="telegram"))
    desk.minutes(10, stall(of="telegram"))
    assert [(stage, of) for _, stage, of in desk.read] == [
        ("begun", "line"),
        ("begun", "telegram"),
        ("over", "line"),
    ]


def test_what_did_not_go_out_is_told_again_and_not_by_two_at_once(desk: Desk) -> None:
    """Who tells holds the trouble; when that is over, another tells."""
    desk.minutes(5, stall())
    assert [one.stage for one in desk.look(stall(), sent=False)] == [Stage.BEGUN]
    for _ in range(HELD // MINUTE - 1):
        assert desk.look(stall(), sent=False) == []
    assert [one.stage for one in desk.look(stall())] == [Stage.BEGUN]
    assert desk.look(stall()) == []


def test_a_program_that_was_off_does_not_say_over_before_it_has_watched(desk: Desk) -> None:
    """The trouble stands; what shows it needs a while to be seen again."""
    desk.minutes(6, stall())
    desk.now += timedelta(hours=3)
    desk.watched_since = desk.now
    desk.minutes(4)
    desk.minutes(5, stall())
    assert [stage for _, stage, _ in desk.read] == ["begun"]


def test_nothing_is_over_while_the_database_is_away(desk: Desk) -> None:
    """Most troubles are seen in it; that it is away itself is told."""
    desk.minutes(6, stall())
    away = Trouble(Kind.DATABASE, "", desk.now, "away")
    for _ in range(30):
        desk.look(away, blind=True)
    assert [stage for _, stage, _ in desk.read] == ["begun", "begun"]
    assert set(desk.known) == {("delivery", "line"), ("database", "")}


def test_one_that_comes_back_while_its_end_is_told_begins_anew(desk: Desk) -> None:
    """Another replica saw it in between: it is not forgotten."""
    desk.minutes(6, stall())
    desk.minutes(3)
    desk.now += 2 * MINUTE
    known, news = step(desk.known, (), desk.now, desk.watched_since)
    assert [one.stage for one in news] == [Stage.OVER]
    seen, _ = step(known, [stall(desk.now)], desk.now, desk.watched_since)
    after = told(seen, news, desk.now)
    assert after["delivery", "line"].told is None
    assert after["delivery", "line"].first == desk.now


def test_a_clock_set_back_holds_nothing_up(desk: Desk) -> None:
    """An hour back: the next mail comes a day later by the new clock, a new trouble after its minutes."""
    desk.minutes(6, stall())
    desk.now -= timedelta(hours=1)
    desk.minutes(6, stall(), stall(of="email"))
    assert [(stage, of) for _, stage, of in desk.read] == [("begun", "line"), ("begun", "email")]
    desk.now = START + DAILY
    desk.look(stall())
    assert [of for _, stage, of in desk.read if stage == "lasts"] == ["line"]


def test_memory_and_rows_become_one() -> None:
    """What was told while nothing could be written down is not told again."""
    row = Open("delivery", "line", START, START, START + MINUTE)
    own = Open("delivery", "line", START - MINUTE, START, START + 3 * MINUTE, told=START + 3 * MINUTE)
    away = Open("database", "", START, START, START, told=START)
    both = together({row.key: row}, {own.key: own, away.key: away})
    assert both == {own.key: own, away.key: away}
