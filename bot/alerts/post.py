"""The one mail, by a connection of its own: whatever stalls the mails to people does not hold it up."""

from datetime import datetime

from bot.alerts.letter import Letter
from bot.mailing import sender_of, server_of
from bot.platforms.mail_connection import Connection
from bot.platforms.mail_outbound import IDLE
from bot.platforms.mail_writing import write
from bot.settings import Settings
from reminders.verdicts import Answer

_HANDING = 30.0  # seconds from DATA on


class Post:
    """To `alerts.email`; only where there is no `bot.mailing.hindrance`."""

    def __init__(self, settings: Settings) -> None:
        self._to = settings.alerts.email
        self._server = server_of(settings)
        self._sender = sender_of(settings)

    async def send(self, letter: Letter, at: datetime) -> Answer:
        """One mail, at real time `at`. Raises nothing that the network or the server does."""
        mail = write(
            sender=self._sender,
            to=self._to,
            number=f"talentbot.alert.{at:%Y%m%d%H%M%S%f}",
            at=at,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )
        connection = Connection(self._server, self._sender.address, None, _HANDING, IDLE)
        try:
            return await connection.hand_over(mail, self._to, 1)
        finally:
            await connection.close()
