"""證照: reported and withdrawn by the person; entered in WebHR 表51, and opened, by HR (hr-year 19)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import (
    CertificateOpened,
    CertificateRegistered,
    CertificateReported,
    CertificateReturned,
    CertificateWithdrawn,
)
from storage import settings
from storage.effects import Asked
from storage.errors import Conflict
from storage.officers import of_hr
from storage.schema import certificate


async def reported(conn: AsyncConnection, asked: Sequence[Asked[CertificateReported]]) -> None:
    """Two statements for all. Raises `Conflict` where one with this key is there already."""
    if not asked:
        return
    keys = [(one.person_id, one.change.key) for one in asked if one.change.key]
    kept = await conn.execute(
        select(certificate.c.person_id, certificate.c.key).where(
            certificate.c.person_id.in_({number for number, _ in keys}),
            certificate.c.key.in_({key for _, key in keys}),
        )
    )
    if len(set(keys)) < len(keys) or {(row.person_id, row.key) for row in kept} & set(keys):
        raise Conflict("a certificate was reported already")
    await conn.execute(
        insert(certificate),
        [
            {
                "person_id": one.person_id,
                "certificate_id": one.change.certificate_id,
                "name": one.change.name,
                "obtained_on": one.change.obtained_on,
                "reported_at": one.at,
                "key": one.change.key,
            }
            for one in asked
        ],
    )


async def withdrawn(conn: AsyncConnection, asked: Sequence[Asked[CertificateWithdrawn]]) -> None:
    """The entry stays, marked. Raises `Conflict` unless it is the person's and waits for 表51."""
    for one in asked:
        await _waiting(conn, one.change.entry_id, one.person_id, withdrawn_at=one.at)


async def registered(conn: AsyncConnection, asked: Sequence[Asked[CertificateRegistered]]) -> None:
    """Raises `Conflict` unless the entry is this holder's and waits for 表51, and the actor is of HR."""
    for one in asked:
        await of_hr(conn, one)
        entry, holder = one.change.entry_id, one.change.person_id
        await _waiting(conn, entry, holder, registered_at=one.at, registered_by=one.effect.actor)


async def returned(conn: AsyncConnection, asked: Sequence[Asked[CertificateReturned]]) -> None:
    """Raises `Conflict` unless the entry is this holder's, waits for 表51 and was not given back before, and
    the actor is of HR."""
    for one in asked:
        await of_hr(conn, one)
        entry, holder = one.change.entry_id, one.change.person_id
        await _waiting(conn, entry, holder, certificate.c.returned_at.is_(None), returned_at=one.at)


async def opened(conn: AsyncConnection, asked: Sequence[Asked[CertificateOpened]]) -> None:
    """Raises `Conflict` unless the certificate is otherwise now and the actor is of HR."""
    for one in asked:
        await of_hr(conn, one)
        ids = await settings.opened_for_update(conn, one.at, one.effect.actor)
        if (one.change.certificate_id in ids) is one.change.open:
            raise Conflict(f"certificate {one.change.certificate_id} is so already")
        changed = ids ^ {one.change.certificate_id}
        await settings.keep(conn, settings.OPENED, sorted(changed), one.at, one.effect.actor)


async def _waiting(conn: AsyncConnection, entry: int, holder: int, *also: Any, **values: Any) -> None:
    changed = await conn.execute(
        update(certificate)
        .where(
            certificate.c.id == entry,
            certificate.c.person_id == holder,
            certificate.c.registered_at.is_(None),
            certificate.c.withdrawn_at.is_(None),
            *also,
        )
        .values(**values)
    )
    if changed.rowcount != 1:
        raise Conflict(f"certificate entry {entry} does not wait any more")
