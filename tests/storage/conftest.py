"""A small agency in each database."""

import pytest

from guideline.edition import Edition
from guideline.loading import load_edition


@pytest.fixture(scope="session")
def edition() -> Edition:
    return load_edition()
