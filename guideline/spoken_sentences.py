"""Which of the pieces round days and lengths are talk and no title: 我是新進同仁, 請查收, 主旨：回報學習時數.

A piece is dropped as talk only where another one remains, so that a title that reads like talk survives
alone. Also what names the title outright: a label (課名：…) or the only quoted piece.
"""

import re
from collections.abc import Iterable
from typing import Final

from guideline.numerals import view
from guideline.spoken_spans import BLANK
from guideline.spoken_talk import LEADING

# Where one piece ends and the next begins; a comma before a figure may be a decimal or thousands' one.
MARK: Final = re.compile(r"[\0。！!；;]|[，,](?!\d)")

# Labels ----------------------------------------------------------------------------------------------

_NUMBERED: Final = r"(?:[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十])[.、)）]\s*|[①-⑩]\s*)?"
_NAMING: Final = (
    r"(?:線上|實體|數位)?(?:課程名稱|課程主題|課名|課程|研習名稱|研習課程|研習主題|研習班別|訓練名稱|活動名稱|班別名稱|班別"
    r"|班名|講題|題目|主題|名稱)"
)
_OTHER: Final = (
    r"(?:上課|完成|通過|研習|學習|認證|結訓|完訓|開課|起訖|起迄|開始|結束|核發)?(?:日期|時間|時數|起訖|起迄)"
    r"|姓名|員工編號|(?:服務|主辦|辦理|開課)?(?:單位|機關)|職稱|部門|科室|(?:上課|研習)?(?:地點|方式)|講師|講座|備註|說明|電話|分機|e-?mail"
)
_NAMES_IT: Final = re.compile(rf"(?<![^\W_]){_NUMBERED}{_NAMING}\s*:\s*")
_NEXT: Final = re.compile(rf"[\s,;，。、|/(]*{_NUMBERED}(?:{_NAMING}|{_OTHER})\s*:|[\0\n。!;]")
_INFORMS: Final = re.compile(rf"{_NUMBERED}(?:{_OTHER})\s*:.*", re.DOTALL)


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
_NO_NAME: Final = re.compile(
    r"(?:課程(?:名稱)?|課名|日期|時數|(?:學習|時數|課程)?(?:回報|補報|補登|登錄|登記|[紀記]錄)(?:學習)?(?:時數)?"
    r"|必修|選修|線上|實體|數位|公告|通知|轉知|重要|急件?|系統通知)"
)
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

# Talk ------------------------------------------------------------------------------------------------

_WHO: Final = r"(?:我們?|咱們?|本人|小弟|小妹|在下|敝人|職|[您你]們?|妳|[他她]們?)"
_REPORT: Final = r"(?:回報|補報|補登錄?|登錄|登記|申報|補記|報|補|記錄|紀錄)"
_GOOD: Final = r"(?:棒|讚|好玩|實用|精彩|有趣|有?收穫|充實|累|難|無聊|豐富|有幫助|不錯|值得|感動|開心|有意思)"
_TALK: Final = re.compile(
    "|".join(
        (
            r"(?:再|還|也|就|都|要|想|先|並|那|敬|懇|惠|煩|就?再)*(?:請(?![假購款示領願託柬])|麻煩|拜託|勞煩|有勞|懇請|惠請).*",
            r"(?:非常|真的?|超級?|萬分|十分|很)*(?:感謝|感恩|謝謝|多謝|謝|辛苦|不好意思|抱歉|歹勢|拍謝|對不起|打擾|叨擾|恭喜|恭賀|敬祝|祝您).*",
            r"(?:查收|查照|惠辦|知悉|鑒核|以上|特此|謹此|謹|茲|附上|檢附|如附|詳如|補上|收到|好的|了解|知道|大推|推推|終於|總算|加油|開心|辛苦)[了啦囉喔!~,\s]*",
            r"(?:以上|特此|謹此|謹|茲|爰)(?:回報|報告|報備|通知|說明|是|為|補|登|敬).*",
            r"(?:附上|檢附|隨信|如附|詳如).{0,16}",
            rf"主旨\s*:?.*|.{{0,10}}(?:很|超級?|非常|真的?|蠻|滿|好|有點|挺){_GOOD}.{{0,8}}|累(?:死|爆|翻|慘).{{0,3}}|收穫.{{0,6}}|滿滿.{{0,6}}|受益.{{0,6}}|獲益.{{0,6}}",
            rf"(?:我|要|想|來|幫|再|先|現在|今天|才|這次|順便|一併|另外?|也|協助|欲|擬|已)*{_REPORT}(?:一下|一筆|一次|我的|本人|上次|之前|課程|學習|研習|訓練|認證|上課)*"
            r"(?:時數|紀錄|記錄)?(?:的|如下|事宜|乙事|一事|一案|案|資料|囉|喔|了|用|上)*\s*:?",
            rf"[^:]{{0,12}}(?:回報|補報|補登錄?|登錄|登記|申報|報告|補充|內容|資料|資訊|紀錄)(?:一下|一筆|如下|學習時數|時數)?\s*:",
            r".{0,10}(?:忘[了記ㄌ]?|漏[了ㄌ]?|來不及|還沒|沒|遲)(?:記|[了ㄌ])*(?:回|補)?(?:報|登|記(?!憶)).{0,6}",
            rf"{_WHO}(?:是|叫|姓|來自|負責|服務於|任職|目前|這邊|在.{{1,12}}(?:上班|服務|工作|任職)).*",
            r"[^a-z]{0,8}(?:的時候|時候|期間|之後|以後|空檔|結束後|完後|當時)",
            r"(?:[暑寒]假|值班|出差|休假|請假|上班|下班|午休|放假|借調|開會|連假|育嬰|留停|颱風假?|當|那)(?:期間|時間?|後|中|的時候)",
            r".{0,8}(?:您好|你好|妳好|大家好|各位好|早安|午安|晚安|早上好|上午好|中午好|下午好|晚上好|您早|你早|長官好)[呀啊喔]?\s*:?",
            r"(?:敬愛的|親愛的)?(?:人事(?:室|處)?|承辦(?:人員?|同仁)?|主任|[科課股組處局校]長|長官|老師|小姐|先生|大哥|大姐|小幫手|學[長姐]|同仁|夥伴)[您你]?(?:們)?(?:好|早)?\s*:?",
            r"(?:系統)?(?:通知|提醒|公告)\s*:?.*",
            r"(?:證書|證明|截圖|附圖|圖片|檔案|附件|測驗|考試).{0,4}(?:已|如|在|有|附|上傳|後補|通過|及格).{0,8}",
            r"(?:已經?|有)(?:上傳|附|取得|拿到|通過|繳交|完訓|結訓|結業).{0,8}",
            r"(?:真的|超|好|終於|總算|應該|希望|可能|其實|反正|剛好|順便)+(?:可以|解脫|完成|結束|上完|搞定|有用|學到|沒|不|會|要|有).{0,10}",
            r"(?:done|finish(?:ed)?|completed?|ok|yes|hello|hey|dear|best|regards|please|plz|pls).{0,12}",
            r"[0-9]{1,2}|[一二三四五六七八九十]",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
_PERSONAL: Final = re.compile(
    rf"{_WHO}(?:是|叫|在|還|也|都|很|真|好|覺得|已經?|有|沒|要|想|會|才|就|之前|先|剛|現在|忘|不|只|最近|再|又|終於|本來|原本|目前|這|那|知道"
    r"|記得|另|可以|可能|以為|完成|上|參加|收到|看到|聽說|參加|學到).{0,40}",
    re.DOTALL,
)


def is_talk(piece: str) -> bool:
    """Whether a piece by itself says nothing of a course's name."""
    said = view(piece).strip(" \n\t,，。.!！~～-–—")
    return bool(_TALK.fullmatch(said) or _INFORMS.fullmatch(said))


def says_nothing(piece: str) -> bool:
    """Whether a piece is talk when greetings and the like before it are taken away: 回報 我在戶政所上班."""
    said = view(piece)
    while said := _EDGES.sub("", said):
        if is_talk(said):
            return True
        leading = LEADING.match(said)
        if leading is None or not leading.end():
            return False
        said = said[leading.end() :]
    return True


_EDGES: Final = re.compile(r"\A[\W_]+|(?:(?!:)[\W_])+\Z")  # a colon tells 借調期間補報：


def is_personal(piece: str) -> bool:
    """Whether a tidied piece still speaks of somebody: 我在戶政所上班; a title may (我在AI的路上)."""
    return len(piece) > 3 and _PERSONAL.fullmatch(view(piece)) is not None  # noqa: PLR2004 (letters)


def without_talk(words: Iterable[str]) -> list[str]:
    """Words parted by spaces, without those of talk at either end: AI素養 好累."""
    kept = list(words)
    while len(kept) > 1 and _says_nothing(kept[-1]):
        kept.pop()
    while len(kept) > 1 and _says_nothing(kept[0]):
        kept.pop(0)
    return kept


def without_talking_lines(piece: str) -> str:
    """On one line, without the lines of talk at either end and those that tell something else (單位：…)."""
    lines = [line for line in piece.split("\n") if not _INFORMS.fullmatch(view(line).strip())]
    return " ".join(without_talk(lines))


def _says_nothing(word: str) -> bool:
    return not view(word).isdigit() and len(word) > 1 and is_talk(word) and not word.isascii()


# Doubt -----------------------------------------------------------------------------------------------

_MAY_TALK: Final = re.compile(
    r"^(?:我(?!國|的|們?[與和跟])|[您你妳](?!的)|[他她]們?(?:說|叫)|是(?!非)|請(?![假購款示領願])|麻煩|那|就|然後|有(?!機|效|感|聲|線|限)|已|才|再(?!生|造)|終於|總算|職)"
    r"|(?:[了吧啊喔耶呢嗎啦囉您你妳ㄅ-ㄩ]|(?<![與和跟給對懂])我)$"
    r"|[您妳]|謝謝|麻煩[您你]|不好意思|抱歉|忘[了記]報|(?:上|聽|看|修|讀|參加|完成)(?:了|完了)(?!嗎|沒)|昨天|今天我|好累|回報(?=$|\s)|查收|登錄(?=$)|感謝"
)
_AFTER_VERB: Final = re.compile(
    r".*?(?:上|聽|看|修|學|讀|參加|完成|通過|參與|出席)(?:完了?|[了過])(?:[一這那]?[門堂場個])?(?P<name>\S.+)",
    re.DOTALL,
)
_VERB_LATE: Final = re.compile(
    r"[^a-z「」]{0,14}?(?:後|之後|以後|時|期間|空檔|途中|之餘|時間|順便|終於|總算|[我職]|奉派|指派|被叫去|揪團|線上|在家)(?:[我也又才再就有去來都已經]|線上|一起|一同)*"
    r"(?:上|聽|看|修|學|讀|參加|完成|參與|出席)(?:完了?|[了過ㄌ])(?=\S)"
)


def doubtful(title: str) -> tuple[str, ...]:
    """Readings to ask about where talk may have remained in a title, the likelier first; () where none may."""
    said = view(title)
    if not _MAY_TALK.search(said):
        return ()
    readings = [title]
    if (shorter := _AFTER_VERB.fullmatch(said)) and len(shorter["name"]) > 1:
        readings.insert(0, title[shorter.start("name") :])
    return tuple(readings)


def late_verb(piece: str) -> int:
    """Where the name begins behind what was done before it: 門診結束後上了|AI語音病歷; 0: nowhere."""
    found = _VERB_LATE.match(view(piece))
    return found.end() if found else 0
