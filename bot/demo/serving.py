"""Puts the demo together: both loopback platforms, the bot between them, and the page in front."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from rich.console import Console
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bot.app import asgi
from bot.demo.calendar import TownCalendar
from bot.demo.clock import TownClock, note, until_open
from bot.demo.gallery.page import LINK, gallery_routes
from bot.demo.records import keep_records
from bot.demo.town import AGENCY, LEADS, address, roster
from bot.desk import agency_of, desk_for
from bot.menus.setting_up import set_up
from bot.platforms.line_admin import line_admin
from bot.platforms.session import open_session
from bot.platforms.telegram_admin import telegram_admin
from bot.settings import Settings
from bot.simulator.line import LineSimulator
from bot.simulator.mail import MailSimulator
from bot.simulator.page import DemoPerson, demo_routes
from bot.simulator.server import serve as serving
from bot.simulator.telegram import TelegramSimulator
from bot.web.files import file_routes
from bot.web.listening import listener
from bot.web.reminders import reminder_routes
from handlers.desk import Desk
from storage.clock import Clock
from storage.database import Database
from storage.migrate import migrate
from storage.people import import_roster, issue_codes

USERNAME = "talentbot_demo_bot"


def serve(port: int, people: int) -> None:
    """Blocks until Ctrl-C or SIGTERM. The database lives in a temporary folder and goes with it."""
    asyncio.run(_until_stopped(port, people))


async def _until_stopped(port: int, people: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with town(port, people) as url:
        Console().print(f"AI 學習小幫手示範已就緒，請以瀏覽器開啟：[bold]{url}[/bold]　（Ctrl-C 結束）")
        await stopped.wait()


@asynccontextmanager
async def town(port: int, people: int, starts: datetime | None = None) -> AsyncIterator[str]:
    """The demo's one URL, while it runs. Only this machine can reach it. `starts`: business time at its
    start; None: the machine's."""
    clock = TownClock()
    if starts is not None:
        clock.offset = starts - clock.now()
    secret, token, bot_token = token_urlsafe(24), token_urlsafe(24), f"1:{token_urlsafe(24)}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="talentbot-demo-")))
        url = f"sqlite+aiosqlite:///{folder / 'talentbot.db'}"
        line = LineSimulator(secret, token, clock=clock)
        telegram = TelegramSimulator(bot_token, clock=clock, username=USERNAME)
        mail = MailSimulator(clock)
        smtp_port = await stack.enter_async_context(mail.serving())
        line_at = await stack.enter_async_context(serving(line.app))
        telegram_at = await stack.enter_async_context(serving(telegram.app))
        door = listener("127.0.0.1", port)  # taken first: links to files lead to the page's own address
        stack.callback(door.close)
        settings = Settings.model_validate(
            {
                "public_url": f"http://127.0.0.1:{door.getsockname()[1]}",
                "database_url": url,
                "agency": AGENCY,
                "line": {
                    "channel_secret": secret,
                    "channel_access_token": token,
                    "api_base": line_at.url,
                    "basic_id": "@demo",
                },
                "telegram": {"token": bot_token, "api_base": telegram_at.url, "username": USERNAME},
                "smtp": {"host": "127.0.0.1", "port": smtp_port, "sender": address("talentbot")},
                "notice": {
                    "office": "人事處",
                    "contact": "分機 1234",
                    "retention": "在職期間及離職後五年",
                    "region": "國內機房",
                    "public_line": "1999",
                },
            }
        )
        desk = desk_for(settings)
        hours = desk.office_hours
        clock.ahead = until_open(clock.now().astimezone(settings.zone), hours)
        told = note(clock.now().astimezone(settings.zone), clock.ahead, hours)
        cast = await _seed(url, people, desk, clock.now().astimezone(settings.zone))
        await _set_up_menus(settings, clock)
        app = asgi(settings, clock)
        bot = await stack.enter_async_context(serving(app))
        database: Database = app.state.program.database
        line.webhook_url = f"{bot.url}/webhooks/line"

        async def renew(who: str) -> str:
            now = clock.now()
            (issued,) = await database.write(lambda conn: issue_codes(conn, now, employee_nos=[who]))
            return issued.code

        began = clock.now().astimezone(settings.zone).date()
        calendar = TownCalendar(began, clock, settings, desk, database, app.state.program.scheduler.tick)
        names = {row.email: row.name for row in roster(people) if row.email}
        page = Starlette(
            routes=[
                *gallery_routes(),
                *file_routes(database, clock, settings.zone, agency_of(settings)),
                *reminder_routes(database, clock, agency_of(settings)),
                *demo_routes(
                    line,
                    telegram,
                    cast,
                    links=[LINK],
                    clock=calendar,
                    note=told,
                    renew=renew,
                    mail=mail,
                    names=names,
                ),
            ],
            # Whoever opens the page can be anyone: a foreign name that resolves here is turned away.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        )
        page.state.closing = asyncio.Event()
        front = await stack.enter_async_context(serving(page, taken=door))
        yield front.url


async def _set_up_menus(settings: Settings, clock: Clock) -> None:
    """What `doctor --fix` sets at the platforms."""
    base, token = settings.telegram.api_base, settings.telegram.bot_token()
    async with open_session() as session, telegram_admin(session, base, token) as telegram:
        await telegram.set_commands()
        await telegram.set_menu_button()
    database = await Database.open(settings.database_url)
    try:
        async with line_admin(settings.line.api_base, settings.line.token()) as line:
            await set_up(line, database, clock, settings.zone)
    finally:
        await database.close()


async def _seed(url: str, people: int, desk: Desk, now: datetime) -> Sequence[DemoPerson]:
    await migrate(url)
    database = await Database.open(url)
    try:
        await database.write(lambda conn: import_roster(conn, roster(people), now))
        leads = [row.employee_no for row, _ in LEADS][:people]
        await database.write(lambda conn: keep_records(conn, desk.editions, now))
        issued = await database.write(lambda conn: issue_codes(conn, now, employee_nos=leads))
    finally:
        await database.close()
    codes = {code.employee_no: code.code for code in issued}
    return [
        DemoPerson(
            employee_no=row.employee_no,
            name=row.name,
            unit=row.unit,
            title=row.title,
            code=codes[row.employee_no],
            line_user_id=f"U{number:032x}",
            telegram_user_id=1000 + number,
            hint=hint,
        )
        for number, (row, hint) in enumerate(LEADS[:people], start=1)
    ]
