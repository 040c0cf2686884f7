"""LINE's rich menus: made, pictured, linked (reference, "Rich menu"; platforms.md §1.5, §1.8)."""

import re
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from bot.simulator.line_actions import action
from bot.simulator.line_checks import Check, Problem, Problems, flag, keys, text, whole
from bot.simulator.line_limits import refuse
from bot.simulator.transcript import Json
from bot.simulator.units import graphemes

MENUS: Final = 1_000  # of one account
AREAS: Final = 20
ALIASES: Final = 1_000
PICTURE_BYTES: Final = 1_000_000
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
_WIDTHS, _LEAST_HEIGHT, _LEAST_RATIO = range(800, 2501), 250, 1.45
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(slots=True)
class RichMenus:
    """All rich menus of one account, and who sees which."""

    menus: dict[str, Json] = field(default_factory=dict)  # id -> the object as it was created
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # id -> media type, bytes
    aliases: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)  # user id -> menu id
    default: str | None = None

    def shown_to(self, user_id: str) -> str | None:
        """The id of the menu that this person sees: their own, else the default."""
        return self.linked.get(user_id, self.default)

    def create(self, body: Json) -> str:
        check(body)
        if len(self.menus) >= MENUS:
            raise refuse(400, "The maximum number of rich menus has been reached")
        menu_id = f"richmenu-{secrets.token_hex(16)}"
        self.menus[menu_id] = body
        return menu_id

    def known(self, menu_id: Any, *, pictured: bool = False) -> str:
        """An id that there is. Raises 404; 400 where a picture is needed and missing."""
        if not isinstance(menu_id, str) or menu_id not in self.menus:
            raise refuse(404, "Not found")
        if pictured and menu_id not in self.pictures:
            raise refuse(400, "must upload richmenu image before applying it to user")
        return menu_id

    def listed(self, menu_id: str) -> Json:
        return {"richMenuId": menu_id, **self.menus[menu_id]}

    def upload(self, menu_id: str, media_type: str, picture: bytes) -> None:
        if menu_id in self.pictures:
            raise refuse(400, "An image has already been uploaded to the richmenu")
        if len(picture) > PICTURE_BYTES:
            raise refuse(413, "Request Entity Too Large")
        size = self.menus[menu_id]["size"]
        if media_type == "image/png" and picture.startswith(_PNG):
            wide, high = struct.unpack(">II", picture[16:24])
            if (wide, high) != (size["width"], size["height"]):
                raise refuse(400, "The image size does not match the size of the rich menu")
        elif not (media_type == "image/jpeg" and picture.startswith(_JPEG)):
            raise refuse(415, "Unsupported media type")
        self.pictures[menu_id] = (media_type, picture)

    def delete(self, menu_id: str) -> None:
        """Whoever had it sees the default again."""
        del self.menus[menu_id]
        self.pictures.pop(menu_id, None)
        self.linked = {user: linked for user, linked in self.linked.items() if linked != menu_id}
        if self.default == menu_id:
            self.default = None

    def name_alias(self, alias: Any, menu_id: Any) -> None:
        if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
            raise refuse(400, "The request body has 1 error(s)", [Problem("invalid", "richMenuAliasId")])
        if alias in self.aliases:
            raise refuse(400, "conflict richmenu alias id")
        if len(self.aliases) >= ALIASES:
            raise refuse(400, "The maximum number of rich menu aliases has been reached")
        self.point_alias(alias, menu_id)

    def point_alias(self, alias: str, menu_id: Any) -> None:
        if not isinstance(menu_id, str) or menu_id not in self.menus:
            raise refuse(400, "richmenu not found")
        self.aliases[alias] = self.known(menu_id, pictured=True)


def check(body: Json) -> None:
    """Raises 400 with what is wrong with a rich menu object."""
    found = list(_problems(body))
    if found:
        raise refuse(400, f"The request body has {len(found)} error(s)", found)


def _problems(body: Json) -> Problems:
    yield from keys(
        body,
        {
            "size": lambda value: None if isinstance(value, dict) else "must be an object",
            "selected": flag,
            "name": text(300, graphemes),
            "chatBarText": text(14, graphemes),
            "areas": lambda value: None if isinstance(value, list) else "must be an array",
        },
        ("size", "selected", "name", "chatBarText", "areas"),
        "",
    )
    size = body.get("size")
    if isinstance(size, dict):
        yield from keys(size, {"width": whole, "height": whole}, ("width", "height"), "size.")
        yield from _size_problems(size)
    areas = body.get("areas")
    if isinstance(areas, list):
        if len(areas) > AREAS:
            yield Problem(f"Size must be between 0 and {AREAS}", "areas")
        for number, area in enumerate(areas):
            yield from _area_problems(area, size if isinstance(size, dict) else {}, f"areas[{number}]")


def _size_problems(size: Json) -> Problems:
    width, height = size.get("width"), size.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return
    if width not in _WIDTHS:
        yield Problem("must be between 800 and 2500", "size.width")
    if height < _LEAST_HEIGHT or width / height < _LEAST_RATIO:
        yield Problem("must be 250 or more, and width / height 1.45 or more", "size.height")


def _area_problems(area: Any, size: Json, path: str) -> Problems:
    if not isinstance(area, dict):
        yield Problem("must be an object", path)
        return
    parts: dict[str, Check] = dict.fromkeys(("bounds", "action"), lambda _: None)
    yield from keys(area, parts, ("bounds", "action"), f"{path}.")
    bounds = area.get("bounds")
    if isinstance(bounds, dict):
        sides = ("x", "y", "width", "height")
        wrong = list(keys(bounds, dict.fromkeys(sides, whole), sides, f"{path}.bounds."))
        yield from wrong
        if not wrong and not _inside(bounds, size):
            yield Problem("must lie inside the rich menu", f"{path}.bounds")
    if "action" in area:
        yield from action(area["action"], f"{path}.action.", label=20, label_required=False)


def _inside(bounds: Json, size: Json) -> bool:
    wide, high = size.get("width"), size.get("height")
    if not isinstance(wide, int) or not isinstance(high, int):
        return True  # said already
    across, down = bounds["x"] + bounds["width"], bounds["y"] + bounds["height"]
    return bool(bounds["width"] and bounds["height"] and across <= wide and down <= high)
