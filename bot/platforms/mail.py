"""E-mail as a way to say something unasked (`reminders.voices.Voice`)."""

from base64 import b64encode
from collections.abc import Sequence

from bot.codes.links import Bots
from bot.platforms.mail_drawing import draw
from bot.platforms.tolerant import encode
from guideline.records import Way
from handlers.desk import Agency
from handlers.message import Message
from storage.dispatches import REMINDER, NewDispatch, To
from storage.files import NewFile

MAIL = "mail"  # the method of a dispatch


class MailVoice:
    """One mail for each: an address is shown to nobody else. The body holds the words only; whom it goes to
    and the link 「不想再收到提醒」 come in when it is sent (`mail_outbound`)."""

    way: Way = "email"

    def __init__(self, agency: Agency, bots: Bots) -> None:
        self._agency = agency
        self._bots = bots

    def say(
        self, to: Sequence[To], said: Sequence[Message], kind: str, files: Sequence[NewFile] = ()
    ) -> list[NewDispatch]:
        """Files are attached. They stand in the body, which goes once it is settled: a mailbox has no chat
        whose file they could be."""
        letter = draw(said, self._agency, self._bots)
        body = {
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "stops": kind == REMINDER,  # it shows how to stop them
            "files": [
                {"name": one.name, "type": one.media_type, "content": b64encode(one.content).decode()}
                for one in files
            ],
        }
        return [
            NewDispatch(
                platform="email",
                method=MAIL,
                body=encode(body).decode(),
                account_id=None,
                cause=None,
                ordinal=0,
                receipt="",
                kind=kind,
                lane=1,
                fleeting=bool(files),
                person_id=one.person_id,
                to=(one,),
            )
            for one in to
        ]
