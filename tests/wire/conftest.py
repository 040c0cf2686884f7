from collections.abc import AsyncIterator, Callable

import pytest

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
