"""`digest --preview`: every form of the week's digest, and nothing of it written or sent."""

import hashlib
import stat
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from python_calamine import CalamineWorkbook

from tests.cli.program import Program
from tests.cli.test_remind import reckon

ROSTER = "員工編號,姓名,單位\nA1,王小明,教育局/體育科\nA2,陳怡君,環保局\n"


def test_every_form_is_shown_and_nothing_is_written(agency: Program) -> None:
    """Card, letter and sheets; the database is byte for byte what it was."""
    assert agency("roster", "import", agency.write("r.csv", ROSTER)).status == 0
    database = agency.folder / "talentbot.db"
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    done = agency.afresh("digest", "--preview", "--on", "115/11/23", "--out", "out")
    assert done.status == 0, done.err
    for said in ("AI 學習週報", "115/11/23（一）　全機關", "列計 2 人", "名單：2 列", "電子郵件"):
        assert said in done.out
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    kept = sorted(one.name for one in (agency.folder / "out").iterdir())
    assert kept == [
        "AI學習週報-1151123.ods",
        "AI學習週報-1151123.xlsx",
        "週報-信件.eml",
        "週報-對話.txt",
    ]
    mail = message_from_bytes((agency.folder / "out" / "週報-信件.eml").read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert [part.get_filename() for part in mail.iter_attachments()] == kept[1::-1]
    assert {stat.S_IMODE(one.stat().st_mode) for one in (agency.folder / "out").iterdir()} == {0o600}


def test_a_scope_is_a_top_level_unit(agency: Program) -> None:
    """教育局 has one person, and its files hold no other; a unit that is not there is refused in one line."""
    assert agency("roster", "import", agency.write("r.csv", ROSTER)).status == 0
    done = agency("digest", "--preview", "--on", "2026-11-23", "--scope", "教育局", "--out", "out")
    assert "115/11/23（一）　教育局" in done.out
    assert "列計 1 人" in done.out
    sheets = CalamineWorkbook.from_path(agency.folder / "out" / "AI學習週報-1151123.ods")
    people = sheets.get_sheet_by_name("名單").to_python()[1:]
    assert [row[1] for row in people if row[2]] == ["王小明"]
    refused = agency("digest", "--preview", "--on", "2026-11-23", "--out", "out")
    assert refused.status == 1  # nothing is written over
    for words in (
        ("--preview", "--scope", "無此局"),
        ("--preview", "--on", "明天"),
        (),
    ):
        refused = agency("digest", *words)
        assert refused.status == 1
        assert refused.err.strip().count("\n") == 0


def test_mail_is_a_way_where_the_agency_sends_mail(agency: Program) -> None:
    """Three people with addresses and no chat: both previews of the day say that mail goes to them, and the
    list names the way. Without a mail server no way leads to them."""
    people = "".join(f"A{n},同仁{n},環保局,a{n}@example.gov.tw\n" for n in (1, 2, 3))
    roster = agency.write("r.csv", f"員工編號,姓名,單位,電子郵件\n{people}")
    assert agency("roster", "import", roster).status == 0
    reckon(agency)
    mail = {"TALENTBOT_SMTP__HOST": "mail.example.gov.tw", "TALENTBOT_SMTP__SENDER": "hr@example.gov.tw"}
    words = ("--preview", "--on", "115/12/2")
    assert "電子郵件 3" in agency("remind", *words, env=mail).out
    done = agency("digest", *words, "--out", "out", env=mail)
    assert "預定提醒 3 人：電子郵件 3" in done.out
    assert "另行通知" not in done.out
    sheets = CalamineWorkbook.from_path(agency.folder / "out" / "AI學習週報-1151202.xlsx")
    listed = sheets.get_sheet_by_name("名單").to_python()[1:4]
    assert [row[-1] for row in listed] == ["電子郵件"] * 3
    for command in ("digest", "remind"):
        said = agency(command, *words).out
        assert "電子郵件 3" not in said
