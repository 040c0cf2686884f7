"""Scenes of the weekly digest: the card of a week, of the first week, of a part of the agency; 下載週報."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.demo.gallery.acting import Hears, Says, Scene
from bot.demo.gallery.cast import NOON, ON_TELEGRAM, desk, officer, scene, staff
from guideline.digest import Figures, Pattern, Tally, figures
from guideline.hiding import Row
from guideline.standing import State
from guideline.weekly import Digest, Planned, Waits
from handlers import digest_card, digest_download
from handlers.message import Text

_MONDAY: Final = date(2026, 11, 16)
_LETTERS: Final[dict[str, State]] = {"O": "official", "W": "waiting", "M": "missing", "U": "unknown"}


def _figures(scope: str, before: dict[str, int] | None, **patterns: int) -> Figures:
    """`OOMU=3`: three people, a letter for each part."""
    counted: Counter[Pattern] = Counter()
    for name, many in patterns.items():
        counted[tuple(_LETTERS[letter] for letter in name)] += many
    tally = Tally(Counter({"counted": counted.total(), "away": 41, "exempt": 82, "undecided": 15}), counted)
    return figures(desk().edition, scope, _MONDAY, tally, before, _MONDAY - timedelta(days=7))


_WEEK: Final = Digest(
    _figures(
        "",
        {"official:yearly-ai": 1358, "official:agency-goal": 1071},
        OOOU=1104,
        WWOU=201,
        OOMU=280,
        WOMU=122,
        OMOU=38,
        MMMU=117,
    ),
    date(2026, 11, 12),
    Waits(confirm=23, questions=4, oldest=3, certificates=14, undecided=1, refused=2),
    Planned(date(2026, 11, 18), {"line": 348, "email": 209}),
    line_used=612,
    line_limit=3000,
)
_FIRST: Final = Digest(_figures("", None, MMMU=120, WMMU=6), released=False, line=False)
_PART: Final = replace(
    _WEEK,
    figures=_figures("教育局", {"official:yearly-ai": 60}, OOOU=58, OOMU=21, MMMU=9),
    waits=Waits(),
    planned=Planned(),
    paused=True,
    everywhere=Row(1862, {"yearly-ai": 1422, "agency-goal": 1104}),
)
_DONE: Final = replace(_WEEK, figures=_figures("", None, OOOU=1800, WWWU=62), planned=Planned())
_READY: Final = digest_download.ready(
    "https://talentbot.example.gov.tw/files/2bA7", NOON + timedelta(minutes=11)
)
_FILES: Final = tuple(Text(caption) for caption in digest_download.CAPTIONS)
_HERE_TELEGRAM: Final = replace(officer(), account=replace(ON_TELEGRAM, id=1), accounts=(ON_TELEGRAM,))
_ASKS: Final = Says("下載週報")


def _hears(digest: Digest) -> Hears:
    return Hears((digest_card.card(digest),), "每週第一個工作天 09:00")


DIGEST: tuple[Scene, ...] = (
    scene("一週的數字", officer(), _hears(_WEEK)),
    scene("第一週：試行中、尚無官方資料", officer(), _hears(_FIRST)),
    scene("一個局處、提醒暫停中", officer(), _hears(_PART)),
    scene("沒有人尚缺", officer(), _hears(_DONE)),
    scene("LINE：正在整理", officer(), _ASKS),
    scene("LINE：已備妥", officer(), _ASKS, Hears((_READY,), "整理好之後")),
    scene("LINE：沒有下載網址", officer(), _ASKS, links=False),
    scene("Telegram：正在整理", _HERE_TELEGRAM, _ASKS),
    scene("Telegram：檔案的說明", _HERE_TELEGRAM, _ASKS, Hears(_FILES, "整理好之後，檔案附上")),
    scene("沒能整理好", officer(), _ASKS, Hears((digest_download.failed(desk()),), "試過仍然不行")),
    scene("限人事使用", staff(), _ASKS),
)
