"""The course's title: what remains of a report when days and lengths are taken out."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from guideline.course_names import names_of
from guideline.edition import Course
from guideline.numerals import view
from guideline.script import traditional
from guideline.spoken_spans import BLANK

Span = tuple[int, int]

_EDGE: Final = " \t,，、。;；:：.．-–—~～!！?？/／|+＋_｜∣＝=&＆()（）*·•…"
_QUOTES: Final = {"「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】", '"': '"', "“": "”"}
# Words round a title that are none of it: commands, courtesies, labels of forms, parts of the day. Only whole
# ones that no title begins or ends with.
_LEADING: Final = re.compile(
    r"(?:/log\b|請問|各位好|大家好|小編|早安|午安|晚安|您好|你好|哈囉|嗨|hi\b|不好意思|抱歉|嗯+|那個|對了|已經|已(?=完成|上|通過)"
    r"|(?:請|麻煩)?(?:再)?(?:幫我|幫忙)(?:記錄|紀錄|登記|登錄|回報|補登|補報|記|登)(?:一下|一筆)?"
    r"|(?:我)?(?:想要|想|要|來)?(?:補登錄|補登|補報|補回報|回報|申報(?=\s|$)|新增(?=時數|一筆|\s|$)|記錄一下|紀錄一下|登錄|登記)(?:一下|一筆)?(?:學習)?(?:時數)?"
    r"|(?:這|那)?(?:門|堂)?課(?:程)?(?:是|叫)|[0-9]{1,2}[.、)）]\s+(?=\D)"
    r"|(?:課程|研習|訓練|班別|活動)名稱\s*[:：是]?|課名\s*[:：是]?|(?:課程|研習|題目|主題)\s*[:：]"
    r"|(?:上課|完成|通過|研習|學習|認證|結訓|完訓)?(?:日期|時間|時數)(?=\s|[:：是]|$)\s*[:：是]?"
    r"|(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚間)(?=\s|$|上[完了])|[ap]m(?=\s|$)|請(?=登錄|登記|協助)"
    r"|我於?(?=在|有|去|上|參|完|學|聽|看|修|要|想|$|\s)|有(?=上|去|參|完|$)|去(?=\s|上|參|聽|$)|在(?=\s|$)"
    r"|[在於]\S{0,16}?(?:學院|公務園\+?|中心|大學|教室|會議室|禮堂|公園\+?|平臺|平台|局|處|府|館)(?:上課|上了|上完|上|參加了?|聽了?|看了?|完成)"
    r"|(?:上了|聽了|參加了|看了|學了|修了|完成了?|上|聽|參加)一[門場堂個](?!課)"
    r"|上了|上完|上過|上課|上的|[上聽](?=\s|[A-Za-zＡ-Ｚ「『《]|$)|於(?=\s|$)|結束(?=\S)|修了|修完|學了|學完|聽了|聽完|看了|看完|參加了|參加"
    r"|完成了|完成|一共|總共|總計|合計|共計|共(?=\s|$)|花了?(?=\s|$)|的)\s*",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"\s*(?:上的|上了|上完了?|上過了?|看完了?|聽完了?|學完了?|修完了?|(?:已經?)?完成了?|(?:已經?)?通過了?|結束了?|一共|總共|總計|合計"
    r"|共計|共|花了?|的課程?|了|(?<![與和跟給對懂])我|謝謝(?:您|你)?|感謝(?:您|你)?|感恩|麻煩(?:您|你)?了?|拜託(?:您|你)?了?|3q|thx|thanks"
    r"|辛苦了|再|請(?:協助|幫忙|幫我)?(?:登錄|登記)|於|我於|已?上傳(?:證書|證明)?|qq|哈+|吧|可以嗎|對嗎|好嗎|行嗎|對吧|已(?:經)?(?:取得|拿到)(?:證書|證明|認證)|[喔噢哦啦耶囉唷ㄛㄡ]+|[\s|/,，、]+(?:上課|完成|通過|研習|學習|認證|結訓|完訓)?(?:日期|時間|時數)"
    r"|(?:上課|完成|通過|研習|學習|認證|結訓|完訓)(?:日期|時間|時數|日)"
    r"|(?:認證|學習)?時數(?:是|為)?)$",
    re.IGNORECASE,
)
# Pieces that say nothing by themselves.
_NOTHING: Final = re.compile(
    r"(?:每|請|跟|和|或|或是|還是|是|及|與|到|至|不對是?|不對|忘了?|忘記了?|不確定|通過|日期|時間|期間|課程?|一?[門堂場]課"
    r"|研習|上課|凌晨|早上|上午|中午|下午|傍晚|晚上|晚間|時數|認證|ㄉ|起|止)"
)
_BOPOMOFO: Final = re.compile(r"^[ㄅ-ㄩ](?=[^ㄅ-ㄩ])")
_AROUND: Final = ("So", "Sk", "Mn", "Cf", "Me")  # emoji and their joiners


def find_names(said: str, courses: Iterable[Course]) -> list[Span]:
    """Places of known course names in a view, longest names first: 「AI 101」 holds no date and no hours."""
    names = {view(name) for course in courses for name in names_of(course)}
    found: list[Span] = []
    for name in sorted(names, key=len, reverse=True):
        place = said.find(name)
        while place >= 0:
            end = place + len(name)
            if _whole(said, place, end):
                found.append((place, end))
                said = blanked(said, [(place, end)])
            place = said.find(name, end)
    return found


def blanked(said: str, spans: Iterable[Span]) -> str:
    """The same text with these places blanked; every other letter keeps its place."""
    for start, end in spans:
        said = said[:start] + BLANK * (end - start) + said[end:]
    return said


def title_of(original: str, spans: Iterable[Span]) -> str:
    """What remains of the text without these places, tidied; "" where nothing does."""
    rest = blanked(original, spans)
    pieces = [
        piece
        for piece in (_tidied(part) for part in rest.split(BLANK))
        if piece and not _NOTHING.fullmatch(piece)
    ]
    title = _tidied(" ".join(pieces))
    return "" if _NOTHING.fullmatch(title) else title


def _whole(said: str, start: int, end: int) -> bool:
    """Whether a name stands alone: 「AI 101」 is not in 「AI 1012」."""
    before = said[start - 1] if start else " "
    after = said[end] if end < len(said) else " "
    return not (_joins(before, said[start]) or _joins(said[end - 1], after))


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _tidied(piece: str) -> str:
    previous = None
    while piece != previous:
        previous = piece
        piece = _unquoted(_trimmed(piece))
        if leading := _LEADING.match(traditional(piece)):
            piece = piece[leading.end() :]
        piece = _BOPOMOFO.sub("", piece)
        if trailing := _TRAILING.search(traditional(piece)):
            piece = piece[: trailing.start()]
    return piece


def _trimmed(piece: str) -> str:
    """Without punctuation at its ends; a bracket stays where its other half is inside."""
    start, end = 0, len(piece)
    while start < end and _edge(piece[start]) and not _closed(piece[start:end], "(（", ")）"):
        start += 1
    while start < end and _edge(piece[end - 1]) and not _closed(piece[start:end][::-1], ")）", "(（"):
        end -= 1
    return piece[start:end]


def _edge(letter: str) -> bool:
    return letter in _EDGE or unicodedata.category(letter) in _AROUND


def _closed(text: str, opening: str, closing: str) -> bool:
    return text[0] in opening and any(letter in closing for letter in text[1:]) and len(text) > 2


def _unquoted(piece: str) -> str:
    """「AI素養」課程 → AI素養; other words beside the quotes keep them."""
    closing = _QUOTES.get(piece[:1])
    if closing is None:
        return piece
    inside, found, after = piece[1:].partition(closing)
    return inside if found and inside and after in {"", "課", "課程", "這門課", "的課", "的課程"} else piece
