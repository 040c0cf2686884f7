"""精簡通知 over both platforms: what comes unasked says only that there is news, and what to type."""

from collections.abc import Callable

from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.test_certificates import IPAS, at_hr, at_the_office
from tests.wire.test_thread import activated

WORDS = "我 11/3 的課還沒有時數"
REPLY = "請補交完成證明。"


async def test_an_answer_in_brief_shows_none_of_its_words(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """Asker and officer both want no details: neither reads the other's words before asking for them; after
    完整通知 the whole comes again."""
    at_the_office(house)
    officer = await at_hr(house, stranger(30))
    await activated(house, phone)
    for one in (phone, officer):
        assert "已改為精簡通知" in "\n".join(await one.says("精簡通知"))
    await phone.says(f"問人事 {WORDS}")
    await phone.taps("送出")
    assert "同仁提問有更新。" in officer.read()
    assert WORDS not in officer.read()
    assert "王小明" not in officer.read()
    assert WORDS in "\n".join(await officer.taps("看提問"))
    await officer.says("1")
    await officer.says(REPLY)
    await officer.says("送出")
    assert "您的提問有更新。" in phone.read()
    assert REPLY not in phone.read()
    assert REPLY in "\n".join(await phone.taps("看我的提問"))

    await officer.says("完整通知")
    await phone.says("問人事 還有一題")
    await phone.taps("送出")
    assert "還有一題" in officer.read()


async def test_a_registered_certificate_in_brief_is_not_named(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """表51: the holder learns that there is news of the certificates, and reads which one under 證照."""
    at_the_office(house)
    officer = await at_hr(house, stranger(30))
    await activated(house, phone)
    await phone.says("精簡通知")
    for words in ("回報已取得", "1", "114/6/30", "確認回報"):
        await phone.says(words)
    before = phone.read().count(IPAS)
    await officer.says("表51 1")
    await officer.says("是")
    assert "您的證照有更新。" in phone.read()
    assert phone.read().count(IPAS) == before
    assert "已登錄 WebHR 表51" in "\n".join(await phone.taps("看證照"))
