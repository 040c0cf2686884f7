"""Messages as a mail: a subject, plain text, and HTML that is no more than paragraphs.

It sets no colour, so that a dark mailbox stays dark. A button that opens a link is one; a button that presses
becomes what a person types in the chat, said once at the end with the way to get there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from bot.codes.links import Bots
from handlers.commands import Name
from handlers.desk import Agency
from handlers.message import Bar, Button, Card, Choices, Field, Line, Message, Row, Text, apart, buttons
from handlers.wording import listed, short

SUBJECT: Final = 78  # characters (RFC 5322 §2.1.1 counts bytes of a line; what is longer is cut when shown)
_COLUMNS: Final = re.compile(r" {2,}")
# A mail has its own link for these, which needs no chat.
_OWN: Final = frozenset({str(Name.STOP), str(Name.SNOOZE), str(Name.SNOOZE_MONTH)})


@dataclass(frozen=True, slots=True)
class Letter:
    """`html` is what stands between the tags of a body."""

    subject: str
    text: str
    html: str


def draw(said: Sequence[Message], agency: Agency, bots: Bots) -> Letter:
    """One mail of all these messages."""
    words = [_text(one) for one in said]
    pages = [_html(one) for one in said]
    if how := _in_chat(said, agency, bots):
        words.append("\n".join(how))
        pages.append("".join(f"<p><small>{escape(line)}</small></p>" for line in how))
    signed = f"{agency.name}{agency.hr_reached}" if agency.name else agency.hr_reached
    words.append(f"{signed}\nAI 學習小幫手 自動寄送")
    pages.append(f"<p>{escape(signed)}<br>AI 學習小幫手 自動寄送</p>")
    return Letter(_subject(said, agency), "\n\n".join(words) + "\n", "\n".join(pages))


def one_line(text: str) -> str:
    """For a header: whatever would end it, or hide in it, is a space."""
    return " ".join(
        re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", " ", text).split()
    )


def _subject(said: Sequence[Message], agency: Agency) -> str:
    """The title of the first message that has one, else the first words of what is said."""
    titles = [*(_title(one) for one in said), *(_opening(one) for one in said)]
    title = next((title for title in titles if title), "AI 學習通知")
    prefix = f"【{agency.name}】" if agency.name else ""
    return short(one_line(prefix + title), SUBJECT)


def _title(message: Message) -> str:
    match message:
        case Card(title=title):
            return title
        case Choices(prompt=prompt):
            return prompt.partition("\n")[0].rstrip("。：")
        case Text():
            return ""


def _opening(message: Message) -> str:
    return message.body.partition("\n")[0] if isinstance(message, Text) else ""


# Plain text ------------------------------------------------------------------------------------------


def _text(message: Message) -> str:
    match message:
        case Text(body):
            lines = [body]
        case Card():
            lines = [message.title, message.subtitle, ""]
            for place, row in enumerate(message.rows):
                heading = isinstance(row, Line) and row.tone == "heading"
                lines += ["", _row(row)] if place and (heading or apart(message.rows, place)) else [_row(row)]
        case Choices():
            lines = [message.prompt, message.hint]
    lines += [f"{button.label}：{button.url}" for button in buttons(message) if button.url]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _row(row: Row) -> str:
    match row:
        case Line(text, "detail"):
            return f"　{text}"
        case Line(text):
            return text
        case Field(label, value):
            return f"{label}：{value}"
        case Bar(caption=caption):
            return caption


# HTML ------------------------------------------------------------------------------------------------


def _html(message: Message) -> str:
    match message:
        case Text(body):
            parts = [_said(one) for one in body.split("\n\n")]
        case Card():
            subtitle = [f"<p><small>{_lines(message.subtitle)}</small></p>"] if message.subtitle else []
            parts = [f"<h1>{_lines(message.title)}</h1>", *subtitle, *map(_part, message.rows)]
        case Choices():
            parts = [_paragraph(message.prompt), *([_paragraph(message.hint)] if message.hint else [])]
    return "\n".join([*parts, *map(_link, (one for one in buttons(message) if one.url))])


def _part(row: Row) -> str:  # noqa: PLR0911 - a table
    match row:
        case Line(text, "heading"):
            return f"<h2>{_lines(text)}</h2>"
        case Line(text, "note"):
            return f"<p><small>{_lines(text)}</small></p>"
        case Line(text, "detail"):
            return f'<p style="margin-left:1em">{_lines(text)}</p>'
        case Line(text, "due"):
            return f"<p><strong>{_lines(text)}</strong></p>"
        case Line(text):
            return _paragraph(text)
        case Field(label, value):
            return f"<p>{_lines(label)}：<strong>{_lines(value)}</strong></p>"
        case Bar(caption=caption):
            return _paragraph(caption)


def _link(button: Button) -> str:
    return f'<p><a href="{escape(button.url or "")}">{_lines(button.label)}</a></p>'


def _said(text: str) -> str:
    """A paragraph; lines whose columns spaces align are a table, the first of them its head."""
    rows = [_COLUMNS.split(line.rstrip(" ")) for line in text.splitlines()]
    if len(rows) < 2 or any(len(cells) < 2 for cells in rows):
        return _paragraph(text)
    head, *body = ["".join(map(_cell, range(len(cells)), cells)) for cells in rows]
    lines = [head.replace("<td", "<th").replace("</td>", "</th>"), *body]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _cell(place: int, text: str) -> str:
    side = "right" if place else "left"
    return f'<td style="text-align:{side};padding:0 .4em">{escape(text)}</td>'


def _paragraph(text: str) -> str:
    return f"<p>{_lines(text)}</p>"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


# What is done in the chat ----------------------------------------------------------------------------


def _in_chat(said: Sequence[Message], agency: Agency, bots: Bots) -> list[str]:
    """How the buttons of these messages are pressed by who reads them in a mailbox."""
    handles = {
        "LINE": bots.line_basic_id,
        "Telegram": bots.telegram_username and f"@{bots.telegram_username}",
    }
    where = "或 ".join(f"{name}（{handle}）" for name, handle in handles.items() if handle)
    words = [
        button.label
        for message in said
        for button in buttons(message)
        if button.press is not None and button.press.choice not in _OWN
    ]
    if not where or not words:
        return []
    typed = listed(f"「{word}」" for word in dict.fromkeys(words))
    return [
        f"在 {where}輸入{typed}，可以直接查詢或回報。",
        f"還沒有啟用的話，請洽{agency.hr_reached}索取啟用碼。",
    ]
