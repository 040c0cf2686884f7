"""Links within the documents lead somewhere, and what is written may be published."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchor, headings

_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    """Every relative link names a file of the repository, and every anchor one of its headings."""
    for target, fragment in _LINK.findall(page.read_text()):
        file = (page.parent / target).resolve() if target else page
        assert file.is_relative_to(ROOT)
        assert file.exists(), target
        if fragment:
            assert fragment in {anchor(text) for _, text in headings(file)}, f"{target}#{fragment}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_is_taiwanese_and_polite(page: Path) -> None:
    """No 你, no simplified forms and none of the mainland's terms in what people read."""
    text = page.read_text()
    wrong = [
        "你",
        "信息",
        "默認",
        "用戶",
        "質量",
        "視頻",
        "软",
        "为",
        "这",
        "开",
        "登陸",
        "數據庫",
        "服務器",
        "缺省",
    ]
    assert [word for word in wrong if word in text] == []


def test_every_document_can_be_found_from_the_readme() -> None:
    """README.md links to each page of docs/."""
    named = set(re.findall(r"\]\((docs/[^)#]+)", (ROOT / "README.md").read_text()))
    assert named == {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
