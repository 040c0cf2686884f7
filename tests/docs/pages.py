"""The documents as the checks read them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


def headings(page: Path) -> list[tuple[int, str]]:
    """(level, text) of every heading outside code blocks."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [
        (len(marks), text.strip()) for marks, text in re.findall(r"^(#+) (.+)$", prose, flags=re.MULTILINE)
    ]


def section(page: Path, title: str) -> str:
    """The text under the second-level heading `title`."""
    found = re.search(
        rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", page.read_text(), flags=re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"{page.name} has no section {title}"
    return found[1]


def code_blocks(page: Path) -> list[str]:
    """The content of every fenced block, in order."""
    return re.findall(r"^```\w*\n(.*?)^```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The anchor GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")
