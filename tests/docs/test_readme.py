"""The two READMEs stay in step, and the commands they name exist."""

import re

import pytest

from tests.cli.program import Program
from tests.docs.pages import PAGES, ROOT, code_blocks, headings

CHINESE, ENGLISH = ROOT / "README.md", ROOT / "README.en.md"
_PAGES_WITH_COMMANDS = [page for page in PAGES if page.name != "CHANGELOG.md"]


def _lines() -> list[str]:
    blocks = [block for page in _PAGES_WITH_COMMANDS for block in code_blocks(page)]
    return sorted({line.strip() for block in blocks for line in block.splitlines()})


def test_readmes_have_one_structure() -> None:
    """Both have the same levels of headings in the same order, and the same numbered steps."""
    assert [level for level, _ in headings(CHINESE)] == [level for level, _ in headings(ENGLISH)]
    steps = [re.findall(r"^(\d+)\. ", page.read_text(), flags=re.MULTILINE) for page in (CHINESE, ENGLISH)]
    assert steps[0] == steps[1]


def test_readmes_show_the_same_commands() -> None:
    """Every code block is the same in both languages."""
    assert code_blocks(CHINESE) == code_blocks(ENGLISH)
    assert len(code_blocks(CHINESE)) >= 5


def test_readmes_link_to_the_same_pages() -> None:
    """Both send the reader to the same documents."""
    targets = [set(re.findall(r"\]\(([^)]+)\)", page.read_text())) for page in (CHINESE, ENGLISH)]
    assert targets[0] - {"README.en.md"} == targets[1] - {"README.md"}


@pytest.mark.parametrize("line", [line for line in _lines() if line.startswith("make ")])
def test_make_target_exists(line: str) -> None:
    """Every `make …` in the documents is a target of the Makefile."""
    target = line.split()[1]
    assert re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("line", [line for line in _lines() if re.match(r"(\S*/)?talentbot ", line)])
def test_talentbot_command_exists(line: str) -> None:
    """Every `talentbot …` in the documents is a command whose options are known."""
    words = [word for word in line.split()[1:] if not word.startswith(("/", '"'))]
    path = [word for word in words if re.fullmatch("[a-z]+", word)]
    done = Program(ROOT)(*path, "--help")
    assert done.status == 0, done.err
    for option in (word for word in words if word.startswith("--")):
        assert option in done.out
