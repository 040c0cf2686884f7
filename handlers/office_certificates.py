"""For HR: certificates that wait for WebHR 表51, and planned ones to be offered (hr-year 19).

Only HR says 「已登錄」, once for each, and is asked once before; the holder is told. A button names the row
itself, so that it means the same however the list has changed meanwhile.

Steps: `confirm` asks whether it stands in 表51, `return` whether to ask its holder for the paper.
"""

from dataclasses import replace
from typing import Final

from guideline.certificates import source
from guideline.changes import CertificateOpened, CertificateRegistered, ConversationMoved
from guideline.edition import Certificate
from guideline.records import CertificateEntry, Conversation, Office, Person, Snapshot
from handlers import certificate_return, pages
from handlers.certificate_card import quoted, titled
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Line, Row, Text
from handlers.numbers import numbers_in
from handlers.outcome import Notice, Outcome
from handlers.payload import Press
from handlers.tasks import leave, start, step
from handlers.wording import do, news, pc

TASK: Final = certificate_return.TASK
TITLE: Final = "表51 登錄"
_ENTRY: Final = "entry"
_YES: Final = ("是", "是已登錄", "已登錄", "對", "確認", "yes")
_YES_RETURN: Final = (*_YES, "是請補件")
_CLOSE: Final = ("收回", "關閉")
_LISTED: Final = 10  # planned certificates with a button each


def may(snapshot: Snapshot) -> bool:
    """Whether this person is of HR; for everybody else these words mean 證照."""
    return snapshot.person is not None and snapshot.person.of_hr


# 表51 ------------------------------------------------------------------------------------------------


def waiting(event: Event, snapshot: Snapshot, desk: Desk, rest: str) -> Outcome:
    """表51: what waits, the oldest first; with a number the one of that number, 第2頁 the next ones."""
    office = snapshot.office or Office()
    place = pages.place_in(rest)
    if place is not None and place < len(office.certificates):
        return _asking(event, *office.certificates[place], snapshot, desk)
    return Outcome((_list(office, pages.page_in(rest) or 0),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to 「已經登錄了嗎？」, or to 「要請本人補件嗎？」."""
    if not may(snapshot):
        return _refused(running)
    said = bare(event.text)
    match running.step:
        case "return" if said in _YES_RETURN:
            return _give_back(running, snapshot, desk)
        case "confirm" if said in _YES:
            return _register(running, snapshot, desk)
        case "confirm" if said in certificate_return.WORDS:
            return _returning(running, snapshot)
    again = resume(event, running, snapshot, desk)
    if again.changes:
        return again
    return replace(again, replies=(Text("這張還沒標記。請輸入「是」或「取消」。"), *again.replies))


def press(  # noqa: PLR0911 (one return a kind of button)
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of the lists, which holds at any time, or the yes of this run."""
    if not may(snapshot):
        return _refused(running)
    kind, _, value = pressed.choice.partition(".")
    match kind:
        case "ask" if found := _found(snapshot, value):
            return _asking(event, *found, snapshot, desk)
        case "open" | "close" if item := desk.edition.certificates.get(value):
            return _in_place(_set(item, snapshot, desk, is_open=kind == "open"))
        case "page" if value.isdecimal() and len(value) < 5:
            return _in_place(Outcome((_list(snapshot.office or Office(), int(value)),)))
    if running is not None and running.nonce == pressed.nonce:
        match running.step, kind:
            case "confirm", "yes":
                return _in_place(_register(running, snapshot, desk))
            case "confirm", "return":
                return _returning(running, snapshot)
            case "return", "returned":
                return _give_back(running, snapshot, desk)
    return Outcome((Text("這個按鈕的內容已更新，請看目前的清單。"), _list(snapshot.office or Office())))


def _in_place(outcome: Outcome) -> Outcome:
    """What a tap made of the list, or of the question, stands where that stood."""
    match outcome.replies:
        case [Card() | Choices() as only]:
            return replace(outcome, replies=(replace(only, replaces=True),))
    return outcome


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again; where it is settled, the list."""
    if not may(snapshot):
        return _refused(running)
    found = _found(snapshot, str(running.draft.get(_ENTRY)))
    if found is None:
        return _gone(running, snapshot)
    return Outcome((_question(running, *found),))


def where(running: Conversation, desk: Desk) -> str:
    return "有一張證照等您確認已登錄表51"


def _asking(event: Event, who: Person, entry: CertificateEntry, snapshot: Snapshot, desk: Desk) -> Outcome:
    asking = start(event, snapshot, desk, TASK, "confirm", **{_ENTRY: entry.id})
    return Outcome((_question(asking, who, entry),), (ConversationMoved(asking),))


def _question(running: Conversation, who: Person, entry: CertificateEntry) -> Choices:
    if running.step == "return":
        return certificate_return.question(running, who, entry)
    told = [] if entry.returned_at is None else ["這張已請本人補件。"]
    ways = [] if told else [Button("無法核對，請補件", Press(TASK, "return", running.nonce))]
    return Choices(
        prompt=f"{who.unit} {who.name}的{quoted(entry)}，已經登錄在 WebHR 表51（專長）了嗎？",
        options=(Button("是，已登錄", Press(TASK, "yes", running.nonce), style="primary"), *ways),
        extras=(do("取消", Name.CANCEL, "quiet"),),
        hint="".join((*told, "按「是」之後會通知本人，本人就不能再自行撤回。")),
        typed=pc("是", *(["請補件"] if ways else []), "取消"),
    )


def _returning(running: Conversation, snapshot: Snapshot) -> Outcome:
    """Asks once before it is given back; what was given back already is only asked about again."""
    found = _found(snapshot, str(running.draft.get(_ENTRY)))
    if found is None:
        return _gone(running, snapshot)
    who, entry = found
    asking = step(running, "return" if entry.returned_at is None else "confirm")
    return Outcome((_question(asking, who, entry),), (ConversationMoved(asking),))


def _give_back(running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    found = _found(snapshot, str(running.draft.get(_ENTRY)))
    if found is None:
        return _gone(running, snapshot)
    if found[1].returned_at is not None:  # a colleague was faster
        return _returning(running, snapshot)
    return certificate_return.given_back(running, *found, snapshot, desk)


def _register(running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    found = _found(snapshot, str(running.draft.get(_ENTRY)))
    if found is None:
        return _gone(running, snapshot)
    who, entry = found
    left = max(0, snapshot.office.certificates_waiting - 1) if snapshot.office is not None else 0
    own = snapshot.person is not None and who.id == snapshot.person.id
    told = f"您回報的「{entry.name}」已由人事登錄於 WebHR 表51（專長）。"
    said = Choices(
        prompt=f"已記下：{who.name}的「{entry.name}」已登錄表51{'' if own else '，會在上班時間通知本人'}。",
        hint=f"還有 {left} 張待登錄。" if left else "目前沒有其他待登錄的證照。",
        options=(do("看待登錄清單", Name.FORM_51), do("人事待辦", Name.OFFICE)),
        typed=pc("表51", "人事"),
    )
    notice = Notice(
        to=who.id,
        messages=(Choices(prompt=told, options=(do("看證照", Name.CERTIFICATES),), typed=pc("證照")),),
        receipt=told.rstrip("。"),
        brief=(news("您的證照", "看證照", Name.CERTIFICATES, "證照"),),
    )
    return Outcome(
        (said,),
        (CertificateRegistered(entry.id, who.id), *leave(running)),
        receipt="已登錄一張證照於表51",
        notices=() if own else (notice,),
    )


def _gone(running: Conversation, snapshot: Snapshot) -> Outcome:
    said = Text("這張證照已由其他人事同仁登錄，或本人已撤回；這次沒有再變動。")
    return Outcome((said, _list(snapshot.office or Office())), leave(running))


def _refused(running: Conversation | None) -> Outcome:
    """For whoever is not of HR, or not any more."""
    said = Text("這項功能限人事使用；您的證照請輸入「證照」查看。")
    return Outcome((said,), leave(running) if running is not None else ())


def _found(snapshot: Snapshot, entry_id: str) -> tuple[Person, CertificateEntry] | None:
    waits = snapshot.office.certificates if snapshot.office is not None else ()
    return next(((who, entry) for who, entry in waits if str(entry.id) == entry_id), None)


def _list(office: Office, page: int = 0) -> Card:
    turned = pages.paged(office.certificates, page)
    rows: list[Row] = []
    ticks: list[Button] = []
    for number, (who, entry) in enumerate(turned.shown, start=turned.first):
        asked = "；已請本人補件" if entry.returned_at is not None else ""
        rows += [Line(f"{number}. {who.name}（{who.unit}）"), Line(f"{titled(entry)}{asked}", "detail")]
        ticks.append(Button(f"第 {number} 張已登錄表51", Press(TASK, f"ask.{entry.id}")))
    if not rows:
        rows.append(Line("目前沒有待登錄表51 的證照。"))
    elif turned.last:
        of_pages = f"第 {turned.page + 1} 頁，共 {turned.last + 1} 頁"
        rows.append(Line(f"共 {office.certificates_waiting} 張，最早回報的在前（{of_pages}）。", "note"))
    if ticks:
        rows.append(Line("請核對證書影本，在 WebHR 登錄後再標記；名單含個人資料，請勿轉傳。", "note"))
    turning = [Button(label, Press(TASK, f"page.{other}")) for label, other in turned.others]
    typed = [f"表51 {turned.first}"] if ticks else []
    typed += [f"表51 第{other + 1}頁" for _, other in turned.others[-1:]]
    return Card(
        title="表51 待登錄的證照",
        rows=tuple(rows),
        buttons=(
            *ticks,
            *turning,
            do("證照開放", Name.OPENING, "quiet"),
            do("人事待辦", Name.OFFICE, "quiet"),
        ),
        typed=pc(*typed, "證照開放", "人事"),
    )


# 證照開放 --------------------------------------------------------------------------------------------


def opening(event: Event, snapshot: Snapshot, desk: Desk, rest: str) -> Outcome:
    """證照開放: the planned ones; 「證照開放 1」 opens the first, 「證照開放 1 收回」 takes it back."""
    planned = _planned(desk)
    closing = next((word for word in _CLOSE if rest.endswith(word)), "")
    numbers = numbers_in(rest.removesuffix(closing))
    if len(numbers) == 1 and 1 <= numbers[0] <= len(planned):
        return _set(planned[numbers[0] - 1], snapshot, desk, is_open=not closing)
    return Outcome((_openings(snapshot.opened, desk),))


def _set(item: Certificate, snapshot: Snapshot, desk: Desk, *, is_open: bool) -> Outcome:
    """Opens it or takes it back; what is so already is only said."""
    opened = snapshot.opened
    if item.status != "planned" or (item.id in opened) is is_open:
        state = "已經開放" if is_open or item.status != "planned" else "目前沒有開放"
        return Outcome((_openings(opened, desk, f"{item.name}{state}，沒有再變動。"),))
    after = opened | {item.id} if is_open else opened - {item.id}
    said = (
        f"已開放：{item.name}。從現在起會列入同仁的建議。"
        if is_open
        else f"已收回：{item.name}。不再列入建議；同仁已回報的不受影響。"
    )
    return Outcome(
        (_openings(after, desk, said),),
        (CertificateOpened(item.id, is_open),),
        receipt=f"已{'開放' if is_open else '收回'}{item.name}",
    )


def _openings(opened: frozenset[str], desk: Desk, said: str = "") -> Card:
    """The list; `said` is what became of it just now."""
    planned = _planned(desk)
    rows: list[Row] = []
    buttons: list[Button] = []
    for number, item in enumerate(planned, start=1):
        is_open = item.id in opened
        rows.append(Line(f"{number}. {item.name}：{'已開放' if is_open else '尚未開放'}"))
        rows.append(Line(source(item), "detail"))
        press = Press(TASK, f"{'close' if is_open else 'open'}.{item.id}")
        buttons.append(Button(f"{'收回' if is_open else '開放'}第 {number} 項", press))
    if not planned:
        rows.append(Line("指引資料中沒有尚未開辦的證照。"))
    rows.append(Line("主管機關公布開辦後再開放；開放前只告知同仁尚未開辦，不列入建議。", "note"))
    typed = ["證照開放 1", "證照開放 1 收回"] if planned else []
    return Card(
        title="證照開放",
        subtitle=said,
        rows=tuple(rows),
        buttons=(*buttons, do("看待登錄清單", Name.FORM_51, "quiet"), do("人事待辦", Name.OFFICE, "quiet")),
        typed=pc(*typed, "表51", "人事"),
    )


def _planned(desk: Desk) -> list[Certificate]:
    """Those that the edition says are still to come."""
    return [item for item in desk.edition.certificates.values() if item.status == "planned"][:_LISTED]
