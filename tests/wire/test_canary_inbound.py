"""Whatever comes in, and whatever goes wrong with it: no value of it stands in a log line.

Every field of every event carries a canary, user ids too; all loggers are at DEBUG, as an operator who looks
for a mistake may have them.
"""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any, NoReturn

import aiohttp
import pytest
from sqlalchemy.exc import IntegrityError

from bot.logs import configure
from bot.platforms.session import open_session
from bot.platforms.telegram_admin import TelegramAdminError, telegram_admin
from bot.settings import Settings
from bot.simulator.faults import Fault
from guideline.records import Snapshot
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.router import handle
from storage.apply import apply
from storage.inbox import receive
from tests.wire.house import BOT_TOKEN, HOOK_SECRET, ROSTER, SECRET, TOKEN, House, open_house
from tests.wire.test_thread import activated
from tests.wire.test_webhooks import post_line, post_telegram, sign

BIRD = "zzkanarie金絲雀"  # no file of ours has such a name
LINE_USER = "U" + "c0ffee" * 5 + "c0"
TELEGRAM_USER = 773177317731
CANARIES = ("zzkanarie", "金絲雀", "c0ffeec0ffee", "7731773177", "8841884188")
NUMBER = 8841884188  # of whatever has a number
BOMB, MINE = f"炸彈{BIRD}", f"地雷{BIRD}"  # what a handler, and the database, cannot take


def line_events() -> Iterator[dict[str, Any]]:
    """One of each kind, each field a canary."""
    user = {"type": "user", "userId": LINE_USER}
    message = {"id": f"{BIRD}-m", "quoteToken": BIRD, "markAsReadToken": BIRD, "quotedMessageId": BIRD}
    mention = {"mentionees": [{"index": 0, "length": 2, "type": "user", "userId": LINE_USER}]}
    emoji = [{"index": 0, "length": 1, "productId": BIRD, "emojiId": BIRD}]
    content = {"type": "external", "originalContentUrl": f"https://{BIRD}/", "previewImageUrl": BIRD}
    bodies: list[dict[str, Any]] = [
        {"type": "follow", "follow": {"isUnblocked": False}},
        {"type": "message", "message": {"type": "text", "text": BIRD, "mention": mention, "emojis": emoji}},
        {"type": "message", "message": {"type": "text", "text": BOMB}},
        {"type": "message", "message": {"type": "text", "text": MINE}},
        {"type": "message", "message": {"type": "text", "text": f"啟用 {BIRD}"}},
        {"type": "message", "message": {"type": "image", "contentProvider": content}},
        {"type": "message", "message": {"type": "file", "fileName": BIRD, "fileSize": NUMBER}},
        {"type": "message", "message": {"type": "location", "title": BIRD, "address": BIRD, "latitude": 1.5}},
        {"type": "message", "message": {"type": "sticker", "keywords": [BIRD], "stickerId": BIRD}},
        {"type": "message", "message": {"type": BIRD}},
        {"type": "postback", "postback": {"data": BIRD, "params": {"date": BIRD}}},
        {"type": "unsend", "unsend": {"messageId": f"{BIRD}-m"}},
        {"type": "beacon", "beacon": {"hwid": BIRD, "dm": BIRD, "type": BIRD}},
        {"type": "accountLink", "link": {"result": BIRD, "nonce": BIRD}},
        {"type": BIRD, BIRD: {BIRD: [BIRD, NUMBER]}},
        {"type": "message", "message": BIRD, "timestamp": BIRD, "webhookEventId": NUMBER},
        {"type": "join", "source": {"type": "group", "groupId": f"C{BIRD}", "userId": LINE_USER}},
        {"type": "unfollow"},
    ]
    for number, body in enumerate(bodies):
        if isinstance(body.get("message"), dict):
            body["message"] = {**message, "id": f"zzkanarie{number}", **body["message"]}
        common = {
            "mode": "active",
            "timestamp": NUMBER * 100 + number,
            "source": user,
            "webhookEventId": f"zzkanarie{number}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": f"zzkanarie{number}",
        }
        yield common | body


def updates() -> Iterator[dict[str, Any]]:
    """The same of Telegram."""
    person = {"id": TELEGRAM_USER, "is_bot": False, "first_name": BIRD, "last_name": BIRD, "username": BIRD}
    chat = {"id": TELEGRAM_USER, "type": "private", "first_name": BIRD, "username": BIRD}
    common = {"message_id": NUMBER, "date": 1763949600, "chat": chat, "from": person}
    messages: list[dict[str, Any]] = [
        {"text": BIRD, "entities": [{"type": "mention", "offset": 0, "length": 3, "user": person}]},
        {"text": f"/start {BIRD}"},
        {"text": BOMB},
        {"text": MINE},
        {"contact": {"phone_number": str(NUMBER), "first_name": BIRD, "user_id": TELEGRAM_USER}},
        {"location": {"latitude": 1.5, "longitude": 2.5}, "venue": {"title": BIRD, "address": BIRD}},
        {"photo": [{"file_id": BIRD, "file_unique_id": BIRD}], "caption": BIRD},
        {"document": {"file_name": BIRD, "file_id": BIRD}},
        {BIRD: {BIRD: BIRD}},
    ]
    number = NUMBER
    for message in messages:
        number += 1
        yield {"update_id": number, "message": common | message}
    press = {"id": BIRD, "from": person, "data": BIRD, "message": common | {"text": BIRD}}
    member = {"chat": chat, "from": person, "date": 1763949600, "new_chat_member": {"status": "kicked"}}
    for kind, body in (
        ("callback_query", press),
        ("edited_message", common | {"text": BIRD}),
        ("channel_post", common | {"text": BIRD}),
        ("inline_query", {"id": BIRD, "from": person, "query": BIRD}),
        (BIRD, BIRD),
        ("message", BIRD),
        ("my_chat_member", member),
    ):
        number += 1
        yield {"update_id": number, kind: body}


def clumsy(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    if event.text == BOMB:
        raise RuntimeError(f"cannot handle {event}")
    if event.text == MINE:
        raise IntegrityError("INSERT", {"text": event.text}, ValueError(f"Key (user_id)=({LINE_USER})"))
    return handle(event, snapshot, desk)


async def picky(conn: Any, editions: Any, effects: Any, at: Any) -> None:
    if any("unreachable" in str(one).lower() or one.account.user_id == LINE_USER for one in effects):
        raise IntegrityError("INSERT", {"effects": effects}, ValueError(f"Key (user_id)=({LINE_USER})"))
    await apply(conn, editions, effects, at)


async def storm(house: House) -> None:
    """Every event, one by one and all at once; every platform echoes what it was sent and refuses it."""
    echo = f"Invalid value {BIRD} for {LINE_USER} in chat {TELEGRAM_USER}"
    said = {"message": echo, "details": [{"property": BIRD, "message": echo}]}
    for status in (400, 401, 403, 404, 429, 500):
        house.line.faults.next("reply", Fault.error(status, said))
        house.line.faults.next("push", Fault.error(status, said))
        house.telegram.faults.next(
            "sendMessage", Fault.error(status, {"ok": False, "error_code": status, "description": echo})
        )
    house.telegram.faults.next("sendMessage", Fault.garbage(echo))
    house.telegram.faults.next("answerCallbackQuery", Fault.error(400, {"ok": False, "description": echo}))
    some = list(line_events())
    for one in some:
        assert await post_line(house, {"destination": BIRD, "events": [one]}) == 200
    assert await post_line(house, {"destination": BIRD, "events": some}) == 200
    for update in updates():
        assert await post_telegram(house, update) == 200


async def refused(house: House) -> None:
    """What is no webhook at all, by anybody."""
    raw = json.dumps({"destination": BIRD, "events": list(line_events())}).encode()
    for body in (BIRD.encode(), f'{{"events": "{BIRD}"}}'.encode(), raw[:-20], raw.replace(b"{", b"[")):
        assert await post_line(house, body) == 200
        assert await post_telegram(house, body) == 200
    assert await post_line(house, raw, "zzkanarie") == 401
    assert await post_telegram(house, raw, "zzkanarie") == 401
    headers = {"User-Agent": "zzkanarie", "X-Forwarded-For": "zzkanarie", "Cookie": "zzkanarie=1"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in ("webhooks/line?zzkanarie=1", "zzkanarie", "files/zzkanarie", "reminders/zzkanarie"):
            async with session.post(f"{house.bot.url}/{path}", data=raw * 60):
                pass
    reader, writer = await asyncio.open_connection("127.0.0.1", house.bot.port)
    writer.write(b"POST /webhooks/line HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nzzkanarie")
    await writer.drain()
    writer.close()
    _, writer = await asyncio.open_connection("127.0.0.1", house.bot.port)
    writer.write(b"zzkanarie /zzkanarie zzkanarie\r\n\r\n")
    await writer.drain()
    writer.close()
    assert reader is not None


async def broken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses in its own words, as a mistake of ours would make it; another program holds it."""
    body = {"events": [next(line_events())]}

    async def bad(conn: Any, rows: Any, at: Any) -> NoReturn:
        raise ValueError(f"cannot store {rows}")

    monkeypatch.setattr("bot.receiving.receive", bad)
    raw = json.dumps(body).encode()
    async with aiohttp.ClientSession() as session:
        headers = {"X-Line-Signature": sign(raw)}
        async with session.post(f"{house.bot.url}/webhooks/line", data=raw, headers=headers) as answer:
            assert answer.status == 500
    monkeypatch.setattr("bot.receiving.receive", receive)
    database = house.program.database
    assert database.module is not None
    other = database.module.connect(database.file, isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        assert await post_line(house, body) == 503
        other.execute("ROLLBACK")
    finally:
        other.close()


async def libraries(house: House) -> None:
    """asyncio, APScheduler and python-telegram-bot meet an error that quotes a person."""
    loop = asyncio.get_running_loop()

    def fails(words: str) -> NoReturn:
        raise ValueError(words)

    async def forgotten() -> NoReturn:
        fails(BIRD)

    loop.call_soon(fails, BIRD)
    task = asyncio.create_task(forgotten(), name=BIRD)
    await asyncio.sleep(0.05)
    del task
    house.program.scheduler._apscheduler.add_job(fails, args=[BIRD], name="job")
    said = {"ok": False, "description": BIRD, "error_code": 400}
    house.telegram.faults.next("getMe", Fault.error(400, said))
    async with open_session() as session, telegram_admin(session, house.telegram_url, BOT_TOKEN) as admin:
        with pytest.raises(TelegramAdminError):
            await admin.me()
    await asyncio.sleep(0.1)


async def test_nothing_of_what_comes_in_is_logged(
    sqlite_url: str,
    logged: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Good paths, handlers that raise, malformed bodies, a database and platforms that answer with an
    echo."""
    configure(Settings.model_validate({}), logged)
    async with open_house(sqlite_url) as house:
        house.line.add_friend(LINE_USER)
        house.telegram.add_user(TELEGRAM_USER)
        for log in (logging.getLogger(), *logging.getLogger().manager.loggerDict.values()):
            if isinstance(log, logging.Logger):
                log.setLevel(logging.DEBUG)
        await activated(house, house.line_phone(1))
        monkeypatch.setattr("bot.batch.handle", clumsy)
        monkeypatch.setattr("bot.batch.apply", picky)
        await storm(house)
        await refused(house)
        await broken(house, monkeypatch)
        await libraries(house)
        await asyncio.sleep(0.5)
        failed = await house.rows("SELECT count(*) FROM inbox WHERE state = 'failed'")
    written = logged.getvalue()
    out, err = capfd.readouterr()
    people = [word for one in ROSTER for word in (one.name, one.employee_no)]
    secret = [*CANARIES, SECRET, TOKEN, BOT_TOKEN, HOOK_SECRET, *people]
    found = [(line, word) for line in (written + out + err).splitlines() for word in secret if word in line]
    assert found == []
    events = {json.loads(line)["event"] for line in written.splitlines()}
    assert failed[0][0] >= 4
    assert events >= {
        "event.failed",
        "dispatch.not_accepted",
        "line.misconfigured",
        "telegram.misconfigured",
        "webhook.refused",
        "webhook.not_stored",
        "pipeline.apart",
        "Exception in ASGI application",
        "Exception in callback libraries.",
        "Task exception was never retrieved",
    }
