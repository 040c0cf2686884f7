"""Rich menus on the loopback LINE: its limits, its refusals, and the published schemas."""

import struct
from typing import Any

import pytest
from linebot.v3.messaging import RichMenuRequest  # type: ignore[import-untyped]

from bot.menus.layout import RICH_MENUS
from bot.simulator.line_api import RATE_LIMIT
from bot.simulator.line_events import user_id
from bot.simulator.line_menus import PICTURE_BYTES
from handlers.menus import Menu
from tests.wire.simulator.conftest import HandClock, LineWire
from tests.wire.simulator.specs import hold_line

Json = dict[str, Any]
AMY, EVE = user_id("amy"), user_id("eve")
RICH = RICH_MENUS[Menu.WELCOME]


def body(**changed: Any) -> Json:
    return {**RICH.body, **changed}


def area(label: str = "進度", **bounds: int) -> Json:
    placed = {"x": 0, "y": 0, "width": 100, "height": 100, **bounds}
    return {"bounds": placed, "action": {"type": "postback", "data": "x", "label": label}}


async def whole(line: LineWire) -> str:
    """The id of a menu with its picture."""
    _, made = await line.post("richmenu", RICH.body)
    menu_id = str(made["richMenuId"])
    assert await pictured(line, menu_id, RICH.picture) == 200
    return menu_id


async def pictured(line: LineWire, menu_id: str, picture: bytes, kind: str = "image/png") -> int:
    status, _ = await line.post(f"richmenu/{menu_id}/content", picture, content_type=kind)
    return status


async def get(line: LineWire, path: str, method: str = "GET") -> tuple[int, Any]:
    async with line.http.request(method, f"{line.url}/v2/bot/{path}") as answer:
        return answer.status, await answer.json()


WRONG: list[tuple[str, Json]] = [
    ("no areas", {key: value for key, value in RICH.body.items() if key != "areas"}),
    ("a key nobody knows", body(colour="red")),
    ("a name of 301", body(name="名" * 301)),
    ("a bar of 15", body(chatBarText="字" * 15)),
    ("an empty bar", body(chatBarText="")),
    ("too narrow", body(size={"width": 799, "height": 500}, areas=[])),
    ("too wide", body(size={"width": 2501, "height": 843}, areas=[])),
    ("too low", body(size={"width": 800, "height": 249}, areas=[])),
    ("too high for its width", body(size={"width": 2500, "height": 1725}, areas=[])),
    ("21 areas", body(areas=[area()] * 21)),
    ("beyond the edge", body(areas=[area(x=2450)])),
    ("nothing to tap", body(areas=[area(width=0)])),
    ("a label of 21", body(areas=[area("字" * 21)])),
    ("no action", body(areas=[{"bounds": area()["bounds"]}])),
]


@pytest.mark.parametrize("wrong", [case[1] for case in WRONG], ids=[case[0] for case in WRONG])
async def test_what_breaks_a_limit_is_not_made(line: LineWire, wrong: Json) -> None:
    """400 with the property at fault, from making and from validating; nothing is kept."""
    for path in ("richmenu", "richmenu/validate"):
        status, told = await line.post(path, wrong)
        assert status == 400
        assert told["details"][0]["property"]
    assert line.sim.channel.menus.menus == {}


@pytest.mark.parametrize("menu", list(Menu))
async def test_our_menus_are_as_line_publishes_them(line: LineWire, menu: Menu) -> None:
    """Taken by the loopback LINE through the SDK, and by LINE's published schema, which lists them too."""
    rich = RICH_MENUS[menu]
    made = await line.sdk.create_rich_menu(RichMenuRequest.from_dict(rich.body))
    assert line.sim.channel.menus.menus[made.rich_menu_id] == rich.body
    assert await pictured(line, made.rich_menu_id, rich.picture) == 200
    hold_line("RichMenuRequest", rich.body)
    hold_line("RichMenuListResponse", (await get(line, "richmenu/list"))[1])


PNG = struct.pack(">8sI4sII", b"\x89PNG\r\n\x1a\n", 13, b"IHDR", 2500, 843)
PICTURES: list[tuple[str, bytes, str, int]] = [
    ("ours", RICH.picture, "image/png", 200),
    ("a JPEG", b"\xff\xd8\xff\xe0 and so on", "image/jpeg", 200),
    ("a PNG that says JPEG", PNG, "image/jpeg", 415),
    ("no picture", b"GIF89a", "image/gif", 415),
    ("another size", PNG[:20] + struct.pack(">I", 1686), "image/png", 400),
    ("over a megabyte", PNG + bytes(PICTURE_BYTES), "image/png", 413),
]
_NAMES = [case[0] for case in PICTURES]


@pytest.mark.parametrize(
    ("picture", "kind", "status"), [p[1:] for p in PICTURES], ids=[p[0] for p in PICTURES]
)
async def test_pictures_are_png_or_jpeg_of_the_menus_size(
    line: LineWire, picture: bytes, kind: str, status: int
) -> None:
    """At most 1 MB, and once for each menu."""
    _, made = await line.post("richmenu", RICH.body)
    assert await pictured(line, made["richMenuId"], picture, kind) == status
    if status == 200:
        assert await pictured(line, made["richMenuId"], picture, kind) == 400


async def test_a_menu_without_a_picture_is_shown_to_nobody(line: LineWire) -> None:
    """Neither as the default, nor to one person, nor under an alias."""
    line.sim.add_friend(AMY)
    _, made = await line.post("richmenu", RICH.body)
    bare = made["richMenuId"]
    assert (await line.post(f"user/all/richmenu/{bare}", None))[0] == 400
    assert (await line.post(f"user/{AMY}/richmenu/{bare}", None))[0] == 400
    assert (await line.post("richmenu/alias", {"richMenuAliasId": "a", "richMenuId": bare}))[0] == 400


async def test_a_persons_own_menu_goes_before_the_default(line: LineWire) -> None:
    """Linked, unlinked, and gone with the menu; only for people the account knows."""
    line.sim.add_friend(AMY)
    menus = line.sim.channel.menus
    usual, own = await whole(line), await whole(line)
    assert (await get(line, "user/all/richmenu"))[0] == 404
    await line.sdk.set_default_rich_menu(usual)
    assert (await line.sdk.get_default_rich_menu_id()).rich_menu_id == usual
    await line.sdk.link_rich_menu_id_to_user(AMY, own)
    assert menus.shown_to(AMY) == own
    assert (await line.sdk.get_rich_menu_id_of_user(AMY)).rich_menu_id == own
    await line.sdk.unlink_rich_menu_id_from_user(AMY)
    assert menus.shown_to(AMY) == usual
    assert (await get(line, f"user/{AMY}/richmenu"))[0] == 404
    await line.sdk.link_rich_menu_id_to_user(AMY, own)
    await line.sdk.delete_rich_menu(own)
    assert menus.shown_to(AMY) == usual
    assert (await get(line, f"richmenu/{own}"))[0] == 404
    assert (await line.post(f"user/{AMY}/richmenu/{own}", None))[0] == 404
    assert (await line.post(f"user/{EVE}/richmenu/{usual}", None))[0] == 400


async def test_whoever_blocked_the_account_is_answered_200_and_not_linked(line: LineWire) -> None:
    """LINE says nothing of a block."""
    line.sim.add_friend(AMY)
    line.sim.channel.friends.blocked.add(AMY)
    own = await whole(line)
    assert (await line.post(f"user/{AMY}/richmenu/{own}", None))[0] == 200
    assert line.sim.channel.menus.shown_to(AMY) is None


async def test_an_alias_is_made_once_and_pointed_elsewhere(line: LineWire) -> None:
    """Lower-case letters, digits, - and _; a second one of that name conflicts."""
    first, second = await whole(line), await whole(line)
    for wrong in ("", "Alias", "別名", "a" * 33):
        assert (await line.post("richmenu/alias", {"richMenuAliasId": wrong, "richMenuId": first}))[0] == 400
    named = {"richMenuAliasId": "talentbot-member", "richMenuId": first}
    assert [(await line.post("richmenu/alias", named))[0] for _ in range(2)] == [200, 400]
    assert (await line.post("richmenu/alias/talentbot-member", {"richMenuId": second}))[0] == 200
    assert (await get(line, "richmenu/alias/talentbot-member"))[1]["richMenuId"] == second
    hold_line("RichMenuAliasListResponse", (await get(line, "richmenu/alias/list"))[1])
    assert (await get(line, "richmenu/alias/talentbot-member", "DELETE"))[0] == 200
    assert (await line.post("richmenu/alias/talentbot-member", {"richMenuId": second}))[0] == 404


async def test_a_hundred_menus_an_hour_and_no_more(line: LineWire, clock: HandClock) -> None:
    """The hundred and first is 429; 36 seconds later there is room for one."""
    statuses = [(await line.post("richmenu", RICH.body))[0] for _ in range(100)]
    assert statuses == [200] * 100
    status, told = await line.post("richmenu", RICH.body)
    assert (status, told["message"]) == (429, RATE_LIMIT)
    clock.move(seconds=37)
    assert (await line.post("richmenu", RICH.body))[0] == 200
