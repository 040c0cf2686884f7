"""What the page's endpoints answer, whatever they are asked."""

from typing import Any

import pytest

from bot.simulator.page import STRANGER
from tests.browser.town import AMY, Town

LINE = f"/demo/chat/line/{AMY.line_user_id}"
TELEGRAM = f"/demo/chat/telegram/{AMY.telegram_user_id}"


@pytest.mark.parametrize("path", ["/", "/static/phone.js", "/demo/desk", LINE])
async def test_headers(town: Town, path: str) -> None:
    """Every answer forbids scripts, styles and frames from anywhere but the page itself."""
    async with town.http.get(town.url + path) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_desk_lists_people_and_a_stranger(town: Town) -> None:
    """The desk names everyone who may be played, the stranger last and without a code."""
    async with town.http.get(town.url + "/demo/desk") as answer:
        desk = await answer.json()
    assert [(one["name"], one["code"]) for one in desk["people"]] == [
        ("王小明", "K7QM4WTX"),
        ("陳怡君", "M2NP8RSV"),
        (STRANGER.name, None),
    ]
    assert desk["clock"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/demo/chat/signal/1/say", {"text": "x"}, 404),
        ("/demo/chat/line/U0/say", {"text": "x"}, 404),
        ("/demo/chat/telegram/abc/say", {"text": "x"}, 404),
        (f"{LINE}/start", {}, 404),
        (f"{TELEGRAM}/follow", {}, 404),
        (f"{LINE}/say", {}, 400),
        (f"{LINE}/say", {"text": 5}, 400),
        (f"{LINE}/say", {"text": " \n "}, 400),
        (f"{LINE}/say", {"text": "字" * 5001}, 400),
        (f"{LINE}/say", ["text"], 400),
        (f"{LINE}/tap", {"data": "x" * 301}, 400),
        (f"{LINE}/tap", {"data": "x", "display_text": 1}, 400),
        (f"{TELEGRAM}/say", {"text": "😀" * 2049}, 400),
        (f"{TELEGRAM}/tap", {"data": "x", "message_id": "1"}, 400),
        (f"{TELEGRAM}/tap", {"data": "x", "message_id": True}, 400),
        (f"{TELEGRAM}/start", {"payload": "有中文"}, 400),
        (f"{LINE}/say", {"text": "x" * 70_000}, 413),
        ("/demo/clock", {"date": "2026-12-01"}, 404),
    ],
)
async def test_bad_input(town: Town, path: str, body: Any, status: int) -> None:
    """Wrong input is told in a Chinese sentence and changes nothing."""
    async with town.http.post(town.url + path, json=body) as answer:
        assert answer.status == status
        assert any("\u4e00" <= char <= "\u9fff" for char in (await answer.json())["error"])
    assert town.line.since(0) == []
    assert town.telegram.since(0) == []


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"text": "x"}', "text/plain", 415),
        (b"text=x", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_bad_body(town: Town, raw: bytes, kind: str, status: int) -> None:
    """What is not JSON is refused, and so is another site's form."""
    async with town.http.post(town.url + f"{LINE}/say", data=raw, headers={"content-type": kind}) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]
    assert town.line.since(0) == []


async def test_transcript_since(town: Town) -> None:
    """The transcript tells the state of the chat and only what came after the given message."""
    await town.line.follow(AMY.line_user_id)
    await town.line.say(AMY.line_user_id, "一")
    await town.line.say(AMY.line_user_id, "二")
    first = town.line.transcript(AMY.line_user_id)[0].id
    async with town.http.get(f"{town.url}{LINE}?since={first}") as answer:
        told = await answer.json()
    assert told["state"] == {"status": "friend"}
    assert [entry["content"]["text"] for entry in told["entries"]] == ["二"]
    async with town.http.get(f"{town.url}{LINE}?since=x") as answer:
        assert answer.status == 400
