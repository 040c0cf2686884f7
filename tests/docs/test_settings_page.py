"""docs/settings.md against the settings themselves."""

import re
import tomllib

import pytest

from bot.settings import Entry, entries, render
from tests.docs.pages import ROOT, headings

PAGE = ROOT / "docs" / "settings.md"


def _part(key: str) -> str:
    found = re.search(
        rf"^### {re.escape(key)}$(.*?)(?=^##|\Z)", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"docs/settings.md has no heading for {key}"
    return found[1]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_setting_is_documented(entry: Entry) -> None:
    """Every setting has its heading, explanation, default and environment variable."""
    part = _part(entry.key)
    assert entry.explanation in part
    assert f"`{entry.environment}`" in part
    assert ("（空白）" if entry.default == '""' else f"`{entry.default}`") in part


def test_page_names_no_setting_that_is_gone() -> None:
    """The page's headings are the settings, in their order."""
    assert [text for level, text in headings(PAGE) if level == 3] == [entry.key for entry in entries()]


def test_template_holds_every_setting_in_chinese() -> None:
    """The file of `init` is TOML whose every key, once uncommented, is a setting with an explanation."""
    text = render()
    uncommented = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    tables = tomllib.loads(uncommented)
    named = {
        f"{name}.{key}" if isinstance(value, dict) else name
        for name, value in tables.items()
        for key in (value if isinstance(value, dict) else [""])
    }
    assert named == {entry.key for entry in entries()}
    assert all(re.search("[\u4e00-\u9fff]", entry.explanation) for entry in entries())
