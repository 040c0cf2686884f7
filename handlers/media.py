"""Stickers, pictures, voices, places: a fitting sentence each, and what to do instead.

Nothing of them is fetched or kept. A caption is what the person typed, but only a plain command, code or
report of hours in it is taken so: any other caption belongs to its picture.
"""

from dataclasses import replace
from typing import Final

from handlers.commands import code_typed, command_in
from handlers.event import Event, Kind, Media

NOT_KEPT: Final = "圖片或檔案沒有保存，只看您附上的文字："
_PAPERS: Final = "請不要傳送身分證件、健康資料或他人的個人資料。"
_SAID: Final[dict[Media, str]] = {
    "sticker": "收到您的貼圖了，謝謝您！",
    "photo": f"謝謝您傳來的圖片。我看不懂圖片，也不會保存；如果是學習證明，請您先自行留存。{_PAPERS}",
    "video": f"謝謝您傳來的影片。我看不懂影片，也不會保存。{_PAPERS}",
    "file": f"謝謝您傳來的檔案。我打不開檔案，也不會保存；如果是學習證明，請您先自行留存。{_PAPERS}",
    "voice": "謝謝您的語音。我目前聽不懂語音，請用打字告訴我。",
    "location": "謝謝您。我用不到位置資訊，不必傳給我，請用打字告訴我需要什麼。",
    "contact": "謝謝您。我用不到聯絡人資料，也請不要傳送他人的電話；請用打字告訴我需要什麼。",
    "": "謝謝您傳來的內容。我目前只看得懂文字，請用打字告訴我。",
}


def said(event: Event) -> str:
    """The kind answer, which holds for anybody."""
    return _SAID[event.media]


def advice(event: Event) -> str:
    """What somebody who is known can do next; a sticker needs no advice."""
    match event.media:
        case "sticker":
            return ""
        case "photo" | "file":
            return "要回報時數，請輸入例如：回報 昨天 AI簡報設計 兩個半小時。"
        case _:
            return "想知道我能幫什麼忙，請輸入「說明」。"


def as_typed(event: Event) -> Event:
    """The event as text where its caption is a command or a code; any other event as it is."""
    if event.kind is Kind.MEDIA and (command_in(event.text, glued=False) or code_typed(event.text)):
        return replace(event, kind=Kind.TEXT)
    return event
