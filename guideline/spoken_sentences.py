"""Which of the pieces round days and lengths are talk and no title: 我是新進同仁, 請查收, 主旨：回報學習時數.

A piece is dropped as talk only where another one remains, so that a title that reads like talk survives
alone; what the rules cannot tell is asked about.
"""

import re
from collections.abc import Iterable
from typing import Final

from guideline.numerals import view
from guideline.spoken_talk import LEADING

# Where one piece ends and the next begins; a comma before a figure may be a decimal or thousands' one.
MARK: Final = re.compile(r"[\0。！!；;]|[，,](?!\d)")

NUMBERED: Final = r"(?:[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十])[.、)）]\s*|[①-⑩]\s*)?"
# Labels of what is no title.
OTHER: Final = (
    r"(?:上課|完成|通過|研習|學習|認證|結訓|完訓|開課|起訖|起迄|開始|結束|核發)?(?:日期|時間|時數|起訖|起迄)"
    r"|姓名|學員|學號|帳號|受訓人員?|員工編號|(?:服務|主辦|辦理|開課)?(?:單位|機關)|職稱|部門|科室|(?:上課|研習)?(?:地點|方式)|講師|講座|備註|說明|電話|分機|e-?mail"
)
_INFORMS: Final = re.compile(rf"{NUMBERED}(?:{OTHER})\s*:.*", re.DOTALL)

# Talk ------------------------------------------------------------------------------------------------

_WHO: Final = r"(?:我們?|咱們?|本人|小弟|小妹|在下|敝人|職(?=[於已在任是])|[您你]們?|妳|[他她]們?)"
_REPORT: Final = r"(?:回報|補報|補登錄?|登錄|登記|申報|補記|報|補|記錄|紀錄)"
_GOOD: Final = (
    r"(?:棒|讚|好(?![奇用])|好玩|實用|精彩|有趣|有?收穫|充實|累|難|無聊"
    r"|豐富|有幫助|不錯|值得|感動|開心|有意思)"
)
_TALK: Final = re.compile(
    "|".join(
        (
            r"(?:再|還|也|就|都|要|想|先|並|那|敬|懇|惠|煩|就?再)*(?:請(?![假購款示領願託柬])|麻煩|拜託|勞煩|有勞|懇請|惠請).*",
            r"(?:非常|真的?|超級?|萬分|十分|很)*(?:感謝|感恩|謝謝|多謝|謝|辛苦|不好意思|抱歉|歹勢|拍謝|對不起|打擾|叨擾|恭喜|恭賀|敬祝|祝您).*",
            r"(?:查收|查照|惠辦|知悉|鑒核|以上|特此|謹此|謹|茲|附上|檢附|如附|詳如|補上|收到|好的|了解|知道|大推|推推|終於|總算|加油|開心|辛苦)[了啦囉喔!~,\s]*",
            r"(?:以上|特此|謹此|謹|茲|爰)(?:回報|報告|報備|通知|說明|是|為|補|登|敬).*",
            r"(?:附上|檢附|隨信|如附|詳如).{0,16}",
            rf"主旨\s*:?.*|.{{0,10}}(?:很|超級?|非常|真的?|蠻|滿|好|有點|挺){_GOOD}.{{0,8}}|累(?:死|爆|翻|慘).{{0,3}}|收穫.{{0,6}}|滿滿.{{0,6}}|受益.{{0,6}}|獲益.{{0,6}}",
            (
                rf"(?:我|要|想|來|幫|再|先|現在|今天|才|這次|順便|一併|另外?|也|協助|欲|擬|已)*{_REPORT}(?:一下|一筆|一次|我的|本人|上次|之前|課程|學習|研習|訓練|認證|上課)*"
                r"(?:時數|紀錄|記錄)?(?:的|如下|事宜|乙事|一事|一案|案|資料|囉|喔|了|用|上)*\s*:?"
            ),
            r"[^:]{0,12}(?:回報|補報|補登錄?|登錄|登記|申報|報告|補充|內容|資料|資訊|紀錄)(?:一下|一筆|如下|學習時數|時數)?\s*:",
            r".{0,10}(?:忘[了記ㄌ]?|漏[了ㄌ]?|來不及|還沒|沒|遲)(?:記|[了ㄌ])*(?:回|補)?(?:報|登|記(?!憶)).{0,6}",
            rf"{_WHO}(?:是|叫|姓|來自|負責|服務於|任職|目前|這邊|在.{{1,12}}(?:上班|服務|工作|任職)).*",
            r"[^a-z]{0,8}(?:的時候|時候|期間|之後|以後|空檔|結束後|完後|當時)",
            r"(?:[暑寒]假|值班|出差|休假|請假|上班|下班|午休|放假|借調|開會|連假|育嬰|留停|颱風假?|當|那)(?:期間|時間?|後|中|的時候)",
            r".{0,8}(?:您好|你好|妳好|大家好|各位好|早安|午安|晚安|早上好|上午好|中午好|下午好|晚上好|您早|你早|長官好)[呀啊喔]?\s*:?",
            r"(?:敬愛的|親愛的)?(?:人事(?:室|處)?|承辦(?:人員?|同仁)?|主任|[科課股組處局校]長|長官|老師|小姐|先生|大哥|大姐|小幫手|學[長姐]|同仁|夥伴)[您你]?(?:們)?(?:好|早)?\s*:?",
            r"(?:系統)?(?:通知|提醒|公告)\s*:.*|.{1,10}(?:敬上|敬啟|謹上|拜上)",
            r"(?:證書|證明|截圖|附圖|圖片|檔案|附件|測驗|考試).{0,4}(?:已|如|在|有|附|上傳|後補|晚點|再補|會補|通過|及格).{0,8}",
            r"(?:已經?|有)(?:上傳|附|取得|拿到|通過|繳交|完訓|結訓|結業).{0,8}",
            r"(?:真的|超|好|終於|總算|應該|希望|可能|其實|反正|剛好|順便)+(?:可以|解脫|完成|結束|上完|搞定|有用|學到|沒|不|會|要|有).{0,10}",
            r"(?:done|finish(?:ed)?|completed?|ok|yes|hello|hey|dear|best|regards|please|plz|pls).{0,12}",
            r"(?:帳號|密碼|地點|學號)[是在為:].*|還?(?:不錯|可以|行).{0,4}|(?:本來|差點|一直|又|我)*忘(?:[了記ㄌ]了?)?|.{0,10}報(?:過|了|嗎).{0,3}",
            r"以上.{0,8}|.{0,4}請(?:回覆|確認|告知|查收|知悉|協助|登錄|登記|幫忙).*|記?得?再?(?:幫我|幫忙).{0,8}|打錯.{0,3}",
            r"(?:人事|承辦|小編|各位)(?:大大|大人|們)",
            r"(?:[0-9]{1,2}|[一二兩三四五六七八九十])天(?:的課程?)?",
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
    return len(piece) > 3 and _PERSONAL.fullmatch(view(piece)) is not None


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
    lines = [
        line for line in piece.split("\n") if line.strip() and not _INFORMS.fullmatch(view(line).strip())
    ]
    return " ".join(without_talk(lines))


def _says_nothing(word: str) -> bool:
    return not view(word).isdigit() and len(word) > 1 and is_talk(word) and not word.isascii()


# Doubt -----------------------------------------------------------------------------------------------

_MAY_TALK: Final = re.compile(
    r"^(?:我(?!國|的|們?[與和跟])|[您你妳](?!的)|[他她]們?(?:說|叫)|是(?!非)|請(?![假購款示領願])|麻煩|那|就|然後|有(?!機|效|感|聲|線|限)|已|才|再(?!生|造)|終於|總算|職(?=[於已是]))"
    r"|(?:[了吧啊喔耶呢嗎啦囉您你妳ㄅ-ㄩ]|(?<![與和跟給對懂])我)$"
    r"|[您妳]|謝謝|麻煩[您你]|不好意思|抱歉|忘[了記]報|(?:上|聽|看|修|讀|參加|完成)(?:了|完了)(?!嗎|沒)|昨天|今天我|好累|回報(?=$|\s)|查收|登錄(?=$)|感謝"
)
_AFTER_VERB: Final = re.compile(
    r".*?(?:上|聽|看|修|學|讀|參加|完成|通過|參與|出席)(?:(?:完了?|[了過])|(?<=參加)|(?<=參與)|(?<=出席))(?:[一這那]?[門堂場個])?(?P<name>\S.+)",
    re.DOTALL,
)
_VERB_LATE: Final = re.compile(
    r"[^a-z「」]{0,14}?(?:後|之後|以後|時|期間|空檔|途中|之餘|時間|順便|終於|總算|[我職]|奉派|指派|被叫去|揪團|線上|在家)(?:[我也又才再就有去來都已經]|線上|一起|一同)*"
    r"(?:上|聽|看|修|學|讀|參加|完成|參與|出席)(?:完了?|[了過ㄌ])(?=\S)"
    r"|我[到去在][^a-z]{1,10}?(?:參加|上課|聽課)(?=\S)|我[跟和與同陪][^a-z]{1,6}?一[起同](?:[去來])?(?:上|聽|看|參加)(?=\S)"
    r"|被[^a-z]{0,6}?[派叫抓逼找拉][去來]?(?:上(?![線架市])|參加|聽)(?=\S)"
)
_SHORT: Final = 3  # letters
_LATIN: Final = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9]")
# In one of several pieces it rather tells that the piece is talk.
_HINT: Final = re.compile(
    r"[您你妳嗎很]|我(?!國)|沒(?!收)|不(?![動法當良明同實])|還(?!原)|都(?![市會])|就(?![業學醫診養讀])|叫(?!號)|忘(?!權)|累(?![積計])|有(?![機效感聲線限])|報(?![表告導名])|是(?!非)|大大|好多|證書|一下|[了過吧啊喔]$"
    r"|^[^\sa-z0-9]{1,3}$|^[^\sa-z0-9]{1,6}[課室科處所組隊]\s?[^\sa-z0-9]{2,4}$|老闆|主管|長官|同事|人事大|這個|那個|終於|總算|今天|昨天|再(?!生|造)"
)


def doubtful(title: str) -> tuple[str, ...]:
    """Readings to ask about where a title may hold talk, the likelier first; () where it may not."""
    said = view(title)
    if not _MAY_TALK.search(said):
        return ()
    readings = [title]
    if (shorter := _AFTER_VERB.fullmatch(said)) and len(shorter["name"]) > 1:
        readings.insert(0, title[shorter.start("name") :])
    return tuple(readings)


def doubtful_among(pieces: list[str]) -> tuple[str, ...]:
    """Readings where one of several pieces, or of the words of a single one, may be talk: the others, and
    all. A word with Latin letters or figures is rather of a name."""
    if len(pieces) == 1:
        words = pieces[0].split(" ")
        pieces = (
            words
            if any(
                len(w) > _SHORT and w.isalpha() and not _LATIN.search(w) and _HINT.search(view(w))
                for w in words
            )
            else pieces
        )
    others = [piece for piece in pieces if not _HINT.search(view(piece))]
    if len(pieces) < 2 or len(others) == len(pieces):
        return ()
    return (" ".join(others or pieces[-1:]), " ".join(pieces))


def late_verb(piece: str) -> int:
    """Where the name begins behind what was done before it: 門診結束後上了|AI語音病歷; 0: nowhere."""
    found = _VERB_LATE.match(view(piece))
    return found.end() if found else 0
