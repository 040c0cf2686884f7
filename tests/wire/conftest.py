import io
import logging
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import structlog

from bot import program
from reminders import delivery
from tests.wire.house import House, open_house
from tests.wire.phones import LinePhone, TelegramPhone

Phone = LinePhone | TelegramPhone


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """The whole program on SQLite between the two loopback platforms, both by webhook."""
    async with open_house(sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["line", "telegram"])
def phone(request: pytest.FixtureRequest, house: House) -> Phone:
    """One person's phone; each test runs on both platforms."""
    return house.line_phone() if request.param == "line" else house.telegram_phone()


@pytest.fixture
def stranger(request: pytest.FixtureRequest, house: House, phone: Phone) -> Callable[[int], Phone]:
    """More phones of the same platform."""

    def another(number: int) -> Phone:
        return house.line_phone(number) if phone.platform == "line" else house.telegram_phone(number)

    return another


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop takes a quarter of its time, and each of its steps its own part of that."""
    monkeypatch.setattr(delivery, "GRACE", delivery.GRACE / 4)
    monkeypatch.setattr(program, "STOPPING", program.STOPPING / 4)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """For what the program logs, configured as in service; put back afterwards."""
    root = logging.getLogger()
    loggers = [root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    handlers, levels = root.handlers[:], [(one, one.level) for one in loggers]
    yield io.StringIO()
    root.handlers[:] = handlers
    for one, level in levels:
        one.setLevel(level)
    structlog.reset_defaults()
