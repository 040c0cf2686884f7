"""How large the drills are: whole where they are asked for by name, seconds long within all other tests."""

from collections.abc import Callable

import pytest

pytest.register_assert_rewrite("tests.drills.owed")

Say = Callable[[str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known only where the drills are asked for by name."""
    parser.addoption("--small", action="store_true", help="the small form of each drill")
    parser.addoption("--minutes", type=float, default=1.0, help="how long each bad day of a platform lasts")
    parser.addoption("--bodies", type=int, default=200_000, help="mutated, and forged, bodies per platform")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `whole` belongs to the whole form."""
    if not _whole(config):
        items[:] = [item for item in items if item.get_closest_marker("whole") is None]


def _whole(config: pytest.Config) -> bool:
    """`pytest tests/drills` (`make drills`) runs them as they are meant; `make test` a small form of each, so
    that they cannot rot."""
    named = any("drills" in argument for argument in config.args)
    return named and not config.getoption("--small", default=False)


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether the drill runs as it is meant."""
    return _whole(request.config)


@pytest.fixture
def minutes(request: pytest.FixtureRequest, whole: bool) -> float:
    """How long a platform's bad day lasts."""
    return float(request.config.getoption("--minutes", default=1.0)) if whole else 0.03


@pytest.fixture
def bodies(request: pytest.FixtureRequest, whole: bool) -> int:
    """How many bodies an attack throws at each platform."""
    return int(request.config.getoption("--bodies", default=200_000)) if whole else 200


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    """Figures for whoever runs the drill, shown at once."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}", end="", flush=True)

    return say
