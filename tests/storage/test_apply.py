"""The one door: each change with its precondition, its effect and its audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from guideline.changes import (
    AccountBound,
    Change,
    CodeRefused,
    ConsentDeclined,
    ConsentGiven,
    ConversationEnded,
    ConversationMoved,
    HoursLogged,
    HoursWithdrawn,
    MessageUnsent,
    ReachabilityChanged,
    RoleContested,
    RoleProposed,
)
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.records import Account, Conversation, RoleStatus, Snapshot
from storage import inbox, standings
from storage.apply import Effect, apply
from storage.codes import hash_code
from storage.database import Database
from storage.dispatches import Verdict, freeze, mark_carried
from storage.errors import Conflict
from storage.schema import account as accounts
from storage.schema import activation, audit, consent, conversation, dispatch, hours, standing
from storage.schema import inbox as inbox_table
from storage.snapshots import Wanted, load
from tests.storage.agency import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    arrive,
    bind,
    change,
    chat,
    column,
    count,
    effect,
    fresh,
    give_code,
    join,
    text,
    work,
)
from tests.storage.test_dispatches import close, put, reply, take

STEP = Conversation("activate", "confirm", "n1", "115-06", {"activation": 1, "text": "您\ud800\0好"})
TWO_HOURS = HoursLogged(date(2026, 11, 20), 120, "AI 簡報設計", None, key="1a")


async def see(database: Database, owner: Account, code: str | None = None) -> Snapshot:
    wanted = [Wanted(owner, TODAY, None if code is None else hash_code(code))]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    return snapshot


async def member(database: Database, number: str = "A1", user_id: str = "U1") -> Account:
    """A bound account of a person of the roster."""
    (person,) = await join(database, number)
    return await bind(database, await chat(database, user_id), person)


async def test_consent_is_kept_with_its_notice(database: Database, edition: Edition) -> None:
    """Which version of the notice was accepted when, by which chat."""
    owner = await chat(database)
    await change(database, edition, effect(owner, ConsentGiven("115-1")))
    assert (await fresh(database)).consented_at == NOW
    assert await column(database, consent.c.notice) == ["115-1"]
    assert await column(database, audit.c.action) == ["consent_given"]


async def test_declining_leaves_nothing_of_the_dialogue(database: Database, edition: Edition) -> None:
    """先不使用 takes consent back and deletes the conversation at once."""
    owner = await chat(database)
    await change(database, edition, effect(owner, ConsentGiven("1")), effect(owner, ConversationMoved(STEP)))
    await change(database, edition, effect(owner, ConsentDeclined()))
    assert (await fresh(database)).consented_at is None
    assert await count(database, conversation) == 0
    assert await column(database, consent.c.withdrawn_at) == [NOW]


async def test_a_conversation_comes_back_exactly(database: Database, edition: Edition) -> None:
    """Lone surrogates and NUL in a draft survive; the last of several moves holds; ending leaves nothing."""
    owner = await chat(database)
    first = Conversation("role", "q1", "n0", "115-06")
    await change(
        database, edition, effect(owner, ConversationMoved(first)), effect(owner, ConversationMoved(STEP))
    )
    assert (await see(database, owner)).conversation == STEP
    await change(
        database, edition, effect(owner, ConversationEnded()), effect(owner, ConversationMoved(first))
    )
    assert (await see(database, owner)).conversation == first
    await change(
        database, edition, effect(owner, ConversationMoved(STEP)), effect(owner, ConversationEnded())
    )
    assert (await see(database, owner)).conversation is None


async def test_a_code_binds_the_chat(database: Database, edition: Edition) -> None:
    """The code is spent, wrong tries are forgotten, and the snapshot knows the person."""
    (person,) = await join(database, "A1")
    owner = await chat(database)
    await change(database, edition, effect(owner, ConsentGiven("1")))
    await change(database, edition, effect(owner, CodeRefused(NOW + 15 * MINUTE)))
    code, number = await give_code(database, "A1")
    known = (await see(database, owner, code.code)).activation
    assert known is not None
    assert (known.id, known.person.employee_no, known.used_at) == (number, "A1", None)
    await change(database, edition, effect(owner, AccountBound(number, person)))
    bound = await fresh(database)
    assert (bound.person_id, bound.code_failures, bound.code_locked_until) == (person, 0, None)
    snapshot = await see(database, bound, code.code)
    assert snapshot.person is not None
    assert snapshot.person.name == "同仁A1"
    assert snapshot.activation is not None
    assert snapshot.activation.used_at == NOW
    assert await column(database, consent.c.person_id) == [person]


@pytest.mark.parametrize("late", [timedelta(), DAY])
async def test_an_expired_code_binds_nobody(database: Database, edition: Edition, late: timedelta) -> None:
    """From its expiry on, to the moment, a code is of no use."""
    (person,) = await join(database, "A1")
    owner = await chat(database)
    code, number = await give_code(database, "A1")
    with pytest.raises(Conflict):
        await change(
            database, edition, effect(owner, AccountBound(number, person), at=code.expires_at + late)
        )
    assert await column(database, activation.c.used_at) == [None]
    assert await count(database, audit) == 2  # the person added, the code issued


async def test_two_chats_race_for_one_code(database: Database, edition: Edition) -> None:
    """In one batch both fail together; one by one the first wins and the second does not."""
    (person,) = await join(database, "A1")
    first, second = await chat(database, "U1"), await chat(database, "U2")
    _, number = await give_code(database, "A1")
    effects = [effect(owner, AccountBound(number, person)) for owner in (first, second)]
    with pytest.raises(Conflict):
        await change(database, edition, *effects)
    assert await column(database, accounts.c.person_id) == [None, None]
    await change(database, edition, effects[0])
    with pytest.raises(Conflict):
        await change(database, edition, effects[1])
    assert await column(database, accounts.c.person_id) == [person, None]


async def test_a_new_phone_unbinds_the_old_one(database: Database, edition: Edition) -> None:
    """The earlier account on the same platform is nobody's, its dialogue over; other platforms stay."""
    (person,) = await join(database, "A1")
    old, other = await chat(database, "U1"), await chat(database, "T1", "telegram")
    old, other = await bind(database, old, person), await bind(database, other, person)
    await change(database, edition, effect(old, ConversationMoved(STEP)))
    new = await chat(database, "U2")
    _, number = await give_code(database, "A1")
    await change(database, edition, effect(new, AccountBound(number, person)))
    assert await column(database, accounts.c.person_id) == [None, person, person]
    assert await column(database, accounts.c.consented_at) == [None, NOW, None]
    assert await count(database, conversation) == 0


async def test_wrong_codes_are_counted_and_lock(database: Database, edition: Edition) -> None:
    """A lock is set when asked for and never lifted by a try without one."""
    owner = await chat(database)
    until = NOW + 15 * MINUTE
    for locked in (None, until, None):
        await change(database, edition, effect(owner, CodeRefused(locked)))
    now = await fresh(database)
    assert (now.code_failures, now.code_locked_until) == (3, until)


async def test_only_this_events_code_is_looked_up(database: Database, edition: Edition) -> None:
    """An event that names an unknown code never falls back to the one in the draft; without one it does."""
    await join(database, "A1")
    owner = await chat(database)
    _, number = await give_code(database, "A1")
    waiting = Conversation("activate", "confirm", "n", "115-06", {"activation": number})
    await change(database, edition, effect(owner, ConversationMoved(waiting)))
    kept = (await see(database, owner)).activation
    assert kept is not None
    assert kept.id == number
    assert (await see(database, owner, "WRONG-CODE")).activation is None


async def test_reachability(database: Database, edition: Edition) -> None:
    """Blocked and unblocked are kept with the account."""
    owner = await chat(database)
    await change(database, edition, effect(owner, ReachabilityChanged(reachable=False)))
    assert not (await fresh(database)).reachable


async def test_roles_are_a_history(database: Database, edition: Edition) -> None:
    """Contesting adds a row with the statement; what is no longer the latest cannot be contested."""
    owner = await member(database)
    proposal = RoleProposed(("a", "b"), "specialist", {"q1": ("x", "y")}, "115-06")
    await change(database, edition, effect(owner, proposal))
    first = (await see(database, owner)).role
    assert first is not None
    assert (first.roles, first.answers, first.status) == (("a", "b"), {"q1": ("x", "y")}, RoleStatus.PROPOSED)
    await change(database, edition, effect(owner, RoleContested(first.id, "我做的是採購")))
    second = (await see(database, owner)).role
    assert second is not None
    assert (second.roles, second.status, second.note) == (first.roles, RoleStatus.CONTESTED, "我做的是採購")
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, RoleContested(first.id, "再一次")))


async def test_hours_and_standing_in_one_transaction(database: Database, edition: Edition) -> None:
    """The stored standing is what the rule says of the entries, after every report and withdrawal."""
    owner = await member(database)
    last_year = HoursLogged(date(2025, 12, 31), 60, "資料\0分析", None)
    await change(database, edition, effect(owner, TWO_HOURS), effect(owner, last_year))
    snapshot = await see(database, owner)
    assert [(one.minutes, one.key, one.learned_on) for one in snapshot.entries] == [
        (60, "", date(2025, 12, 31)),
        (120, "1a", date(2026, 11, 20)),
    ]
    assert snapshot.entries[0].title == "資料\ufffd分析"
    await _standing_holds(database, edition, snapshot)
    entry = snapshot.entries[1]
    await change(database, edition, effect(owner, HoursWithdrawn(entry.id, entry.version)))
    after = await see(database, owner)
    assert [one.minutes for one in after.entries] == [60]
    await _standing_holds(database, edition, after)
    assert await count(database, hours) == 2


async def test_a_class_of_several_days_keeps_its_beginning(database: Database, edition: Edition) -> None:
    """Both days come back; the last one decides the year whose standing is reckoned."""
    owner = await member(database)
    class_of_days = HoursLogged(date(2026, 1, 2), 600, "AI 營隊", None, "2b", date(2025, 12, 30))
    await change(database, edition, effect(owner, class_of_days), effect(owner, TWO_HOURS))
    entries = (await see(database, owner)).entries
    assert [(one.began_on, one.learned_on) for one in entries] == [
        (date(2025, 12, 30), date(2026, 1, 2)),
        (None, TWO_HOURS.learned_on),
    ]
    assert set(await column(database, standing.c.year)) == {2026}


async def test_an_entry_is_withdrawn_once_and_by_its_owner(database: Database, edition: Edition) -> None:
    """Another version, another person and a second time are conflicts; nothing is overwritten."""
    owner, stranger = await member(database), await member(database, "A2", "U2")
    await change(database, edition, effect(owner, TWO_HOURS))
    (entry,) = (await see(database, owner)).entries
    for who, version in ((owner, entry.version + 1), (stranger, entry.version)):
        with pytest.raises(Conflict):
            await change(database, edition, effect(who, HoursWithdrawn(entry.id, version)))
    await change(database, edition, effect(owner, HoursWithdrawn(entry.id, entry.version)))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, HoursWithdrawn(entry.id, entry.version)))
    assert await column(database, hours.c.minutes) == [120]


async def test_a_conflict_undoes_the_hours_beside_it(database: Database, edition: Edition) -> None:
    """Changes of one transaction hold together or not at all: entries, standing and audit."""
    owner = await member(database)
    before = await count(database, audit)
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, TWO_HOURS), effect(owner, HoursWithdrawn(999, 1)))
    assert (await count(database, hours), await count(database, standing)) == (0, 0)
    assert await count(database, audit) == before


async def test_an_unbound_chat_has_no_hours(database: Database, edition: Edition) -> None:
    """Hours belong to a person."""
    owner = await chat(database)
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, TWO_HOURS))


async def test_unsent_text_is_erased(database: Database, edition: Edition) -> None:
    """The raw body of that message goes, in this chat only, and not the event that took it back."""
    await arrive(
        database,
        text("said", "U1", 1, raw=b"words", message_id="m1"),
        text("other", "U2", 1, raw=b"words", message_id="m1"),
        text("unsend", "U1", 2, raw=b"unsend", message_id="m1"),
    )
    cause = (await column(database, inbox_table.c.seq))[2]
    owner = await fresh(database, "U1")
    await change(database, edition, effect(owner, MessageUnsent("m1"), cause=cause))
    assert [bytes(raw) for raw in await column(database, inbox_table.c.raw)] == [b"", b"words", b"unsend"]


async def test_an_answer_that_waits_is_said_and_then_forgotten(database: Database, edition: Edition) -> None:
    """Unsent while the answer to it was still to be sent: it goes out, and nothing of it is kept."""
    owner = await chat(database)
    await arrive(database, text("said", key=1, message_id="m1"))
    await work(database)
    cause = (await column(database, inbox_table.c.seq))[-1]
    await put(database, reply(owner, "quoting", cause=cause))
    await change(database, edition, effect(owner, MessageUnsent("m1")))
    (due,) = await take(database)
    assert due.body == "quoting"
    await close(database, Verdict(due.id, "accepted"))
    assert await column(database, dispatch.c.body) == [None]


async def test_the_audit_holds_no_words(database: Database, edition: Edition) -> None:
    """One row for each change, with ids and kinds; nothing a person wrote."""
    owner = await member(database)
    spoken = "我的私事"
    logged = HoursLogged(TODAY, 60, spoken, None)
    said = Conversation("hours", spoken, "n", "115-06", {"title": spoken})
    proposal = RoleProposed(("a",), "foundation", {"q": (spoken,)}, "115-06")
    changes: list[Change] = [
        logged,
        ConversationMoved(said),
        proposal,
        ConversationEnded(),
        ReachabilityChanged(True),
    ]
    await change(database, edition, *[effect(owner, one, cause=7) for one in changes])
    rows = await database.read(lambda conn: conn.execute(select(audit).where(audit.c.cause == 7)))
    found = rows.all()
    assert len(found) == len(changes)
    assert {row.person_id for row in found} == {owner.person_id}
    assert spoken not in repr(found)


async def test_a_batch_takes_a_constant_number_of_statements(database: Database, edition: Edition) -> None:
    """Claim, load, change, freeze and finish cost the same for two chats as for twenty."""
    for n in range(22):
        await member(database, f"A{n}", f"U{n}")
    assert await _statements(database, edition, 2) == await _statements(database, edition, 20)


async def _statements(database: Database, edition: Edition, size: int) -> int:
    await arrive(database, *[text(f"{size}-{n}", f"U{n}", n) for n in range(size)])

    async def batch(conn: Any) -> int:
        claimed = await inbox.claim(conn, size)
        owners = [row.account for row in claimed if row.account is not None]
        assert len(owners) == size
        snapshots = await load(conn, [Wanted(owner, TODAY, None) for owner in owners])
        moved = Conversation("hours", "ask", "n", "115-06", {})
        effects = [
            Effect(one.account, one.account.person_id, NOW, None, asked, "account:1")
            for one in snapshots
            for asked in (TWO_HOURS, ConversationMoved(moved))
        ]
        await apply(conn, Editions(edition), effects, NOW)
        await mark_carried(conn, [owner.id for owner in owners], NOW)
        await freeze(conn, [reply(owner) for owner in owners], NOW)
        await inbox.finish(conn, [row.seq for row in claimed])
        return len(claimed)

    with _counted() as statements:
        await database.write(batch)
    return len(statements)


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def executed(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


async def _standing_holds(database: Database, edition: Edition, snapshot: Snapshot) -> None:
    """What is stored for both years is what the rule says of the snapshot's entries."""
    for year in (2025, 2026):
        entries = [entry for entry in snapshot.entries if entry.learned_on.year == year]
        expected = Editions(edition).reckon(year, entries)
        stored = select(standing).where(standing.c.year == year)
        rows = await database.read(lambda conn, stored=stored: conn.execute(stored))  # type: ignore[misc]
        found = {(row.requirement, row.part): (row.official, row.waiting, row.state) for row in rows}
        assert found == {
            (part.requirement, part.part): (part.official, part.waiting, part.state)
            for part in expected.parts
        }


async def test_a_new_edition_reckons_everyone_again(database: Database, edition: Edition) -> None:
    """A lost standing is made again from the entries alone."""
    owner = await member(database)
    await change(database, edition, effect(owner, TWO_HOURS))
    assert owner.person_id is not None
    whose = {(owner.person_id, 2026)}
    before = await column(database, standing.c.waiting)
    await database.write(lambda conn: conn.execute(standing.delete()))
    await database.write(lambda conn: standings.reckon_again(conn, Editions(edition), whose, NOW))
    assert await column(database, standing.c.waiting) == before
