"""When no event is too few."""

from datetime import timedelta

import pytest

from bot.alerts.silence import silent

DAY = timedelta(hours=8)


@pytest.mark.parametrize(
    ("people", "hours", "expected"),
    [
        # A big agency: an hour is soon too long, less is a pause.
        ([200, 210, 190, 220, 200], 1.0, True),
        ([200, 210, 190, 220, 200], 0.9, False),
        # Ten people a day: most of a day.
        ([10, 12, 11, 10, 14], 5.0, False),
        ([10, 12, 11, 10, 14], 5.6, True),
        # The quietest day counts: a wave of reminders made the others busy.
        ([300, 280, 7, 290, 300], 7.9, False),
        ([300, 280, 7, 290, 300], 8.0, True),
        # Three messages a week: on some day nobody writes, and nobody is alarmed, ever.
        ([1, 0, 1, 0, 1], 400.0, False),
        # A day or two of one or two people: after several days it is worth a look.
        ([1, 1, 1, 1, 1], 8.0, False),
        ([1, 1, 1, 1, 1], 56.0, True),
        # Not yet learned what is usual.
        ([200, 200, 200, 200], 8.0, False),
        ([], 8.0, False),
        # Outside office hours a silence does not grow.
        ([200, 210, 190, 220, 200], 0.0, False),
    ],
)
def test_how_long_nobody_may_write(people: list[int], hours: float, expected: bool) -> None:
    """Seven people would have written by now at the pace of the quietest day, and an hour is over."""
    assert silent(people, timedelta(hours=hours), DAY) is expected
