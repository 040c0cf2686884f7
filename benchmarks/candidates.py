"""Who is measured: the bot, and its peers where their environment is there."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.load import Platform
from benchmarks.people import seeded
from benchmarks.process import ROOT

PEERS: Final = ROOT / ".venv" / "peers"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`arguments(database, platforms, port)` go to its Python, that of the environment `venv` (None: this
    one's); `wanted` is how many times its throughput the issue wants of ours."""

    name: str
    arguments: Callable[[Path, str, int], list[str]]
    wanted: float = 1.0
    venv: Path | None = None

    def template(self, folder: Path, people: int) -> Path:
        """The file of an agency of that size, of which every round gets a copy."""
        if self.venv is None:
            return seeded(folder / f"people-{people}.db", "benchmarks.people", people)
        return seeded(folder / f"peers-{people}.db", "benchmarks.peers.agency", people)

    def command(self, python: Path, database: Path, platforms: str, port: int) -> list[str]:
        own = self.venv / "bin" / "python" if self.venv and python == Path(sys.executable) else python
        return [str(own), *self.arguments(database, platforms, port)]

    def environment(self, python: Path, database: Path, platforms: str, port: int) -> dict[str, str]:
        """With any other interpreter than this one, which must be of the same version, the packages of the
        environment are lent to it."""
        paths = [str(ROOT)]
        if python != Path(sys.executable):
            lent = self.venv.glob("lib/python*/site-packages") if self.venv else _own_packages()
            paths += [str(path) for path in lent]
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "PEER_DATABASE": str(database),
            "PEER_PLATFORMS": platforms,
            "PEER_PORT": str(port),
        }


def _own_packages() -> list[Path]:
    return [Path(path) for path in sys.path if path.endswith("site-packages")]


OURS: Final = Candidate(
    "talentbot",
    lambda database, platforms, port: ["-m", "benchmarks.ours", str(database), platforms, str(port)],
)


def peers_of(platform: Platform, venv: Path) -> Sequence[Candidate]:
    """None where the environment is not there."""
    if not (venv / "bin" / "python").exists():
        return ()
    if platform == "line":
        return (
            Candidate(
                "FastAPI, line-bot-sdk, SQLAlchemy asyncio",
                lambda _, __, port: [
                    *("-m", "uvicorn", "--port", str(port), "--no-access-log"),
                    "benchmarks.peers.line_fastapi:app",
                ],
                wanted=10,
                venv=venv,
            ),
            Candidate(
                "Flask, line-bot-sdk, gunicorn",
                lambda _, __, port: [
                    *("-m", "gunicorn", "--workers", "1", "--threads", "8", "--bind", f"127.0.0.1:{port}"),
                    "benchmarks.peers.line_flask:app",
                ],
                wanted=5,
                venv=venv,
            ),
        )
    return (
        Candidate(
            "python-telegram-bot, ConversationHandler, PicklePersistence",
            lambda _, __, ___: ["-m", "benchmarks.peers.telegram_ptb"],
            wanted=5,
            venv=venv,
        ),
        Candidate(
            "aiogram, SQLite FSM store",
            lambda _, __, ___: ["-m", "benchmarks.peers.telegram_aiogram"],
            wanted=3,
            venv=venv,
        ),
    )
