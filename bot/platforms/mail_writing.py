"""A mail as it stands on the wire: headers that nobody's words can break, text, HTML, attachments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from bot.platforms.mail_drawing import one_line
from storage.files import NewFile

# RFC 5321 without quoted names and address literals, which no agency's roster has; ASCII only.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_POLICY: Final = SMTP.clone(cte_type="7bit")  # every server takes it, without 8BITMIME


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` is where answers go, `name` is shown; `contact` is whom to ask: 人事處（分機 1234）."""

    address: str
    name: str
    contact: str


def is_address(address: str) -> bool:
    """Whether a mail can be sent there."""
    name, _, _ = address.partition("@")
    return len(address) <= 254 and len(name) <= 64 and _ADDRESS.fullmatch(address) is not None


def write(
    *,
    sender: Sender,
    to: str,
    number: str,
    at: datetime,
    subject: str,
    text: str,
    html: str,
    stop: str | None = None,
    attached: Sequence[NewFile] = (),
) -> bytes:
    """The whole mail. `number` is what its Message-ID is made of: of one dispatch always the same, so that a
    mailbox can tell a copy. `stop`: the link that ends the reminders; empty: there is none, and whom to ask
    is said instead; None: it is no reminder."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(one_line(sender.name), addr_spec=sender.address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = one_line(subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{number}@{sender.address.partition('@')[2]}>"
    # RFC 3834, and its elders: nobody's holiday answers this.
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail["X-Auto-Response-Suppress"] = "All"
    words, page = _foot(sender, stop)
    mail.set_content(f"{text.rstrip()}\n{words}", cte="base64")
    mail.add_alternative(
        _FRAME.format(subject=escape(one_line(subject)), body=html + page), "html", cte="base64"
    )
    for one in attached:
        kind, _, detail = one.media_type.partition(";")[0].partition("/")
        mail.add_attachment(one.content, kind, detail, filename=one_line(one.name))
    return _listed(stop) + mail.as_bytes()


def _listed(stop: str | None) -> bytes:
    """The headers of RFC 2369 and, over https alone, RFC 8058. Not by the library, which would encode a long
    address as if it were words. A link that could end the line is not written."""
    if not stop or not re.fullmatch(r"https?://[!-;=?-~]{1,900}", stop):
        return b""
    click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if stop.startswith("https:") else ""
    return f"List-Unsubscribe: <{stop}>\r\n{click}".encode("ascii")


def _foot(sender: Sender, stop: str | None) -> tuple[str, str]:
    if stop is None:
        return "", ""
    if stop:
        said = "不想再收到提醒"
        return f"\n{said}：{stop}\n", f'\n<p><small><a href="{escape(stop)}">{said}</a></small></p>'
    said = f"不想再收到提醒，請回覆本信或洽{sender.contact}。"
    return f"\n{said}\n", f"\n<p><small>{escape(said)}</small></p>"


_FRAME: Final = """\
<!doctype html>
<html lang="zh-Hant-TW">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
body {{ max-width: 36em; margin: 0 auto; padding: 1em; font: 1em/1.7 sans-serif; }}
h1 {{ font-size: 1.3em; }}
h2 {{ font-size: 1.1em; }}
p {{ margin: .5em 0; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
