"""問人事: a question for HR, shown once more before it is sent, and what became of it.

Steps: `text` takes one sentence in the person's own words, `confirm` shows it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from guideline.changes import ConversationMoved, QuestionAsked
from guideline.records import OPEN_QUESTIONS, AskedQuestion, Conversation, Person, Snapshot
from guideline.words import roc_date, short_date
from handlers import wondering
from handlers.commands import Name, bare, clean, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field, Line, Message, Text
from handlers.outcome import Notice, Outcome
from handlers.payload import Press
from handlers.questions import FORWARD
from handlers.tasks import leave, start, step
from handlers.wording import do, news, pc, short

TASK = "ask"
TITLE = "給人事的提問"
LONGEST: Final = 500  # characters of a question
SHOWN: Final = 3  # of one's own questions in full, the newest; the others in a line each
LINES: Final = 12  # of those others
_TEXT: Final = "text"  # in the draft
_WORD: Final = 40  # characters within which a command's word ends
_SEND = ("送出", "確認送出", "確認", "確定", "是", "對", "好", "ok", "yes")
_EDIT = ("修改", "更改", "改", "edit")


def begin(event: Event, snapshot: Snapshot, desk: Desk, text: str) -> Outcome:
    """問人事, alone or with the question."""
    if refused := _refused(snapshot, desk):
        return Outcome((refused,))
    text = _as_typed(event.text, text) or wondering.latest(snapshot.conversation, event.at)
    kept_out = replace(snapshot, conversation=wondering.forgotten(snapshot.conversation))
    fresh = start(event, kept_out, desk, TASK, "text")
    return _heard(fresh, desk, text) if text else _moved(fresh, desk)


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words."""
    return running.task == TASK and running.step != "confirm"


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The question in the person's words; then 送出 or 修改."""
    if running.step != "confirm" or not _kept(running):
        return _heard(running, desk, event.text)
    said = bare(event.text)
    if said in _SEND:
        return _sent(event, running, snapshot, desk)
    if said in _EDIT:
        return _moved(step(running, "text"), desk)
    return Outcome((Text("這則提問還沒送出。請輸入「送出」、「修改」或「取消」。"), asked(running, desk)))


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """送出 and 修改 of this run; 轉給人事詢問 under a question that the guideline does not answer."""
    if pressed.choice == FORWARD:
        return _forwarded(event, snapshot, desk, pressed.nonce)
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        said = Choices(
            prompt="這個按鈕已經失效。",
            options=(do("問人事", Name.ASK_HR), do("看我的提問", Name.MY_QUESTIONS)),
            typed=pc("問人事", "我的提問"),
        )
        return Outcome((said,))
    if pressed.choice == "cancel":
        return Outcome((Text(f"好的，已取消{TITLE}，剛才填的內容都沒有保留。"),), leave(running))
    if running.step == "confirm" and _kept(running):
        if pressed.choice == "send":
            return _sent(event, running, snapshot, desk)
        if pressed.choice == "edit":
            return _moved(step(running, "text"), desk)
    return Outcome((Text("題目已更新，填過的內容都還在。"), asked(running, desk)))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again."""
    return Outcome((asked(running, desk),))


def where(running: Conversation, desk: Desk) -> str:
    return "您有一則給人事的提問還沒送出"


def mine(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """我的提問: the newest in full, with their answers; the earlier ones in a line each."""
    if not snapshot.questions:
        said = Choices(
            prompt="您還沒有問過人事。",
            options=(do("問人事", Name.ASK_HR), do("常見問題", Name.QUESTIONS)),
            typed=pc("問人事", "常見問題"),
        )
        return Outcome((said,))
    newest = snapshot.questions[-SHOWN:]
    earlier = snapshot.questions[:-SHOWN][-LINES:]
    waiting = len(_open(snapshot))
    lines = [f"{_day(one, event)}　{short(one.text, 24)}（{_state(one)}）" for one in earlier]
    last = Choices(
        prompt=f"以上是您最近的 {len(newest)} 則提問，"
        + (f"共有 {waiting} 則等候{desk.agency.hr}回覆。" if waiting else "都已回覆。"),
        options=(do("問人事", Name.ASK_HR), do("說明", Name.HELP)),
        hint="\n".join(["更早的提問：", *lines]) if lines else "",
        typed=pc("問人事", "說明"),
    )
    return Outcome((*(_told(one, event, desk) for one in newest), last))


def asked(running: Conversation, desk: Desk) -> Message:
    """The present question as it is shown."""
    text = _kept(running)
    if running.step != "confirm" or not text:
        return Choices(
            prompt=f"請用一句話寫下要問{desk.agency.hr}的事（{LONGEST} 字以內）。",
            options=(Button("取消提問", Press(TASK, "cancel", running.nonce), style="quiet"),),
            hint="例如：我 11/3 上的課還沒有時數，該怎麼辦？\n"
            "不必說明私人原因；請勿填寫健康、家庭等與學習無關的內容。",
            typed=pc("您的問題", "取消"),
        )
    return Card(
        title=f"送給{desk.agency.hr}的提問",
        subtitle="請再看一次，確認後才會送出。",
        rows=(Line(text), Line(f"{desk.agency.hr}會看到您的姓名與單位，回覆會傳到這裡。", "note")),
        buttons=(
            Button("送出", Press(TASK, "send", running.nonce), style="primary"),
            Button("修改", Press(TASK, "edit", running.nonce)),
            do("取消", Name.CANCEL, "quiet"),
        ),
        typed=pc("送出", "修改", "取消"),
    )


def stamp(at: datetime) -> str:
    """115/11/18 14:05, in the timezone of `at`."""
    return f"{roc_date(at.date())} {at:%H:%M}"


def _as_typed(typed: str, read: str) -> str:
    """The end of what was typed that is read so, for HR to see 「，」 and 「？」 as they were written; `read`
    where there is none, such as behind a button."""
    start = typed[:_WORD]
    return next((typed[n:] for n in range(1, len(start)) if read and tidy(typed[n:]) == read), read)


def _heard(running: Conversation, desk: Desk, text: str) -> Outcome:
    said = clean(text)
    if not said:
        return Outcome((asked(step(running, "text"), desk),))
    if len(text.strip()) > LONGEST:
        long = Text(f"內容超過 {LONGEST} 字，請縮短一些再傳一次。")
        moved = step(running, "text")
        return Outcome((long, asked(moved, desk)), (ConversationMoved(moved),))
    return _moved(step(running, "confirm", **{_TEXT: said}), desk)


def _forwarded(event: Event, snapshot: Snapshot, desk: Desk, nonce: str) -> Outcome:
    """Exactly the question that was kept; asked for again where it is not there any more."""
    running = snapshot.conversation
    text = wondering.remembered(running, nonce)
    if text is None:  # another question came since: it is not sent in this one's place
        snapshot = replace(snapshot, conversation=wondering.forgotten(running))
    return begin(event, snapshot, desk, text or "")


def _sent(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """To everybody of HR; the limits are looked at once more, as things are now."""
    if refused := _refused(snapshot, desk):
        return Outcome((refused,), leave(running))
    if snapshot.person is None:
        raise ValueError("nobody asks")
    text = _kept(running)
    office, opens = desk.agency.hr, desk.office_hours.next_open(event.at)
    later = f"現在不是上班時間，{office}會在 {short_date(opens.date())}{opens:%H:%M} 收到。"
    if not snapshot.hr_reached:  # nobody of HR has a chat that a notice could go to
        prompt = f"已記下您的提問，但{office}目前沒有同仁能在這裡收到通知。"
        hint = f"請同時洽{desk.agency.hr_reached}；若在這裡回覆，也會通知您。"
    else:
        prompt = f"已送出。{office}回覆後，會在這裡通知您。"
        hint = later if opens > event.at else f"已通知{office}的同仁。"
    said = Choices(
        prompt=prompt,
        hint=hint,
        options=(do("看我的提問", Name.MY_QUESTIONS), do("說明", Name.HELP)),
        typed=pc("我的提問", "說明"),
    )
    return Outcome(
        (said,),
        (QuestionAsked(text, event.nonce), *leave(running)),
        receipt=f"已{'送出' if snapshot.hr_reached else '記下'}給{office}的提問",
        notices=(_notice(event, snapshot.person, text),),
    )


def _notice(event: Event, who: Person, text: str) -> Notice:
    """What everybody of HR reads. The button names the question by its key: it has no id yet."""
    card = Card(
        title="同仁提問",
        rows=(
            Field("姓名", who.name),
            Field("單位", who.unit),
            Field("時間", stamp(event.at)),
            Line("內容", "heading"),
            Line(text),
            Line("內容含個人資料，請勿轉傳。", "note"),
        ),
        buttons=(
            Button("回覆", Press("office", f"key.{event.nonce}"), style="primary"),
            do("看全部提問", Name.WAITING),
        ),
        typed=pc("看提問"),
    )
    brief = news("同仁提問", "看提問", Name.WAITING, "看提問")
    return Notice(None, (card,), "有同仁提問，請輸入「看提問」", (brief,), who.unit)


def _refused(snapshot: Snapshot, desk: Desk) -> Message | None:
    """Why nothing can be asked now; None where it can."""
    if not snapshot.accepting:
        return Choices(
            prompt=f"{desk.agency.hr}目前沒有在這裡收提問，您的訊息不會轉給承辦。",
            hint=f"請洽{desk.agency.hr_reached}。不必說明私人原因；"
            "若是時數或類別的問題，請說明是哪一門課、哪一天，承辦會協助確認。",
            options=(do("常見問題", Name.QUESTIONS), do("看進度", Name.PROGRESS)),
            typed=pc("常見問題", "進度"),
        )
    if len(_open(snapshot)) >= OPEN_QUESTIONS:
        return Choices(
            prompt=f"您有 {OPEN_QUESTIONS} 則提問正等候回覆，請等{desk.agency.hr}回覆後再問下一則。",
            hint=f"如有急事，請洽{desk.agency.hr_reached}。",
            options=(do("看我的提問", Name.MY_QUESTIONS), do("常見問題", Name.QUESTIONS)),
            typed=pc("我的提問", "常見問題"),
        )
    return None


def _open(snapshot: Snapshot) -> list[AskedQuestion]:
    return [one for one in snapshot.questions if one.answered_at is None]


def _moved(to: Conversation, desk: Desk) -> Outcome:
    return Outcome((asked(to, desk),), (ConversationMoved(to),))


def _kept(running: Conversation) -> str:
    text = running.draft.get(_TEXT)
    return text if isinstance(text, str) else ""


def _told(one: AskedQuestion, event: Event, desk: Desk) -> Text:
    answer = (
        f"{desk.agency.hr}回覆：\n{one.answer}"
        if one.answered_at is not None
        else f"等候{desk.agency.hr}回覆中"
    )
    return Text(f"您的提問（{_day(one, event)}）：\n{one.text}\n\n{answer}")


def _state(one: AskedQuestion) -> str:
    return "已回覆" if one.answered_at is not None else "等候回覆"


def _day(one: AskedQuestion, event: Event) -> str:
    return roc_date(one.asked_at.astimezone(event.at.tzinfo).date())
