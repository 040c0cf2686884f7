"""The demo's time: an office that is open, and one time everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.demo.clock import TownClock, note, until_open
from bot.demo.serving import town
from guideline.office_hours import OfficeHours

TAIPEI = ZoneInfo("Asia/Taipei")
HOURS = OfficeHours(closed=frozenset({date(2027, 1, 1)}))


def _at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("started", "begins"),
    [
        ("2026-11-25 09:00", "2026-11-25 09:00"),
        ("2026-11-25 16:59", "2026-11-25 16:59"),
        ("2026-11-25 01:20", "2026-11-25 10:00"),
        ("2026-11-25 17:00", "2026-11-25 10:00"),  # back: still the same day
        ("2026-11-28 12:00", "2026-11-30 10:00"),  # a Saturday
        ("2027-01-01 12:00", "2027-01-04 10:00"),  # a holiday, then a weekend
    ],
)
def test_the_demo_begins_while_the_office_is_open(started: str, begins: str) -> None:
    """In office hours the demo goes by the machine's clock, otherwise from ten o'clock, and says so."""
    now = _at(started)
    ahead = until_open(now, HOURS)
    assert now + ahead == _at(begins)
    assert HOURS.next_open(now + ahead) == now + ahead
    assert bool(note(now + ahead, ahead, HOURS)) == (started != begins)


def test_both_times_go_on_together() -> None:
    """An age reckoned by real time is true, and what is shown of either agrees."""
    clock = TownClock()
    clock.ahead = until_open(_at("2026-11-25 01:20"), HOURS)
    before, now, after = clock.real(), clock.now(), clock.real()
    assert before <= now <= after


async def test_somebody_of_hr_is_in_the_cast() -> None:
    """A newcomer can play HR on either phone, reads what to type, and gets another code for another chat."""
    async with town(0, 120) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/demo/desk") as answer:
            desk = await answer.json()
        codes = [desk["people"][0]["code"]]
        for who, status in (("D001", 200), ("D001", 200), ("stranger", 404), ("D120", 404)):
            async with http.post(f"{url}/demo/code", json={"who": who}) as answer:
                assert answer.status == status
                codes += [(await answer.json())["code"]] if status == 200 else []
        assert len(set(codes)) == 3
    (officer,) = [one for one in desk["people"] if "人事處" in one["unit"]]
    assert officer["code"]
    assert "輸入「人事」" in officer["hint"]
