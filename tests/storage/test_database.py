"""A unit of work happens whole or not at all, and its errors say what to do."""

from sqlalchemy import text
from storage.database import Database


async def test_opens(database: Database) -> None:
    """A migrated database answers."""
    assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM person"))) == 0
