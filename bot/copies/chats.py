"""What was said in a chat, in words, out of what is stored of it."""

import html
import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.platforms import line_inbound, telegram_inbound
from bot.platforms.tolerant import UnreadableError, decode, mapping, string
from handlers.event import Kind

_TAG: Final = re.compile(r"</?[a-z][^>]*>")
_READ: Final = {"line": line_inbound.read, "telegram": telegram_inbound.read}


def heard(platform: str, raw: bytes, received_at: datetime, zone: ZoneInfo) -> str:
    """What a person sent; empty where it was taken back, cleared, or says nothing."""
    if not raw:
        return ""
    event = _READ[platform](raw, received_at, zone, "")
    match event.kind:
        case Kind.TEXT:
            return event.text
        case Kind.PRESS:
            return "（按鈕）"
        case Kind.MEDIA:
            return "（貼圖、照片或其他內容，本服務未保存檔案）"
        case _:
            return ""


def told(body: str) -> str:
    """What a call to a platform says to whoever gets it."""
    try:
        call = mapping(decode(body.encode("utf-8", "surrogatepass")))
    except UnreadableError:
        return ""
    messages = call.get("messages")
    if isinstance(messages, list):  # LINE
        return "\n".join(_line(one) for one in messages)
    return html.unescape(_TAG.sub("", string(call, "text") or string(call, "caption")))


def _line(message: Any) -> str:
    said = message if isinstance(message, dict) else {}
    return string(said, "text") or string(said, "altText")
