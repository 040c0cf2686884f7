"""docs/commands.md against the command line and the words of the chat."""

import re

import typer
from typer.main import get_command

from bot.cli import app
from handlers.commands import Name, command_in
from tests.docs.pages import ROOT, headings, section

PAGE = ROOT / "docs" / "commands.md"


def _commands() -> dict[str, list[str]]:
    """Every command, spelt out, with its options."""
    found: dict[str, list[str]] = {}
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    for name, command in root.commands.items():
        nested = {"": command}
        if isinstance(command, typer.core.TyperGroup):
            nested = dict(command.commands) | ({"": command} if command.invoke_without_command else {})
        for leaf, part in nested.items():
            options = [
                next(o for o in p.opts if o.startswith("--"))
                for p in part.params
                if p.opts[0].startswith("-")
            ]
            found[f"talentbot {name} {leaf}".strip()] = options
    return found


def test_every_command_has_its_heading() -> None:
    """The command line's section names exactly the commands there are."""
    titles = re.findall(r"^### (.+)$", section(PAGE, "指令列"), flags=re.MULTILINE)
    assert sorted(titles) == sorted(_commands())


def test_every_option_is_explained() -> None:
    """Each option stands under its command (`--config` once, for all)."""
    text = section(PAGE, "指令列")
    for command, options in _commands().items():
        found = re.search(
            rf"^### {re.escape(command)}$(.*?)(?=^### |\Z)", text, flags=re.MULTILINE | re.DOTALL
        )
        assert found is not None
        for option in options:
            assert option in found[1] or option in ("--config", "--help"), f"{command} {option}"


def test_every_command_helps_in_chinese_in_one_line() -> None:
    """The first line of each command's help is one Chinese sentence."""
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    for name, command in root.commands.items():
        nested = command.commands if isinstance(command, typer.core.TyperGroup) else {}
        for each in (command, *nested.values()):
            assert each.help, name
            assert re.fullmatch(r"[^\n]*[\u4e00-\u9fff][^\n]*。", each.help.strip()), name


def test_every_word_of_the_chat_has_its_heading() -> None:
    """The chat's section names every command a person can type, by a word that the bot understands."""
    titles = re.findall(r"^### (.+)$", section(PAGE, "對話"), flags=re.MULTILINE)
    understood = {title: command_in(title) for title in titles}
    assert None not in understood.values(), understood
    assert {command.name for command in understood.values() if command} == set(Name)


def test_every_alias_means_what_its_heading_says() -> None:
    """A word in code marks under a heading is read as that heading's command."""
    for title, text in re.findall(
        r"^### (.+?)$(.*?)(?=^### |\Z)", section(PAGE, "對話"), flags=re.MULTILINE | re.DOTALL
    ):
        wanted = command_in(title)
        for alias in re.findall(r"`([^`]+)`", text):
            # /start with a code activates; without one it greets. The router tells them apart.
            said = command_in(alias)
            assert said is not None, alias
            assert wanted is not None
            assert said.name == wanted.name or alias.startswith("/start "), alias


def test_page_has_both_parts() -> None:
    """The page keeps the two parts that the checks above read."""
    assert [text for level, text in headings(PAGE) if level == 2] == ["指令列", "對話"]
