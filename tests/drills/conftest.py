"""How large the drills are: whole where they are asked for by name, seconds long within all other tests."""

import pytest


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    """`pytest tests/drills` (`make drills`) runs them as they are meant; `make test` a small form of each, so
    that they cannot rot."""
    return any("drills" in argument for argument in request.config.args)
