"""A certificate on its way: reported by its holder, entered in 表51 by HR, and the holder is told."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guideline.records import Access
from storage.people import RosterRow, import_roster
from tests.wire.conftest import Phone
from tests.wire.house import House, open_house
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated

TAIPEI = ZoneInfo("Asia/Taipei")
_WAITING = (
    "SELECT not_before FROM dispatch JOIN outbox ON outbox.dispatch_id = dispatch.id"
    " WHERE kind = 'notice' AND state = 'frozen'"
)
IPAS = "經濟部 iPAS 中級 AI應用規劃師能力鑑定"


def at_the_office(house: House) -> None:
    """Business time is ten o'clock of the next weekday from tomorrow on."""
    now = house.clock.real().astimezone(TAIPEI)
    day = now.date() + timedelta(days=1)
    while day.weekday() > 4 or day == datetime(day.year, 1, 1, tzinfo=TAIPEI).date():
        day += timedelta(days=1)
    house.clock.offset = datetime.combine(day, time(10), TAIPEI) - now


async def at_hr(house: House, phone: Phone, employee_no: str = "H001") -> Phone:
    """A phone of somebody of HR."""
    row = RosterRow(employee_no, "林人事", "人事處", access=Access.HR)
    await house.program.database.write(lambda conn: import_roster(conn, [row], house.clock.now()))
    await activated(house, phone, employee_no)
    return phone


async def says(phone: Phone, text: str) -> str:
    return "\n".join(await phone.says(text))


async def taps(phone: Phone, label: str) -> str:
    return "\n".join(await phone.taps(label))


async def test_from_report_to_form_51(house: House, phone: Phone, stranger: Callable[[int], Phone]) -> None:
    """證照 → 回報已取得 → HR's list → one question → registered once → the holder is told and sees it."""
    at_the_office(house)
    await activated(house, phone)
    hr, second = await at_hr(house, stranger(2)), await at_hr(house, stranger(3), "H002")
    assert IPAS in await says(phone, "證照")
    assert "請勿傳送身分證字號" in await taps(phone, "回報已取得")
    assert "發證日期" in await says(phone, "1")
    assert IPAS in await says(phone, "114/6/30")
    assert "待人事登錄表51" in await taps(phone, "確認回報")

    listed = await says(hr, "表51")
    assert "王小明" in listed
    assert "114/6/30 取得" in listed
    assert "已經登錄在 WebHR 表51" in await taps(hr, "第 1 張已登錄表51")
    await says(second, "表51 1")
    assert "通知本人" in await taps(hr, "是，已登錄")
    assert "已由其他人事同仁登錄" in await says(second, "是")

    await house.quiet()
    assert phone.read().count(f"您回報的「{IPAS}」已由人事登錄於 WebHR 表51（專長）。") == 1
    assert "已登錄 WebHR 表51（專長）" in await says(phone, "證照")
    assert "已由人事登錄" in await taps(phone, "撤回這張")
    rows = await house.rows("SELECT registered_by, withdrawn_at FROM certificate")
    (hr_account,) = (await house.rows("SELECT id FROM account WHERE user_id = :u", u=str(hr.user_id)))[0]
    assert rows == [(f"account:{hr_account}", None)]
    audited = "SELECT count(*) FROM audit WHERE action = 'certificate_registered' AND person_id = :p"
    (holder,) = (await house.rows("SELECT id FROM person WHERE employee_no = 'A001'"))[0]
    assert await house.rows(audited, p=holder) == [(1,)]


async def test_what_hr_cannot_check_is_given_back(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """The holder is told once and can take it back there; HR's list has it last until then."""
    at_the_office(house)
    await activated(house, phone)
    hr = await at_hr(house, stranger(2))
    for name in ("某校結業證書", "另一張證書"):
        for words in ("回報已取得", name, "昨天", "確認回報"):
            await says(phone, words)
    await says(hr, "表51 1")
    assert "要請" in await taps(hr, "無法核對，請補件")
    await taps(hr, "是，請補件")
    await house.quiet()
    assert phone.read().count("您回報的「某校結業證書」人事還無法核對，請備妥證書影本洽") == 1
    listed = await says(hr, "表51")
    assert listed.index("另一張證書") < listed.index("某校結業證書")
    assert "已請本人補件" in listed
    assert "或撤回重報" in await says(phone, "證照")
    await says(phone, "撤回證照 1")
    assert "已撤回「某校結業證書」" in await says(phone, "是")
    assert "某校結業證書" not in await says(hr, "表51")
    (row,) = await house.rows("SELECT returned_at IS NOT NULL, registered_at FROM certificate WHERE id = 1")
    assert (bool(row[0]), row[1]) == (True, None)


async def test_a_notice_waits_for_office_hours(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """Registered at night: the holder is told when the office opens, not before."""
    at_the_office(house)
    house.clock.offset += timedelta(hours=13)  # 23:00
    await activated(house, phone)
    hr = await at_hr(house, stranger(2))
    for words in ("回報已取得", "微軟 AI-900", "114/6/30", "確認回報"):
        await says(phone, words)
    await says(hr, "表51 1")
    # The notice stays in the queue, so it does not become quiet.
    if isinstance(hr, LinePhone):
        await hr.line.say(hr.user_id, "是")
    else:
        await hr.telegram.say(hr.user_id, "是")
    async with asyncio.timeout(5):
        while not (waiting := await house.rows(_WAITING)):
            await asyncio.sleep(0.01)
    assert len(waiting) == 1
    opens = datetime.fromtimestamp(waiting[0][0] / 1000, UTC) + house.clock.offset
    assert opens.astimezone(TAIPEI).time().replace(second=0, microsecond=0) in (time(8, 59), time(9))
    assert "表51（專長）。" not in phone.read()


async def test_hr_opens_a_certificate_for_everybody(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """Before, it is only announced; after, it is the first; for a colleague the word is their own card."""
    await activated(house, phone)
    hr = await at_hr(house, stranger(2))
    assert "公務AI共通核心能力認證尚未開辦" in await says(phone, "證照")
    await says(hr, "證照開放")
    assert "已開放" in await taps(hr, "開放第 1 項")
    assert "1. 公務AI共通核心能力認證" in await says(phone, "證照")
    assert "我該考哪張證照" in await says(phone, "證照開放 1 收回")
    foreign = next(data for data in hr.buttons().values() if data.startswith("1:form51:"))
    assert "限人事使用" in "\n".join(await phone.presses(foreign))
    assert await house.rows("SELECT value FROM setting WHERE key = 'certificates.open'") == [
        ('["public-core"]',)
    ]


async def test_a_report_is_taken_back_before_hr_sees_it(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """撤回這張: HR's list is empty, an old button of the list is answered, nothing is registered."""
    await activated(house, phone)
    hr = await at_hr(house, stranger(2))
    for words in ("回報已取得", "某校結業證書", "昨天", "確認回報"):
        await says(phone, words)
    assert "某校結業證書" in await says(hr, "表51")
    assert "已撤回" in await taps(phone, "撤回這張")
    assert "已更新" in await taps(hr, "第 1 張已登錄表51")
    assert await house.rows("SELECT registered_at FROM certificate") == [(None,)]


async def test_a_button_tapped_in_a_hurry_reports_once(house: House, phone: Phone) -> None:
    """確認回報 four times at once is one certificate."""
    await activated(house, phone)
    for words in ("回報已取得", "1", "昨天"):
        await says(phone, words)
    data = phone.buttons()["確認回報"]
    await asyncio.gather(*(phone.presses(data) for _ in range(4)))
    assert await house.rows("SELECT count(*) FROM certificate") == [(1,)]


async def test_the_same_way_on_postgresql(postgres_url: str) -> None:
    """Two of HR at once and the notice, where one machine is outgrown."""
    async with open_house(postgres_url) as house:
        await test_from_report_to_form_51(house, house.telegram_phone(), house.telegram_phone)
