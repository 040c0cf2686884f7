"""Before consent: who we are, the notice of 個資法第 8 條, and 開始啟用 or 先不使用; nothing else."""

from guideline.changes import Change, ConsentDeclined, ConsentGiven, ConversationEnded, ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers import activation, media, preferences
from handlers import help as helping
from handlers.commands import Name, code_typed
from handlers.desk import Agency, Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Line, Message, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import leave
from handlers.wording import do, pc

TASK = "welcome"
NOTICE = "115-11"  # the version of the notice below; consent is recorded with it
_AGREE = Button("我已閱讀，開始啟用", Press(TASK, "agree", NOTICE), style="primary")
_DECLINE = Button("先不使用", Press(TASK, "decline", NOTICE), style="quiet")
_TYPED = pc("開始啟用", "先不使用")


def greet(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The first message of a stranger, or added as a friend: welcome and notice."""
    return _with_notice(event, snapshot, desk, Text(_hello(desk.agency)))


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """A button under the notice. One of an earlier version shows the present notice again."""
    if pressed.choice == "decline":
        return decline(snapshot, desk)
    if snapshot.account.consented_at is not None:
        if snapshot.person is None and activation.is_asking(snapshot):  # tapped twice
            return activation.answer(event, snapshot, desk)
        return Outcome((helping.present(event, snapshot, desk),))
    if pressed.nonce != NOTICE:
        return _with_notice(event, snapshot, desk, Text("告知事項已更新，請再看一次。"))
    return _agree(event, snapshot, desk)


def answer(  # noqa: PLR0911 (one return a command)
    event: Event, snapshot: Snapshot, desk: Desk, command: Name | None
) -> Outcome:
    """Whatever a person types who has not consented."""
    if code := code_typed(event.text):
        return _code(event, snapshot, desk, code)
    if command is Name.STOP:
        return _beside(Text(preferences.nobody(consented=False)), event, snapshot, desk)
    if not _shown(snapshot):
        return greet(event, snapshot, desk)
    match command:
        case Name.AGREE:
            return _agree(event, snapshot, desk)
        case Name.DECLINE | Name.CANCEL:
            return decline(snapshot, desk)
        case Name.NOTICE | Name.START | Name.MY_DATA:
            return Outcome((notice(desk.agency),))
        case Name.HELP | Name.ACTIVATE:
            return Outcome((Text(_hello(desk.agency)), _decide()))
        case None | Name.ASK_HR | Name.OFFICE:
            return Outcome((Text(for_staff_only(desk.agency)), _decide()))
        case _:
            return Outcome((_decide("這項功能啟用後才能使用。"),))


def thanked(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """A sticker or picture of somebody who has not consented: the same kind words as to anybody."""
    return _beside(Text(media.said(event)), event, snapshot, desk)


def _beside(first: Text, event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """A sentence, and then what comes before all else."""
    if not _shown(snapshot):
        greeted = greet(event, snapshot, desk)
        return Outcome((first, *greeted.replies), greeted.changes)
    return Outcome((first, _decide()))


def decline(snapshot: Snapshot, desk: Desk) -> Outcome:
    """先不使用, also by someone who had agreed but is bound to nobody yet; who is bound is shown the way."""
    if snapshot.person is not None:
        return Outcome(
            (
                Choices(
                    prompt="您的帳號已完成啟用。如要停用並刪除帳號代碼，請輸入「解除綁定」，會先請您確認。",
                    options=(do("解除綁定", Name.UNBIND), do("我的資料", Name.MY_DATA, "quiet")),
                    typed=pc("解除綁定", "我的資料"),
                ),
            )
        )
    said = (
        "好的，先不使用也沒關係。\n"
        f"您的學習時數仍由{desk.agency.hr}依原有方式辦理，權益不受影響。\n"
        "日後想使用，再傳任何一句話給我就可以了。"
    )
    changes: tuple[Change, ...] = (ConsentDeclined(),)
    if snapshot.conversation is not None:
        changes = (*changes, ConversationEnded())
    return Outcome((Text(said),), changes)


def notice(agency: Agency, *, deciding: bool = True) -> Card:
    """The notice of 個資法第 8 條, with the agency's own clauses where it gave them (words.md A).
    `deciding`: with the buttons of consent; without for someone who has consented."""
    rows = []
    for heading, body in _clauses(agency):
        rows += [Line(heading, "heading"), *map(Line, body.split("\n"))]
    rows.append(Line("本帳號不會索取密碼、身分證字號或金融資料，也不會請您付款。", "note"))
    return Card(
        title="個人資料蒐集告知",
        subtitle="依個人資料保護法第 8 條",
        rows=tuple(rows),
        buttons=(_AGREE, _DECLINE) if deciding else (),
        typed=_TYPED if deciding else "",
    )


def for_staff_only(agency: Agency) -> str:
    """The answer to someone who is not of the agency (words.md F)."""
    ways = [
        f"請撥 {agency.public_line}" if agency.public_line else "",
        f"至 {agency.website}" if agency.website else "",
    ]
    citizens = "，或".join(way for way in ways if way)
    lines = [
        f"您好，這裡是{agency.name}同仁專用的學習服務，須持{agency.hr}核發的啟用碼才能使用。",
        f"・本機關同仁：請輸入「啟用」加上啟用碼；沒有或已失效，請洽{agency.hr_reached}補發。",
        f"・民眾洽公：{citizens}。" if citizens else "",
        "本帳號不會索取身分證字號、密碼或款項；如有疑慮請撥 165。",
    ]
    return "\n".join(line for line in lines if line)


def _with_notice(event: Event, snapshot: Snapshot, desk: Desk, first: Message) -> Outcome:
    kept = activation.pending(snapshot)
    draft = {} if kept is None else {activation.PENDING: kept}
    shown = Conversation(TASK, "notice", event.nonce, desk.edition.id, draft)
    return Outcome((first, notice(desk.agency)), (ConversationMoved(shown),))


def _code(event: Event, snapshot: Snapshot, desk: Desk, code: str) -> Outcome:
    """A code before consent: a usable one waits in the draft (by the activation's id), a wrong one counts."""
    refused = activation.refusal(event, snapshot, desk)
    if refused is not None:
        if _shown(snapshot):
            return refused
        greeted = greet(event, snapshot, desk)
        return Outcome((*refused.replies, *greeted.replies), (*refused.changes, *greeted.changes))
    draft = {activation.PENDING: snapshot.activation.id} if snapshot.activation else {}
    waiting = Conversation(TASK, "notice", event.nonce, desk.edition.id, draft)
    said = f"您好，這裡是{desk.agency.name} AI 學習小幫手。啟用碼已收到，請先閱讀下方告知事項（約 1 分鐘）。"
    return Outcome((Text(said), notice(desk.agency)), (ConversationMoved(waiting),))


def _agree(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Consent; then the code that was waiting, or how to type one."""
    if snapshot.person is not None:
        changes = (ConsentGiven(NOTICE), *leave(snapshot.conversation))
        return Outcome((helping.present(event, snapshot, desk),), changes)
    following = activation.after_consent(event, snapshot, desk)
    return Outcome(following.replies, (ConsentGiven(NOTICE), *following.changes), following.receipt)


def _shown(snapshot: Snapshot) -> bool:
    return snapshot.conversation is not None and snapshot.conversation.task == TASK


def _decide(before: str = "") -> Choices:
    return Choices(
        prompt=f"{before}請先看過告知事項，再決定是否啟用。",
        options=(_AGREE, _DECLINE),
        extras=(do("看告知事項", Name.NOTICE),),
        typed=pc("開始啟用", "先不使用", "告知事項"),
    )


def _hello(agency: Agency) -> str:
    return (
        f"您好，這裡是{agency.name} AI 學習小幫手。\n"
        "我可以幫您：\n"
        "・查 AI 學習時數還缺多少\n"
        "・依實際工作建議 AI 人才類別與課程\n"
        "・在年底前提醒您，不必自己記日期\n"
        "本服務自由選用。請先閱讀告知事項（約 1 分鐘），再輸入啟用碼。"
    )


def _clauses(agency: Agency) -> list[tuple[str, str]]:
    who = f"{agency.name}；承辦單位：{agency.hr_reached}。"
    kept = f"{agency.retention}；" if agency.retention else ""
    where = f"地區：{agency.region}；" if agency.region else "地區："
    return [
        ("一、機關", who),
        ("二、目的", "人事管理、教育或訓練行政（學習時數、類別建議、課程與證照輔導及提醒）。"),
        (
            "三、類別",
            (
                "姓名、員工編號、單位、職稱、公務電子郵件（取自人事資料）；您的 LINE 或 Telegram 帳號代碼；"
                "職務問卷、學習時數、證照、提問、提醒設定及對話訊息。請勿傳送健康、家庭等與學習無關的資料。"
            ),
        ),
        (
            "四、期間、地區、對象及方式",
            (
                f"期間：{kept}解除綁定後 30 日內刪除帳號代碼。\n"
                f"{where}訊息經 LINE 或 Telegram 傳送，可能經境外伺服器；提醒也可能寄到您的公務電子郵件。\n"
                f"對象：您本人、{agency.hr}、您的單位主管（可看時數、類別與判定理由，看不到聊天內容），"
                "以及依法令辦理考核的上級機關。\n"
                f"方式：查詢、統計、提醒（可隨時停止）、給{agency.hr}的每週統計與名單，及公務報表。本服務不會自動作成任何考績或懲處決定。"
            ),
        ),
        (
            "五、權利",
            (
                "您可查詢、閱覽、索取複本、補充或更正、請求停止蒐集、處理、利用或刪除。"
                f"請輸入「我的資料」或洽{agency.hr}。依法須保存的紀錄，我們會說明理由。"
            ),
        ),
        (
            "六、不提供的影響",
            f"無法使用聊天查詢與提醒；時數仍由{agency.hr}依原有方式辦理，您的權益不受影響。",
        ),
    ]
