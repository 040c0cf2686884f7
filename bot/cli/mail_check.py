"""What `doctor` asks the mail server: up to the login, and no mail is sent."""

import ssl

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

from bot.cli.checks import Finding, Status
from bot.mailing import server_of
from bot.platforms.mail_server import connect, leave, status, untrusted
from bot.settings import Settings

_NAME = "電子郵件"


async def check_mail(settings: Settings, tls: ssl.SSLContext | None = None) -> list[Finding]:
    """`tls` as for `mail_server.connect`."""
    if not settings.smtp.enabled:
        return []
    server = server_of(settings)
    try:
        client = await connect(server, tls)
    except SMTPAuthenticationError as error:
        advice = "請確認 smtp.username 與 smtp.password"
        return [Finding(_NAME, Status.FAIL, f"寄信主機不接受登入（{status(error)}）", advice)]
    except (SMTPException, OSError) as error:
        return [Finding(_NAME, Status.FAIL, *_why(error, server.username))]
    secured = client.get_transport_info("sslcontext") is not None
    await leave(client)
    found = f"{settings.smtp.host}:{settings.smtp.port}，{'加密連線' if secured else '未加密'}"
    if not secured and settings.smtp.port != 25:
        advice = "寄信主機沒有提供加密（STARTTLS）；若不在機關內網，請改用有加密的連接埠"
        return [Finding(_NAME, Status.WARN, found, advice)]
    return [Finding(_NAME, Status.OK, found)]


def _why(error: Exception, username: str) -> tuple[str, str]:
    """What was found, and what to do."""
    if untrusted(error):
        return "寄信主機的憑證不受信任或名稱不符", "請確認 smtp.host 與憑證上的名稱相同，並由受信任的單位簽發"
    if isinstance(error, SMTPResponseException):
        return f"寄信主機拒絕連線（{status(error)}）", "請洽郵件管理人員，允許這台主機寄信"
    if isinstance(error, OSError):
        return f"連不到寄信主機（{type(error).__name__}）", "請確認 smtp.host、smtp.port 與防火牆"
    login = "登入前須加密；" if username else ""
    return "寄信主機不支援所需的加密或登入方式", f"{login}請確認 smtp.port（加密多為 465 或 587）"
