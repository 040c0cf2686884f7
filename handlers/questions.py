"""Questions about the guideline, answered in its own words with the Q-number."""

import re
from typing import Final

from guideline.edition import Passage
from guideline.records import Conversation, Snapshot
from handlers import hearing, wondering
from handlers import help as helping
from handlers.commands import Name, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Line, Message, Row
from handlers.numbers import numbers_in
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import REMEMBERED
from handlers.wording import LABEL, do, pc, short

TASK = REMEMBERED
TITLE = "指引問答"
FORWARD: Final = "forward"  # the button that passes a question on belongs to `asking`
_NUMBER: Final = re.compile(r"(?:[qQ]|第|題) ?(?=[0-9一二三四五六七八九十])|題$|題 ?[?。]$")
_OWN: Final = ("還差", "還缺", "我的時數", "我的進度", "我有幾小時")  # what only one's own figures answer
_KEYWORD: Final = 12  # letters that may be a keyword rather than a sentence
_LONGEST: Final = 500  # letters of a question that is passed on whole

# What may be done next: the first whose words stand in the passage (its question; its text).
_STEPS: Final = (
    ((), ("學習時數",), Name.PROGRESS, "看進度", "進度"),
    (("證照", "認證"), (), Name.CERTIFICATES, "看證照", "證照"),
    (("課程",), (), Name.NEXT, "看下一步", "下一步"),
    (("分類",), ("角色", "分流"), Name.QUESTIONNAIRE, "填職務問卷", "職務問卷"),
    ((), ("",), Name.NEXT, "看下一步", "下一步"),
)


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """常見問題: the edition's questions as a menu; those that have no few words for a button in full."""
    passages = tuple(desk.edition.passages.values())
    if not passages:
        return Outcome((helping.choices("這個版本的指引沒有問答集。請選一項，或直接輸入關鍵詞：", desk),))
    said = Choices(
        prompt="想了解哪一題？也可以直接輸入您的問題。",
        options=tuple(_button(passage) for passage in passages),
        extras=(do("問人事", Name.ASK_HR, "quiet"),),
        hint="\n".join(f"{passage.q}　{passage.question}" for passage in passages if not passage.topic),
        typed=pc(f"{passages[0].q}～{passages[-1].q}", "您的問題", "問人事"),
    )
    return Outcome((said,))


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A passage, whole; of one that this edition does not have, the menu."""
    passage = desk.edition.passages.get(pressed.choice)
    if passage is None:
        return present(event, snapshot, desk)
    return Outcome((_card(passage, passage.text, desk),))


def reply(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome | None:
    """The answer to free words where nothing else is being asked; None where they ask nothing and nothing
    in the guideline is like them."""
    if passage := _numbered(tidy(event.text), desk):
        return Outcome((_card(passage, passage.text, desk),))
    if wondering.asks(event.text):
        return aside(event, snapshot, desk)
    if hearing.heard(event, desk):  # 「AI簡報設計 2小時」 is a report, not yet a whole one
        return None
    found = desk.index.find(event.text)
    if found.answer is not None:
        return Outcome((_card(found.answer, found.section, desk),))
    if found.near and len(tidy(event.text)) <= _KEYWORD:
        said = _near("您想找的是下面這一題嗎？", found.near, (do("問人事", Name.ASK_HR),))
        return Outcome((said,))
    return None


def aside(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The answer to words that plainly ask: the passage, those that are near, or that there is none."""
    found = desk.index.find(event.text)
    if found.answer is not None:
        return Outcome((_card(found.answer, found.section, desk),))
    forwards = snapshot.accepting and 0 < len(tidy(event.text)) <= _LONGEST
    to_hr: tuple[Button, ...] = ()
    if forwards:
        to_hr = (Button("轉給人事詢問", Press("ask", FORWARD, event.nonce)),)
    elif snapshot.accepting:
        to_hr = (do("問人事", Name.ASK_HR),)
    changes = (wondering.remember(event, snapshot, desk),) if forwards else ()
    if found.near:
        said = "您自己的時數請看「進度」；" if _own(event) else ""
        near = _near(f"{said}指引沒有直接寫到這一點，最接近的是：", found.near, (*_own(event), *to_hr))
        return Outcome((near,), changes)
    return Outcome((_unsaid(event, to_hr, desk, forwards),), changes)


def _near(prompt: str, passages: tuple[Passage, ...], ways: tuple[Button, ...]) -> Choices:
    return Choices(
        prompt=prompt,
        options=tuple(_button(passage) for passage in passages),
        extras=(*ways, do("常見問題", Name.QUESTIONS, "quiet")),
        hint="\n".join(f"{passage.q}　{passage.question}" for passage in passages),
        typed=pc(*(passage.q for passage in passages), *(["問人事"] if ways else []), "常見問題"),
    )


def _unsaid(event: Event, to_hr: tuple[Button, ...], desk: Desk, forwards: bool) -> Choices:
    office = desk.agency.hr
    hint = (
        f"可以按「{to_hr[0].label}」，把這個問題轉給{office}，回覆會傳到這裡；不必說明私人原因。"
        if forwards
        else f"請洽{desk.agency.hr_reached}，或看看常見問題。"
    )
    return Choices(
        prompt="您自己的時數請看「進度」。" if _own(event) else "指引沒有寫到這一點。",
        options=(*_own(event), *to_hr, do("常見問題", Name.QUESTIONS)),
        hint=hint,
        typed=pc(*(["問人事"] if to_hr else []), "常見問題"),
    )


def _own(event: Event) -> tuple[Button, ...]:
    said = tidy(event.text)
    return (do("看我的進度", Name.PROGRESS),) if any(word in said for word in _OWN) else ()


def _button(passage: Passage) -> Button:
    return Button(short(f"{passage.q}　{passage.topic or passage.question}", LABEL), Press(TASK, passage.q))


def _numbered(said: str, desk: Desk) -> Passage | None:
    """Q3, 第3題, 3: the passage of that number."""
    numbers = numbers_in(_NUMBER.sub(" ", said).strip())
    return desk.edition.passages.get(f"Q{numbers[0]}") if len(numbers) == 1 else None


def _card(passage: Passage, shown: str, desk: Desk) -> Message:
    """The guideline's own words: `shown` is the whole text or one section of it."""
    edition = desk.edition
    rows: list[Row] = []
    for part in re.split(r"\n\s*\n", shown.strip()):
        first, *rest = part.strip().splitlines()
        heads = bool(rest) and not first.endswith(("。", "！"))
        rows.append(Line(first, "heading" if heads else "normal"))
        rows += [Line(line.rstrip()) for line in rest]
    whole = shown.strip() == passage.text.strip()
    rows.append(Line(f"出處：{edition.title} {edition.published} {passage.q}", "note"))
    label, name, word = _step(passage)
    buttons = [do(label, name), do("常見問題", Name.QUESTIONS, "quiet")]
    if not whole:
        buttons.insert(0, Button(f"看 {passage.q} 全文", Press(TASK, passage.q), style="primary"))
    if edition.learning_map in shown:
        buttons.insert(0, Button("開啟學習地圖", url=edition.learning_map))
    return Card(
        title=f"{passage.q}　{passage.question}",
        rows=tuple(rows),
        buttons=tuple(buttons),
        typed=pc(*([] if whole else [passage.q]), word, "常見問題"),
    )


def _step(passage: Passage) -> tuple[str, Name, str]:
    for asked, told, name, label, word in _STEPS:
        if any(w in passage.question for w in asked) or any(w in passage.text for w in told):
            return label, name, word
    raise AssertionError("the last step fits every passage")
