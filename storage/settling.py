"""What became of a call, written down: a definite answer wins over a lost one, whenever it comes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import budget, reminded
from storage.schema import account, dispatch, outbox
from storage.statements import several
from storage.writing import NewDispatch, dispatch_row

BLOCKED: Final = "blocked"  # the reason that says the person shut us out (reminders.verdicts)
QUOTA: Final = "quota"  # the reason that says LINE's month is used up
MENU: Final = "menu"  # the kind of a dispatch that gives a chat a menu
UNKNOWN_MENU: Final = "?"  # of a chat whose menu is not the one that was noted: the next event gives it again
State = Literal["accepted", "refused", "undecided", "later"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`later` means surely not sent, or safe to repeat under its key: again from `not_before` on.
    `replacements` say the same in another way after a refusal, each to those it is addressed to; they keep
    the place in the chat."""

    dispatch_id: int
    state: State
    reason: str = ""
    not_before: datetime | None = None
    replacements: tuple[NewDispatch, ...] = ()


_STANDING: Final = (
    select(
        dispatch.c.id,
        dispatch.c.state,
        dispatch.c.turn,
        dispatch.c.fleeting,
        dispatch.c.lease_until,
        dispatch.c.body.is_(None).label("gone"),
    )
    .where(dispatch.c.id.in_(several("ids")))
    .order_by(dispatch.c.id)
    .with_for_update()
)
_END: Final = (
    update(dispatch)
    .where(dispatch.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        settled_at=bindparam("b_at"),
        lease_until=None,
        lease_owner=None,
    )
)


async def settle(
    conn: AsyncConnection, verdicts: Sequence[Verdict], at: datetime, today: date | None = None
) -> None:
    """Writes the verdicts of calls that were made; `at` is real time, `today` the business date (None: that
    of `at`).

    A receipt that was refused or may not have arrived waits for the chat's next reply, and a reminder that
    was refused is planned again; whoever blocked us counts as unreachable until they write again.
    """
    await end(conn, verdicts, at, today=today)


async def silence(conn: AsyncConnection, accounts: Sequence[int], at: datetime) -> None:
    """Nothing more goes to these chats of what was meant for the person who has left them: neither what
    is frozen (a call already under way cannot be called back) nor receipts. What is for many finds out as it
    goes out (`storage.astray`)."""
    if not accounts:
        return
    await conn.execute(
        update(outbox).where(outbox.c.account_id.in_(accounts), outbox.c.unreceived).values(unreceived=False)
    )
    await _call_off(conn, "released", at, dispatch.c.account_id.in_(accounts))


async def silence_mail(conn: AsyncConnection, person_id: int, at: datetime) -> None:
    """Nor does any mail that is frozen for this person."""
    theirs = select(outbox.c.dispatch_id).where(
        outbox.c.person_id == person_id, outbox.c.account_id.is_(None)
    )
    await _call_off(conn, reminded.ERASED, at, dispatch.c.id.in_(theirs))


async def _call_off(conn: AsyncConnection, reason: str, at: datetime, which: Any) -> None:
    off = await conn.execute(
        update(dispatch)
        .where(which, dispatch.c.state == "frozen")
        .values(state="refused", reason=reason, settled_at=at, lease_until=None, lease_owner=None)
        .returning(dispatch.c.id, dispatch.c.first_attempt_at)
    )
    # What was tried before may have arrived: nobody is told it again.
    await reminded.again(conn, [row.id for row in off if row.first_attempt_at is None], tried=False)


async def end(
    conn: AsyncConnection,
    verdicts: Sequence[Verdict],
    at: datetime,
    longest: timedelta = timedelta(0),
    today: date | None = None,
) -> int:
    """As `settle`, but only of dispatches under no living lease: one that ends within `longest` from `at`.
    Returns how many changed."""
    if not verdicts:
        return 0
    await _hold_chats(conn, verdicts)
    by_id = {verdict.dispatch_id: verdict for verdict in verdicts}
    standing = await conn.execute(_STANDING, {"ids": list(by_id)})
    open_rows = [row for row in standing if _applies(by_id[row.id], row, at, longest)]
    final = [by_id[row.id] for row in open_rows if by_id[row.id].state != "later"]
    later = [by_id[row.id] for row in open_rows if by_id[row.id].state == "later"]
    told_lost = {row.id for row in open_rows if row.state == "undecided"}
    await _write_final(conn, final, at, told_lost)
    await _write_later(conn, later)
    await _forget(conn, [row.id for row in open_rows if _forgotten(by_id[row.id], row)])
    for row in open_rows:
        if replacements := by_id[row.id].replacements:
            await _replace(conn, row, replacements, at, today)
    refused = [one for one in final if one.state == "refused"]
    await reminded.again(conn, [one.dispatch_id for one in refused if not one.replacements], tried=True)
    if any(one.reason == QUOTA for one in refused):
        await budget.exhausted(conn, budget.month_of(today or at.date()))
    return len(open_rows)


def _applies(verdict: Verdict, row: Any, at: datetime, longest: timedelta) -> bool:
    if row.lease_until is not None and at < row.lease_until <= at + longest:
        return False
    if row.gone and (verdict.state == "later" or verdict.replacements):
        return False  # its words went meanwhile (unsent, erased, another's chat): they are not said again
    # Whoever made the call knows best, even when its lease was given up meanwhile.
    return row.state == "frozen" or (row.state == "undecided" and verdict.state != "undecided")


def _forgotten(verdict: Verdict, row: Any) -> bool:
    """What was replaced stands in its replacement: only there is it found when it must go."""
    return verdict.state != "later" and (row.fleeting or bool(verdict.replacements))


async def _hold_chats(conn: AsyncConnection, verdicts: Sequence[Verdict]) -> None:
    """Where a receipt may become one that did not arrive, no batch may be between reading such receipts
    and marking them carried. Taken before the dispatches, in the order of their ids."""
    failing = [verdict.dispatch_id for verdict in verdicts if verdict.state in ("refused", "undecided")]
    if failing:
        chats = select(outbox.c.account_id).where(outbox.c.dispatch_id.in_(failing))
        held = select(account.c.id).where(account.c.id.in_(chats)).order_by(account.c.id)
        await conn.execute(held.with_for_update(key_share=True))


async def _write_final(
    conn: AsyncConnection, verdicts: Sequence[Verdict], at: datetime, told_lost: Collection[int]
) -> None:
    """`told_lost`: those that counted as undecided, so that their receipts may wait for the next reply."""
    if not verdicts:
        return
    await conn.execute(
        _END,
        [
            {"b_id": one.dispatch_id, "b_state": one.state, "b_reason": one.reason, "b_at": at}
            for one in verdicts
        ],
    )
    failed = [one.dispatch_id for one in verdicts if one.state != "accepted" and not one.replacements]
    arrived = [
        one.dispatch_id for one in verdicts if one.state == "accepted" and one.dispatch_id in told_lost
    ]
    if failed:
        await conn.execute(
            update(outbox)
            .where(outbox.c.dispatch_id.in_(failed), outbox.c.receipt != "", outbox.c.carried_at.is_(None))
            .values(unreceived=True)
        )
        menuless = select(outbox.c.account_id).where(outbox.c.dispatch_id.in_(failed), outbox.c.kind == MENU)
        await conn.execute(update(account).where(account.c.id.in_(menuless)).values(menu=UNKNOWN_MENU))
    shut_out = [one.dispatch_id for one in verdicts if one.state == "refused" and one.reason == BLOCKED]
    if shut_out:
        chats = select(outbox.c.account_id).where(outbox.c.dispatch_id.in_(shut_out))
        await conn.execute(update(account).where(account.c.id.in_(chats)).values(reachable=False))
    if arrived:
        await conn.execute(
            update(outbox)
            .where(outbox.c.dispatch_id.in_(arrived), outbox.c.unreceived)
            .values(unreceived=False)
        )


async def _forget(conn: AsyncConnection, numbers: Sequence[int]) -> None:
    if numbers:
        await conn.execute(update(dispatch).where(dispatch.c.id.in_(numbers)).values(body=None))


async def _write_later(conn: AsyncConnection, verdicts: Sequence[Verdict]) -> None:
    if not verdicts:
        return
    # What has no key counts as never tried: it was surely not sent. A key lives from its first request.
    first = case((dispatch.c.retry_key.is_(None), None), else_=dispatch.c.first_attempt_at)
    await conn.execute(
        update(dispatch)
        .where(dispatch.c.id == bindparam("b_id"))
        .values(
            state="frozen",
            settled_at=None,
            reason=bindparam("b_reason"),
            not_before=bindparam("b_not_before"),
            first_attempt_at=first,
            lease_until=None,
            lease_owner=None,
        ),
        [
            {"b_id": one.dispatch_id, "b_reason": one.reason, "b_not_before": one.not_before}
            for one in verdicts
        ],
    )
    numbers = [one.dispatch_id for one in verdicts]
    await conn.execute(
        update(outbox).where(outbox.c.dispatch_id.in_(numbers), outbox.c.unreceived).values(unreceived=False)
    )


async def _replace(
    conn: AsyncConnection, old: Any, new: Sequence[NewDispatch], at: datetime, today: date | None
) -> None:
    """Each takes over those it is addressed to: of one that names nobody, all."""
    turn = old.turn if old.turn is not None else old.id
    rows = await conn.execute(
        select(outbox.c.id, outbox.c.account_id, account.c.user_id)
        .outerjoin(account, account.c.id == outbox.c.account_id)
        .where(outbox.c.dispatch_id == old.id)
    )
    there = rows.all()
    for one in new:
        addressed = {to.address for to in one.to}
        mine = [row for row in there if not addressed or row.user_id in addressed]
        if not mine:
            continue
        row = dispatch_row(replace(one, fleeting=old.fleeting), at, today, turn)
        if len(mine) == 1:
            row["account_id"] = mine[0].account_id
        number = await conn.scalar(insert(dispatch).values(**row).returning(dispatch.c.id))
        await conn.execute(
            update(outbox)
            .where(outbox.c.id.in_([theirs.id for theirs in mine]))
            .values(dispatch_id=number, kind=one.kind, unreceived=False)
        )
