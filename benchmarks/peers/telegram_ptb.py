"""python-telegram-bot: a ConversationHandler, a PicklePersistence beside the database, its own server.

The conversation is on the disk once a minute, as the library does it: a crash loses up to a minute of it.
"""

from datetime import datetime
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.loopback import BOT_TOKEN, SECRET
from benchmarks.peers import agency
from benchmarks.peers.store import Store

CONFIRM = 1
store = Store(agency.DATABASE)


async def said(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    person = await store.person_of(update.effective_user.id)
    if person is None:
        await update.message.reply_text(agency.UNKNOWN)
        return ConversationHandler.END
    report = agency.parse(update.message.text, datetime.now().date())  # noqa: DTZ005 - the server's in Taiwan
    if report is None:
        await update.message.reply_text(agency.HELP)
        return ConversationHandler.END
    context.user_data["report"] = (person, report)
    buttons = [
        [
            InlineKeyboardButton("確認", callback_data=agency.OK),
            InlineKeyboardButton("修改", callback_data=agency.AGAIN),
        ]
    ]
    await update.message.reply_text(agency.card(report), reply_markup=InlineKeyboardMarkup(buttons))
    return CONFIRM


async def confirmed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    await update.callback_query.answer()
    person, report = context.user_data.pop("report")
    total = await store.log(person, report)
    await update.callback_query.message.reply_text(agency.receipt(report, total))
    return ConversationHandler.END


async def again(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    await update.callback_query.answer()
    context.user_data.pop("report", None)
    await update.callback_query.message.reply_text(agency.HELP)
    return ConversationHandler.END


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data.pop("report", None)
    await update.message.reply_text(agency.HELP)
    return ConversationHandler.END


async def opened(_: Application) -> None:
    await store.open()


async def closed(_: Application) -> None:
    await store.close()


def main() -> None:
    states = Path(agency.DATABASE).with_suffix(".pickle")
    application = (
        ApplicationBuilder()
        .token(BOT_TOKEN)
        .base_url(f"{agency.PLATFORMS}/bot")
        .persistence(PicklePersistence(states))
        .post_init(opened)
        .post_shutdown(closed)
        .build()
    )
    words = filters.TEXT & ~filters.COMMAND
    application.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(words, said)],
            states={
                CONFIRM: [
                    CallbackQueryHandler(confirmed, pattern=f"^{agency.OK}$"),
                    CallbackQueryHandler(again, pattern=f"^{agency.AGAIN}$"),
                ]
            },
            fallbacks=[CommandHandler("cancel", cancel), MessageHandler(words, said)],
            name="hours",
            persistent=True,
        )
    )
    application.run_webhook(
        listen="127.0.0.1",
        port=agency.PORT,
        url_path="webhooks/telegram",
        secret_token=SECRET,
        webhook_url="https://bot.example.gov.tw/webhooks/telegram",
    )


if __name__ == "__main__":
    main()
