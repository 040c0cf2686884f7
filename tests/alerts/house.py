"""A watch with a real database and a real mail server, and a clock that the test moves."""

from collections.abc import Collection
from datetime import timedelta

from bot.alerts.post import Post
from bot.alerts.watch import Watch
from bot.alerts.webhooks import Webhooks
from bot.demo.clock import TownClock
from bot.desk import desk_for
from bot.health import Health
from bot.metrics import Metrics
from bot.settings import Settings
from guideline.records import Platform, Way
from storage.database import Database

OPERATOR = "operator@example.gov.tw"


def settings_for(port: int) -> Settings:
    """`port`: of the mail server."""
    return Settings.model_validate(
        {
            "agency": "臺中市政府",
            "smtp": {"host": "127.0.0.1", "port": port, "sender": "ai@example.gov.tw"},
            "alerts": {"email": OPERATOR},
        }
    )


class Replica:
    """One program's watch. Time goes on for all replicas that share the clock."""

    def __init__(
        self,
        database: Database,
        clock: TownClock,
        port: int,
        ways: Collection[Way] = (),
        hooks: Collection[Platform] = (),
    ) -> None:
        self.settings = settings_for(port)
        self.clock = clock
        self.health = Health(database, clock, ways)
        self.metrics = Metrics()
        zone, desk = self.settings.zone, desk_for(self.settings)
        self.webhooks = Webhooks(database, clock, zone, desk, self.health, hooks, None)
        self.watch = Watch(
            database,
            clock,
            zone,
            self.settings.agency,
            self.health,
            self.metrics,
            self.webhooks,
            Post(self.settings),
        )

    async def looks(self, minutes: int = 1) -> None:
        """One look a minute."""
        for _ in range(minutes):
            await self.watch.look()
            self.clock.ahead += timedelta(minutes=1)
