"""The rich menus as they are committed: their pictures, areas, words and colours."""

import re
import struct

import pytest

from bot.menus import draw
from bot.menus.commands import COMMANDS, OFFICE, call_for, own_menu
from bot.menus.layout import RICH_MENUS, WIDTH, Area, RichMenu
from bot.platforms.flex import EDGE
from bot.platforms.measure import count
from handlers.commands import Name, command_in
from handlers.menus import Menu
from handlers.message import Text
from handlers.payload import Press, parse
from tests.handlers.lint import faults
from tests.wire.platforms.test_line_drawing import contrast

ALL = pytest.mark.parametrize("rich", RICH_MENUS.values(), ids=[str(menu) for menu in RICH_MENUS])
MEGABYTE = 1_000_000


@ALL
def test_the_picture_is_a_png_of_the_menus_size(rich: RichMenu) -> None:
    """To the pixel, and at most 1 MB (platforms.md §1.8); `python -m bot.menus.draw` makes it."""
    picture = rich.picture
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (WIDTH, rich.height)
    assert len(picture) <= MEGABYTE


@ALL
def test_the_areas_tile_the_picture(rich: RichMenu) -> None:
    """All of it can be tapped, and nowhere two of them."""
    assert sum(one.width * one.height for one in rich.areas) == WIDTH * rich.height
    for one in rich.areas:
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= WIDTH
        assert one.y + one.height <= rich.height
        assert not any(_overlap(one, other) for other in rich.areas if other is not one)


def _overlap(one: Area, other: Area) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@ALL
def test_a_tap_says_what_can_also_be_typed(rich: RichMenu) -> None:
    """Its words are a command of the chat, its payload one that holds at any time, its label is spoken."""
    for one, drawn in zip(rich.areas, rich.body["areas"], strict=True):
        action = drawn["action"]
        assert parse(action["data"]) == Press("do", str(one.name))
        typed = command_in(action["displayText"])
        assert typed is not None
        # 「開始啟用」 typed below the notice is consent; the menu may be tapped unread, and only asks for it.
        assert typed.name is one.name or (typed.name, one.name) == (Name.AGREE, Name.ACTIVATE)
        assert 1 <= count(action["label"]) <= 20
        assert one.title in action["label"]
        assert faults(Text(f"{one.title}：{one.says}")) == []
    assert 1 <= count(rich.bar) <= 14


@ALL
def test_every_word_and_icon_is_in_the_drawing(rich: RichMenu) -> None:
    """What the picture is made from names each area, and an icon that there is."""
    drawn = draw.page(rich)
    for one in rich.areas:
        assert one.title in drawn
        assert one.says in drawn
        assert f'<symbol id="{one.icon}"' in draw.ICONS.read_text("utf-8")


def test_letters_stand_out_from_their_ground() -> None:
    """4.5:1 or more (WCAG 2.2, 1.4.3), and no other colour stands in the style."""
    assert min(contrast(letters, ground) for letters, ground in draw.PAIRS) >= 4.5
    known = {colour for pair in draw.PAIRS for colour in pair} | {EDGE}
    style = draw.page(RICH_MENUS[Menu.OFFICE]).partition("</style>")[0]
    assert set(re.findall(r"#[0-9A-F]{6}", style)) <= known


def test_the_name_changes_with_what_it_names() -> None:
    """Another word, another name: LINE's menus are never changed in place."""
    rich = RICH_MENUS[Menu.MEMBER]
    other = RichMenu(rich.menu, rich.height, "新選單", rich.areas)
    assert rich.name != other.name
    assert rich.name.startswith("talentbot-member-")
    assert rich.alias == other.alias


def test_a_newcomer_begins_with_the_questionnaire_and_hr_with_the_office() -> None:
    """The one strong field of a menu is what comes first from there."""
    strong = {menu: [one.name for one in rich.areas if one.strong] for menu, rich in RICH_MENUS.items()}
    assert strong == {
        Menu.WELCOME: [Name.ACTIVATE],
        Menu.NEWCOMER: [Name.QUESTIONNAIRE],
        Menu.MEMBER: [],
        Menu.OFFICE: [Name.OFFICE],
    }
    of_member = {one.name for one in RICH_MENUS[Menu.MEMBER].areas}
    assert {one.name for one in RICH_MENUS[Menu.OFFICE].areas} == of_member | {Name.OFFICE}


@pytest.mark.parametrize(("command", "words"), OFFICE)
def test_telegrams_commands_are_commands_of_the_chat(command: str, words: str) -> None:
    """Each is read by the chat as the Chinese word that its description begins with."""
    typed, named = command_in(f"/{command}"), command_in(words.partition("：")[0])
    assert typed is not None
    assert named is not None
    assert typed.name is named.name
    assert faults(Text(words)) == []


def test_everyones_commands_are_those_of_the_contract() -> None:
    """All that a person can type, in Telegram's own form, and nothing that tells who is who."""
    wanted = "help role next log progress records cert remind privacy ask cancel"
    assert {name for name, _ in COMMANDS} == set(wanted.split())
    assert own_menu(Menu.MEMBER) == own_menu(Menu.WELCOME) == ""
    assert call_for(Menu.MEMBER, 7001) == ("deleteMyCommands", {"scope": {"type": "chat", "chat_id": 7001}})
