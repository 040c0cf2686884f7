"""What names a course outright: a label (課名：…) or the only quoted piece (您已完成「…」課程)."""

import re
from typing import Final

from guideline.numerals import view
from guideline.spoken_sentences import NUMBERED, OTHER, is_talk
from guideline.spoken_spans import BLANK

# Labels ----------------------------------------------------------------------------------------------

_NAMING: Final = (
    r"(?:線上|實體|數位)?(?:課程名稱|課程主題|課名|課程|研習名稱|研習課程|研習主題|研習班別|訓練名稱|活動名稱|班別名稱|班別"
    r"|班名|講題|標題|題目|主題|名稱)"
)
_NAMES_IT: Final = re.compile(rf"(?<![^\W_]){NUMBERED}{_NAMING}\s*:\s*")
_NEXT: Final = re.compile(rf"[\s,;，。、|/(]*{NUMBERED}(?:{_NAMING}|{OTHER})\s*:|[\0\n。!;]")


def labelled(rest: str) -> str:
    """What a label names, up to the next label, line break, sentence end or place of a day or length; ""
    where there is none. Of several such labels all, in order."""
    said = view(rest)
    found = []
    for label in _NAMES_IT.finditer(said):
        start = label.end()
        while said[start : start + 1] in {BLANK, "的", " "}:  # 課程：昨天的AI素養
            start += 1
        after = _NEXT.search(said, start)
        found.append(rest[start : after.start() if after else len(rest)].strip())
    return " ".join(name for name in found if name)


# Quotes ----------------------------------------------------------------------------------------------

_QUOTED: Final = re.compile(
    r"「([^「」\0\n]{2,})」|『([^『』\0\n]{2,})』|《([^《》\0\n]{2,})》|〈([^〈〉\0\n]{2,})〉|【([^【】\0\n]{2,})】"
    r"|\"([^\"\0\n]{2,})\"|“([^“”\0\n]{2,})”"
)
# In quotes, but no name.
_NO_NAME: Final = re.compile(
    r"(?:課程(?:名稱)?|課名|日期|時數|(?:學習|時數|課程)?(?:回報|補報|補登|登錄|登記|[紀記]錄)(?:學習)?(?:時數)?"
    r"|必修|選修|(?:線上|實體|數位)課?程?|公告|通知|轉知|重要|急件?|.{0,8}(?:通知|公告|提醒))"
)
# Said before a name in quotes, and after one.
_LEARNED: Final = re.compile(
    r"(?:上|聽|看|修|學|讀|參加|完成|通過|研習|修習|出席|參與|選修|選讀|報名)(?:完|畢|過)?[了過的ㄌ]?(?:課程?)?(?:是|叫做?|為)?[:]?\s*\Z"
)
_KIND: Final = re.compile(
    r"\s*的?(?:[這那][一]?[門堂場個次])?(?:線上|數位|實體|教育|專業|增能)*(?:課程?|研習|研討會?|講座|講習|訓練|工作坊|演講|測驗|論壇)*"
    r"(?:的?(?:測驗|考試|學習|認證))?(?:完畢|完成|結束|完了?|了|已於?|於|共計?|計|並.{0,12})?[\s)）]*"
)


def quoted(rest: str) -> tuple[str, bool]:
    """The only quoted piece that may be a name, and whether a verb of learning stands before it (then it is
    the title whatever else is said); "" where there is none or where a name goes on beside it."""
    found = [m for m in _QUOTED.finditer(rest) if not _NO_NAME.fullmatch(view(m[m.lastindex or 0]))]
    if len(found) != 1:
        return "", False
    (quote,) = found
    before = _NEAREST_BEFORE.search(view(rest[: quote.start()]))
    after = re.split(r"[\0\n。！!；;，,:：]", rest[quote.end() :], maxsplit=1)[0]
    learned = before is not None and _LEARNED.search(before[0]) is not None
    alone = before is not None and (learned or not before[0].strip() or is_talk(before[0]))
    if not alone or not (_KIND.fullmatch(view(after)) or is_talk(after)):
        return "", False
    return quote[quote.lastindex or 0], learned


_NEAREST_BEFORE: Final = re.compile(r"[^\0\n。！!；;，,:：]*\Z")
