"""Questions to HR in the database: who may ask, who may answer, what an officer sees."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from guideline.changes import Change, QuestionAnswered, QuestionAsked, QuestionsAccepted
from guideline.edition import Edition
from guideline.records import OPEN_QUESTIONS, Account, Need, Office, Platform, Snapshot
from storage.database import Database
from storage.errors import Conflict
from storage.schema import account, audit, person, question
from storage.snapshots import Wanted, load
from tests.storage.agency import DAY, MINUTE, NOW, TODAY, bind, change, chat, column, count, effect, join


async def two(database: Database) -> tuple[Account, Account]:
    """A colleague's chat and an officer's."""
    asker, officer = await join(database, "A1", "H1")
    await database.write(
        lambda conn: conn.execute(update(person).where(person.c.id == officer).values(access="人事"))
    )
    return await bind(database, await chat(database, "U1"), asker), await bind(
        database, await chat(database, "U2"), officer
    )


async def see(database: Database, owner: Account) -> Snapshot:
    """With all that an event may ask for."""
    wanted = [Wanted(owner, TODAY, None, needs=lambda _: frozenset(Need))]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    return snapshot


async def waiting(database: Database, officer: Account) -> Office:
    found = (await see(database, officer)).office
    assert found is not None
    return found


async def test_a_question_comes_to_hr_and_its_answer_back(database: Database, edition: Edition) -> None:
    """Asked, seen with who asked, answered, seen by the asker; the audit names ids and no words."""
    asker, officer = await two(database)
    await change(database, edition, effect(asker, QuestionAsked("資料有誤", "k1")))
    (open_one,) = (await waiting(database, officer)).questions
    assert (open_one.text, open_one.key, open_one.asked_at) == ("資料有誤", "k1", NOW)
    assert (open_one.person.id, open_one.person.unit) == (asker.person_id, "教育局/體育科")
    assert (await waiting(database, officer)).questions_open == 1
    answer = QuestionAnswered(open_one.id, open_one.person.id, "已更正")
    await change(database, edition, effect(officer, answer, at=NOW + MINUTE))
    assert (await waiting(database, officer)).questions == ()
    (mine,) = (await see(database, asker)).questions
    assert (mine.answer, mine.answered_at) == ("已更正", NOW + MINUTE)
    assert await column(database, question.c.answered_by) == [f"account:{officer.id}"]
    rows = await database.read(
        lambda conn: conn.execute(
            select(audit.c.action, audit.c.person_id, audit.c.actor, audit.c.detail)
            .where(audit.c.action.like("question%"))
            .order_by(audit.c.id)
        )
    )
    assert [tuple(row) for row in rows] == [
        ("question_asked", asker.person_id, f"account:{asker.id}", {}),
        ("question_answered", asker.person_id, f"account:{officer.id}", {"question": open_one.id}),
    ]


async def test_of_two_officers_the_first_answer_holds(database: Database, edition: Edition) -> None:
    """The second one's is refused, also in one batch, and changes nothing."""
    asker, officer = await two(database)
    await change(database, edition, effect(asker, QuestionAsked("何時", "k1")))
    (open_one,) = (await waiting(database, officer)).questions
    first = QuestionAnswered(open_one.id, open_one.person.id, "甲")
    second = replace(first, answer="乙")
    with pytest.raises(Conflict):
        await change(database, edition, effect(officer, first), effect(officer, second))
    assert await column(database, question.c.answer) == [""]
    await change(database, edition, effect(officer, first))
    with pytest.raises(Conflict):
        await change(database, edition, effect(officer, second))
    assert await column(database, question.c.answer) == ["甲"]


@pytest.mark.parametrize("wrong", ["question", "asker"])
async def test_an_answer_to_another_question_is_refused(
    database: Database, edition: Edition, wrong: str
) -> None:
    """An unknown question, or one of somebody else, is not answered."""
    asker, officer = await two(database)
    await change(database, edition, effect(asker, QuestionAsked("何時", "k1")))
    (open_one,) = (await waiting(database, officer)).questions
    unknown = QuestionAnswered(open_one.id + 7, open_one.person.id, "甲")
    foreign = QuestionAnswered(open_one.id, officer.person_id or 0, "甲")
    with pytest.raises(Conflict):
        await change(database, edition, effect(officer, unknown if wrong == "question" else foreign))
    assert await column(database, question.c.answered_at) == [None]


@pytest.mark.parametrize("access", ["同仁", "主管", "left"])
@pytest.mark.parametrize("what", [QuestionAnswered(1, 1, "甲"), QuestionsAccepted(accepting=False)])
async def test_only_hr_answers_and_switches(
    database: Database, edition: Edition, access: str, what: Change
) -> None:
    """Neither staff nor supervisors, nor an officer who has left; and they see nothing that waits."""
    asker, other = await two(database)
    await change(database, edition, effect(asker, QuestionAsked("何時", "k1")))
    values = {"left_on": TODAY - DAY} if access == "left" else {"access": access}
    await database.write(
        lambda conn: conn.execute(update(person).where(person.c.id == other.person_id).values(values))
    )
    with pytest.raises(Conflict):
        await change(database, edition, effect(other, what))
    assert (await see(database, other)).accepting
    assert await column(database, question.c.answered_at) == [None]
    if access != "left":
        assert (await see(database, other)).office is None


async def test_a_stranger_neither_asks_nor_answers(database: Database, edition: Edition) -> None:
    """A chat bound to nobody has no questions."""
    await two(database)
    nobody = await chat(database, "U9")
    for what in (
        QuestionAsked("何時", "k"),
        QuestionAnswered(1, 1, "甲"),
        QuestionsAccepted(accepting=False),
    ):
        with pytest.raises(Conflict):
            await change(database, edition, effect(nobody, what))
    assert await count(database, question) == 0


async def test_one_person_has_so_many_questions_open(database: Database, edition: Edition) -> None:
    """One more is refused until one is answered; others are not hindered."""
    asker, officer = await two(database)
    for number in range(OPEN_QUESTIONS):
        await change(database, edition, effect(asker, QuestionAsked(f"第 {number} 題", f"k{number}")))
    with pytest.raises(Conflict):
        await change(database, edition, effect(asker, QuestionAsked("再一題", "kx")))
    await change(database, edition, effect(officer, QuestionAsked("人事也有一題", "ky")))
    oldest = (await waiting(database, officer)).questions[0]
    assert oldest.text == "第 0 題"
    await change(database, edition, effect(officer, QuestionAnswered(oldest.id, oldest.person.id, "好")))
    await change(database, edition, effect(asker, QuestionAsked("再一題", "kx")))
    assert await count(database, question) == OPEN_QUESTIONS + 2


async def test_the_off_switch(database: Database, edition: Edition) -> None:
    """While HR takes no questions none is kept; everybody's snapshot knows it, and it can be turned back."""
    asker, officer = await two(database)
    await change(database, edition, effect(officer, QuestionsAccepted(accepting=False)))
    assert not (await see(database, asker)).accepting
    assert not (await waiting(database, officer)).accepting
    with pytest.raises(Conflict):
        await change(database, edition, effect(asker, QuestionAsked("何時", "k1")))
    await change(database, edition, effect(officer, QuestionsAccepted(accepting=True)))
    await change(database, edition, effect(asker, QuestionAsked("何時", "k1")))
    assert (await waiting(database, officer)).accepting


async def test_whether_hr_is_reached_in_the_chat(database: Database, edition: Edition) -> None:
    """Only while an officer who serves has a chat that is not blocked, on a platform that works."""
    asker, officer = await two(database)

    async def reached(*platforms: Platform) -> bool:
        wanted = [Wanted(asker, TODAY, None, needs=lambda _: frozenset({Need.QUESTIONS}))]
        (snapshot,) = await database.read(lambda conn: load(conn, wanted, platforms or ("line",)))
        return snapshot.hr_reached

    async def put(table: Table, number: int | None, **values: Any) -> None:
        kept = update(table).where(table.c.id == number).values(**values)
        await database.write(lambda conn: conn.execute(kept))

    assert await reached()
    assert not await reached("telegram")
    await put(account, officer.id, reachable=False)
    assert not await reached()
    await put(account, officer.id, reachable=True)
    await put(person, officer.person_id, left_on=TODAY - DAY)
    assert not await reached()
    await put(person, officer.person_id, left_on=None)
    await put(account, officer.id, person_id=None)
    assert not await reached()


async def test_every_question_that_waits_is_among_those_an_officer_sees(
    database: Database, edition: Edition
) -> None:
    """The button of a new question finds it however many older ones wait."""
    asker, officer = await two(database)
    rows = [
        {"person_id": asker.person_id, "text": "何時", "asked_at": NOW, "key": f"k{number}"}
        for number in range(120)
    ]
    await database.write(lambda conn: conn.execute(question.insert(), rows))
    office = await waiting(database, officer)
    assert [one.key for one in office.questions] == [f"k{number}" for number in range(120)]
    assert office.questions_open == 120


async def test_an_event_that_lists_nothing_is_told_how_much_waits(
    database: Database, edition: Edition
) -> None:
    """人事 says how many questions there are, and since when: the oldest is enough for that."""
    asker, officer = await two(database)
    rows = [
        {"person_id": asker.person_id, "text": "何時", "asked_at": NOW + number * MINUTE}
        for number in range(9)
    ]
    await database.write(lambda conn: conn.execute(question.insert(), rows))
    wanted = [Wanted(officer, TODAY, None, needs=lambda _: frozenset({Need.OFFICE}))]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    assert snapshot.office is not None
    assert snapshot.office.questions_open == 9
    assert [one.asked_at for one in snapshot.office.questions] == [NOW]
