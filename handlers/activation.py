"""啟用 CODE: this chat becomes the person who holds the code, once they have seen who that is and said yes.

Wrong, used, expired and unknown codes, and any code while the account is locked, get one and the same
answer: the chat must not tell which codes exist.
"""

from datetime import timedelta

from guideline.changes import AccountBound, CodeRefused, ConversationEnded, ConversationMoved
from guideline.records import Activation, Conversation, Snapshot
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Field, Line, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.wording import do, masked_name, masked_number, pc

TASK = "activate"
PENDING = "activation"  # key of the draft; holds Activation.id, never the code
REFUSED = "啟用碼無法使用，請確認後再試，或洽{hr}補發。"
TRIES = 5
LOCK = timedelta(minutes=15)
_YES = ("確認啟用", "是我本人", "是我", "是我本人確認啟用", "確認", "是", "對", "yes")
_NO = ("不是我", "不是", "否", "不對", "no")


def begin(event: Event, snapshot: Snapshot, desk: Desk, code: str | None) -> Outcome:
    """啟用, after consent. `code` is what was typed, None for the bare word."""
    if snapshot.person is not None:
        said = (
            f"{snapshot.person.name} 您好，這個帳號已經啟用，不必再輸入啟用碼。\n"
            "若要停用或換人使用，請先輸入「解除綁定」。"
        )
        return Outcome((Text(said),))
    if code is None:
        return Outcome((Text(how(desk)),))
    refused = refusal(event, snapshot, desk)
    if refused is not None or snapshot.activation is None:
        return refused or Outcome((Text(how(desk)),))
    return _ask(event, snapshot.activation, desk)


def after_consent(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Goes on with the code that waited for consent, or says how to type one."""
    if pending(snapshot) is None:
        ended = (ConversationEnded(),) if snapshot.conversation else ()
        return Outcome((Text(f"謝謝您。{how(desk)}"),), ended)
    waiting = _waiting(event, snapshot)
    if waiting is None or _locked(event, snapshot):
        return Outcome((Text(_refused(event, snapshot, desk)),), (ConversationEnded(),))
    return _ask(event, waiting, desk)


def answer(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is typed to 「請確認是不是您本人」."""
    said = bare(event.text)
    if said in _YES:
        return _confirm(event, snapshot, desk)
    if said in _NO:
        return _not_me(desk)
    waiting = _waiting(event, snapshot)
    if waiting is None:
        return Outcome((Text(_refused(event, snapshot, desk)),), (ConversationEnded(),))
    hint = Text("請輸入「確認啟用」或「不是我」。")
    nonce = snapshot.conversation.nonce if snapshot.conversation else event.nonce
    return Outcome((hint, _card(waiting, nonce)))


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """A button under 「請確認是不是您本人」."""
    running = snapshot.conversation
    if snapshot.person is not None:
        return begin(event, snapshot, desk, None)
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        return Outcome((Text(f"這個按鈕已經失效。{how(desk)}"),))
    if pressed.choice == "yes":
        return _confirm(event, snapshot, desk)
    return _not_me(desk) if pressed.choice == "no" else answer(event, snapshot, desk)


def is_asking(snapshot: Snapshot) -> bool:
    """Whether 「請確認是不是您本人」 waits for an answer."""
    return snapshot.conversation is not None and snapshot.conversation.task == TASK


def cancel(snapshot: Snapshot, desk: Desk) -> Outcome:
    """取消 before one is known: a code that waited is forgotten, and stays unused."""
    if snapshot.conversation is None:
        return Outcome((Text(f"目前沒有進行中的項目。{how(desk)}"),))
    return Outcome((Text(f"好的，已取消，啟用碼沒有使用。\n{how(desk)}"),), (ConversationEnded(),))


def refusal(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome | None:
    """The refusal of the code typed in this event; None where it may be used.

    The fifth wrong one in a row locks the account for 15 minutes. While it is locked nothing is tried, so
    nothing counts and the lock does not grow.
    """
    if _locked(event, snapshot):
        return Outcome((Text(_refused(event, snapshot, desk)),))
    if _usable(event, snapshot.activation):
        return None
    tries = snapshot.account.code_failures + 1
    until = event.at + LOCK if tries % TRIES == 0 else None
    said = REFUSED.format(hr=desk.agency.hr)
    if until is not None:
        said += f"\n已連續 {TRIES} 次無法使用，為保護帳號，請於 {until:%H:%M} 之後再試。"
    return Outcome((Text(said),), (CodeRefused(until),))


def pending(snapshot: Snapshot) -> int | None:
    """The activation that waits in the draft of the running conversation."""
    kept = snapshot.conversation.draft.get(PENDING) if snapshot.conversation else None
    return kept if isinstance(kept, int) and not isinstance(kept, bool) else None


def how(desk: Desk) -> str:
    return (
        f"請輸入「啟用」加上{desk.agency.hr}給您的啟用碼，例如：啟用 ABCD-2345。\n"
        f"還沒有啟用碼，請洽{desk.agency.hr_reached}。"
    )


def _confirm(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    waiting = _waiting(event, snapshot)
    if waiting is None or _locked(event, snapshot):
        return Outcome((Text(_refused(event, snapshot, desk)),), (ConversationEnded(),))
    person = waiting.person
    card = Card(
        title=f"{person.name} 您好，啟用完成",
        rows=(
            Line(
                f"很高興為您服務。建議先填職務問卷（{len(desk.edition.questions)} 題，約 2 分鐘），"
                "就能知道適合您的 AI 人才類別與課程。"
            ),
            Line("中途離開也沒關係，填過的答案會保留。", "note"),
        ),
        buttons=(
            do("開始填職務問卷", Name.QUESTIONNAIRE, "primary"),
            do("看進度", Name.PROGRESS),
            do("說明", Name.HELP, "quiet"),
        ),
        typed=pc("職務問卷", "進度", "說明"),
    )
    changes = (AccountBound(waiting.id, person.id), ConversationEnded())
    return Outcome((card,), changes, receipt="帳號啟用完成")


def _not_me(desk: Desk) -> Outcome:
    said = (
        "謝謝您告訴我們，這組啟用碼沒有啟用任何資料。\n"
        f"這可能是別人的啟用碼，請勿轉傳，並洽{desk.agency.hr_reached}確認與補發。"
    )
    return Outcome((Text(said),), (ConversationEnded(),))


def _ask(event: Event, activation: Activation, desk: Desk) -> Outcome:
    draft = {PENDING: activation.id}
    asked = Conversation(TASK, "confirm", event.nonce, desk.edition.id, draft)
    return Outcome((_card(activation, event.nonce),), (ConversationMoved(asked),))


def _card(activation: Activation, nonce: str) -> Card:
    person = activation.person
    rows = [Field("單位", person.unit)]
    if person.title:
        rows.append(Field("職稱", person.title))
    rows += [Field("姓名", masked_name(person.name)), Field("員工編號", masked_number(person.employee_no))]
    return Card(
        title="請確認是不是您本人",
        subtitle="確認後，這個帳號就能查詢以下同仁的學習資料。",
        rows=tuple(rows),
        buttons=(
            Button("是我本人，確認啟用", Press(TASK, "yes", nonce), style="primary"),
            Button("不是我", Press(TASK, "no", nonce), style="quiet"),
        ),
        typed=pc("確認啟用", "不是我"),
    )


def _waiting(event: Event, snapshot: Snapshot) -> Activation | None:
    """The activation kept in the draft, while it can still be used."""
    found = snapshot.activation
    return found if found is not None and found.id == pending(snapshot) and _usable(event, found) else None


def _usable(event: Event, activation: Activation | None) -> bool:
    if activation is None or activation.used_at is not None or activation.expires_at <= event.at:
        return False
    left = activation.person.left_on
    return left is None or left >= event.today


def _locked(event: Event, snapshot: Snapshot) -> bool:
    until = snapshot.account.code_locked_until
    return until is not None and event.at < until


def _refused(event: Event, snapshot: Snapshot, desk: Desk) -> str:
    said = REFUSED.format(hr=desk.agency.hr)
    until = snapshot.account.code_locked_until
    if until is None or event.at >= until:
        return said
    local = until.astimezone(event.at.tzinfo)
    return f"{said}\n為保護帳號，請於 {local:%H:%M} 之後再試。"
