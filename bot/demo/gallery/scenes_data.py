"""Scenes of 我的資料: what is kept, a copy of it, unbinding, erasing, and having left."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.copies.letters import CAPTIONS, failed, ready
from bot.demo.gallery.acting import Hears, Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import CHEN, NOON, ON_TELEGRAM, desk, reached, scene, staff
from guideline.records import CopyAsked
from handlers.message import Text
from handlers.payload import Press

_HERE_TELEGRAM: Final = replace(staff(), account=replace(ON_TELEGRAM, id=1), accounts=(ON_TELEGRAM,))
_MAKING: Final = (CopyAsked(NOON - timedelta(minutes=1), waiting=True),)
_THREE: Final = tuple(CopyAsked(NOON - timedelta(hours=n), waiting=False) for n in (1, 2, 3))
_ONE: Final = replace(staff(), accounts=(staff().account,))
_LINK: Final = "https://talentbot.example.gov.tw/files/2bA7"
_READY: Final = ready(_LINK, NOON + timedelta(minutes=11))
_FILES: Final = tuple(Text(caption) for caption in CAPTIONS)
_LEAVES: Final = replace(CHEN, left_on=date(2026, 11, 30))
_STAYED: Final = reached(person=replace(CHEN, left_on=date(2026, 11, 13)))
_LEFT: Final = replace(
    _STAYED,
    accounts=tuple(replace(one, consented_at=NOON - timedelta(days=90)) for one in _STAYED.accounts),
)
_OLD: Final = Press("mydata", "erase", "old")

MY_DATA: tuple[Scene, ...] = (
    scene("我的資料", reached(), Says("我的資料")),
    scene("我的資料：即將離職", reached(person=_LEAVES), Says("我的資料")),
    scene("按了舊的按鈕", reached(), TapsOld("確認刪除", _OLD)),
)

COPY: tuple[Scene, ...] = (
    scene("LINE：正在整理", staff(), Says("索取複本")),
    scene("LINE：已備妥", staff(), Says("索取複本"), Hears((_READY,), "整理好之後")),
    scene("LINE：沒有下載網址", staff(), Says("索取複本"), links=False),
    scene("Telegram：正在整理", _HERE_TELEGRAM, Says("索取複本")),
    scene("Telegram：檔案的說明", _HERE_TELEGRAM, Says("索取複本"), Hears(_FILES, "整理好之後，檔案附上")),
    scene("沒能整理好", staff(), Says("索取複本"), Hears((failed(desk()),), "試過仍然不行")),
    scene("還在整理", staff(copies=_MAKING), Says("索取複本")),
    scene("今天已經三份", staff(copies=_THREE), Says("索取複本")),
)

_WHICH: Final = Says("解除綁定")

UNBIND: tuple[Scene, ...] = (
    scene("一個帳號：請確認", _ONE, _WHICH),
    scene("一個帳號：已解除", _ONE, _WHICH, Taps("確認解除")),
    scene("兩個帳號：解除哪一個", reached(), _WHICH),
    scene("兩個帳號：聽不懂", reached(), _WHICH, Says("舊的那個")),
    scene("只解除另一個：請確認", reached(), _WHICH, Taps("2 另一個（Telegram）")),
    scene("只解除另一個：已解除", reached(), _WHICH, Says("2"), Says("確認解除")),
    scene("兩個都解除：請確認", reached(), _WHICH, Taps("3 兩個都解除")),
    scene("兩個都解除：已解除", reached(), _WHICH, Says("3"), Taps("確認解除")),
    scene("回答「好」不算確認", _ONE, _WHICH, Says("好")),
    scene("取消", _ONE, _WHICH, Taps("取消")),
)

ERASE: tuple[Scene, ...] = (
    scene("刪除前：什麼會刪、什麼要留", reached(), Says("刪除我的資料")),
    scene("先索取複本", reached(), Says("刪除我的資料"), Taps("先索取複本")),
    scene("複本還在整理", reached(copies=_MAKING), Says("刪除我的資料"), Taps("確認刪除")),
    scene("已刪除", reached(), Says("刪除我的資料"), Taps("確認刪除")),
)

LEAVER: tuple[Scene, ...] = (
    scene("離職後問進度", _LEFT, Says("進度")),
    scene("離職後看我的資料", _LEFT, Says("我的資料")),
    scene("離職後解除綁定", _LEFT, _WHICH, Taps("3 兩個都解除")),
    scene("離職後改變主意：取消", _LEFT, Says("刪除我的資料"), Taps("取消")),
)
