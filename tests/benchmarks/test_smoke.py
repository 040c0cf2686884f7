"""Every benchmark runs to its end in its tiniest form. Of the figures nothing is asked; the peers, whose
environment only `make bench` makes, run there."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks import batching, dialogue, planning, startup
from benchmarks.candidates import OURS
from benchmarks.peers.agency import Report, make, parse
from benchmarks.people import some
from benchmarks.rounds import Plan, hours_in, saturated


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(
        tmp_path,
        peers=tmp_path / "nowhere",
        people=24,
        small=24,
        rounds=1,
        dialogues=6,
        warming=2,
        settling=0.0,
        seconds=0.05,
        only=("line",),
    )


async def test_the_dialogue_is_measured(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    await dialogue.main(plan)
    said = capsys.readouterr().out
    assert "line, 24 people, talentbot: " in said
    assert "line, 200 events a second, 24 people: p50 " in said
    assert "line: no peers" in said


async def test_the_dialogue_on_telegram_ends_with_a_receipt(plan: Plan) -> None:
    measured = await saturated(plan, "telegram", OURS, plan.people, seed=1)
    assert measured.rate > 0


async def test_the_start_and_the_memory_are_measured(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    await startup.main(plan)
    said = capsys.readouterr().out
    assert "start to /healthz, 24 people: " in said
    assert "idle memory: " in said


async def test_batches_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batching, "CHATS", 8)
    monkeypatch.setattr(batching, "ROUNDS", 1)
    await batching.main()
    assert "batches of 64: " in capsys.readouterr().out


async def test_planning_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(planning, "WARMING", 0.1)
    monkeypatch.setattr(planning, "QUIET", 0.6)
    await planning.main(people=60, rounds=1)
    said = capsys.readouterr().out
    assert "planning 60 people: " in said
    assert "(0 different)" in said


def test_the_peers_have_the_same_agency_and_read_the_words(tmp_path: Path) -> None:
    make(tmp_path / "peers.db", 24)
    assert hours_in(tmp_path / "peers.db") > 0
    assert set(some(24, 24, 0)) == set(range(1, 25))
    assert parse("昨天 AI簡報設計 兩個半小時", date(2026, 3, 1)) == Report(
        date(2026, 2, 28), 150, "AI簡報設計"
    )
    assert parse("您好", date(2026, 3, 1)) is None
