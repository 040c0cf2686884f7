"""LINE as the pipeline meets it: events in, letters out (`bot.outgoing.Reader`)."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.outgoing import Addressed, Envelope
from bot.platforms import line_inbound
from bot.platforms.line_drawing import draw
from bot.platforms.tolerant import encode
from guideline.records import Account, Way
from handlers.event import Event
from handlers.menus import Menu
from handlers.message import Message
from storage.dispatches import MENU, NewDispatch, To
from storage.files import NewFile
from storage.writing import REPLY

LINK = "richmenu"  # the method of a dispatch that links a rich menu to a person, or takes the link away
MOST = 500  # recipients of a multicast (platforms.md §1.5)
FRESH = timedelta(seconds=50)  # a reply token holds "within one minute" (platforms.md §1.3)


class LineReader:
    way: Way = "line"

    def read(self, raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
        return line_inbound.read(raw, received_at, zone, nonce)

    def letters(self, envelope: Envelope, replies: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """The first call answers with the event's free token while that is fresh; whatever does not fit
        into it, or comes too late, is pushed. To a group nothing is pushed: it would cost one message of
        the month's budget for every member."""
        chat = envelope.account.user_id
        token = line_inbound.reply_token(envelope.raw)
        letters: list[NewDispatch] = []
        for ordinal, messages in enumerate(draw(replies)):
            if ordinal == 0 and token is not None and envelope.age < FRESH:
                method, to, retry_key = "reply", {"replyToken": token[0]}, None
            elif is_person(chat):
                method, to, retry_key = "push", {"to": chat}, str(uuid.uuid4())
            else:
                break
            letters.append(
                NewDispatch(
                    platform="line",
                    method=method,
                    body=encode({**to, "messages": messages}).decode(),
                    account_id=envelope.account.id,
                    cause=envelope.cause,
                    ordinal=ordinal,
                    receipt=receipt,  # whichever part is lost, it is told again
                    kind=REPLY,
                    retry_key=retry_key,
                )
            )
        return letters

    def notice(self, addressed: Addressed, messages: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """Pushes, each of which costs one message of the month's budget."""
        return [
            NewDispatch(
                platform="line",
                method="push",
                body=encode({"to": addressed.account.user_id, "messages": drawn}).decode(),
                account_id=addressed.account.id,
                cause=addressed.cause,
                ordinal=ordinal,
                receipt=receipt,  # whichever part is lost, it is told again
                kind="notice",
                retry_key=str(uuid.uuid4()),
                lane=1,
                not_before=addressed.not_before,
            )
            for ordinal, drawn in enumerate(draw(messages))
        ]

    def say(
        self, to: Sequence[To], said: Sequence[Message], kind: str, files: Sequence[NewFile] = ()
    ) -> list[NewDispatch]:
        """Multicasts of up to 500 (§1.5), a push to a single one; each recipient costs one message. No file:
        LINE takes none."""
        return [
            NewDispatch(
                platform="line",
                method="push" if len(some) == 1 else "multicast",
                body=encode({"to": _recipients(some), "messages": drawn}).decode(),
                account_id=some[0].account_id if len(some) == 1 else None,
                cause=None,
                ordinal=ordinal,
                receipt="",
                kind=kind,
                retry_key=str(uuid.uuid4()),
                lane=1,
                to=some,
            )
            for ordinal, drawn in enumerate(draw(said))
            for some in batched(to, MOST)
        ]

    def menu(
        self, account: Account, wanted: Menu, ids: Mapping[str, str], cause: int | None
    ) -> tuple[str, NewDispatch] | None:
        """Links one of our rich menus; who is to have the usual one, the account's default, has no link of
        their own. Without rich menus at LINE (`doctor --fix`) nothing is linked."""
        menu = "" if wanted is Menu.WELCOME else ids.get(wanted)
        if not ids or menu is None or menu == account.menu or not is_person(account.user_id):
            return None
        return menu, NewDispatch(
            platform="line",
            method=LINK,
            body=encode({"userId": account.user_id, "richMenuId": menu}).decode(),
            account_id=account.id,
            cause=cause,
            ordinal=0,
            receipt="",
            kind=MENU,
            retry_key=str(uuid.uuid4()),  # never sent: it says that a lost call may be made again
            lane=1,
        )


def _recipients(to: Sequence[To]) -> str | list[str]:
    return to[0].address if len(to) == 1 else [one.address for one in to]


def batched(to: Sequence[To], most: int) -> Iterator[tuple[To, ...]]:
    """In their order, at most so many at once."""
    for start in range(0, len(to), most):
        yield tuple(to[start : start + most])


def is_person(chat_id: str) -> bool:
    """Whether the chat is one person's: their ids begin with U, those of groups and rooms with C and R."""
    return chat_id.startswith("U")
