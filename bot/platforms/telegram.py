"""Telegram as the pipeline meets it: events in, letters out (`bot.outgoing.Reader`)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.outgoing import Addressed, Envelope
from bot.platforms import telegram_inbound
from bot.platforms.telegram_drawing import draw
from bot.platforms.tolerant import encode
from guideline.records import Account
from handlers.event import Event
from handlers.message import Message
from storage.dispatches import NewDispatch
from storage.files import SEND


def document(account: Account, cause: int, ordinal: int, file_id: int, caption: str) -> NewDispatch:
    """The call that sends a stored file. `caption` is plain text of at most 1,024 characters."""
    call = {"chat_id": int(account.user_id), "file": file_id, "caption": caption}
    return NewDispatch(
        platform="telegram",
        method=SEND,
        body=encode(call).decode(),
        account_id=account.id,
        cause=cause,
        ordinal=ordinal,
        receipt="",
        kind="file",
    )


class TelegramReader:
    def read(self, raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
        return telegram_inbound.read(raw, received_at, zone, nonce)

    def letters(self, envelope: Envelope, replies: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """One call a message, or a part of one that is too long. Telegram knows no retry key."""
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({"chat_id": int(envelope.account.user_id), **body}).decode(),
                account_id=envelope.account.id,
                cause=envelope.cause,
                ordinal=ordinal,
                receipt="" if ordinal else receipt,
                kind="reply",
            )
            for ordinal, body in enumerate(draw(replies))
        ]

    def notice(self, addressed: Addressed, messages: Sequence[Message], receipt: str) -> list[NewDispatch]:
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({"chat_id": int(addressed.account.user_id), **body}).decode(),
                account_id=addressed.account.id,
                cause=addressed.cause,
                ordinal=ordinal,
                receipt="" if ordinal else receipt,
                kind="notice",
                lane=1,
                not_before=addressed.not_before,
            )
            for ordinal, body in enumerate(draw(messages))
        ]
