"""What a program may send through Telegram, with the real SDK."""

from typing import Any

import aiohttp
import pytest
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MenuButtonCommands
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.wire.simulator.conftest import HandClock, TelegramWire
from tests.wire.simulator.specs import hold_telegram, hold_telegram_call

AMY, BEN, EVE, GROUP = 1001, 1002, 1003, -100200


@pytest.fixture(autouse=True)
async def friends(tg: TelegramWire) -> None:
    tg.sim.add_user(AMY, "小美")
    tg.sim.add_user(BEN)


def keyboard(data: str = "x", text: str = "好") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]]}


async def test_a_message_is_shown_as_given_and_answered_parsed(tg: TelegramWire) -> None:
    """The page gets the HTML as the bot wrote it; the API answers with text and entities."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("下一步", callback_data="v1:next")]])
    sent = await tg.bot.send_message(
        AMY, "<b>進度</b> &amp; 🍎<i>斜</i>", parse_mode="HTML", reply_markup=markup
    )
    assert sent.text == "進度 & 🍎斜"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 2), ("italic", 7, 1)]
    (entry,) = await tg.sim.wait_for(AMY, 1)
    assert entry.content["text"] == "<b>進度</b> &amp; 🍎<i>斜</i>"
    assert entry.content["plain"] == "進度 & 🍎斜"
    assert entry.content["parse_mode"] == "HTML"
    assert "entities" not in entry.content
    assert entry.content["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "v1:next"
    answer = tg.sim.calls[-1].answer
    assert isinstance(answer, dict)
    hold_telegram("Message", answer["result"])


async def test_entities_of_the_bot_stand_beside_its_text(tg: TelegramWire) -> None:
    """Without a parse mode the entities given are kept as they are."""
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    await tg.call("sendMessage", chat_id=AMY, text="進度", entities=bold)
    assert tg.sim.transcript(AMY)[0].content["entities"] == bold


@pytest.mark.parametrize("send", ["json", "form", "query", "multipart"])
async def test_parameters_come_in_four_ways(tg: TelegramWire, send: str) -> None:
    """JSON, form, query string and multipart carry the same call."""
    params = {"chat_id": str(AMY), "text": "您好 & 再見", "disable_notification": "true"}
    url = f"{tg.url}/bot123456:telegram-token/sendmessage"
    form = aiohttp.MultipartWriter("form-data")
    for name, value in params.items():
        form.append(value).set_content_disposition("form-data", name=name)
    sent: dict[str, dict[str, Any]] = {
        "json": {"json": params},
        "form": {"data": params},
        "query": {"params": params},
        "multipart": {"data": form},
    }
    async with tg.http.post(url, **sent[send]) as answer:
        assert (await answer.json())["result"]["text"] == "您好 & 再見"
    assert tg.sim.calls[-1].endpoint == "sendMessage"
    assert tg.sim.calls[-1].body == params


async def test_a_wrong_token_or_method(tg: TelegramWire) -> None:
    """401 for another token, 404 for a method that does not exist, each in Telegram's body."""
    assert await tg.call("getMe", token="123456:other") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    status, answer = await tg.call("sendFax")
    assert (status, answer["error_code"]) == (404, 404)


async def test_unreachable_chats(tg: TelegramWire) -> None:
    """A stranger is 400 chat not found; whoever blocked the bot is 403 until they come back."""
    with pytest.raises(BadRequest, match="Chat not found"):
        await tg.bot.send_message(EVE, "hi")
    status, answer = await tg.call("sendMessage", text="hi")
    assert (status, answer["description"]) == (400, "Bad Request: chat_id is empty")
    await tg.sim.block(AMY)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await tg.bot.send_message(AMY, "hi")
    assert tg.sim.delivered[AMY] == 0
    await tg.sim.start(AMY)
    await tg.bot.send_message(AMY, "hi")
    assert tg.sim.delivered[AMY] == 1


TEXTS: list[tuple[str, dict[str, Any], str | None]] = [
    ("4,096", {"text": "字" * 4096}, None),
    ("4,097", {"text": "字" * 4097}, "message is too long"),
    ("4,096 after parsing", {"text": "<b>" + "字" * 4096 + "</b>", "parse_mode": "HTML"}, None),
    (
        "4,097 after parsing",
        {"text": "<b>" + "字" * 4097 + "</b>", "parse_mode": "HTML"},
        "message is too long",
    ),
    ("empty", {"text": ""}, "message text is empty"),
    ("white space", {"text": " \n "}, "message text is empty"),
    ("empty after parsing", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("bad tag", {"text": "<p>a</p>", "parse_mode": "HTML"}, "can't parse entities: Unsupported start tag"),
    ("other mode", {"text": "a", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ("data of 64 bytes", {"text": "a", "reply_markup": keyboard("x" * 64)}, None),
    ("data of 65 bytes", {"text": "a", "reply_markup": keyboard("x" * 65)}, "BUTTON_DATA_INVALID"),
    ("22 characters of 66 bytes", {"text": "a", "reply_markup": keyboard("字" * 22)}, "BUTTON_DATA_INVALID"),
    ("empty data", {"text": "a", "reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
    ("empty label", {"text": "a", "reply_markup": keyboard(text="")}, "can't parse inline keyboard button"),
    (
        "a button that does nothing",
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
        "Text buttons are unallowed",
    ),
    ("no rows", {"text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "Array of Arrays"),
    ("markup that is no JSON", {"text": "a", "reply_markup": "{"}, "can't parse reply_markup JSON"),
    (
        "a link to localhost",
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "http://localhost/x"}]]}},
        "Wrong HTTP URL",
    ),
    (
        "a link",
        {
            "text": "a",
            "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://example.gov.tw"}]]},
        },
        None,
    ),
]


@pytest.mark.parametrize(("params", "reason"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
async def test_a_limit_of_a_message(tg: TelegramWire, params: dict[str, Any], reason: str | None) -> None:
    """The limit holds at its edge; a refusal is 400 in Telegram's words and shows nothing."""
    status, answer = await tg.call("sendMessage", chat_id=AMY, **params)
    if reason is None:
        assert status == 200, answer
    else:
        assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
        assert answer["description"].startswith("Bad Request: ")
        assert reason in answer["description"]
        assert tg.sim.delivered[AMY] == 0


async def test_one_message_a_second(
    tg: TelegramWire, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a burst of three, one a second per chat: 429 with retry_after, and other chats go on."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    for _ in range(3):
        await tg.bot.send_message(AMY, "hi")
    with pytest.raises(RetryAfter):
        await tg.bot.send_message(AMY, "hi")
    answer = tg.sim.calls[-1].answer
    assert isinstance(answer, dict)
    assert answer["parameters"] == {"retry_after": 1}
    hold_telegram("ResponseParameters", answer["parameters"])
    await tg.bot.send_message(BEN, "hi")
    clock.move(seconds=1)
    await tg.bot.send_message(AMY, "hi")
    assert tg.sim.delivered == {AMY: 4, BEN: 1}


async def test_thirty_a_second_in_all(tg: TelegramWire) -> None:
    """The 31st message of one second is 429, whatever the chat."""
    for number in range(2000, 2031):
        tg.sim.add_user(number)
    statuses = [(await tg.call("sendMessage", chat_id=n, text="a"))[0] for n in range(2000, 2031)]
    assert statuses == [200] * 30 + [429]


async def test_edits_stand_in_place(tg: TelegramWire) -> None:
    """An edited message keeps its entry; the same again is 400; a person's message cannot be edited."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="x")]])
    sent = await tg.bot.send_message(AMY, "<b>一</b>", parse_mode="HTML", reply_markup=markup)
    before = tg.sim.transcript(AMY)[0]
    await tg.bot.edit_message_text("二", AMY, sent.message_id)
    (after,) = tg.sim.changed_since(before.version)
    assert (after.id, after.content["text"], after.edited) == (before.id, "二", True)
    assert "reply_markup" not in after.content
    hold_telegram("Message", tg.sim.calls[-1].answer["result"])  # type: ignore[index]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await tg.bot.edit_message_text("二", AMY, sent.message_id)
    await tg.bot.edit_message_reply_markup(AMY, sent.message_id, reply_markup=markup)
    kept = tg.sim.transcript(AMY)[0].content
    assert (kept["text"], bool(kept["reply_markup"])) == ("二", True)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await tg.bot.edit_message_text("三", AMY, 999)
    said = await tg.sim.say(AMY, "我的")
    assert said is not None
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await tg.bot.edit_message_text("三", AMY, said["message"]["message_id"])


async def test_taking_buttons_away_keeps_the_words(tg: TelegramWire) -> None:
    """editMessageReplyMarkup without a markup removes the buttons only."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="x")]])
    sent = await tg.bot.send_message(AMY, "<b>一</b>", parse_mode="HTML", reply_markup=markup)
    await tg.bot.edit_message_reply_markup(AMY, sent.message_id)
    content = tg.sim.transcript(AMY)[0].content
    assert (content["text"], content["parse_mode"]) == ("<b>一</b>", "HTML")
    assert "reply_markup" not in content


@pytest.mark.parametrize(("length", "status"), [(200, 200), (201, 400)])
async def test_an_answer_to_a_tap(tg: TelegramWire, length: int, status: int) -> None:
    """Up to 200 characters; what was answered can be looked up."""
    update = await tg.sim.tap(AMY, 1, "x")
    assert update is not None
    query = update["callback_query"]["id"]
    given = await tg.call("answerCallbackQuery", callback_query_id=query, text="字" * length)
    assert given[0] == status
    answered = {"text": "字" * length, "show_alert": False} if status == 200 else None
    assert tg.sim.callback_answer(query) == answered


async def test_an_old_tap_cannot_be_answered(tg: TelegramWire, clock: HandClock) -> None:
    """Within its life a tap can be answered; after it, or with an unknown id, Telegram's 400."""
    update = await tg.sim.tap(AMY, 1, "x")
    assert update is not None
    query = update["callback_query"]["id"]
    clock.move(seconds=60)
    assert await tg.bot.answer_callback_query(query)
    clock.move(seconds=1)
    for old in (query, "1"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await tg.bot.answer_callback_query(old)


async def test_a_document_arrives_byte_for_byte(tg: TelegramWire) -> None:
    """A file sent by multipart keeps its bytes, its Chinese name and its caption."""
    data = bytes(range(256)) * 40 + b"\r\n--x\r\n\r\n"
    sent = await tg.bot.send_document(
        AMY, data, filename="進度表.xlsx", caption="<b>表</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert tg.sim.files[sent.document.file_id] == data
    assert (sent.document.file_name, sent.caption) == ("進度表.xlsx", "表")
    assert tg.sim.transcript(AMY)[0].content["caption"] == "<b>表</b>"
    hold_telegram("Message", tg.sim.calls[-1].answer["result"])  # type: ignore[index]
    again = await tg.bot.send_document(AMY, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_size == len(data)


@pytest.mark.parametrize(("length", "status"), [(1024, 200), (1025, 400)])
async def test_a_caption_of_1024(tg: TelegramWire, length: int, status: int) -> None:
    """Captions end at 1,024."""
    sent = await tg.bot.send_document(AMY, b"x", filename="a.txt")
    assert sent.document is not None
    given = await tg.call("sendDocument", chat_id=AMY, document=sent.document.file_id, caption="字" * length)
    assert given[0] == status


async def test_a_document_must_be_there(tg: TelegramWire) -> None:
    """Without a file or a known file id there is nothing to send."""
    assert (await tg.call("sendDocument", chat_id=AMY))[0] == 400
    assert (await tg.call("sendDocument", chat_id=AMY, document="no-such-file"))[0] == 400


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 400)])
async def test_a_hundred_commands(tg: TelegramWire, count: int, status: int) -> None:
    """100 commands and not one more."""
    commands = [{"command": f"c{n}", "description": "說明"} for n in range(count)]
    assert (await tg.call("setMyCommands", commands=commands))[0] == status


@pytest.mark.parametrize(
    ("command", "description", "status"),
    [
        ("a" * 32, "字" * 256, 200),
        ("a" * 33, "說明", 400),
        ("Help", "說明", 400),
        ("說明", "說明", 400),
        ("help", "", 400),
        ("help", "字" * 257, 400),
    ],
)
async def test_a_command(tg: TelegramWire, command: str, description: str, status: int) -> None:
    """Names of 1-32 of a-z, 0-9 and _; descriptions of 1-256."""
    commands = [{"command": command, "description": description}]
    assert (await tg.call("setMyCommands", commands=commands))[0] == status


async def test_settings_by_the_sdk(tg: TelegramWire) -> None:
    """Commands by scope, menu button, description and chat action are kept and given back."""
    await tg.bot.set_my_commands([BotCommand("help", "說明")], language_code="zh")
    assert [c.command for c in await tg.bot.get_my_commands(language_code="zh")] == ["help"]
    assert await tg.bot.get_my_commands() == ()
    await tg.bot.delete_my_commands(language_code="zh")
    assert await tg.bot.get_my_commands(language_code="zh") == ()
    await tg.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await tg.bot.get_chat_menu_button()).type == "commands"
    await tg.bot.set_my_description("學" * 512)
    assert (await tg.bot.get_my_description()).description == "學" * 512
    with pytest.raises(BadRequest):
        await tg.bot.set_my_description("學" * 513)
    await tg.bot.set_my_short_description("短")
    await tg.bot.send_chat_action(AMY, "typing")
    with pytest.raises(BadRequest, match="action"):
        await tg.bot.send_chat_action(AMY, "dancing")
    assert tg.sim.actions == [(AMY, "typing")]
    me = await tg.bot.get_me()
    assert (me.id, me.username) == (123456, "talentbot_bot")
    hold_telegram("User", tg.sim.calls[-1].answer["result"])  # type: ignore[index]


async def test_a_call_can_be_held_to_the_schema(tg: TelegramWire) -> None:
    """What is recorded of a JSON call is what the published schema speaks of."""
    await tg.call("sendMessage", chat_id=AMY, text="hi", reply_markup=keyboard())
    hold_telegram_call("sendMessage", tg.sim.calls[-1].body)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"type": "all_private_chats"}, 200),
        ({"type": "chat", "chat_id": 7001}, 200),
        ({"type": "chat"}, 400),
        ({"type": "chat", "chat_id": 7999}, 400),
        ({"type": "everyone"}, 400),
        ({"type": "default", "chat_id": 7001}, 400),
        ("chat", 400),
    ],
    ids=str,
)
async def test_commands_have_a_scope_that_there_is(tg: TelegramWire, scope: Any, status: int) -> None:
    """Each kind names what it must and nothing else, and a chat that the bot knows."""
    tg.sim.add_user(7001)
    told = await tg.call("setMyCommands", commands=[{"command": "hr", "description": "人事"}], scope=scope)
    assert told[0] == status
