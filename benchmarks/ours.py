"""The bot itself, under test: the whole program with both platforms on, as `talentbot run` starts it.

Two things differ. Telegram's limits on messages a second are lifted, since they and not the bot would be
measured; and business time stands on the benchmarks' day.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.loopback import BOT_TOKEN, LINE_TOKEN, SECRET
from benchmarks.people import NOW
from bot.serving import serve
from bot.settings import Settings
from storage.clock import SystemClock

LIFTED = 100_000


def settings_for(database: Path, platforms: str, port: int) -> Settings:
    """`platforms` is the address of both."""
    return Settings.model_validate(
        {
            "database_url": f"sqlite+aiosqlite:///{database}",
            "agency": "示範市政府",
            "public_url": "https://bot.example.gov.tw",
            "http": {"port": port},
            "line": {"channel_secret": SECRET, "channel_access_token": LINE_TOKEN, "api_base": platforms},
            "telegram": {
                "token": BOT_TOKEN,
                "api_base": platforms,
                "mode": "webhook",
                "secret_token": SECRET,
            },
            "notice": {"office": "人事處", "contact": "分機 1234"},
        }
    )


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("platforms")
    parser.add_argument("port", type=int)
    given = parser.parse_args(argv)
    settings = settings_for(given.database, given.platforms, given.port)
    telegram = settings.telegram.model_copy(update={"rate": LIFTED, "chat_rate": float(LIFTED)})
    lifted = settings.model_copy(update={"telegram": telegram})
    serve(lifted, SystemClock(NOW - datetime.now(UTC)))


if __name__ == "__main__":
    main(sys.argv[1:])
