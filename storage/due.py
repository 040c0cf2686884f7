"""Whose turn it is: which dispatch goes out next, and what it has to wait for (design §5). Statements with
parameters, built once; `storage.dispatches` runs them.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, update

from storage.schema import account, dispatch, inbox, outbox, person
from storage.statements import at_most, several
from storage.thawing import stale

_FROZEN: Final[ColumnElement[str]] = literal_column("'frozen'")
_COLUMNS: Final = (
    dispatch.c.id,
    dispatch.c.platform,
    dispatch.c.method,
    dispatch.c.retry_key,
    dispatch.c.lane,
    dispatch.c.created_at,
    dispatch.c.account_id,
    func.coalesce(account.c.user_id, person.c.email, ""),
    outbox.c.person_id,
    outbox.c.cause,
    outbox.c.ordinal,
    outbox.c.kind,
    outbox.c.receipt,
    inbox.c.received_at,
)


_INSTANT: Final = dispatch.c.created_at.type
_NOW: Final = bindparam("now", type_=_INSTANT)


def _turn(table: Any) -> Any:
    """A dispatch that replaces another one keeps its place in the chat."""
    return func.coalesce(table.c.turn, table.c.id)


@cache
def due(waves: bool) -> Select[Any]:
    """The `limit` of `platform` that go first. Chosen before they are joined, since most of a wave stays
    where it is."""
    chosen = (
        select(dispatch.c.id)
        .where(
            dispatch.c.state == _FROZEN,
            dispatch.c.platform == bindparam("platform"),
            dispatch.c.lease_until.is_(None),
            or_(dispatch.c.not_before.is_(None), dispatch.c.not_before <= _NOW),
            # Without a key only what was never tried; with one, until the platform forgets it.
            or_(
                dispatch.c.first_attempt_at.is_(None),
                and_(
                    dispatch.c.retry_key.is_not(None),
                    dispatch.c.first_attempt_at > bindparam("alive", type_=_INSTANT),
                ),
            ),
            ~stale(bindparam("before", type_=_INSTANT)) if waves else dispatch.c.lane == 0,
            ~_has_earlier(),
        )
        .order_by(dispatch.c.lane, _turn(dispatch), dispatch.c.id)
        .limit(at_most("limit"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    first = outbox.alias("first")
    first_of_all = select(func.min(first.c.id)).where(first.c.dispatch_id == dispatch.c.id).scalar_subquery()
    return (
        select(*_COLUMNS)
        .select_from(dispatch)
        .join(chosen, chosen.c.id == dispatch.c.id)
        .join(outbox, outbox.c.id == first_of_all)
        .outerjoin(account, account.c.id == dispatch.c.account_id)
        .outerjoin(person, and_(person.c.id == outbox.c.person_id, outbox.c.account_id.is_(None)))
        .outerjoin(inbox, inbox.c.seq == outbox.c.cause)
        .order_by(dispatch.c.lane, _turn(dispatch), dispatch.c.id)
    )


@cache
def first_due(lane: int) -> Select[Any]:
    """Since when that one waits which is to go first of `platform` in this lane."""
    since: Any = func.coalesce(dispatch.c.not_before, dispatch.c.created_at, type_=_INSTANT)
    return (
        select(since)
        .where(
            dispatch.c.state == _FROZEN,
            dispatch.c.platform == bindparam("platform"),
            dispatch.c.lane > 0 if lane else dispatch.c.lane <= 0,
            dispatch.c.lease_until.is_(None),
            since <= _NOW,
            ~_has_earlier(),
        )
        # So that SQLite takes ix_dispatch_due, and not all that is frozen in the order of its ids.
        .order_by(dispatch.c.lane, dispatch.c.id)
        .limit(literal_column("1"))
    )


# What changes while it waits is read back as it was written: the rows were looked up before they were held.
LEASE: Final = (
    update(dispatch)
    .where(dispatch.c.id.in_(several("ids")))
    .values(
        attempts=dispatch.c.attempts + 1,
        first_attempt_at=func.coalesce(dispatch.c.first_attempt_at, _NOW),
        lease_until=bindparam("lease", type_=_INSTANT),
        lease_owner=bindparam("owner"),
    )
    .returning(dispatch.c.id, dispatch.c.body, dispatch.c.attempts, dispatch.c.first_attempt_at)
)


def _has_earlier() -> ColumnElement[bool]:
    return or_(_waits_in_chat(), _waits_for_many())


def _waits_in_chat() -> ColumnElement[bool]:
    """Another unsettled dispatch goes first to the same chat: of the conversation before any wave, and
    of either in the order in which they were frozen. A wave never holds up a conversation, and of a wave
    what waits for its hour (a notice for Monday) nothing that is due. What was tried and postponed keeps
    its place: a menu that is sent again must not undo the one after it."""
    earlier = dispatch.alias("earlier")
    goes_first = or_(
        earlier.c.lane == 0,
        earlier.c.attempts > 0,
        earlier.c.not_before.is_(None),
        earlier.c.not_before <= _NOW,
    )
    return (
        select(earlier.c.id)
        .where(
            earlier.c.account_id == dispatch.c.account_id,
            earlier.c.state == _FROZEN,
            goes_first,
            or_(
                earlier.c.lane < dispatch.c.lane,
                and_(earlier.c.lane == dispatch.c.lane, _sooner(earlier)),
            ),
        )
        .exists()
    )


def _waits_for_many() -> ColumnElement[bool]:
    """The same of a dispatch to many: a conversation with any of them goes first, and what any of them is
    to read before it (the earlier part of a long text). Not a conversation that was put off: a message that
    the platform stumbles over again and again would hold up everybody."""
    talk, part = dispatch.alias("talk"), dispatch.alias("part")
    mine, theirs = outbox.alias("mine"), outbox.alias("theirs")
    # As ix_dispatch_chat has them: a few for each of the recipients, however many wait in all.
    in_chat = (
        select(talk.c.id)
        .where(
            talk.c.account_id == mine.c.account_id,
            talk.c.state == _FROZEN,
            talk.c.lane == 0,
            or_(talk.c.not_before.is_(None), talk.c.not_before <= _NOW),
        )
        .exists()
    )
    talks = select(mine.c.id).where(mine.c.dispatch_id == dispatch.c.id, in_chat).exists()
    parts = (
        select(mine.c.id)
        .join(theirs, theirs.c.account_id == mine.c.account_id)
        .join(part, part.c.id == theirs.c.dispatch_id)
        .where(
            mine.c.dispatch_id == dispatch.c.id,
            mine.c.ordinal > 0,
            theirs.c.ordinal < mine.c.ordinal,
            theirs.c.kind == mine.c.kind,
            part.c.state == _FROZEN,
            part.c.lane == dispatch.c.lane,
            _sooner(part),
        )
        .exists()
    )
    return and_(dispatch.c.account_id.is_(None), or_(talks, parts))


def _sooner(other: Any) -> ColumnElement[bool]:
    return or_(
        _turn(other) < _turn(dispatch),
        and_(_turn(other) == _turn(dispatch), other.c.id < dispatch.c.id),
    )
