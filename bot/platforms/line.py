"""LINE as the pipeline meets it: events in, letters out (`bot.outgoing.Reader`)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.outgoing import Addressed, Envelope
from bot.platforms import line_inbound
from bot.platforms.line_drawing import draw
from bot.platforms.tolerant import encode
from guideline.records import Account
from handlers.event import Event
from handlers.menus import Menu
from handlers.message import Message
from storage.dispatches import MENU, NewDispatch

LINK = "richmenu"  # the method of a dispatch that links a rich menu to a person, or takes the link away
FRESH = timedelta(seconds=50)  # a reply token holds "within one minute" (platforms.md §1.3)


class LineReader:
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
                    receipt="" if ordinal else receipt,
                    kind="reply",
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
                receipt="" if ordinal else receipt,
                kind="notice",
                retry_key=str(uuid.uuid4()),
                lane=1,
                not_before=addressed.not_before,
            )
            for ordinal, drawn in enumerate(draw(messages))
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


def is_person(chat_id: str) -> bool:
    """Whether the chat is one person's: their ids begin with U, those of groups and rooms with C and R."""
    return chat_id.startswith("U")
