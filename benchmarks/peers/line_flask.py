"""Flask, line-bot-sdk's WebhookHandler and MessagingApi, SQLAlchemy over sqlite3.

gunicorn --workers 1 --threads 8 benchmarks.peers.line_flask:app
"""

from datetime import datetime

from flask import Flask, abort, request
from linebot.v3 import WebhookHandler
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    ConfirmTemplate,
    Message,
    MessagingApi,
    PostbackAction,
    ReplyMessageRequest,
    TemplateMessage,
    TextMessage,
)
from linebot.v3.webhooks import MessageEvent, PostbackEvent, TextMessageContent
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.loopback import LINE_TOKEN, SECRET
from benchmarks.peers import agency
from benchmarks.peers.models import Account, Draft, Hours, tune

app = Flask(__name__)
# As many connections as threads; who writes waits for SQLite's lock.
engine = create_engine(f"sqlite:///{agency.DATABASE}", pool_size=8, connect_args={"timeout": 60})
tune(engine)
new_session = sessionmaker(engine, expire_on_commit=False)
handler = WebhookHandler(SECRET)
line = MessagingApi(ApiClient(Configuration(access_token=LINE_TOKEN, host=agency.PLATFORMS)))


@app.get("/healthz")
def healthz() -> str:
    return "OK"


@app.post("/webhooks/line")
def webhook() -> str:
    body = request.get_data(as_text=True)
    try:
        handler.handle(body, request.headers.get("X-Line-Signature", ""))
    except InvalidSignatureError:
        abort(400)
    return "OK"


@handler.add(MessageEvent, message=TextMessageContent)
def on_text(event: MessageEvent) -> None:
    with new_session() as session:
        reply = said(session, event.source.user_id, event.message.text)
    line.reply_message(ReplyMessageRequest(reply_token=event.reply_token, messages=[reply]))


@handler.add(PostbackEvent)
def on_postback(event: PostbackEvent) -> None:
    with new_session() as session:
        reply = pressed(session, event.source.user_id, event.postback.data)
    line.reply_message(ReplyMessageRequest(reply_token=event.reply_token, messages=[reply]))


def said(session: Session, user_id: str, text: str) -> Message:
    account = account_of(session, user_id)
    if account is None:
        return TextMessage(text=agency.UNKNOWN)
    report = agency.parse(text, datetime.now().date())  # noqa: DTZ005 - the server stands in Taiwan
    if report is None:
        return TextMessage(text=agency.HELP)
    session.merge(Draft(account_id=account.id, **vars(report)))
    session.commit()
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


def pressed(session: Session, user_id: str, data: str) -> Message:
    account = account_of(session, user_id)
    if account is None:
        return TextMessage(text=agency.UNKNOWN)
    draft = session.get(Draft, account.id)
    if draft is None:
        return TextMessage(text=agency.GONE)
    report = agency.Report(draft.learned_on, draft.minutes, draft.title)
    session.delete(draft)
    if data != agency.OK:
        session.commit()
        return TextMessage(text=agency.HELP)
    session.add(Hours(person_id=account.person_id, reported_at=datetime.now(), **vars(report)))  # noqa: DTZ005
    session.flush()
    total = session.scalar(
        select(func.sum(Hours.minutes)).where(
            Hours.person_id == account.person_id,
            Hours.learned_on >= report.learned_on.replace(month=1, day=1),
        )
    )
    session.commit()
    return TextMessage(text=agency.receipt(report, total or 0))


def account_of(session: Session, user_id: str) -> Account | None:
    return session.scalars(
        select(Account).where(Account.platform == "line", Account.user_id == user_id)
    ).first()
