"""The composition root: the one place that creates things and joins them.

`running` is the running bot (`Program`); `asgi` wraps it for a server, whose lifespan starts and stops it
(uvicorn runs nothing after SIGTERM but the lifespan's end, platforms.md §0.7).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
import structlog
from starlette.applications import Starlette

from bot.alerts.setting_up import watch_for
from bot.copies.worker import Copies
from bot.counting import counting
from bot.desk import agency_of, desk_for
from bot.digests.work import Downloads, sheets
from bot.figures import Figures
from bot.foresight import Foreseeing
from bot.health import Health
from bot.jobs import Work as Kind
from bot.jobs import Worker
from bot.loading import Loading, Shows
from bot.mailing import sender_of, server_of, stop_links
from bot.metrics import Metrics
from bot.outgoing import Reader
from bot.pipeline import Pipeline
from bot.platforms.line import MOST, LineReader
from bot.platforms.line_outbound import LineChannel
from bot.platforms.line_quota import LineQuota
from bot.platforms.mail_outbound import Link, MailChannel
from bot.platforms.session import open_session
from bot.platforms.telegram import TelegramReader
from bot.platforms.telegram_inbound import callback_ids
from bot.platforms.telegram_outbound import TelegramChannel
from bot.polling import Poller
from bot.program import Program
from bot.receiving import Receiving
from bot.restoring import settle_restored
from bot.settings import Settings
from bot.troubles import Kind as Trouble
from bot.ways import voices_of
from bot.web.files import file_routes
from bot.web.health import health_routes
from bot.web.reminders import reminder_routes
from bot.web.webhooks import webhook_routes
from guideline.records import Platform, Way
from reminders.delivery import Channel, Delivery
from reminders.digests import Digests
from reminders.housekeeping import duties
from reminders.recovery import recover_leases
from reminders.scheduler import Duty, Scheduler
from reminders.sending import Sending
from reminders.verdicts import Answer
from reminders.voices import Voice
from reminders.waves import Waves
from reminders.work import Pace, Work
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import Dispatch
from storage.files import NewFile, to_send
from storage.inbox import Received

log = structlog.get_logger()

__all__ = ["Program", "asgi", "running"]


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Program]:
    """The whole bot but its web server, from an open database to a clean stop."""
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(open_session())
        metrics = Metrics()
        on = _connect(session, settings, _loader(database), stop_links(database, clock, settings.public_url))
        stack.push_async_callback(on.close)

        health = Health(database, clock, [channel.platform for channel in on.channels])
        deliveries = _deliveries(database, clock, settings, on, metrics, health)

        def committed() -> None:
            for wake in wakes:
                wake()

        desk, wakes = desk_for(settings), [delivery.wake for delivery in deliveries.values()]
        loading = Loading(database, on.readers, on.showing)
        work = Work(
            database, clock, settings.zone, desk, on.voices, on.pace, cap=settings.line.monthly_budget
        )
        working = Worker(
            database, clock, settings.zone, on.readers, _works(work, settings, on), committed, loading.show
        )
        wakes.append(working.wake)
        acknowledge = _acknowledging(on.telegram)

        def stored(platform: Platform, rows: Sequence[Received]) -> None:
            loading.stored(platform, rows)
            if platform == "telegram":
                acknowledge(rows)

        receiving = Receiving(database, clock, metrics, stored)
        pipeline = Pipeline(
            database,
            clock,
            settings.zone,
            desk,
            on.readers,
            metrics,
            working.wake,
            frozenset(on.voices),
            deliveries,
            receiving,
        )
        sending = Sending(work, committed, lambda way: deliveries[way].takes_waves)
        scheduler = Scheduler(clock, _attended(work, settings, on, health, sending.wake, committed))
        watch = watch_for(settings, work, session, health, metrics)
        program = Program(
            *(database, receiving, pipeline, health, scheduler),
            Figures(database, clock, settings, health, metrics),
            watch,
            list(deliveries.values()),
        )
        stack.push_async_callback(program.stop)

        await settle_restored(work, pipeline, settings.reminders.weekly_digest)
        await recover_leases(database, clock, starting=True)
        program.keep_running(pipeline.run, "pipeline", pipeline.stop)
        program.keep_running(loading.run, "loading", loading.stop)
        program.keep_running(working.run, "jobs", working.stop)
        health.sending, health.scheduler = sending, scheduler
        program.keep_running(sending.run, "sending", sending.stop)
        for way, delivery in deliveries.items():
            program.keep_running(delivery.run, f"delivery-{way}", delivery.stop)
        if on.telegram is not None and settings.telegram.mode == "polling":
            poller = health.poller = Poller(on.telegram, receiving)
            program.keep_running(poller.run, "polling", poller.stop)
        program.keep_running(watch.run, "watch", watch.stop)
        scheduler.start()
        stack.push_async_callback(scheduler.stop)
        log.info("program.started", action="start", platforms=sorted(on.readers))
        yield program
        log.info("program.stopping", action="stop")


def _deliveries(
    database: Database, clock: Clock, settings: Settings, on: "_Connected", metrics: Metrics, health: Health
) -> dict[Way, Delivery]:
    """One for each way that is on."""

    def delivered(dispatch: Dispatch, answer: Answer, at: datetime) -> None:
        metrics.delivered(dispatch, answer, at)
        health.heard(dispatch.platform, answer)

    found: dict[Way, Delivery] = {
        channel.platform: Delivery(database, clock, channel, delivered, settings.zone)
        for channel in on.channels
    }
    health.deliveries = list(found.values())
    return found


def _acknowledging(telegram: TelegramChannel | None) -> Callable[[Sequence[Received]], None]:
    """Stops the spinners of pressed buttons."""
    under_way: set[asyncio.Task[None]] = set()

    def acknowledge(rows: Sequence[Received]) -> None:
        if telegram is None:
            return
        for callback_id in callback_ids(rows):
            task = asyncio.create_task(telegram.answer_callback(callback_id))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    return acknowledge


def _attended(
    work: Work,
    settings: Settings,
    on: "_Connected",
    health: Health,
    opened: Callable[[], None],
    frozen: Callable[[], None],
) -> tuple[Duty, ...]:
    """What every tick looks after."""
    database, clock, weekly = work.database, work.clock, settings.reminders.weekly_digest
    barred = partial(health.note, Trouble.ACCESS, "line")
    counted = [counting(database, clock, work.zone, on.quota.ask, barred)] if on.quota is not None else []
    return (
        *duties(database, clock, work.zone),
        *counted,
        *Waves(work, opened).duties(),
        Digests(work, weekly.weekday, weekly.at, partial(sheets, work), frozen).duty(),
    )


Load = Callable[[int], Coroutine[Any, Any, NewFile | None]]


@dataclass
class _Connected:
    """The platforms that are on."""

    channels: list[Channel] = field(default_factory=list)
    readers: dict[Platform, Reader] = field(default_factory=dict)
    showing: dict[Platform, Shows] = field(default_factory=dict)
    telegram: TelegramChannel | None = None
    voices: dict[Way, Voice] = field(default_factory=dict)  # of a wave
    pace: dict[Way, Pace] = field(default_factory=dict)
    quota: LineQuota | None = None
    mail: MailChannel | None = None

    async def close(self) -> None:
        if self.mail is not None:
            await self.mail.close()


def _connect(session: aiohttp.ClientSession, settings: Settings, load: Load, links: Link) -> _Connected:
    """A platform without credentials is simply off."""
    on = _Connected(voices=voices_of(settings))
    if settings.line.enabled:
        line = LineChannel(session, settings.line.api_base, settings.line.token())
        on.channels.append(line)
        on.showing["line"] = line
        on.readers["line"] = LineReader()
        on.pace["line"] = Pace(calls=2, most=MOST, put_off=3)  # one that LINE stumbles over stops no wave
        on.quota = LineQuota(session, settings.line.api_base, settings.line.token())
    if settings.telegram.enabled:
        base, token, own = settings.telegram.api_base, settings.telegram.bot_token(), settings.telegram
        on.telegram = TelegramChannel(session, base, token, own.rate, own.chat_rate, load=load)
        on.channels.append(on.telegram)
        on.showing["telegram"] = on.telegram
        on.readers["telegram"] = TelegramReader()
        on.pace["telegram"] = Pace(calls=settings.telegram.rate)
    if settings.smtp.enabled:
        on.mail = MailChannel(server_of(settings), sender_of(settings), links)
        on.channels.append(on.mail)
        # One mailbox that is put off says nothing about the others.
        on.pace["email"] = Pace(calls=5, put_off=300)
    return on


def _works(work: Work, settings: Settings, on: _Connected) -> tuple[Kind, ...]:
    """The kinds of slow work."""
    base = work.database, work.clock, work.zone, work.desk, on.readers
    return (
        Copies(*base, settings.public_url),
        Foreseeing(*base, frozenset(on.voices), work.cap),
        Downloads(work, on.readers, settings.public_url, settings.reminders.weekly_digest.weekday),
    )


def _loader(database: Database) -> Load:
    """Files as a channel sends them, read when they are sent."""

    async def load(number: int) -> NewFile | None:
        return await database.read(lambda conn: to_send(conn, number))

    return load


def asgi(settings: Settings, clock: Clock) -> Starlette:
    """The web server's application; entering its lifespan starts the bot."""
    app = Starlette()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(settings, clock) as program:
            app.state.program = program
            app.router.routes[:] = [
                *webhook_routes(
                    program.receiving, settings.line.webhook_secrets(), settings.telegram.webhook_secrets()
                ),
                *file_routes(program.database, clock, settings.zone, agency_of(settings)),
                *reminder_routes(program.database, clock, agency_of(settings)),
                *health_routes(program.health.troubles, program.figures.text, settings.http.token()),
            ]
            yield

    app.router.lifespan_context = lifespan
    return app
