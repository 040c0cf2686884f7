"""The words a person can type at any time (contract, "What a person can type"), and how they are read.

People type full-width letters, stray spaces, quotes and 「。」; Telegram appends `@bot`. All of that is
forgiven here and nowhere else; so are Simplified letters (`guideline.script`).
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from guideline.script import alike, traditional

LONGEST_READ = 2_000  # characters of a message that are read at all
_UNSEEN = ("Cf", "Cc", "Cs")  # Unicode categories


class Name(StrEnum):
    """A command; its value is also the choice of the button that stands for it."""

    START = "start"
    HELP = "help"
    ACTIVATE = "activate"
    AGREE = "agree"
    DECLINE = "decline"
    NOTICE = "notice"
    QUESTIONNAIRE = "role"
    MY_ROLE = "myrole"
    CONTEST = "contest"
    NEXT = "next"
    HOURS = "log"
    UNDO = "undo"
    PROGRESS = "progress"
    RECORDS = "records"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    CERTIFICATES = "cert"
    HELD = "held"
    TAKE_BACK = "certundo"
    FORM_51 = "form51"
    OPENING = "certopen"
    REMINDERS = "remind"
    STOP = "stop"
    RESTART = "restart"
    SNOOZE = "snooze"
    SNOOZE_MONTH = "snoozemonth"
    DONE = "done"
    CANNOT = "cannot"
    CHANNEL = "channel"
    BRIEF = "brief"
    FULL = "full"
    MY_DATA = "privacy"
    COPY = "copy"
    UNBIND = "unbind"
    ERASE = "erase"
    QUESTIONS = "faq"
    ASK_HR = "ask"
    MY_QUESTIONS = "asked"
    OFFICE = "hr"
    WAITING = "asks"
    PAUSE = "pauseasks"
    REOPEN = "openasks"
    REMINDING = "reminding"
    FORESEE = "foresee"
    REMIND_LIST = "remindlist"
    HOLD = "holdsending"
    GO_ON = "goonsending"
    STOP_WAVE = "stopwave"
    RELEASE = "release"
    RELEASE_NOW = "releasenow"
    SHADOW = "shadow"
    DIGEST = "digest"
    CLOSE_DAY = "closeday"
    OPEN_DAY = "openday"
    ROLE_HISTORY = "roles"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Command:
    name: Name
    rest: str = ""  # what was typed after the command's word
    apart: bool = True  # a space or colon stood between them


# The first word is the one that replies name; the others are aliases. All are kept as `bare` leaves them.
WORDS: dict[Name, tuple[str, ...]] = {
    Name.START: ("開始", "start"),
    Name.HELP: ("說明", "help", "使用說明", "幫助", "功能", "選單", "menu", "更多"),
    Name.ACTIVATE: ("啟用", "啟用碼", "輸入啟用碼"),
    Name.AGREE: ("開始啟用", "我已閱讀,開始啟用", "我已閱讀", "同意", "我同意"),
    Name.DECLINE: ("先不使用", "不同意", "我不同意"),
    Name.NOTICE: ("告知事項", "個資告知", "看告知事項"),
    Name.QUESTIONNAIRE: (
        "職務問卷",
        "問卷",
        "role",
        "填問卷",
        "填職務問卷",
        "重填",
        "重填問卷",
        "重填職務問卷",
    ),
    Name.MY_ROLE: ("我的類別", "類別", "看我的類別"),
    Name.CONTEST: ("不符", "與我的實際工作不符", "類別不符"),
    Name.NEXT: ("下一步", "next", "看下一步", "看課程"),
    Name.HOURS: ("回報時數", "登錄時數", "回報", "登錄", "log", "我要回報", "再回報一筆"),
    Name.UNDO: ("復原", "撤回", "復原這筆"),
    Name.PROGRESS: ("進度", "progress", "我的進度", "看進度", "查進度"),
    Name.RECORDS: ("紀錄", "records", "記錄", "我的紀錄", "看紀錄", "時數紀錄"),
    Name.CORRECT: ("更正", "correct", "更正紀錄", "修正紀錄"),
    Name.WITHDRAW: ("撤回紀錄", "withdraw"),
    Name.CERTIFICATES: ("證照", "cert", "我該考哪張", "看證照", "我的證照"),
    Name.HELD: ("回報已取得", "回報證照", "登錄證照", "已取得證照", "回報已取得證照"),
    Name.TAKE_BACK: ("撤回證照", "certundo", "撤回這張證照"),
    Name.FORM_51: ("表51", "form51", "待登錄表51", "表51待登錄"),
    Name.OPENING: ("證照開放", "certopen", "開放證照"),
    Name.REMINDERS: ("提醒", "remind", "提醒設定", "設定提醒"),
    Name.STOP: ("停止提醒", "不要提醒", "不要再提醒", "別再提醒", "關閉提醒", "取消提醒"),
    Name.RESTART: ("恢復提醒", "重新提醒", "開啟提醒"),
    Name.SNOOZE: ("下週再提醒", "稍後提醒", "下星期再提醒"),
    Name.SNOOZE_MONTH: ("下個月再提醒", "下月再提醒"),
    Name.DONE: ("我已上過", "我已上完", "已上完", "已上過", "我已上過,回報", "我上完了", "我上過了"),
    Name.CANNOT: ("本週無法完成", "統計前無法完成", "這週無法完成"),
    Name.CHANNEL: ("提醒改用", "提醒改成", "提醒改到", "提醒方式"),
    Name.BRIEF: ("精簡通知", "簡短提醒", "精簡提醒", "簡短通知"),
    Name.FULL: ("完整通知", "完整提醒", "詳細提醒", "詳細通知"),
    Name.MY_DATA: ("我的資料", "privacy", "個人資料", "我的個資"),
    Name.COPY: ("索取複本", "下載我的資料", "資料複本", "索取資料複本"),
    Name.UNBIND: ("解除綁定", "解除", "取消綁定", "解綁"),
    Name.ERASE: ("刪除我的資料", "刪除資料", "刪除個資"),
    Name.QUESTIONS: ("常見問題", "faq", "問答集", "問答", "指引問答"),
    Name.ASK_HR: ("問人事", "ask", "資料有誤", "洽人事"),
    Name.MY_QUESTIONS: ("我的提問", "asked", "提問紀錄"),
    Name.OFFICE: ("人事", "hr"),
    Name.WAITING: ("看提問", "同仁提問", "待回覆提問"),
    Name.PAUSE: ("暫停收提問", "暫停提問"),
    Name.REOPEN: ("恢復收提問", "恢復提問"),
    Name.REMINDING: ("提醒作業", "提醒管理", "調整或暫停提醒"),
    Name.FORESEE: ("提醒預覽", "預覽提醒"),
    Name.REMIND_LIST: ("提醒名單", "看提醒名單", "看名單"),
    Name.HOLD: ("暫停發送", "暫停發送提醒"),
    Name.GO_ON: ("恢復發送", "恢復發送提醒"),
    Name.STOP_WAVE: ("停止這一批", "停止這批"),
    Name.RELEASE: ("正式發送", "正式發送提醒"),
    Name.RELEASE_NOW: ("確認正式發送",),
    Name.SHADOW: ("改回試行",),
    Name.DIGEST: ("下載週報", "digest", "人事週報", "下載excelods"),
    Name.CLOSE_DAY: ("停班",),
    Name.OPEN_DAY: ("取消停班", "恢復上班"),
    Name.ROLE_HISTORY: ("類別紀錄", "類別歷程"),
    Name.RESUME: ("繼續", "繼續填", "接著填", "resume"),
    Name.CANCEL: ("取消", "cancel", "離開"),
}
_BY_WORD = {alike(word.replace(",", "")): name for name, words in WORDS.items() for word in words}
_TAKES_TEXT = sorted(
    (
        (word, name)
        for name in (
            *(Name.HOURS, Name.ASK_HR, Name.ACTIVATE, Name.CHANNEL, Name.CORRECT),
            *(Name.TAKE_BACK, Name.FORM_51, Name.OPENING, Name.WAITING),
            *(Name.REMIND_LIST, Name.CLOSE_DAY, Name.OPEN_DAY),
        )
        for word in WORDS[name]
    ),
    key=lambda pair: -len(pair[0]),
)
# May stand without a space.
_GLUED = (
    *("回報", "登錄", "問人事", "啟用", "啟用碼", "回報時數", "登錄時數"),
    *("提醒改用", "撤回證照", "證照開放"),
)
# 紀錄 114 · 紀錄 115 第2頁 · 更正 3 · 撤回第三筆: a word with a year, a page or an entry's number after it.
_NUMBERED = re.compile(
    r"(紀錄|記錄|我的紀錄|看紀錄|時數紀錄|更正|更正紀錄|修正紀錄|撤回|撤回紀錄)([ :,、]*)"
    r"([0-9一二兩三四五六七八九十百零〇第筆號項頁年度編今去前已撤回 ]+)"
)
_LONGEST_WORD = max(len(word) for words in WORDS.values() for word in words)
# Words of everyday talk that are near to too much, or that only the notice or HR has a use for.
_NOT_OFFERED = {
    *(Name.START, Name.AGREE, Name.DECLINE, Name.ACTIVATE, Name.RESUME),
    *(Name.WAITING, Name.PAUSE, Name.REOPEN),
    *(Name.REMINDING, Name.FORESEE, Name.REMIND_LIST, Name.HOLD, Name.GO_ON, Name.STOP_WAVE),
    *(Name.RELEASE, Name.RELEASE_NOW, Name.SHADOW, Name.CLOSE_DAY, Name.OPEN_DAY, Name.DIGEST),
}
_SLASH = re.compile(r"/ ?([^\s@/]+)(?:@\S*)? ?(.*)")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63]")
_BARE_CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}")  # as storage.codes prints them
_CODE = re.compile(r"[A-Z0-9_-]{4,64}")


def tidy(text: str) -> str:
    """The text as it is read: NFKC (full-width to half-width), no invisible characters, single spaces."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_READ])
    visible = "".join(c for c in folded if c in "\n\r\t" or unicodedata.category(c) not in _UNSEEN)
    return " ".join(visible.split())


def clean(text: str) -> str:
    """The text for other people's eyes: its own letters and punctuation, no invisible characters, single
    spaces."""
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN).split())


def bare(text: str) -> str:
    """`tidy` without case, spaces and punctuation, in Traditional letters: what is compared with a list of
    words."""
    return "".join(c for c in traditional(tidy(text)).casefold() if unicodedata.category(c)[0] not in "ZP")


@lru_cache(maxsize=64)  # what somebody says is looked at from several sides, one event after the other
def command_in(text: str, *, glued: bool = True) -> Command | None:
    """The command typed, or None. `glued` also reads a word and its text without a space between them
    (回報昨天…); where free text is being asked for it is False."""
    words = tidy(text)
    if slash := _SLASH.fullmatch(words):
        name = _BY_WORD.get(alike(slash[1].casefold()))
        return Command(name, slash[2].strip()) if name else command_in(words.lstrip("/ "), glued=glued)
    if name := _BY_WORD.get(alike(bare(words))):
        return Command(name)
    plain = traditional(words)  # letter for letter, so that places stay
    if (numbered := _NUMBERED.fullmatch(plain)) and (numbered[2] or glued):
        name = Name.WITHDRAW if numbered[1] == "撤回" else _BY_WORD[alike(numbered[1])]
        return Command(name, numbered[3].strip(), bool(numbered[2]))
    lowered = plain.casefold()
    for word, taking in _TAKES_TEXT:
        rest = words[len(word) :]
        apart = rest[:1] in tuple(" :,;、")
        if lowered.startswith(word) and rest and (apart or (glued and word in _GLUED)):
            return Command(taking, rest.strip(" :,;、"), apart)
    return None


def likely(text: str) -> tuple[tuple[str, Name], ...]:
    """Commands that the text misses by one slip (近度 → 進度): the word that replies name, and its command.
    Nearest to offering nothing: at most two, and none for words that are no slip of any."""
    said = alike(bare(text))
    if not 2 <= len(said) <= _LONGEST_WORD + 1:
        return ()
    found: list[tuple[bool, str, Name]] = []
    for name, words in WORDS.items():
        meant = [alike(bare(word)) for word in words if _one_slip(said, alike(bare(word)))]
        if name not in _NOT_OFFERED and meant:
            whole = any(said in word or word in said for word in meant)
            found.append((not whole, words[0], name))
    # A letter too few or too many (問人) is nearer than another letter in its place (問卷).
    return tuple((word, name) for _, word, name in sorted(found, key=lambda one: one[0]))[:2]


def _one_slip(said: str, word: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours are changed over. Latin words of
    fewer than four letters have no slips: too many other words are as near."""
    if word.isascii() and len(word) < 4:
        return False
    if len(said) == len(word):
        wrong = [n for n, (a, b) in enumerate(zip(said, word, strict=True)) if a != b]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return len(wrong) == 1 or (
            swapped and said[wrong[0]] == word[wrong[1]] and said[wrong[1]] == word[wrong[0]]
        )
    shorter, longer = sorted((said, word), key=len)
    if len(longer) != len(shorter) + 1 or len(shorter) < 2:
        return False
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def code_typed(text: str) -> str | None:
    """The activation code in 「啟用 CODE」 or `/start CODE`, or standing alone in the form ABCD-2345; in
    capitals and half width, None where the text names none. After a space whatever follows is a try;
    「啟用不了」 is a sentence."""
    alone = _DASHES.sub("-", tidy(text)).upper()
    if _BARE_CODE.fullmatch(alone):
        return alone
    command = command_in(text)
    if command is None or command.name not in (Name.ACTIVATE, Name.START) or not command.rest:
        return None
    code = _DASHES.sub("-", command.rest).replace(" ", "").upper()[:64]
    return code if command.apart or _CODE.fullmatch(code) else None
