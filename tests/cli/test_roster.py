"""Reading rosters as agencies save them."""

from datetime import date

import pytest

from bot.codes.sheet import safe
from bot.roster import RosterError, read_roster
from bot.roster.dates import read_date
from bot.roster.headings import parse_map
from guideline.records import Access


@pytest.mark.parametrize(
    "text",
    [
        "115/01/05", "115.1.5", "115-01-05", "1150105", "民國115年1月5日", "115年01月05日",
        "2026-01-05", "2026/1/5", "20260105", "2026/1/5 00:00:00", "2026/1/5 上午 12:00:00",
    ],
)  # fmt: skip
def test_one_day_in_every_spelling(text: str) -> None:
    """ROC and Gregorian dates, with separators and without, name the same day."""
    assert read_date(text) == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["99/12/31", "0991231", "991231", "民國 99 年 12 月 31 日"])
def test_older_years(text: str) -> None:
    """Two-digit years are ROC years."""
    assert read_date(text) == date(2010, 12, 31)


@pytest.mark.parametrize("text", ["1", "2026/13/01", "115/2/30", "今天", "9999/1/1", "20/1/1", "71.2.29"])
def test_no_date(text: str) -> None:
    """What is no day, or no plausible one, is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 - its words are of no use to anybody
        read_date(text)


def _problems(text: str) -> list[str]:
    return [str(problem) for problem in read_roster(text.encode()).problems]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",甲,民政局,,,", "「員工編號」：未填"),
        ("A123456789,甲,民政局,,,", "身分證字號"),
        ("1;2,甲,民政局,,,", "只能用英數字"),
        ("1,,民政局,,,", "「姓名」：未填"),
        ("1,王\ufffd,民政局,,,", "遺失"),
        ("1,甲, / ,,,", "「單位」：未填"),
        ("1,甲,民政局,老闆,,", "同仁、主管 或 人事"),
        ("1,甲,民政局,,昨天,", "115/01/05"),
        ("1,甲,民政局,,115/2/1,115/1/1", "早於到職日"),
        ("1,甲,民政局,,,,多,", "列計、不列計、待認定"),
        ("1,甲,民政局,,,,,多", "欄數比標題列多"),
        ("1,甲\x1b[2J,民政局,,,", "控制字元"),
        ("1,甲\u202e乙,民政局,,,", "控制字元"),
    ],
)
def test_a_fault_is_named_by_row_and_column(row: str, said: str) -> None:
    """Each fault says where it stands and what would be right."""
    (problem,) = _problems(f"員工編號,姓名,單位,系統權限,到職日,離職日,列計\n{row}\n")
    assert problem.startswith("第 2 列")
    assert said in problem


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("wang@example.gov.tw", True),
        ("", True),
        ("王@example.gov.tw", False),
        ("wang@example", False),
        ("a..b@example.gov.tw", False),
        (f"{'a' * 65}@example.gov.tw", False),
        ("a@b@example.gov.tw", False),
        ("a@example.gov.tw;b@example.gov.tw", False),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(address: str, right: bool) -> None:
    """What is none is said at the import, not when a reminder fails."""
    assert (_problems(f"員工編號,姓名,單位,電子郵件\n1,甲,民政局,{address}\n") == []) is right


def test_all_faults_of_a_row_are_said_at_once() -> None:
    """HR corrects a row once, not once for each fault."""
    assert len(_problems("員工編號,姓名,單位\n,,\n,x?,\n")) == 3


def test_row_numbers_are_the_spreadsheets() -> None:
    """Title rows, blank rows and quoted line breaks do not shift the numbers."""
    text = '示範縣政府員工名冊,,\n\n員工編號,姓名,單位\n1,甲,"民政局\n戶政科"\n\n2,乙,\n'
    assert _problems(text) == ["第 6 列「單位」：未填"]


def test_cells_are_made_plain() -> None:
    """Leading zeros, Excel's wrappers, full-width forms and aligned names are read as meant."""
    text = (
        '員編,中文姓名,服務單位,身分\n"=""0012""",林　美,教育局／ 體育科,主管\n００１３,Ciwas Yukan,教育局,\n'
    )
    first, second = read_roster(text.encode("utf-8-sig")).rows
    assert (first.employee_no, first.name, first.unit) == ("0012", "林美", "教育局/體育科")
    assert first.access is Access.SUPERVISOR
    assert (second.employee_no, second.name, second.access) == ("0013", "Ciwas Yukan", Access.STAFF)


def test_what_hr_decided() -> None:
    """列計, 不列計 and 待認定 as HR writes them, empty where the rules decide; the usual other heading."""
    said = ("列計", "不列計", "待認定", "")
    rows = "".join(f"{n},甲,民政局, {word}\n" for n, word in enumerate(said, start=1))
    text = f"員工編號,姓名,單位,是否列計\n{rows}"
    found = read_roster(text.encode())
    assert [row.counted for row in found.rows] == list(said)
    assert "counted" in (found.given or ())


def test_national_ids_are_never_read() -> None:
    """A column of national IDs or birthdays is left aside, and the operator is told."""
    found = read_roster("員工編號,姓名,單位,身分證字號,生日,血型\n1,甲,民政局,A123456789,600101,O\n".encode())
    assert not found.problems
    assert "A123456789" not in repr(found)
    assert found.notes[:2] == (
        "未讀取「身分證字號、生日」：本系統不保存身分證字號與生日",
        "未使用的欄位：血型",
    )


def test_columns_the_file_lacks_are_said() -> None:
    """HR hears before importing that people named by a short file become 同仁 with empty fields."""
    (note,) = read_roster("員工編號,姓名,單位,職稱\n1,甲,民政局,科員\n".encode()).notes
    assert "系統權限" in note
    assert "職稱" not in note


def test_an_officer_who_would_read_of_everybody_is_pointed_out() -> None:
    """A unit written in one word: nobody can tell whose 人事室 it is."""
    rows = (
        "1,甲,人事處/給與科,人事",
        "2,乙,教育局人事室,人事",
        "3,丙,教育局/人事室,人事",
        "4,丁,警察局人事室,同仁",
    )
    found = read_roster("\n".join(("員工編號,姓名,單位,系統權限", *rows)).encode())
    (note,) = [one for one in found.notes if "全機關" in one]
    assert note.startswith("「教育局人事室」的人事視為負責全機關")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"  \n", "空的"),
        (b"\xd0\xcf\x11\xe0....", "xls"),
        ("姓名,單位\n甲,民政局\n".encode(), "找不到必要的標題：員工編號"),
        ("員工編號,姓名,單位\n".encode(), "沒有資料"),
        ('員工編號,姓名,單位\n1,"甲,民政局\n'.encode(), "引號"),
        ("員工編號,員編,職編,姓名,單位,部門\n".encode().replace("員工編號,".encode(), b""), "--map 員工編號"),
        (b"\xff\xff\x80\x81\x82", "編碼"),
    ],
)
def test_what_is_no_roster_is_refused(data: bytes, said: str) -> None:
    """A file that cannot be read as a whole is refused with the way out."""
    with pytest.raises(RosterError, match=said):
        read_roster(data)


def test_tabs_and_semicolons_separate_too() -> None:
    """The delimiter is taken from the file."""
    for delimiter in "\t;":
        text = (
            delimiter.join(["員工編號", "姓名", "單位"]) + "\n" + delimiter.join(["1", "甲", "民政局"]) + "\n"
        )
        assert read_roster(text.encode()).rows[0].name == "甲"


@pytest.mark.parametrize("pair", ["員工編號", "編號=代號", "員工編號="])
def test_a_wrong_map_is_refused(pair: str) -> None:
    """`--map` must name a field and a heading."""
    with pytest.raises(ValueError, match="「"):
        parse_map([pair])


@pytest.mark.parametrize(
    "cell", ["=1+1", "+886", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    """What a spreadsheet would run stands behind an apostrophe."""
    assert safe(cell) == f"'{cell}"
    assert safe("王堃喆") == "王堃喆"
