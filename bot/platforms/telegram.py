"""Telegram as the pipeline meets it: events in, letters out (`bot.outgoing.Reader`)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.menus.commands import call_for, own_menu
from bot.outgoing import Addressed, Envelope
from bot.platforms import telegram_inbound
from bot.platforms.telegram_drawing import draw
from bot.platforms.tolerant import encode
from guideline.records import Account, Way
from handlers.event import Event
from handlers.menus import Menu
from handlers.message import Card, Choices, Message
from storage.dispatches import MENU, NewDispatch, To
from storage.files import SEND, NewFile
from storage.jobs import LETTER
from storage.writing import REPLY

EDIT = "editMessageText"


def document(
    account: Account, cause: int, ordinal: int, file_id: int, caption: str, receipt: str
) -> NewDispatch:
    """The call that sends a stored file. `caption` is plain text of at most 1,024 characters."""
    call = {"chat_id": int(account.user_id), "file": file_id, "caption": caption}
    return NewDispatch(
        platform="telegram",
        method=SEND,
        body=encode(call).decode(),
        account_id=account.id,
        cause=cause,
        ordinal=ordinal,
        receipt=receipt,
        kind=LETTER,
    )


class TelegramReader:
    way: Way = "telegram"

    def read(self, raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
        return telegram_inbound.read(raw, received_at, zone, nonce)

    def letters(self, envelope: Envelope, replies: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """One call a message, or a part of one that is too long. Telegram knows no retry key."""
        if edit := self._edit(envelope, replies, receipt):
            return [edit]
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({"chat_id": int(envelope.account.user_id), **body}).decode(),
                account_id=envelope.account.id,
                cause=envelope.cause,
                ordinal=ordinal,
                receipt=receipt,  # whichever part is lost, it is told again
                kind=REPLY,
            )
            for ordinal, body in enumerate(draw(replies))
        ]

    def _edit(self, envelope: Envelope, replies: Sequence[Message], receipt: str) -> NewDispatch | None:
        """The only reply, in the place of the message whose button was pressed. Beside anything else it is
        a new message: what is told for the first time must not hide further up in the chat."""
        match replies:
            case [Card(replaces=True) | Choices(replaces=True) as reply]:
                message_id = telegram_inbound.pressed_message(envelope.raw)
                bodies = draw([reply])
                if message_id is None or len(bodies) != 1:
                    return None
            case _:
                return None
        chat = {"chat_id": int(envelope.account.user_id), "message_id": message_id}
        return NewDispatch(
            platform="telegram",
            method=EDIT,
            body=encode({**chat, **bodies[0]}).decode(),
            account_id=envelope.account.id,
            cause=envelope.cause,
            ordinal=0,
            receipt=receipt,
            kind=REPLY,
            retry_key=str(uuid.uuid4()),  # never sent: it says that a lost call may be made again
        )

    def notice(self, addressed: Addressed, messages: Sequence[Message], receipt: str) -> list[NewDispatch]:
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({"chat_id": int(addressed.account.user_id), **body}).decode(),
                account_id=addressed.account.id,
                cause=addressed.cause,
                ordinal=ordinal,
                receipt=receipt,  # whichever part is lost, it is told again
                kind="notice",
                lane=1,
                not_before=addressed.not_before,
            )
            for ordinal, body in enumerate(draw(messages))
        ]

    def say(
        self, to: Sequence[To], said: Sequence[Message], kind: str, files: Sequence[NewFile] = ()
    ) -> list[NewDispatch]:
        """A call for each: Telegram has none for many. No file: in a chat they are asked for."""
        bodies = draw(said)
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({"chat_id": int(one.address), **body}).decode(),
                account_id=one.account_id,
                cause=None,
                ordinal=ordinal,
                receipt="",
                kind=kind,
                lane=1,
                to=(one,),
            )
            for one in to
            for ordinal, body in enumerate(bodies)
        ]

    def menu(
        self, account: Account, wanted: Menu, ids: Mapping[str, str], cause: int | None
    ) -> tuple[str, NewDispatch] | None:
        """Commands of its own for a private chat of HR; every other one shows everyone's, which `doctor
        --fix` sets for all private chats. Groups have none."""
        menu, chat_id = own_menu(wanted), int(account.user_id)
        if menu == account.menu or chat_id <= 0:
            return None
        method, params = call_for(wanted, chat_id)
        return menu, NewDispatch(
            platform="telegram",
            method=method,
            body=encode(params).decode(),
            account_id=account.id,
            cause=cause,
            ordinal=0,
            receipt="",
            kind=MENU,
            retry_key=str(uuid.uuid4()),  # as of an edit
            lane=1,
        )
