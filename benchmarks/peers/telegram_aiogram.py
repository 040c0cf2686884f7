"""aiogram: a router, states kept in SQLite by aiogram-sqlite-storage, its handler of webhooks on aiohttp."""

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiogram_sqlite_storage.sqlitestore import SQLStorage
from aiohttp import web

from benchmarks.loopback import BOT_TOKEN, SECRET
from benchmarks.peers import agency
from benchmarks.peers.store import Store

store = Store(agency.DATABASE)
router = Router()


class Hours(StatesGroup):
    confirm = State()


@router.message(F.text)
async def said(message: Message, state: FSMContext) -> None:
    person = await store.person_of(message.from_user.id)
    if person is None:
        await message.answer(agency.UNKNOWN)
        return
    report = agency.parse(message.text, datetime.now().date())  # noqa: DTZ005 - the server stands in Taiwan
    if report is None:
        await message.answer(agency.HELP)
        return
    await state.set_state(Hours.confirm)
    await state.set_data(
        {
            "person": person,
            "on": report.learned_on.isoformat(),
            "minutes": report.minutes,
            "title": report.title,
        }
    )
    buttons = [
        [
            InlineKeyboardButton(text="確認", callback_data=agency.OK),
            InlineKeyboardButton(text="修改", callback_data=agency.AGAIN),
        ]
    ]
    await message.answer(agency.card(report), reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons))


@router.callback_query(Hours.confirm, F.data == agency.OK)
async def confirmed(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    known = await state.get_data()
    await state.clear()
    report = agency.Report(date.fromisoformat(known["on"]), known["minutes"], known["title"])
    total = await store.log(known["person"], report)
    await query.message.answer(agency.receipt(report, total))


@router.callback_query()
async def again(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.clear()
    await query.message.answer(agency.HELP)


def main() -> None:
    states = Path(agency.DATABASE).with_suffix(".states")
    with closing(sqlite3.connect(states)) as conn:
        conn.execute("PRAGMA journal_mode=WAL")  # one wait for the disk a commit instead of three
    session = AiohttpSession(api=TelegramAPIServer.from_base(agency.PLATFORMS))
    bot = Bot(BOT_TOKEN, session=session)
    dispatcher = Dispatcher(storage=SQLStorage(str(states), serializing_method="json"))
    dispatcher.include_router(router)
    dispatcher.startup.register(store.open)
    dispatcher.shutdown.register(store.close)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, path="/webhooks/telegram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=agency.PORT, access_log=None, print=None)


if __name__ == "__main__":
    main()
