"""Certificates: reported and withdrawn by their holder, entered in 表51 and opened by HR alone."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from guideline.changes import (
    CertificateOpened,
    CertificateRegistered,
    CertificateReported,
    CertificateReturned,
    CertificateWithdrawn,
)
from guideline.edition import Edition
from guideline.records import Access, Account, CertificateEntry, Need, Snapshot
from storage.database import Database
from storage.errors import Conflict
from storage.people import RosterRow, by_number, import_roster
from storage.schema import audit, certificate, person
from storage.snapshots import Wanted, load
from tests.storage.agency import NOW, TODAY, bind, change, chat, column, count, effect, join

IPAS = CertificateReported(
    "ipas-planner", "經濟部 iPAS 中級 AI應用規劃師能力鑑定", date(2025, 6, 1), key="1a"
)
OWN = CertificateReported(None, "某\ud800證照", date(1999, 1, 2), key="1b")
LATER = NOW + timedelta(hours=1)
NEEDED = frozenset({Need.CERTIFICATES, Need.OFFICE, Need.FOR_FORM_51})


async def see(database: Database, owner: Account) -> Snapshot:
    wanted = [Wanted(owner, TODAY, None, needs=lambda _: NEEDED)]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    return snapshot


async def holder(database: Database) -> Account:
    (number,) = await join(database, "A1")
    return await bind(database, await chat(database), number)


async def hr(database: Database, employee_no: str = "A9", user_id: str = "U9") -> Account:
    row = RosterRow(employee_no, "人事同仁", "人事處", access=Access.HR)
    await database.write(lambda conn: import_roster(conn, [row], NOW))
    (found,) = await database.read(lambda conn: by_number(conn, [employee_no]))
    return await bind(database, await chat(database, user_id), found.id)


async def test_a_report_waits_for_hr_and_is_seen_by_both(database: Database, edition: Edition) -> None:
    """The holder and HR see the same entry; the audit names the certificate's id and no words."""
    owner, office = await holder(database), await hr(database)
    await change(database, edition, effect(owner, IPAS), effect(owner, OWN))
    first, second = (await see(database, owner)).certificates
    assert first == CertificateEntry(1, IPAS.certificate_id, IPAS.name, IPAS.obtained_on, NOW, key="1a")
    assert (second.certificate_id, second.name) == (None, "某\ufffd證照")
    seen = (await see(database, office)).office
    assert seen is not None
    assert [(who.id, held) for who, held in seen.certificates] == [
        (owner.person_id, first),
        (owner.person_id, second),
    ]
    assert (await see(database, owner)).office is None
    assert await column(database, audit.c.detail) == [
        {},
        {},
        {"certificate": "ipas-planner"},
        {"certificate": None},
    ]


async def test_the_same_report_twice_is_one(database: Database, edition: Edition) -> None:
    """Its key is that of the event that confirmed it."""
    owner = await holder(database)
    await change(database, edition, effect(owner, IPAS))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, IPAS))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, OWN), effect(owner, OWN))
    assert await count(database, certificate) == 1
    await change(database, edition, effect(owner, replace(IPAS, key="2a")))
    assert await count(database, certificate) == 2


async def test_only_ones_own_that_waits_is_withdrawn(database: Database, edition: Edition) -> None:
    """Not another person's, not twice, not after 表51; the row stays, marked."""
    owner, office = await holder(database), await hr(database)
    await change(database, edition, effect(owner, IPAS), effect(owner, OWN))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, CertificateWithdrawn(1)))
    await change(database, edition, effect(owner, CertificateWithdrawn(1)), at=LATER)
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, CertificateWithdrawn(1)))
    await change(database, edition, effect(office, CertificateRegistered(2, owner.person_id or 0)))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, CertificateWithdrawn(2)))
    assert [(one.id, one.number) for one in (await see(database, owner)).certificates] == [(2, 2)]
    assert await count(database, certificate) == 2


async def test_hr_registers_once(database: Database, edition: Edition) -> None:
    """The first of two wins; time and actor are kept; the audit row is the holder's."""
    owner, first, second = await holder(database), await hr(database), await hr(database, "A8", "U8")
    await change(database, edition, effect(owner, IPAS))
    tick = CertificateRegistered(1, owner.person_id or 0)
    await change(database, edition, effect(first, tick, LATER))
    with pytest.raises(Conflict):
        await change(database, edition, effect(second, tick, LATER))
    assert await column(database, certificate.c.registered_at) == [LATER]
    assert await column(database, certificate.c.registered_by) == [f"account:{first.id}"]
    (seen,) = (await see(database, owner)).certificates
    assert seen.registered_at == LATER
    waiting = (await see(database, second)).office
    assert waiting is not None
    assert (waiting.certificates, waiting.certificates_waiting) == ((), 0)
    rows = select(audit.c.person_id, audit.c.actor, audit.c.detail).where(
        audit.c.action == "certificate_registered"
    )
    found = (await database.read(lambda conn: conn.execute(rows))).all()
    assert [tuple(row) for row in found] == [(owner.person_id, f"account:{first.id}", {"entry": 1})]


@pytest.mark.parametrize(
    "tick",
    [CertificateRegistered(1, 1), CertificateReturned(1, 1), CertificateOpened("public-core", open=True)],
)
async def test_nobody_else_does_what_is_hrs(database: Database, edition: Edition, tick: Any) -> None:
    """A colleague's tick raises and changes nothing, whatever button they found."""
    owner = await holder(database)
    await change(database, edition, effect(owner, IPAS))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, tick))
    assert await column(database, certificate.c.registered_at) == [None]
    assert (await see(database, owner)).opened == frozenset()


@pytest.mark.parametrize(
    "tick",
    [CertificateRegistered(1, 1), CertificateReturned(1, 1), CertificateOpened("public-core", open=True)],
)
async def test_an_officer_who_has_left_does_neither(database: Database, edition: Edition, tick: Any) -> None:
    """The last day of service still counts; from the day after on it raises and changes nothing."""
    owner, office = await holder(database), await hr(database)
    await change(database, edition, effect(owner, IPAS))
    leaves = update(person).where(person.c.id == office.person_id)
    await database.write(lambda conn: conn.execute(leaves.values(left_on=TODAY - timedelta(days=1))))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, tick))
    await database.write(lambda conn: conn.execute(leaves.values(left_on=TODAY)))
    await change(database, edition, effect(office, tick))


async def test_all_that_wait_are_seen_and_those_given_back_come_last(
    database: Database, edition: Edition
) -> None:
    """Once only, and it still can be registered; the audit row is the holder's."""
    owner, office = await holder(database), await hr(database)
    many = [effect(owner, replace(OWN, key=f"k{number}")) for number in range(1, 13)]
    await change(database, edition, *many)
    number = owner.person_id or 0
    await change(database, edition, effect(office, CertificateReturned(3, number), LATER))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, CertificateReturned(3, number), LATER))
    waiting = (await see(database, office)).office
    assert waiting is not None
    assert [held.id for _, held in waiting.certificates] == [1, 2, *range(4, 13), 3]
    assert waiting.certificates[-1][1].returned_at == LATER
    assert waiting.certificates_waiting == 12
    rows = select(audit.c.person_id, audit.c.detail).where(audit.c.action == "certificate_returned")
    found = (await database.read(lambda conn: conn.execute(rows))).all()
    assert [tuple(row) for row in found] == [(number, {"entry": 3})]
    await change(database, edition, effect(office, CertificateRegistered(3, number)))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, CertificateReturned(3, number)))


async def test_an_entry_is_registered_for_its_holder_only(database: Database, edition: Edition) -> None:
    """Another person's id does not fit the entry."""
    owner, office = await holder(database), await hr(database)
    await change(database, edition, effect(owner, IPAS))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, CertificateRegistered(1, office.person_id or 0)))


async def test_hr_opens_and_takes_back(database: Database, edition: Edition) -> None:
    """What is opened reaches everybody who asks; the same twice raises; taken back it is gone."""
    owner, office = await holder(database), await hr(database)
    core, planning = (
        CertificateOpened("public-core", open=True),
        CertificateOpened("public-planning", open=True),
    )
    await change(database, edition, effect(office, core))
    await change(database, edition, effect(office, planning))
    assert (await see(database, owner)).opened == {"public-core", "public-planning"}
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, core))
    await change(database, edition, effect(office, replace(core, open=False)))
    with pytest.raises(Conflict):
        await change(database, edition, effect(office, replace(core, open=False)))
    assert (await see(database, owner)).opened == {"public-planning"}
    kept = await column(database, audit.c.detail)
    assert kept[-3:] == [
        {"certificate": "public-core", "open": True},
        {"certificate": "public-planning", "open": True},
        {"certificate": "public-core", "open": False},
    ]


async def test_two_of_hr_open_two_certificates_at_once(database: Database, edition: Edition) -> None:
    """Neither overwrites the other's, also where nothing was opened before."""
    offices = [await hr(database), await hr(database, "A8", "U8")]
    await asyncio.gather(
        *(
            change(database, edition, effect(office, CertificateOpened(name, open=True)))
            for office, name in zip(offices, ("public-core", "public-planning"), strict=True)
        )
    )
    assert (await see(database, offices[0])).opened == {"public-core", "public-planning"}
