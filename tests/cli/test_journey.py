"""From an empty folder to activation codes, a backup and back, with the real program."""

import csv
import io
import sqlite3
import stat
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.codes import HEADINGS
from storage.codes import hash_code
from tests.cli.program import Program

NAMES = ("王堃喆", "林峯", "陳煊", "張珉", "谷辣斯‧尤達卡")
ROSTER = "員工編號,姓名,單位,系統權限,到職日\r\n" + "".join(
    f'{number:04},{name},"教育局/體育科",,115/01/05\r\n' for number, name in enumerate(NAMES, start=1)
)
LINKS = {
    "TALENTBOT_LINE__CHANNEL_SECRET": "secret-of-line",
    "TALENTBOT_LINE__CHANNEL_ACCESS_TOKEN": "token-of-line",
    "TALENTBOT_LINE__BASIC_ID": "123abcde",
    "TALENTBOT_TELEGRAM__TOKEN": "1:token-of-telegram",
    "TALENTBOT_TELEGRAM__USERNAME": "@county_bot",
}


def _people(folder: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(folder / "talentbot.db")) as connection:
        return connection.execute(
            "SELECT employee_no, name, unit FROM person ORDER BY employee_no"
        ).fetchall()


def _codes(agency: Program, env: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    done = agency("roster", "codes", "--out", "codes.csv", env=env)
    assert done.status == 0, done.err
    data = (agency.folder / "codes.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_init_makes_a_private_file_and_a_database(program: Program) -> None:
    """`init` leaves settings and a database that only their owner may read, and never writes over them."""
    assert program("init", "here", "--agency", "示範縣政府").status == 0
    for name in ("talentbot.toml", "talentbot.db"):
        assert stat.S_IMODE((program.folder / "here" / name).stat().st_mode) == 0o600
    again = program("init", "here")
    assert again.status == 1
    assert "已經存在" in again.err
    assert "示範縣政府" in (program.folder / "here" / "talentbot.toml").read_text()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5hkscs"])
def test_roster_keeps_every_character_in_every_encoding(agency: Program, encoding: str) -> None:
    """Names with 堃喆峯煊珉 come in whole from every encoding that has them."""
    # Python writes ‧ in CP950 only, and in either it is the same two bytes.
    data = "‧".encode("cp950").join(part.encode(encoding) for part in ROSTER.split("‧"))
    (agency.folder / "roster.csv").write_bytes(data if encoding == "big5hkscs" else ROSTER.encode(encoding))
    done = agency("roster", "import", "roster.csv")
    assert done.status == 0, done.err
    assert f"新增 {len(NAMES)}" in done.out
    assert [name for _, name, _ in _people(agency.folder)] == list(NAMES)


def test_roster_of_cp950_comes_in(agency: Program) -> None:
    """The CSV of Excel in Taiwan is read as it is."""
    text = "員工編號,姓名,單位\r\n0007,許碁銹,教育局／體育科\r\n"
    assert agency.afresh("roster", "import", agency.write("roster.csv", text, "cp950")).status == 0
    assert _people(agency.folder) == [("0007", "許碁銹", "教育局/體育科")]


def test_roster_again_deletes_nobody(agency: Program) -> None:
    """A second roster changes whom it names and leaves the others."""
    agency("roster", "import", agency.write("one.csv", ROSTER))
    second = "員工編號,姓名,單位\n0001,王堃喆,民政局\n0099,新同仁,民政局\n"
    done = agency("roster", "import", agency.write("two.csv", second))
    assert "新增 1、更新 1、未變動 0" in done.out
    people = _people(agency.folder)
    assert len(people) == len(NAMES) + 1
    assert people[0] == ("0001", "王堃喆", "民政局")


def test_a_roster_says_whose_role_is_to_be_reviewed(agency: Program) -> None:
    """Who moved and has a role is counted, once; a roster without moves says nothing of it."""
    agency("roster", "import", agency.write("one.csv", ROSTER))
    with closing(sqlite3.connect(agency.folder / "talentbot.db")) as connection, connection:
        connection.execute(
            "INSERT INTO role_assignment"
            " (person_id, roles, track, status, answers, edition, decided_at, decided_by)"
            " SELECT id, '[]', 'foundation', 'confirmed', '{}', '115-06', 0, 'cli' FROM person"
            " WHERE employee_no IN ('0001', '0002')"
        )
    moved = agency.write("two.csv", ROSTER.replace('王堃喆,"教育局/體育科"', "王堃喆,民政局"))
    assert "單位異動 1 人，類別改為「待複核」" in agency("roster", "import", moved).out
    assert "待複核" not in agency("roster", "import", moved).out


def test_a_roster_with_faults_leaves_nothing(agency: Program) -> None:
    """Every faulty row is named with its number, one line goes to standard error, no row is imported."""
    text = '員工編號,姓名,單位\n1,甲,民政局\n1,乙,民政局\n3,丙?,民政局\n\n4,"丁",\n'
    done = agency("roster", "import", agency.write("roster.csv", text))
    assert done.status == 1
    assert [line.split("「")[0] for line in done.out.splitlines()] == ["第 3 列", "第 4 列", "第 6 列"]
    assert done.err.count("\n") == 1
    assert "3 處錯誤" in done.err
    assert _people(agency.folder) == []


def test_dry_run_imports_nothing(agency: Program) -> None:
    """`--dry-run` reads the whole roster and stores none of it."""
    done = agency("roster", "import", "--dry-run", agency.write("roster.csv", ROSTER))
    assert (done.status, _people(agency.folder)) == (0, [])
    assert "未匯入" in done.out


def test_map_names_a_column(agency: Program) -> None:
    """`--map` joins a heading of the file to a field; a field nobody knows is wrong usage."""
    file = agency.write("roster.csv", "代號,姓名,單位\n7,甲,民政局\n")
    assert agency("roster", "import", file).status == 1
    assert agency("roster", "import", file, "--map", "員工編號=代號").status == 0
    assert agency("roster", "import", file, "--map", "編號=代號").status == 2


def test_codes_open_the_chats(agency: Program) -> None:
    """The .csv has the contract's headings, links to both bots, and codes whose hashes are stored."""
    agency("roster", "import", agency.write("roster.csv", ROSTER))
    rows = _codes(agency, LINKS)
    assert tuple(rows[0]) == HEADINGS
    assert [row["姓名"] for row in rows] == list(NAMES)
    code = rows[0]["啟用碼"]
    assert rows[0]["Telegram連結"] == f"https://t.me/county_bot?start={code}"
    assert rows[0]["LINE連結"] == f"https://line.me/R/oaMessage/%40123abcde/?%E5%95%9F%E7%94%A8%20{code}"
    with closing(sqlite3.connect(agency.folder / "talentbot.db")) as connection:
        kept = {row[0] for row in connection.execute("SELECT code_hash FROM activation")}
    assert kept == {hash_code(row["啟用碼"]) for row in rows}
    assert stat.S_IMODE((agency.folder / "codes.csv").stat().st_mode) == 0o600


def test_codes_of_one_unit_as_cards(agency: Program) -> None:
    """`--unit` takes that unit and those below it; the page holds one card a person with both QR codes."""
    text = "員工編號,姓名,單位\n1,甲,教育局\n2,乙,教育局/體育科\n3,丙,教育局二科\n"
    agency("roster", "import", agency.write("roster.csv", text))
    done = agency.afresh("roster", "codes", "--unit", "教育局", "--out", "codes.html", env=LINKS)
    assert done.status == 0, done.err
    page = (agency.folder / "codes.html").read_text()
    assert page.count('<article class="card">') == 2
    assert page.count("<svg") == 4
    assert "丙" not in page


def test_codes_are_not_issued_where_they_cannot_be_written(agency: Program) -> None:
    """A file in the way is refused before the codes handed out earlier lose their force."""
    agency("roster", "import", agency.write("roster.csv", ROSTER))
    _codes(agency)
    done = agency("roster", "codes", "--out", "codes.csv")
    assert (done.status, done.err.count("\n")) == (1, 1)
    with closing(sqlite3.connect(agency.folder / "talentbot.db")) as connection:
        assert connection.execute("SELECT count(*) FROM activation").fetchone() == (len(NAMES),)


def test_backup_and_restore(agency: Program) -> None:
    """What was there at the time of the backup is there after restoring it."""
    agency("roster", "import", agency.write("one.csv", ROSTER))
    assert agency.afresh("backup", "kept.db").status == 0
    agency("roster", "import", agency.write("two.csv", "員工編號,姓名,單位\n0001,改名,民政局\n"))
    done = agency.afresh("restore", "kept.db")
    assert done.status == 0, done.err
    assert [name for _, name, _ in _people(agency.folder)] == list(NAMES)
    assert agency("backup", "kept.db").status == 1


def test_restore_refuses_what_is_no_backup(agency: Program) -> None:
    """A damaged file is refused in one line and the database stays."""
    agency("roster", "import", agency.write("roster.csv", ROSTER))
    agency.write("broken.db", "not a database" * 100)
    done = agency("restore", "broken.db")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "資料庫維持原狀：broken.db 已損壞" in done.err
    assert len(_people(agency.folder)) == len(NAMES)


def test_a_file_that_is_not_there_is_named(agency: Program) -> None:
    """A wrong path is said in Chinese, in one line, with what to look at."""
    for path, said in (("none.csv", "找不到 none.csv"), (".", "資料夾")):
        done = agency("roster", "import", path)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert said in done.err


def test_migrate_keeps_a_copy_of_what_it_changes(agency: Program) -> None:
    """`migrate` says when there is nothing to do, and creates a database where there is none."""
    assert "沒有變更" in agency("migrate").out
    (agency.folder / "talentbot.db").unlink()
    missing = agency("outbox")
    assert missing.status == 1
    assert not (agency.folder / "talentbot.db").exists()
    assert agency.afresh("migrate").status == 0
    assert agency.afresh("outbox").status == 0


def test_run_without_a_platform_is_refused(agency: Program) -> None:
    """`run` names the keys that would turn a platform on."""
    done = agency.afresh("run")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "line.channel_secret" in done.err
    assert "telegram.token" in done.err


def test_wrong_usage_is_two(program: Program) -> None:
    """An unknown command or option ends with status 2."""
    assert program.afresh("nonsense").status == 2
    assert program("outbox", "--state", "lost").status == 2
    assert program("roster", "codes").status == 2


def test_config_may_stand_on_either_side(program: Program) -> None:
    """`--config` is read before the command and after it, and relative paths hold from its folder."""
    program("init", "there")
    assert program("--config", "there/talentbot.toml", "outbox").status == 0
    assert program("outbox", "--config", "there/talentbot.toml").status == 0
    assert not (program.folder / "talentbot.db").exists()
    absent = program("outbox", "--config", "nowhere.toml")
    assert (absent.status, absent.err.count("\n")) == (1, 1)


def test_spreadsheets_are_refused_with_the_way_out(agency: Program) -> None:
    """An .xlsx is recognised by its content and the operator told what to save instead."""
    (agency.folder / "roster.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    done = agency("roster", "import", "roster.csv")
    assert done.status == 1
    assert "CSV UTF-8" in done.err
