"""`doctor` and the mail server: everything up to the login, and no mail is sent."""

import shutil
from pathlib import Path

import pytest

from bot.cli.checks import Status
from bot.cli.mail_check import check_mail
from bot.settings import Settings
from tests.wire.platforms.peer import closed_port
from tests.wire.platforms.postbox import certificate, postbox


def settings(port: int, **more: str) -> Settings:
    smtp = {"host": "127.0.0.1", "port": port, "sender": "hr@example.gov.tw", **more}
    return Settings.model_validate({"smtp": smtp})


async def test_without_a_server_there_is_nothing_to_check() -> None:
    """Mail is off."""
    assert await check_mail(Settings()) == []


async def test_a_server_without_encryption_is_pointed_out() -> None:
    """It works; whether that is well is for the agency to say."""
    async with postbox() as box:
        (found,) = await check_mail(settings(box.port))
        assert found.status is Status.WARN
        assert "未加密" in found.found
        assert box.mails == []


async def test_a_server_out_of_reach_is_a_fault_with_what_to_do() -> None:
    """Nobody listens there."""
    (found,) = await check_mail(settings(int(closed_port().rpartition(":")[2])))
    assert found.status is Status.FAIL
    assert "smtp.host" in found.advice


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
async def test_the_login_is_tried_over_tls(tmp_path: Path) -> None:
    """Right: fine. A wrong password, somebody's certificate and a server without TLS: each by its name."""
    serving, believing = certificate(tmp_path)
    async with postbox(login=("hr", "secret"), tls=serving) as box:
        right = settings(box.port, username="hr", password="secret")
        wrong = settings(box.port, username="hr", password="guess")
        (fine,) = await check_mail(right, believing)
        assert (fine.status, fine.advice) == (Status.OK, "")
        (refused,) = await check_mail(wrong, believing)
        assert "smtp.password" in refused.advice
        (stranger,) = await check_mail(right)
        assert "憑證" in stranger.found
        assert box.mails == []
    async with postbox(login=("hr", "secret")) as plain:
        (bare,) = await check_mail(settings(plain.port, username="hr", password="secret"), believing)
        assert bare.status is Status.FAIL
        assert "smtp.port" in bare.advice
        assert "secret" not in bare.found + bare.advice
