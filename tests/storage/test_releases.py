"""解除綁定, 刪除我的資料, a lost phone: what goes, what stays, in every table (design §9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from guideline.changes import (
    AccountBound,
    AccountReleased,
    ConsentGiven,
    ConversationMoved,
    CopyRequested,
    HoursLogged,
    PersonErased,
    RoleProposed,
)
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.records import Account, Conversation
from storage import files
from storage.apply import apply
from storage.database import Database
from storage.dispatches import Verdict
from storage.errors import Conflict
from storage.files import NewFile
from storage.inbox import Received
from storage.purge import purge
from storage.schema import (
    account,
    audit,
    certificate,
    closed_standing,
    closed_year,
    consent,
    conversation,
    dispatch,
    file,
    hours,
    job,
    metadata,
    outbox,
    person,
    preference,
    question,
    role_assignment,
    standing,
)
from storage.schema import inbox as events
from storage.writing import NOTICE, OFFICE
from tests.storage.agency import (
    DAY,
    MINUTE,
    NOW,
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
from tests.storage.plans import crowd, read_whole
from tests.storage.test_dispatches import close, put, reply, take

WORDS = "秘密的話"  # stands in every place where words of the person may stand
SHEET = NewFile("我的資料.xlsx", "application/x", b"content")


async def fill(database: Database, table: Table, **values: Any) -> None:
    await database.write(lambda conn: conn.execute(insert(table).values(**values)))


async def seq_of(database: Database, event: str) -> int:
    found = await database.read(
        lambda conn: conn.scalar(select(events.c.seq).where(events.c.event_id == event))
    )
    return int(found or 0)


async def settled(database: Database, who: Account, receipt: str = "") -> None:
    """A letter with words in it that was sent."""
    await put(database, reply(who, body=WORDS, receipt=receipt))
    sent = await take(database)
    await close(database, *(Verdict(one.id, "accepted") for one in sent))


async def used(
    database: Database, edition: Edition, person_id: int, user: str, platform: Any = "line"
) -> Account:
    """An account with something of the person's in each table that may hold it."""
    who = await bind(database, await chat(database, user, platform), person_id)
    await change(database, edition, effect(who, ConsentGiven("115-11")))
    draft = Conversation("hours", "title", "n", "115", {"title": WORDS})
    await arrive(database, Received(platform, f"said-{user}", user, 0, WORDS.encode()))
    await work(database)
    await settled(database, who, receipt=WORDS)
    await change(database, edition, effect(who, ConversationMoved(draft)))
    await change(
        database, edition, effect(who, CopyRequested(), cause=await seq_of(database, f"said-{user}"))
    )
    await database.write(lambda conn: files.keep(conn, who.id, [SHEET], NOW, NOW + DAY, f"token-{user}"))
    await database.write(lambda conn: conn.execute(update(job).values(state="done", finished_at=NOW)))
    return await fresh(database, user)


async def everything(database: Database, edition: Edition, person_id: int, who: Account) -> None:
    """The person's own records of every kind and state."""
    await change(
        database,
        edition,
        effect(who, HoursLogged(date(2026, 11, 2), 60, WORDS, None)),
        effect(who, HoursLogged(date(2025, 11, 2), 60, WORDS, None)),
        effect(who, RoleProposed(("application",), "foundation", {"q1": ("a",)}, "115")),
    )
    official = {"person_id": person_id, "learned_on": date(2026, 3, 2), "minutes": 120, "reported_at": NOW}
    await fill(database, hours, **official, title="官方課程", source="official")
    await fill(database, hours, **official, title=WORDS, source="self", withdrawn_at=NOW)
    decided = {"person_id": person_id, "roles": ["policy"], "track": "foundation", "edition": "115"}
    for status in ("confirmed", "contested", "review"):
        await fill(
            database,
            role_assignment,
            **decided,
            status=status,
            answers={"q1": ["a"]},
            note=WORDS,
            decided_at=NOW,
            decided_by="person:9",
        )
    held = {"person_id": person_id, "obtained_on": date(2026, 5, 1), "reported_at": NOW}
    await fill(database, certificate, **held, name="已登錄", registered_at=NOW)
    await fill(database, certificate, **held, name=WORDS)
    await fill(database, certificate, **held, name=WORDS, withdrawn_at=NOW)
    await fill(database, question, person_id=person_id, text=WORDS, asked_at=NOW)
    await fill(
        database, question, person_id=person_id, text=WORDS, asked_at=NOW, answer=WORDS, answered_at=NOW
    )
    await fill(database, preference, person_id=person_id, channel="line", changed_at=NOW)


async def dump(database: Database, *, but: tuple[Table, ...] = ()) -> str:
    """Every cell of every table, as it lies there."""

    async def look(conn: Any) -> str:
        cells = []
        for table in metadata.sorted_tables:
            if table not in but:
                rows = await conn.exec_driver_sql(f'SELECT * FROM "{table.name}"')  # noqa: S608
                cells += [
                    bytes(c).decode(errors="replace") if isinstance(c, bytes | memoryview) else str(c)
                    for row in rows
                    for c in row
                ]
        return "\n".join(cells)

    found = await database.read(look)
    return found.encode().decode("unicode_escape", errors="replace") + found


async def test_a_released_account_keeps_no_words(database: Database, edition: Edition) -> None:
    """At once: nobody's, consent withdrawn, no dialogue, job, file, text, letter or receipt; the reply that
    tells the person still goes out, and the next purge takes the rest but the consent's record."""
    (one,) = await join(database, "A1")
    who = await used(database, edition, one, "U1")
    await put(database, reply(who, body="frozen before"))
    assert WORDS in await dump(database)
    await change(database, edition, effect(who, AccountReleased(who.id), at=NOW + MINUTE))
    await put(database, reply(who, body="已解除綁定"))
    assert WORDS not in await dump(database)
    freed = await fresh(database)
    assert (freed.person_id, freed.consented_at) == (None, None)
    assert await column(database, consent.c.withdrawn_at) == [NOW + MINUTE]
    assert [await count(database, t) for t in (conversation, job, file)] == [0, 0, 0]
    (sent,) = await take(database)
    assert sent.body == "已解除綁定"
    clean = await purge(database, NOW + MINUTE)
    assert clean["accounts"] == 0  # not before it is said
    await close(database, Verdict(sent.id, "accepted"))
    await purge(database, NOW + MINUTE)
    assert [await count(database, t) for t in (account, events, dispatch, outbox)] == [0, 0, 0, 0]
    assert await column(database, consent.c.person_id) == [one]
    assert "U1" not in await dump(database)
    assert (await column(database, audit.c.detail))[-1] == {"account": who.id}


async def test_one_of_two_accounts_is_released(database: Database, edition: Edition) -> None:
    """The other keeps its binding, its dialogue and its words."""
    (one,) = await join(database, "A1")
    line = await used(database, edition, one, "U1")
    telegram = await used(database, edition, one, "7001", "telegram")
    await change(database, edition, effect(telegram, AccountReleased(line.id)))
    assert (await fresh(database, "7001")).person_id == one
    assert (await fresh(database, "U1")).person_id is None
    assert await column(database, conversation.c.account_id) == [telegram.id]
    assert await column(database, file.c.account_id) == [telegram.id]
    assert await column(database, events.c.raw) == [b"", b"", b"{}", WORDS.encode()]
    assert sorted(filter(None, await column(database, dispatch.c.body))) == [WORDS]


async def test_what_is_written_after_the_release_is_read(database: Database, edition: Edition) -> None:
    """An event that waits belongs to whoever holds the chat now."""
    (one,) = await join(database, "A1")
    who = await used(database, edition, one, "U1")
    await arrive(database, text("later", "U1", key=9, raw=b"later"))
    await change(database, edition, effect(who, AccountReleased(who.id)))
    assert (await column(database, events.c.raw))[-1] == b"later"


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
async def test_nobody_releases_another_account(database: Database, edition: Edition, whose: str) -> None:
    """An account that is not the person's (any more) is a conflict, and nothing of it changes."""
    one, two = await join(database, "A1", "A2")
    mine = await bind(database, await chat(database, "U1"), one)
    other = await chat(database, "U2")
    if whose == "another's":
        await bind(database, other, two)
    before = await fresh(database, "U2")
    with pytest.raises(Conflict):
        await change(database, edition, effect(mine, AccountReleased(other.id)))
    assert await fresh(database, "U2") == before


async def test_erasing_goes_through_every_table(database: Database, edition: Edition) -> None:
    """No word of the person is left anywhere; what the law keeps is there, what another person has too."""
    one, two = await join(database, "A1", "A2")
    line = await used(database, edition, one, "U1")
    telegram = await used(database, edition, one, "7001", "telegram")
    await everything(database, edition, one, line)
    neighbour = await used(database, edition, two, "U2")
    await everything(database, edition, two, neighbour)
    await fill(database, closed_year, year=2025, closed_at=NOW, closed_by="cli", edition="115")
    frozen = {"needed": 180, "official": 60, "waiting": 60, "state": "missing"}
    await fill(database, closed_standing, year=2025, person_id=one, requirement="ai", part="ai", **frozen)
    await change(database, edition, effect(telegram, PersonErased(), at=NOW + MINUTE))

    def mine(rows: Any) -> Any:
        return [row for row in rows if row.person_id == one]

    async def rows(table: Table) -> Any:
        first = next(iter(table.columns))
        return (await database.read(lambda conn: conn.execute(select(table).order_by(first)))).all()

    assert [row.title for row in mine(await rows(hours))] == ["官方課程"]
    kept = mine(await rows(role_assignment))
    assert [(row.status, row.answers, row.note) for row in kept] == [
        ("confirmed", {}, ""),
        ("review", {}, ""),
    ]
    assert [row.name for row in mine(await rows(certificate))] == ["已登錄"]
    for table in (question, preference, account):
        assert mine(await rows(table)) == []
    assert len(mine(await rows(closed_standing))) == 1
    assert len(mine(await rows(consent))) == 2
    assert all(row.withdrawn_at == NOW + MINUTE for row in mine(await rows(consent)))
    now = {(row.year, row.waiting, row.official) for row in mine(await rows(standing))}
    assert {waiting for _, waiting, _ in now} == {0}
    assert {year for year, _, _ in now} == {2026}  # before the first edition nothing counts
    assert await count(database, person) == 2
    done = (await rows(audit))[-1]
    assert (done.action, done.person_id, done.account_id) == ("person_erased", one, telegram.id)
    assert done.detail == {
        "accounts": 2, "certificates": 2, "hours": 3, "preferences": 1, "questions": 2, "roles": 2,
    }  # fmt: skip
    # The neighbour has everything still: then, without them, not a word is left.
    assert len([row for row in await rows(hours) if row.person_id == two]) == 4
    assert await column(database, conversation.c.account_id) == [neighbour.id]
    await change(database, edition, effect(neighbour, PersonErased()))
    assert WORDS not in await dump(database)
    await purge(database, NOW + DAY)
    assert await count(database, account) == 0
    assert await count(database, events) == 0


@pytest.mark.parametrize("kind", [NOTICE, OFFICE])
async def test_what_others_were_told_goes_with_the_erased(
    database: Database, edition: Edition, kind: str
) -> None:
    """A question that waited to be shown to HR is not shown any more; of one that was, the words go."""
    one, two = await join(database, "A1", "H1")
    who = await used(database, edition, one, "U1")
    hr = await bind(database, await chat(database, "U2"), two)
    cause = await seq_of(database, "said-U1")
    notice: Any = {"kind": kind, "lane": 1, "cause": cause, "body": WORDS, "receipt": WORDS}
    await put(database, reply(hr, **notice))
    (sent,) = await take(database)
    await close(database, Verdict(sent.id, "accepted"))
    await put(database, reply(hr, **notice))
    await put(database, reply(hr, body="不相干"))
    await change(database, edition, effect(who, PersonErased()))
    assert WORDS not in await dump(database)
    assert [one.body for one in await take(database)] == ["不相干"]


async def test_erasing_twice_is_no_more(database: Database, edition: Edition) -> None:
    """The second one finds an account of nobody: a conflict, which the pipeline answers as a stranger's."""
    (one,) = await join(database, "A1")
    who = await used(database, edition, one, "U1")
    await change(database, edition, effect(who, PersonErased()))
    with pytest.raises(Conflict):
        await change(database, edition, effect(await fresh(database), PersonErased()))


async def test_who_was_erased_may_come_back(database: Database, edition: Edition) -> None:
    """A new code binds the same chat again, and the purge leaves it alone."""
    (one,) = await join(database, "A1")
    who = await used(database, edition, one, "U1")
    await change(database, edition, effect(who, PersonErased()))
    _, code = await give_code(database, "A1")
    back = await fresh(database)
    await change(database, edition, effect(back, ConsentGiven("115-11")))
    await change(database, edition, effect(back, AccountBound(code, one)))
    await purge(database, NOW + 2 * DAY)
    assert (await fresh(database)).person_id == one


async def test_a_lost_phone_keeps_nothing_of_its_owner(database: Database, edition: Edition) -> None:
    """A new code on a new phone lets the old one go: no dialogue, no copy to be fetched, not a word, and
    the consent that was given there is withdrawn."""
    (one,) = await join(database, "A1")
    old = await used(database, edition, one, "U1")
    await put(database, reply(old, body="frozen"))
    _, code = await give_code(database, "A1")
    new = await chat(database, "U9")
    await change(database, edition, effect(new, AccountBound(code, one), at=NOW + MINUTE))
    assert (await fresh(database, "U1")).person_id is None
    assert WORDS not in await dump(database)
    assert [await count(database, t) for t in (conversation, job, file)] == [0, 0, 0]
    assert await column(database, consent.c.withdrawn_at) == [NOW + MINUTE]
    assert await take(database) == []
    await purge(database, NOW + DAY + MINUTE)
    assert await column(database, account.c.user_id) == ["U9"]


async def test_one_copy_at_a_time_whichever_chat(database: Database, edition: Edition) -> None:
    """A second request while one waits is a conflict, from the other account too; a replay is no request."""
    (one,) = await join(database, "A1")
    line = await bind(database, await chat(database, "U1"), one)
    telegram = await bind(database, await chat(database, "7001", "telegram"), one)
    await change(database, edition, effect(line, CopyRequested(), cause=1))
    for again in (line, telegram):
        with pytest.raises(Conflict):
            await change(database, edition, effect(again, CopyRequested(), cause=2))
    assert await count(database, job) == 1


async def test_idle_drafts_finished_jobs_and_old_files_go(database: Database, edition: Edition) -> None:
    """A draft after thirty days without a word, a job and a file's row thirty days after their end."""
    (one,) = await join(database, "A1")
    who = await used(database, edition, one, "U1")
    month = timedelta(days=30)

    async def left(at: timedelta) -> list[int]:
        await purge(database, NOW + at)
        return [await count(database, t) for t in (conversation, job, file)]

    assert await left(month - MINUTE) == [1, 1, 1]
    assert await column(database, file.c.content) == [None]
    assert await left(month) == [0, 0, 1]
    assert await left(month + DAY) == [0, 0, 0]
    assert (await fresh(database)).person_id == who.person_id


async def test_an_erasure_reads_no_message_of_others(database: Database, edition: Edition) -> None:
    """Among 20 000 messages those of the person, and those told because of them, are found by indexes."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await crowd(database, "account", id="n", platform="'line'", user_id="'U' || n", created_at="0")
    sent = {"platform": "'line'", "method": "'reply'", "lane": "0", "state": "'accepted'", "created_at": "0"}
    await crowd(database, "dispatch", id="n", account_id="n", body="'{}'", **sent)
    told = {"account_id": "n", "ordinal": "0", "kind": "'notice'", "created_at": "0"}
    await crowd(database, "outbox", id="n", dispatch_id="n", cause="n", **told)
    await change(database, edition, effect(owner, ConsentGiven("1"), cause=300))
    gone = [effect(owner, PersonErased(), cause=400)]
    whole = await read_whole(database, lambda conn: apply(conn, Editions(edition), gone, NOW))
    assert whole.isdisjoint({"dispatch", "sent", "outbox"})
