"""Headers hold, whatever words come from outside."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from bot.codes.links import Bots
from bot.platforms.mail_drawing import SUBJECT, draw
from bot.platforms.mail_writing import Sender, is_address, write
from handlers.desk import Agency
from handlers.message import Card, Line, Text
from storage.files import NewFile

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Precedence"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
}
# Whatever can be encoded, and often what ends a header or a line.
WORDS = st.text(
    st.one_of(
        st.sampled_from('\r\n\x00\x0b\x0c\x85\u2028\u2029:<>@,;"\\'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)


def read(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@given(title=WORDS, agency=WORDS, said=WORDS, name=WORDS)
def test_no_words_make_a_header_or_a_recipient(title: str, agency: str, said: str, name: str) -> None:
    """The headers are ours and one of each; every line is short ASCII, and the text arrives."""
    letter = draw([Card(title, (Line(said),))], Agency(agency), Bots())
    raw = write(
        sender=Sender("hr@example.gov.tw", agency, "人事處"),
        to="wang@example.gov.tw",
        number="talentbot.7.1",
        at=AT,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attached=[NewFile(name, "text/html; charset=utf-8", b"<p>")],
    )
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = read(raw)
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert mail["To"] == "wang@example.gov.tw"
    assert [one.addr_spec for one in mail["From"].addresses] == ["hr@example.gov.tw"]
    assert len(letter.subject) <= SUBJECT
    assert mail.defects == []


@given(st.text(max_size=300))
def test_what_is_an_address_ends_no_line_and_names_one_mailbox(address: str) -> None:
    """No blank, no bracket, no quote, no letter beyond ASCII."""
    if is_address(address):
        assert address.isascii()
        assert not set(address) & set(' \t\r\n<>"(),:;[]\\')
        assert address.count("@") == 1


def test_addresses_of_agencies_are_addresses() -> None:
    """As they stand in rosters."""
    for address in ("wang.hm@example.gov.tw", "a+b@x.tw", "HR_1@mail.taichung.gov.tw", "root@localhost"):
        assert is_address(address)


def test_a_page_runs_nothing_and_sets_no_colour() -> None:
    """Words stay words; a dark mailbox stays dark."""
    letter = draw([Card("<script>", (Line('"><img src=x>'),))], Agency("臺中市政府"), Bots())
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "color:" not in letter.html


def test_a_letter_of_words_is_named_by_its_first_line_and_keeps_its_table() -> None:
    """The digest's subject says what it is; columns that spaces align are a table in HTML."""
    said = Text("AI 學習週報　115/11/23（一）\n列計 57 人。\n\n項目    官方\n①         38\n\n待您處理：")
    letter = draw([said], Agency("示範市政府"), Bots())
    assert letter.subject == "【示範市政府】AI 學習週報 115/11/23（一）"
    cells = re.findall(r"<(t[hd])[^>]*>([^<]*)</t[hd]>", letter.html)
    assert cells == [("th", "項目"), ("th", "官方"), ("td", "①"), ("td", "38")]
    assert "<p>待您處理：</p>" in letter.html
