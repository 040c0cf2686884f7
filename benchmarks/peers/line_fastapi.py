"""FastAPI, line-bot-sdk's asynchronous half, SQLAlchemy's asynchronous sessions over aiosqlite.

uvicorn benchmarks.peers.line_fastapi:app
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI, HTTPException, Request
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    ConfirmTemplate,
    Message,
    PostbackAction,
    ReplyMessageRequest,
    TemplateMessage,
    TextMessage,
)
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import MessageEvent, PostbackEvent, TextMessageContent
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.loopback import LINE_TOKEN, SECRET
from benchmarks.peers import agency
from benchmarks.peers.models import Account, Draft, Hours, tune

# SQLite has one writer: whoever writes waits for the connection, which costs nothing, and not for the lock.
engine = create_async_engine(
    f"sqlite+aiosqlite:///{agency.DATABASE}", pool_size=1, max_overflow=0, pool_timeout=60
)
tune(engine.sync_engine)
new_session = async_sessionmaker(engine, expire_on_commit=False)
parser = WebhookParser(SECRET)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncApiClient(Configuration(access_token=LINE_TOKEN, host=agency.PLATFORMS)) as client:
        app.state.line = AsyncMessagingApi(client)
        yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/webhooks/line")
async def webhook(request: Request) -> str:
    body = (await request.body()).decode()
    try:
        events = parser.parse(body, request.headers.get("x-line-signature", ""))
    except InvalidSignatureError as error:
        raise HTTPException(400, "invalid signature") from error
    for event in events:
        if isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
            async with new_session() as session:
                reply = await said(session, event.source.user_id, event.message.text)
        elif isinstance(event, PostbackEvent):
            async with new_session() as session:
                reply = await pressed(session, event.source.user_id, event.postback.data)
        else:
            continue
        await request.app.state.line.reply_message(
            ReplyMessageRequest(reply_token=event.reply_token, messages=[reply])
        )
    return "OK"


async def said(session: AsyncSession, user_id: str, text: str) -> Message:
    account = await account_of(session, user_id)
    if account is None:
        return TextMessage(text=agency.UNKNOWN)
    now = datetime.now()  # noqa: DTZ005 - the server stands in Taiwan
    report = agency.parse(text, now.date())
    if report is None:
        return TextMessage(text=agency.HELP)
    await session.merge(Draft(account_id=account.id, **vars(report)))
    await session.commit()
    return TemplateMessage(
        alt_text=agency.card(report),
        template=ConfirmTemplate(
            text=agency.card(report),
            actions=[
                PostbackAction(label="確認", data=agency.OK, display_text="確認"),
                PostbackAction(label="修改", data=agency.AGAIN, display_text="修改"),
            ],
        ),
    )


async def pressed(session: AsyncSession, user_id: str, data: str) -> Message:
    account = await account_of(session, user_id)
    if account is None:
        return TextMessage(text=agency.UNKNOWN)
    draft = await session.get(Draft, account.id)
    if draft is None:
        return TextMessage(text=agency.GONE)
    report = agency.Report(draft.learned_on, draft.minutes, draft.title)
    await session.delete(draft)
    if data != agency.OK:
        await session.commit()
        return TextMessage(text=agency.HELP)
    session.add(Hours(person_id=account.person_id, reported_at=datetime.now(), **vars(report)))  # noqa: DTZ005
    await session.flush()
    total = await session.scalar(
        select(func.sum(Hours.minutes)).where(
            Hours.person_id == account.person_id,
            Hours.learned_on >= report.learned_on.replace(month=1, day=1),
        )
    )
    await session.commit()
    return TextMessage(text=agency.receipt(report, total or 0))


async def account_of(session: AsyncSession, user_id: str) -> Account | None:
    found = await session.scalars(
        select(Account).where(Account.platform == "line", Account.user_id == user_id)
    )
    return found.first()
