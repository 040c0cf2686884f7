"""Telegram's command menus (contract.md, "What a person can type"): everyone's, and that of HR."""

import hashlib
from typing import Any, Final

from bot.platforms.tolerant import encode
from handlers.menus import Menu

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("progress", "進度：AI 學習時數還缺多少"),
    ("log", "回報：自行回報學習時數"),
    ("next", "下一步：接下來上哪一門課"),
    ("role", "職務問卷：依實際工作建議 AI 人才類別"),
    ("records", "紀錄：查看、更正或撤回回報的時數"),
    ("cert", "證照：該考哪一張、回報已取得"),
    ("remind", "提醒：何時提醒、在哪裡提醒"),
    ("ask", "問人事：把問題交給人事單位"),
    ("privacy", "我的資料：個人資料告知與您的權利"),
    ("help", "說明：可以做什麼"),
    ("cancel", "取消：離開正在填的內容"),
)
"""What everyone sees in a private chat. It must not tell who is who, so what is for HR is not here."""

OFFICE: Final = (("hr", "人事：待辦、提問與證照登錄"), *COMMANDS)
"""What HR sees in their own private chat."""

_OF: Final = {Menu.OFFICE: OFFICE}


def own_menu(menu: Menu) -> str:
    """What is remembered of a chat that has this menu: another name when its commands change; "" for one
    that shows everyone's."""
    commands = _OF.get(menu)
    return "" if commands is None else f"{menu}-{hashlib.sha256(encode(commands)).hexdigest()[:8]}"


def call_for(menu: Menu, chat_id: int) -> tuple[str, dict[str, Any]]:
    """The method and its parameters that give a private chat this menu (BotCommandScopeChat)."""
    scope = {"type": "chat", "chat_id": chat_id}
    commands = _OF.get(menu)
    if commands is None:
        return "deleteMyCommands", {"scope": scope}
    listed = [{"command": name, "description": words} for name, words in commands]
    return "setMyCommands", {"commands": listed, "scope": scope}
