"""The tables of `agency` for SQLAlchemy's ORM, as both LINE peers use them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_no: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    email: Mapped[str]


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    user_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(lazy="joined")


class Hours(Base):
    __tablename__ = "hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    learned_on: Mapped[date]
    minutes: Mapped[int]
    title: Mapped[str]
    reported_at: Mapped[datetime]


class Draft(Base):
    __tablename__ = "draft"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    learned_on: Mapped[date]
    minutes: Mapped[int]
    title: Mapped[str]


def tune(engine: Any) -> None:
    """SQLite as its documentation and SQLAlchemy's advise for a service: WAL, every commit on the disk, and
    transactions that take the one writer's lock when they begin instead of failing half way."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
