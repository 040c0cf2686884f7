"""A program in an empty folder, and one whose agency has begun."""

import shutil
from pathlib import Path

import pytest

from tests.cli.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """An operator in an empty folder."""
    return Program(tmp_path)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after `init`, to copy."""
    folder = tmp_path_factory.mktemp("agency")
    assert Program(folder).afresh("init", "--agency", "示範縣政府").status == 0
    return folder


@pytest.fixture
def agency(program: Program, begun: Path) -> Program:
    """After `init`: a settings file and an empty database."""
    shutil.copytree(begun, program.folder, dirs_exist_ok=True)
    return program
