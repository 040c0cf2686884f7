"""Which task an event belongs to. The one entrance: `handle` never raises and never does I/O."""

from dataclasses import replace

from guideline.changes import Change, MessageUnsent, ReachabilityChanged
from guideline.records import Snapshot
from handlers import activation, bound, group, media, preferences, welcome
from handlers import help as helping
from handlers.commands import Name, code_typed, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind
from handlers.media import as_typed
from handlers.message import Choices, Message, Text
from handlers.outcome import NOTHING, Outcome
from handlers.receipts import apart
from handlers.wording import do, pc, short

_SEEN_RECEIPTS = 3


def handle(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is said and what changes for one event of one account."""
    if (typed := as_typed(event)) != event and event.private:
        outcome = handle(typed, snapshot, desk)
        return replace(outcome, replies=(Text(media.NOT_KEPT), *outcome.replies))
    match event.kind:
        case Kind.OTHER:
            return NOTHING
        case Kind.UNSENT:
            return Outcome(changes=(MessageUnsent(event.message_id),)) if event.message_id else NOTHING
        case Kind.BLOCKED:
            return Outcome(changes=(ReachabilityChanged(reachable=False),)) if event.private else NOTHING
        case _ if not event.private:
            return group.answer(event, snapshot, desk)
    outcome = _private(event, snapshot, desk)
    changes: tuple[Change, ...] = outcome.changes
    if not snapshot.account.reachable:  # whoever writes to us, or comes back, can be reached
        changes = (ReachabilityChanged(reachable=True), *changes)
    replies = _with_receipts(outcome.replies, snapshot)
    return replace(outcome, replies=replies, changes=changes)


def code_in(event: Event) -> str | None:
    """The activation code typed or deep-linked in this event, normalised; None where there is none."""
    return code_typed(event.text) if as_typed(event).kind is Kind.TEXT and event.private else None


def apology(desk: Desk) -> Outcome:
    """What a person reads when their message could not be handled."""
    said = Choices(
        prompt="抱歉，剛才處理您的訊息時出了狀況，這一則還沒有完成。",
        hint=f"請稍後再試一次；若仍然無法使用，請洽{desk.agency.hr_reached}。",
        options=(do("看進度", Name.PROGRESS), do("說明", Name.HELP)),
        typed=pc("進度", "說明"),
    )
    return Outcome((said,))


def _private(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    if event.kind is Kind.MEDIA and snapshot.person is None:
        return _picture_of_nobody(event, snapshot, desk)
    if snapshot.account.consented_at is None:
        return _stranger(event, snapshot, desk)
    if snapshot.person is None:
        return _unbound(event, snapshot, desk)
    return bound.answer(event, snapshot, desk)


def _stranger(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    if event.kind is Kind.JOINED:
        return welcome.greet(event, snapshot, desk)
    pressed = event.press
    if event.kind is Kind.PRESS and pressed is not None and pressed.task == welcome.TASK:
        return welcome.press(event, snapshot, desk, pressed)
    if event.kind is Kind.PRESS:
        return welcome.answer(event, snapshot, desk, _named(event) or Name.HELP)
    command = command_in(event.text)
    return welcome.answer(event, snapshot, desk, command.name if command else None)


def _picture_of_nobody(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The same kindness as to anybody, and then what comes before all else: consent, or the code."""
    if snapshot.account.consented_at is None:
        return welcome.thanked(event, snapshot, desk)
    return Outcome((Text(media.said(event)), helping.not_yet(desk)))


def _unbound(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:  # noqa: PLR0911 (one a command)
    """Consented, and not yet known: an activation code is all that helps."""
    pressed = event.press
    if event.kind is Kind.PRESS and pressed is not None and pressed.task == activation.TASK:
        return activation.press(event, snapshot, desk, pressed)
    if event.kind is Kind.PRESS and pressed is not None and pressed.task == welcome.TASK:
        return welcome.press(event, snapshot, desk, pressed)
    if code := code_typed(event.text):
        return activation.begin(event, snapshot, desk, code)
    match _named(event):
        case Name.ACTIVATE | Name.AGREE:
            return activation.begin(event, snapshot, desk, None)
        case Name.DECLINE:
            return welcome.decline(snapshot, desk)
        case Name.NOTICE | Name.MY_DATA:
            return Outcome((welcome.notice(desk.agency, deciding=False),))
        case Name.CANCEL:
            return activation.cancel(snapshot, desk)
        case Name.STOP:
            return Outcome((Text(preferences.nobody(consented=True)), helping.not_yet(desk)))
    if event.kind is Kind.TEXT and activation.is_asking(snapshot):
        return activation.answer(event, snapshot, desk)
    return Outcome((helping.not_yet(desk),))


def _named(event: Event) -> Name | None:
    """The command of a typed word or of a button that stands for one."""
    if event.kind is Kind.PRESS:
        pressed = event.press
        known = pressed is not None and pressed.task == "do" and pressed.choice in set(Name)
        return Name(pressed.choice) if pressed is not None and known else None
    command = command_in(event.text)
    return command.name if command else None


def _with_receipts(replies: tuple[Message, ...], snapshot: Snapshot) -> tuple[Message, ...]:
    """Receipts of replies and notices that may not have arrived open the next one."""
    if not replies or not snapshot.unreceived:
        return replies
    each = apart(snapshot.unreceived)
    shown = "；".join(short(receipt, 60) for receipt in each[-_SEEN_RECEIPTS:])
    more = f"等 {len(each)} 件" if len(each) > _SEEN_RECEIPTS else ""
    return (Text(f"先前的訊息可能沒有送達，補充如下：{shown}{more}。"), *replies)
