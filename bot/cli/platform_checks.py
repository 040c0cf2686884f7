"""What `doctor` asks LINE and Telegram, and what `--fix` sets there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.alone import rests
from bot.cli.checks import Finding, Status
from bot.cli.common import RefusedError, opened
from bot.menus.commands import COMMANDS
from bot.menus.setting_up import Found, look, set_up
from bot.platforms.line_admin import LineAdmin, LineAdminError, line_admin
from bot.platforms.telegram_admin import TelegramAdmin, TelegramAdminError, telegram_admin
from bot.platforms.telegram_inbound import ALLOWED
from bot.settings import Settings
from storage.clock import SystemClock
from storage.errors import StorageError

PENDING = 20  # messages that Telegram may hold back for a moment
RECENT = timedelta(days=1)  # Telegram remembers its last failure for ever
LINE_PATH = "/webhooks/line"
TELEGRAM_PATH = "/webhooks/telegram"


async def check_line(settings: Settings, fix: bool) -> list[Finding]:
    if not settings.line.enabled:
        return []
    try:
        async with line_admin(settings.line.api_base, settings.line.token()) as admin:
            return [finding async for finding in _line(admin, settings, fix)]
    except LineAdminError as error:
        if error.status == 401:
            advice = "請重新核發 channel access token，填入 line.channel_access_token"
            return [Finding("LINE", Status.FAIL, "token 無效", advice)]
        return [Finding("LINE", Status.FAIL, str(error), "請確認網路，以及 line.api_base 是否正確")]


async def _line(admin: LineAdmin, settings: Settings, fix: bool) -> AsyncIterator[Finding]:
    bot = await admin.bot()
    if bot.chat_mode != "bot":
        advice = "請在官方帳號管理後台的回應設定關閉「聊天」"
        yield Finding("LINE 帳號", Status.WARN, f"{bot.name}（{bot.basic_id}）為聊天模式", advice)
    else:
        yield Finding("LINE 帳號", Status.OK, f"{bot.name}（{bot.basic_id}）")
    if settings.line.basic_id != bot.basic_id:
        advice = f'請填 line.basic_id = "{bot.basic_id}"，啟用連結才會正確'
        yield Finding("LINE 基本 ID", Status.WARN, "line.basic_id 與帳號不符", advice)
    quota = await admin.quota()
    if quota.limit is None:
        yield Finding("LINE 額度", Status.OK, f"本月已用 {quota.used} 則，方案無上限")
    elif quota.used >= quota.limit:
        advice = "主動推播會被拒絕到下個月；回覆不受影響。如有需要請調整方案"
        yield Finding("LINE 額度", Status.WARN, f"本月已用 {quota.used}／{quota.limit} 則", advice)
    else:
        yield Finding("LINE 額度", Status.OK, f"本月已用 {quota.used}／{quota.limit} 則")
    cap = settings.line.monthly_budget
    if cap is not None and quota.limit is not None and cap > quota.limit:
        advice = "以方案的額度為準；請調整 line.monthly_budget 或方案"
        yield Finding("LINE 預算", Status.WARN, f"每月 {cap} 則，多於方案的 {quota.limit} 則", advice)
    elif cap is not None:
        yield Finding("LINE 預算", Status.OK, f"每月最多 {cap} 則")
    yield await _line_webhook(admin, settings, fix)
    yield await _line_menus(admin, settings, fix)
    yield Finding(
        "LINE 後台",
        Status.WARN,
        "Webhook redelivery 與自動回應無法由程式查詢",
        "請在 LINE Developers 的 Messaging API 頁確認 Webhook redelivery 已開啟（服務停機時的訊息才會補送），"
        "並在官方帳號管理後台的回應設定關閉歡迎訊息與自動回應",
    )


async def _line_webhook(admin: LineAdmin, settings: Settings, fix: bool) -> Finding:
    name = "LINE webhook"
    if not settings.public_url:
        return Finding(name, Status.FAIL, "未填 public_url", "請填 public_url，再執行 talentbot doctor --fix")
    wanted = settings.public_url + LINE_PATH
    webhook = await admin.webhook()
    if webhook is None or webhook.endpoint != wanted:
        if not fix:
            return Finding(name, Status.FAIL, "網址不符", f"請執行 talentbot doctor --fix 設為 {wanted}")
        await admin.set_webhook(wanted)
        webhook = await admin.webhook()
    if webhook is None or not webhook.active:
        return Finding(name, Status.FAIL, "尚未啟用", "請在 LINE Developers 後台開啟 Use webhook")
    test = await admin.test_webhook()
    if not test.success and rests(settings.database_url):
        advice = "請以 talentbot run 啟動服務，再執行一次 talentbot doctor 確認"
        return Finding(name, Status.WARN, f"已設為 {wanted}；服務未啟動，LINE 還呼叫不到", advice)
    if not test.success:
        found = f"LINE 呼叫失敗：{test.status} {test.reason}"
        return Finding(name, Status.FAIL, found, "請確認服務已啟動、憑證有效，且 channel_secret 正確")
    return Finding(name, Status.OK, wanted)


async def _line_menus(admin: LineAdmin, settings: Settings, fix: bool) -> Finding:
    name = "LINE 圖文選單"
    try:
        async with opened(settings) as database:
            found = await look(admin, database)
            if not found.right and fix:
                found = await set_up(admin, database, SystemClock(), settings.zone)
    except (RefusedError, StorageError, ValueError):
        amiss = "資料庫尚未就緒，無法檢查"
        return Finding(name, Status.WARN, amiss, "請先排除資料庫的問題，再執行 talentbot doctor --fix")
    except LineAdminError as error:
        return Finding(name, Status.WARN, str(error), "請稍後再執行 talentbot doctor --fix，會接著做完")
    if not found.right:
        again = "舊的選單在換給每一位同仁後移除；請於服務執行幾分鐘後再執行 talentbot doctor --fix"
        return Finding(
            name, Status.WARN, _menus_amiss(found), again if fix else "請執行 talentbot doctor --fix"
        )
    return Finding(name, Status.OK, f"{len(found.whole)} 個，依身分顯示")


def _menus_amiss(found: Found) -> str:
    if not found.whole:
        return "尚未設定"
    if found.missing:
        return f"缺少或內容已更新：{'、'.join(found.missing)}"
    return "有舊的選單待移除" if found.outdated or found.stray else "預設選單或紀錄不符"


async def check_telegram(session: aiohttp.ClientSession, settings: Settings, fix: bool) -> list[Finding]:
    if not settings.telegram.enabled:
        return []
    base, token = settings.telegram.api_base, settings.telegram.bot_token()
    try:
        async with telegram_admin(session, base, token) as admin:
            return [finding async for finding in _telegram(admin, settings, fix)]
    except TelegramAdminError as error:
        advice = "請確認網路、telegram.token（可向 @BotFather 重新取得）與 telegram.api_base"
        return [Finding("Telegram", Status.FAIL, str(error), advice)]


async def _telegram(admin: TelegramAdmin, settings: Settings, fix: bool) -> AsyncIterator[Finding]:
    bot = await admin.me()
    yield Finding("Telegram 帳號", Status.OK, f"{bot.name}（@{bot.username}）")
    if settings.telegram.username != bot.username:
        advice = f'請填 telegram.username = "{bot.username}"，啟用連結才會正確'
        yield Finding("Telegram 帳號名稱", Status.WARN, "telegram.username 與帳號不符", advice)
    yield await _telegram_webhook(admin, settings, fix)
    set_now = await admin.commands()
    if set_now != COMMANDS:
        if not fix:
            found = "內容已更新" if set_now else "尚未設定"
            yield Finding("Telegram 指令選單", Status.WARN, found, "請執行 talentbot doctor --fix")
            return
        await admin.set_commands()
        await admin.set_menu_button()
    yield Finding("Telegram 指令選單", Status.OK, f"{len(COMMANDS)} 個指令；人事另有 /hr")


async def _telegram_webhook(admin: TelegramAdmin, settings: Settings, fix: bool) -> Finding:
    name = "Telegram 收訊"
    secret = settings.telegram.webhook_secret()
    wanted = settings.public_url + TELEGRAM_PATH if secret else ""
    webhook = await admin.webhook()
    right = webhook.url == wanted and (not wanted or set(webhook.allowed_updates) == set(ALLOWED))
    # Telegram does not say which word it sends along: with `--fix` it is told again.
    if not right or (fix and secret):
        if not fix:
            found = "webhook 網址或訊息種類不符" if secret else "設有 webhook，polling 收不到訊息"
            return Finding(name, Status.FAIL, found, "請執行 talentbot doctor --fix")
        if secret:
            await admin.set_webhook(wanted, secret)
        else:
            await admin.delete_webhook()
        webhook = await admin.webhook()
    if webhook.pending > PENDING:
        advice = "請確認服務已啟動、網址可由外部連到；超過 24 小時的訊息 Telegram 會丟棄"
        return Finding(name, Status.WARN, f"有 {webhook.pending} 則訊息等候送達", advice)
    since = webhook.last_error_at
    if wanted and webhook.last_error and (since is None or datetime.now(UTC) - since < RECENT):
        found = f"Telegram 上次送來失敗：{webhook.last_error}"
        return Finding(name, Status.WARN, found, "請確認服務已啟動且憑證有效；成功一次之後可忽略")
    return Finding(name, Status.OK, wanted or "polling")
