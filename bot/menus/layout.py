"""LINE's rich menus as data: which areas each has, where they lie, and what tapping one says and does.

A tap is a postback, so that it works whatever the chat is doing; its displayText stands in the chat as if
the person had typed it. `label` is what a screen reader speaks (reference, "Action objects"). LINE for PC
shows no rich menu: everything here is also a typed word.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from handlers.commands import Name
from handlers.menus import Menu
from handlers.payload import Press, pack

Json = dict[str, Any]

PREFIX: Final = "talentbot-"  # of the names and aliases of our menus; others at the account are left alone
WIDTH: Final = 2500  # pixels, as are all lengths here
TALL, LOW = 1686, 843


@dataclass(frozen=True, slots=True)
class Area:
    """A field of the picture. `icon` names a drawing of `draw`, `says` stands under the title there and in
    the label; `strong`: the one to begin with."""

    title: str
    says: str
    name: Name
    icon: str
    x: int
    y: int
    width: int
    height: int
    strong: bool = False


@dataclass(frozen=True, slots=True)
class RichMenu:
    menu: Menu
    height: int
    bar: str  # what the bar below the chat reads; at most 14 clusters
    areas: tuple[Area, ...]

    @property
    def alias(self) -> str:
        return PREFIX + self.menu

    @property
    def picture(self) -> bytes:
        """The PNG that `draw` made of it."""
        return (files("bot.menus") / "pictures" / f"{self.menu}.png").read_bytes()

    @property
    def name(self) -> str:
        """As LINE lists it: another one whenever anything of it changes, picture included."""
        told = json.dumps(self._told(), sort_keys=True).encode()
        return f"{self.alias}-{hashlib.sha256(told + self.picture).hexdigest()[:12]}"

    @property
    def body(self) -> Json:
        """The rich menu object (reference, "Rich menu structure")."""
        return {"name": self.name, **self._told()}

    def _told(self) -> Json:
        return {
            "size": {"width": WIDTH, "height": self.height},
            "selected": True,
            "chatBarText": self.bar,
            "areas": [
                {
                    "bounds": {"x": one.x, "y": one.y, "width": one.width, "height": one.height},
                    "action": {
                        "type": "postback",
                        "label": f"{one.title}：{one.says}" if one.says else one.title,
                        "data": pack(Press("do", str(one.name))),
                        "displayText": one.title,
                    },
                }
                for one in self.areas
            ],
        }


# What a field offers: title, a few words, the command, the icon.
_START = ("開始啟用", "用啟用碼認出您", Name.ACTIVATE, "key")
_NOTICE = ("告知事項", "個人資料", Name.NOTICE, "shield")
_HELP = ("說明", "我能幫什麼忙", Name.HELP, "question")
_ROLE = ("職務問卷", "約 2 分鐘，找出適合的類別", Name.QUESTIONNAIRE, "form")
_PROGRESS = ("進度", "時數還缺多少", Name.PROGRESS, "gauge")
_LOG = ("回報", "剛上完課", Name.HOURS, "pencil")
_NEXT = ("下一步", "接著上哪門課", Name.NEXT, "signpost")
_RECORDS = ("紀錄", "看已登記的", Name.RECORDS, "list")
_CERT = ("證照", "該考哪一張", Name.CERTIFICATES, "medal")
_MORE = ("更多", "全部功能", Name.HELP, "dots")
_OFFICE = ("人事", "待辦與提問", Name.OFFICE, "desk")
_What = tuple[str, str, Name, str]


def _row(y: int, height: int, *fields: tuple[_What, int], x: int = 0) -> tuple[Area, ...]:
    """Fields side by side, each with its width."""
    placed = []
    for (title, says, name, icon), width in fields:
        placed.append(Area(title, says, name, icon, x, y, width, height))
        x += width
    return tuple(placed)


def _strong(what: _What, width: int, height: int) -> Area:
    title, says, name, icon = what
    return Area(title, says, name, icon, 0, 0, width, height, strong=True)


RICH_MENUS: Final[dict[Menu, RichMenu]] = {
    one.menu: one
    for one in (
        RichMenu(
            Menu.WELCOME,
            LOW,
            "開始使用",
            (_strong(_START, 1250, LOW), *_row(0, LOW, (_NOTICE, 625), (_HELP, 625), x=1250)),
        ),
        RichMenu(
            Menu.NEWCOMER,
            TALL,
            "選單",
            (
                _strong(_ROLE, WIDTH, LOW),
                *_row(LOW, LOW, (_PROGRESS, 833), (_LOG, 834), (_HELP, 833)),
            ),
        ),
        RichMenu(
            Menu.MEMBER,
            TALL,
            "選單",
            (
                *_row(0, LOW, (_PROGRESS, 833), (_LOG, 834), (_NEXT, 833)),
                *_row(LOW, LOW, (_RECORDS, 833), (_CERT, 834), (_MORE, 833)),
            ),
        ),
        RichMenu(
            Menu.OFFICE,
            TALL,
            "選單",
            (
                _strong(_OFFICE, 625, TALL),
                *_row(0, LOW, (_PROGRESS, 625), (_LOG, 625), (_NEXT, 625), x=625),
                *_row(LOW, LOW, (_RECORDS, 625), (_CERT, 625), (_MORE, 625), x=625),
            ),
        ),
    )
}
