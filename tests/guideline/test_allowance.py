"""The month's LINE messages, shared among its waves, and who gets them."""

from datetime import date

from guideline.allowance import Candidate, First, allowance, reserve, spendable, to_come
from guideline.rhythm import Occasion

TODAY = date(2026, 11, 4)


def occasion(day: int, tone: str = "information", month: int = 11) -> Occasion:
    return Occasion(f"2026-{month:02d}-{day:02d}", date(2026, month, day), tone)  # type: ignore[arg-type]


def test_a_tenth_and_at_least_ten_are_kept_for_conversations() -> None:
    """Of a small plan ten messages, of a large one the tenth part, rounded up."""
    assert [reserve(limit) for limit in (0, 13, 100, 200, 3001)] == [10, 10, 10, 20, 301]


def test_what_is_left_is_shared_evenly() -> None:
    """Two waves to come in the month: each has half of what may be spent; the last one has all of it."""
    assert allowance(200, 200, 2) == 90
    assert allowance(200, 110, 1) == 90
    assert allowance(200, 15, 1) == 0
    assert allowance(None, None, 3) is None
    assert spendable(13, 13) == 3


def test_the_waves_to_come_are_the_reminders_of_this_month() -> None:
    """The question about uploads takes no share from a reminder, and next month has messages of its own."""
    all_of_them = [occasion(4), occasion(11, "upload"), occasion(18), occasion(2, month=12)]
    assert to_come(all_of_them, TODAY, all_of_them[0]) == 2
    assert to_come(all_of_them, date(2026, 11, 11), all_of_them[1]) == 2
    assert to_come(all_of_them, date(2026, 11, 19), all_of_them[2]) == 1


def test_made_good_in_the_next_month() -> None:
    """A wave of the last day of a month that goes out on the first of the next shares that one's messages."""
    late = Occasion("2026-10-w5", date(2026, 10, 30), "information")
    assert to_come([late, occasion(4), occasion(18)], date(2026, 11, 2), late) == 3


def test_who_was_left_waiting_goes_first() -> None:
    """Then who has no other way, then the others in the order of the roster."""
    people = [
        Candidate(1, waited=False, alone=False),
        Candidate(2, waited=False, alone=True),
        Candidate(3, waited=True, alone=False),
        Candidate(4, waited=True, alone=True),
    ]
    for most, chosen in ((3, {4, 3, 2}), (2, {4, 3}), (9, {4, 3, 2, 1}), (0, set())):
        best = First(most)
        best.look_at(people[:2])
        best.look_at(people[2:])
        assert best.ids() == chosen
