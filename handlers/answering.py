"""看提問: an officer of HR reads a question of staff and answers it, seeing both once more before it goes.

Steps: `list` shows the open questions, `answer` takes the reply to one of them in the officer's own words,
`confirm` shows both. The draft names the question by its id, its notice's button by its key.
"""

import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Final

from guideline.changes import ConversationMoved, QuestionAnswered
from guideline.records import AskedQuestion, Conversation, Office, Snapshot
from guideline.words import short_date
from handlers import office as office_menu
from handlers import pages
from handlers.asking import stamp
from handlers.commands import Name, bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field, Line, Message, Row, Text
from handlers.outcome import Notice, Outcome
from handlers.payload import Press
from handlers.tasks import leave, start, step
from handlers.wording import do, news, pc, short

TASK = "office"
TITLE = "回覆提問"
LONGEST: Final = 1000  # characters of an answer
_SEND = ("送出", "送出回覆", "確認送出", "確認", "確定", "是", "對", "ok", "yes")
_EDIT = ("修改", "更改", "改", "edit")
_LIST = ("回清單", "清單", "看提問")
_TURN: Final = {"下一頁": 1, "上一頁": -1}


def waiting(event: Event, snapshot: Snapshot, desk: Desk, rest: str = "") -> Outcome:
    """看提問, 看提問 第2頁: the open questions, the oldest first."""
    return _list(event, snapshot, desk, pages.page_in(tidy(rest)) or 0)


def _list(event: Event, snapshot: Snapshot, desk: Desk, page: int) -> Outcome:
    """That page, from 0, in a run of its own."""
    office = office_menu.serving(event, snapshot)
    if office is None:
        return office_menu.refused(desk)
    if not office.questions:
        return Outcome((_none(desk),), leave(_running(snapshot)) if _running(snapshot) else ())
    turned = pages.paged(office.questions, page)
    listed = [one.id for one in turned.shown]
    fresh = start(event, snapshot, desk, TASK, "list", listed=listed, page=turned.page)
    return Outcome((_listed(event, fresh, office, desk),), (ConversationMoved(fresh),))


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words."""
    return running.task == TASK and running.step == "answer"


def answer(  # noqa: PLR0911 (one return a step)
    event: Event, running: Conversation, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """A number of the list; the reply in the officer's words; then 送出, 修改 or 回清單."""
    office = office_menu.serving(event, snapshot)
    if office is None:
        return Outcome(office_menu.refused(desk).replies, leave(running))
    said = bare(event.text)
    if said in _LIST:
        return waiting(event, snapshot, desk)
    match running.step:
        case "answer":
            return _heard(event, running, office, desk)
        case "confirm" if said in _SEND:
            return _sent(event, running, office, desk)
        case "confirm" if said in _EDIT:
            return _to(event, step(running, "answer"), office, desk)
        case "confirm":
            return Outcome(
                (
                    Text("回覆還沒送出。請輸入「送出」、「修改」或「取消」。"),
                    _asked(event, running, office, desk),
                )
            )
    turn = _TURN.get(said)
    page = pages.page_in(tidy(event.text)) if turn is None else _page(running) + turn
    if page is not None:
        return _list(event, snapshot, desk, page)
    return _chosen(event, running, snapshot, office, desk)


def press(  # noqa: PLR0911 (one return a kind of button)
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A question of the list or of a notice; 送出, 修改 and 回清單 of this run."""
    office = office_menu.serving(event, snapshot)
    if office is None:
        return office_menu.refused(desk)
    kind, _, value = pressed.choice.partition(".")
    match kind:
        case "key":
            found = next((one for one in office.questions if one.key and one.key == value), None)
            return _opened(event, snapshot, found, desk)
        case "id":
            return _opened(event, snapshot, _by_id(office, value), desk)
        case "list" | "page":
            return _list(event, snapshot, desk, int(value) if value.isdecimal() and len(value) < 5 else 0)
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        return Outcome((_gone("這個按鈕已經失效。", office),))
    if running.step == "confirm" and kind == "send":
        return _sent(event, running, office, desk)
    if running.step == "confirm" and kind == "edit":
        return _to(event, step(running, "answer"), office, desk)
    return Outcome((Text("題目已更新，填過的內容都還在。"), _asked(event, running, office, desk)))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again."""
    office = office_menu.serving(event, snapshot)
    if office is None:
        return Outcome(office_menu.refused(desk).replies, leave(running))
    if running.step not in ("answer", "confirm"):
        return _list(event, snapshot, desk, _page(running))
    return Outcome((_asked(event, running, office, desk),))


def where(running: Conversation, desk: Desk) -> str:
    return "同仁的提問還沒看完" if running.step == "list" else "您有一則給同仁的回覆還沒送出"


def _listed(event: Event, running: Conversation, office: Office, desk: Desk) -> Message:
    turned = pages.paged(office.questions, _page(running))
    numbered = list(enumerate(turned.shown, start=turned.first))
    lines = [
        f"{number}　{one.person.name}（{one.person.unit}）{short_date(_local(one, event).date())}\n"
        f"　{short(one.text, 40)}"
        for number, one in numbered
    ]
    first, last = turned.first, turned.first + len(turned.shown) - 1
    if turned.last:
        lines.append(f"第 {turned.page + 1} 頁，共 {turned.last + 1} 頁。")
    turning = [label for label, _ in turned.others]
    return Choices(
        prompt=f"等候回覆的提問有 {office.questions_open} 則，要回覆哪一則？",
        options=tuple(
            Button(f"{number} 回覆{short(one.person.name, 8)}", Press(TASK, f"id.{one.id}", running.nonce))
            for number, one in numbered
        ),
        extras=(
            *(Button(label, Press(TASK, f"page.{page}", running.nonce)) for label, page in turned.others),
            do("取消", Name.CANCEL, "quiet"),
        ),
        hint="\n".join(lines),
        typed=pc(f"{first}～{last} 的數字" if last > first else str(first), *turning, "取消"),
    )


def _chosen(event: Event, running: Conversation, snapshot: Snapshot, office: Office, desk: Desk) -> Outcome:
    """A number typed to the list: it means the list as it was shown, though others were answered since; one
    of another page the list as it is."""
    listed = running.draft.get("listed")
    place = pages.place_in(tidy(event.text))
    if place is not None and isinstance(listed, list):
        on_page = place - _page(running) * pages.PAGE
        if 0 <= on_page < len(listed):
            return _reading(event, running, _by_id(office, str(listed[on_page])), office, desk)
        if place < len(office.questions):
            return _reading(event, running, office.questions[place], office, desk)
    again = _list(event, snapshot, desk, _page(running))
    return replace(again, replies=(Text("請按一則提問，或輸入它的號碼。"), *again.replies))


def _page(running: Conversation) -> int:
    """Of the list as it was shown, from 0."""
    page = running.draft.get("page")
    return page if isinstance(page, int) else 0


def _opened(event: Event, snapshot: Snapshot, found: AskedQuestion | None, desk: Desk) -> Outcome:
    """A question by its button, old or new: a run of its own."""
    office = snapshot.office or Office()
    if found is None:
        return Outcome((_settled(office),))
    fresh = start(event, snapshot, desk, TASK, "answer", question=found.id)
    return _to(event, fresh, office, desk)


def _reading(
    event: Event, running: Conversation, found: AskedQuestion | None, office: Office, desk: Desk
) -> Outcome:
    if found is None:
        return Outcome((_settled(office),), leave(running))
    return _to(event, step(running, "answer", question=found.id), office, desk)


def _heard(event: Event, running: Conversation, office: Office, desk: Desk) -> Outcome:
    """The reply as typed, line breaks kept."""
    words = _clean(event.text)
    if not words:
        return Outcome((_asked(event, running, office, desk),))
    if len(words) > LONGEST:
        long = Text(f"回覆超過 {LONGEST} 字，請縮短一些再傳一次。")
        return Outcome((long, _asked(event, running, office, desk)))
    return _to(event, step(running, "confirm", answer=words), office, desk)


def _sent(event: Event, running: Conversation, office: Office, desk: Desk) -> Outcome:
    """To who asked; the first officer's answer holds."""
    found, words = _open(running, office), running.draft.get("answer")
    if found is None:
        return Outcome((_settled(office),), leave(running))
    if not isinstance(words, str) or not words:
        return _to(event, step(running, "answer"), office, desk)
    opens = desk.office_hours.next_open(event.at)
    later = f"現在不是上班時間，同仁會在 {short_date(opens.date())}{opens:%H:%M} 收到通知。"
    left = office.questions_open - 1
    more = (do("看下一則", Name.WAITING, "primary"),) if left else ()
    said = Choices(
        prompt=f"已送出給{found.person.name}的回覆。" + (f"還有 {left} 則等候回覆。" if left else ""),
        hint=later if opens > event.at else "同仁會收到通知，也可以輸入「我的提問」查看。",
        options=(*more, do("人事待辦", Name.OFFICE)),
        typed=pc(*(["看提問"] if left else []), "人事"),
    )
    return Outcome(
        (said,),
        (QuestionAnswered(found.id, found.person.id, words), *leave(running)),
        receipt="已送出給同仁的回覆",
        notices=(_notice(event, found, words, desk),),
    )


def _notice(event: Event, found: AskedQuestion, words: str, desk: Desk) -> Notice:
    """Question and answer in full, by the office and not by name."""
    hr = desk.agency.hr
    told = Text(f"您的提問（{stamp(_local(found, event))}）：\n{found.text}\n\n由{hr}回覆：\n{words}")
    way = Choices(
        prompt="若還有疑問，可以再問一次。",
        options=(do("問人事", Name.ASK_HR), do("看我的提問", Name.MY_QUESTIONS)),
        typed=pc("問人事", "我的提問"),
    )
    brief = news("您的提問", "看我的提問", Name.MY_QUESTIONS, "我的提問")
    receipt = "人事已回覆您的提問，請輸入「我的提問」查看"
    return Notice(found.person.id, (told, way), receipt, (brief,))


def _asked(event: Event, running: Conversation, office: Office, desk: Desk) -> Message:
    """The present question as it is shown."""
    if running.step not in ("answer", "confirm"):
        return _listed(event, running, office, desk)
    found = _open(running, office)
    if found is None:
        return _settled(office)
    words = running.draft.get("answer")
    confirming = running.step == "confirm" and isinstance(words, str)
    rows: list[Row] = [
        Field("姓名", found.person.name),
        Field("單位", found.person.unit),
        Field("時間", stamp(_local(found, event))),
        Line("提問", "heading"),
        Line(short(found.text, 200) if confirming else found.text),
    ]
    back = Button("回清單", Press(TASK, "list", running.nonce))
    if not confirming:
        return Card(
            title="同仁提問",
            rows=(*rows, Line(f"請直接輸入回覆（{LONGEST} 字以內），送出前會再讓您看一次。", "note")),
            buttons=(back, do("取消", Name.CANCEL, "quiet")),
            typed=pc("您的回覆", "回清單", "取消"),
        )
    return Card(
        title="送出前請再看一次",
        rows=(
            *rows,
            Line("回覆", "heading"),
            Line(str(words)),
            Line(f"同仁會看到「由{desk.agency.hr}回覆」，不會看到您的姓名。", "note"),
        ),
        buttons=(
            Button("送出回覆", Press(TASK, "send", running.nonce), style="primary"),
            Button("修改", Press(TASK, "edit", running.nonce)),
            back,
            do("取消", Name.CANCEL, "quiet"),
        ),
        typed=pc("送出", "修改", "回清單", "取消"),
    )


def _to(event: Event, running: Conversation, office: Office, desk: Desk) -> Outcome:
    return Outcome((_asked(event, running, office, desk),), (ConversationMoved(running),))


def _settled(office: Office) -> Message:
    """What waits is loaded whole: a question that is not there was answered, or erased with its asker."""
    said = "這一則已不在等候回覆的提問中，可能已由人事同仁回覆，或同仁已刪除資料。您這邊沒有送出內容。"
    return _gone(said, office)


def _gone(why: str, office: Office) -> Message:
    more = (do("看提問", Name.WAITING),) if office.questions else ()
    return Choices(
        prompt=why,
        options=(*more, do("人事待辦", Name.OFFICE)),
        typed=pc(*(["看提問"] if more else []), "人事"),
    )


def _none(desk: Desk) -> Message:
    return Choices(
        prompt="目前沒有等候回覆的提問，辛苦了。",
        options=(do("人事待辦", Name.OFFICE), do("說明", Name.HELP)),
        typed=pc("人事", "說明"),
    )


def _running(snapshot: Snapshot) -> Conversation | None:
    running = snapshot.conversation
    return running if running is not None and running.task == TASK else None


def _open(running: Conversation, office: Office) -> AskedQuestion | None:
    """The question of this run while it is open."""
    return _by_id(office, str(running.draft.get("question")))


def _by_id(office: Office, number: str) -> AskedQuestion | None:
    return next((one for one in office.questions if str(one.id) == number), None)


def _local(one: AskedQuestion, event: Event) -> datetime:
    """When it was asked, in the agency's timezone."""
    return one.asked_at.astimezone(event.at.tzinfo)


def _clean(text: str) -> str:
    """As typed, without invisible letters; at most two line breaks in a row."""
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
    lines = "\n".join(line.rstrip() for line in kept.strip().split("\n"))
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    return lines
