"""不符: the person says that the suggested role does not fit, in one optional sentence."""

from guideline.changes import ConversationMoved, RoleContested
from guideline.records import Conversation, RoleAssignment, RoleStatus, Snapshot
from handlers import role
from handlers.commands import Name, bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Choices, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import leave, start
from handlers.wording import do, pc

TASK = "contest"
TITLE = "「類別不符」的反映"
LONGEST = 200  # characters of a statement
_ASSIGNMENT = "assignment"
_SKIP = ("略過", "跳過", "略過說明", "不用", "skip")


def begin(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Asks for the sentence; answers where there is nothing to contest."""
    held = snapshot.role
    if held is None:
        return Outcome((role.none_yet(),))
    if held.status is RoleStatus.CONTESTED:
        return Outcome((_already(desk),))
    asking = start(event, snapshot, desk, TASK, "statement", **{_ASSIGNMENT: held.id})
    return Outcome((asked(asking, desk),), (ConversationMoved(asking),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The sentence, or 略過."""
    said = tidy(event.text)
    if bare(event.text) in _SKIP:
        return _contest(running, snapshot, desk, "")
    if not said:
        return Outcome((asked(running, desk),))
    if len(event.text) > LONGEST:
        return Outcome((Text(f"說明有點長，請縮短到 {LONGEST} 字以內。"), asked(running, desk)))
    return _contest(running, snapshot, desk, said)


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """略過說明, while this run asks for it."""
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        return Outcome((Text("這個按鈕已經失效。要反映類別與實際工作不符，請輸入「不符」。"),))
    if pressed.choice == "skip":
        return _contest(running, snapshot, desk, "")
    return Outcome((asked(running, desk),))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((asked(running, desk),))


def asked(running: Conversation, desk: Desk) -> Choices:
    return Choices(
        prompt="請用一句話說明您實際負責的工作，方便主管或人事確認。",
        options=(Button("略過說明", Press(TASK, "skip", running.nonce)), do("取消", Name.CANCEL, "quiet")),
        hint=f"{LONGEST} 字以內，例如：我主要負責資訊系統委外採購。請勿填寫健康、家庭等與工作無關的內容。",
        typed=pc("您的說明", "略過", "取消"),
    )


def where(running: Conversation, desk: Desk) -> str:
    return "「類別不符」的說明還沒填完"


def _contest(running: Conversation, snapshot: Snapshot, desk: Desk, statement: str) -> Outcome:
    held = snapshot.role
    if not _same(held, running) or held is None:
        return Outcome(
            (Text("您的類別剛才已更新，請先看看新的結果："), role.mine(snapshot, desk)), leave(running)
        )
    said = Choices(
        prompt="已記下「與我的實際工作不符」，謝謝您告訴我們。",
        hint=(
            f"接下來：您的主管或{desk.agency.hr}會依實際工作確認或調整，{_meanwhile(held)}，不影響時數。\n"
            "工作內容若有變動，也可以重填職務問卷。"
        ),
        options=(do("看下一步", Name.NEXT), do("重填職務問卷", Name.QUESTIONNAIRE, "quiet")),
        typed=pc("下一步", "職務問卷"),
    )
    changes = (RoleContested(held.id, statement), *leave(running))
    return Outcome((said,), changes, receipt="已反映建議類別與實際工作不符")


def _meanwhile(held: RoleAssignment) -> str:
    if held.status is RoleStatus.PROPOSED:
        return "確認前類別維持「建議」"
    return "確認前暫時保留目前的類別"


def _same(held: RoleAssignment | None, running: Conversation) -> bool:
    return (
        held is not None
        and held.id == running.draft.get(_ASSIGNMENT)
        and held.status is not RoleStatus.CONTESTED
    )


def _already(desk: Desk) -> Choices:
    return Choices(
        prompt=f"您已反映過「與我的實際工作不符」，主管或{desk.agency.hr}確認後會更新。工作內容若有變動，也可以重填職務問卷。",
        options=(do("重填職務問卷", Name.QUESTIONNAIRE), do("看我的類別", Name.MY_ROLE, "quiet")),
        typed=pc("職務問卷", "我的類別"),
    )
