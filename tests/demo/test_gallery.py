"""Every scene of the gallery, on both platforms: whole facts in words, within every limit."""

from typing import Any, Final

import pytest

from bot.demo.gallery import TASKS, Scene
from bot.demo.gallery.acting import Played, Says, Taps, play
from bot.demo.gallery.cast import scene, staff
from bot.demo.gallery.page import drawn
from bot.platforms import line_drawing, telegram_drawing
from bot.platforms.measure import utf16
from bot.simulator.line_limits import check_messages
from bot.simulator.telegram_html import parse
from bot.simulator.telegram_limits import inline_keyboard
from handlers.commands import Name
from handlers.message import Bar, Card, Choices, Field, Line, Message, Text, buttons, plain
from tests.handlers.lint import faults
from tests.wire.platforms.test_line_drawing import nodes
from tests.wire.simulator.specs import hold_line, hold_telegram_call

Json = dict[str, Any]

# What somebody who is not bound yet can do; any other command counts in the hands of a colleague only.
_OF_ARRIVAL: Final = {Name.START, Name.ACTIVATE, Name.AGREE, Name.DECLINE, Name.NOTICE}
_SCENES: Final = [(f"{title}／{scene.title}", scene) for _, title, scenes in TASKS for scene in scenes]


def messages(played: Played) -> tuple[Message, ...]:
    return (*played.replies, *played.notices)


def facts(message: Message) -> list[str]:
    """The pieces that a message shows, each of which must be heard as well."""
    match message:
        case Text(body):
            return [body]
        case Card():
            rows = [piece for row in message.rows for piece in _of_row(row)]
            return [message.title, message.subtitle, *rows]
        case Choices():
            return [message.prompt, message.progress, message.hint]


def _of_row(row: Line | Field | Bar) -> list[str]:
    match row:
        case Line(text):
            return [text]
        case Field(label, value):
            return [label, value]
        case Bar():
            return [row.caption]


@pytest.fixture(params=[scene for _, scene in _SCENES], ids=[name for name, _ in _SCENES])
def played(request: pytest.FixtureRequest) -> Played:
    scene: Scene = request.param
    return play(scene)


def test_a_scene_says_something_without_fault(played: Played) -> None:
    """The rules of wording hold for each message, and no scene is silent."""
    assert messages(played)
    assert [fault for message in messages(played) for fault in faults(message)] == []


def test_line_takes_it_and_says_it_whole(played: Played) -> None:
    """LINE's published schema and limits; altText holds every word of the bubble but its buttons', uncut."""
    for message in messages(played):
        for group in line_drawing.draw([message]):
            hold_line("ReplyMessageRequest", {"replyToken": "0" * 32, "messages": group})
            assert check_messages({"messages": group}) == group
            for one in group:
                if one["type"] == "flex":
                    assert_heard(one)


def assert_heard(one: Json) -> None:
    alt = one["altText"]
    assert 0 < utf16(alt) <= 1500
    assert not alt.endswith("…")
    labels = {node["action"]["label"] for node in nodes(one["contents"]) if "action" in node}
    shown = [node["text"] for node in nodes(one["contents"]) if node.get("type") == "text"]
    assert [text for text in shown if text not in alt and text not in labels] == []


def test_telegram_takes_it_and_says_it_whole(played: Played) -> None:
    """The Bot API's published schema and limits; the text without tags holds every fact, uncut."""
    for message in messages(played):
        bodies = telegram_drawing.draw([message])
        for body in bodies:
            hold_telegram_call("sendMessage", {"chat_id": 1, **body})
            if "reply_markup" in body:
                inline_keyboard(body["reply_markup"])
        said = "\n".join(parse(body["text"])[0] for body in bodies)
        for fact in facts(message):
            assert all(line in said for line in fact.split("\n"))


def test_a_button_is_understood_by_its_label(played: Played) -> None:
    """Labels differ and have words; one that had to be cut is spelt out above the buttons."""
    for message in messages(played):
        labels = [button.label for button in buttons(message)]
        assert len(set(labels)) == len(labels)
        for label in labels:
            assert sum(char.isalnum() for char in label) >= 2
            stem, cut, _ = label.partition("…")
            spelt = [line for line in "\n".join(facts(message)).split("\n") if stem.lstrip("☐☑ ") in line]
            assert not cut or spelt


def test_nothing_is_cut_that_has_room(played: Played) -> None:
    """No … in what is said outside labels."""
    for message in messages(played):
        assert not [fact for fact in facts(message) if "…" in fact]


def test_every_command_has_a_scene() -> None:
    """Each command is answered in some scene."""
    answered: set[Name] = set()
    for _, shown in _SCENES:
        result = play(shown)
        known = set(Name) if shown.start.person is not None else _OF_ARRIVAL
        if "還看不懂" not in "".join(map(plain, result.replies)):
            answered |= result.commands & known
    assert set(Name) - answered == set()


def test_names_of_scenes_differ_within_a_task() -> None:
    """Two scenes of one name could not be told apart on the page; anchors differ as well."""
    assert len({name for name, _ in _SCENES}) == len(_SCENES)
    assert len({anchor for anchor, _, _ in TASKS}) == len(TASKS)


def test_only_the_newest_message_offers_quick_replies() -> None:
    """As LINE shows them."""
    told = drawn(scene("問卷停著", staff(), Says("職務問卷"), Says("進度")))
    offers = ["quickReply" in one for message in told["messages"] for one in message["line"]]
    assert offers == [False, True]


def test_a_scene_cannot_tap_what_it_has_not_shown() -> None:
    """A scene whose button is gone is broken, and says so."""
    with pytest.raises(LookupError, match="不存在的按鈕"):
        play(scene("壞掉的情境", staff(), Says("進度"), Taps("不存在的按鈕")))
