"""The TOML files of an edition and the agency's overlay, laid over each other item by item."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from guideline.problems import EditionError, Problem
from guideline.table import Table

ITEMS: Final = (
    "roles",
    "questions",
    "modules",
    "courses",
    "certificates",
    "requirements",
    "passages",
)
SINGLE: Final = ("edition", "role_rule", "coverage", "rhythm")
EDITIONS: Final = Path(__file__).parent / "editions"

Note = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Item:
    """One table with the file it comes from."""

    file: str
    data: dict[str, object]


@dataclass
class Sources:
    """All tables of an edition: single ones by name, items by kind and id, in the order of the files."""

    single: dict[str, Item] = field(default_factory=dict)
    items: dict[str, dict[str, Item]] = field(default_factory=lambda: {kind: {} for kind in ITEMS})

    def table(self, name: str, note: Note) -> Table:
        item = self.single[name]
        return Table(item.file, name, item.data, note)

    def tables(self, kind: str, note: Note) -> list[Table]:
        return [
            Table(item.file, f"{kind}[{ident}]", item.data, note) for ident, item in self.items[kind].items()
        ]


def gather(folder: Path, overlay: Path | None) -> Sources:
    """Reads every .toml of the folder and lays the overlay over it. Raises EditionError with everything
    that is wrong with the files' outer shape."""
    problems: list[Problem] = []
    sources = Sources()
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not files:
        raise EditionError((Problem(f"editions/{folder.name}", "", "找不到這個版本"),))
    for file in files:
        _lay(sources, file.name, _parse(file, problems.append), problems.append)
    missing = (name for name in SINGLE if name not in sources.single)
    problems.extend(Problem(f"editions/{folder.name}", name, "缺少這個表格") for name in missing)
    if overlay is not None:
        _overlay(sources, overlay.name, _parse(overlay, problems.append), problems.append)
    if problems:
        raise EditionError(tuple(problems))
    return sources


def _parse(file: Path, note: Note) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        note(Problem(file.name, "", f"無法讀取（{error.strerror}）"))
    except UnicodeDecodeError:
        note(Problem(file.name, "", "須以 UTF-8 儲存"))
    except tomllib.TOMLDecodeError as error:
        note(Problem(file.name, "", f"TOML 格式有誤（{error}）"))
    return {}


def _lay(sources: Sources, file: str, content: dict[str, object], note: Note) -> None:
    for name, value in content.items():
        if name in SINGLE and isinstance(value, dict):
            if name in sources.single:
                note(Problem(file, name, f"{sources.single[name].file} 已有這個表格"))
            else:
                sources.single[name] = Item(file, value)
        elif name in ITEMS:
            for ident, item in _items(file, name, value, note):
                if ident in sources.items[name]:
                    note(Problem(file, f"{name}[{ident}]", "代號重複"))
                else:
                    sources.items[name][ident] = Item(file, item)
        else:
            note(Problem(file, name, "不認得的表格"))


def _overlay(sources: Sources, file: str, content: dict[str, object], note: Note) -> None:
    """A known id: the keys stated here replace those of the edition. A new id: a whole item, the agency's
    own unless it says otherwise. `[remove]` takes items away."""
    removed = content.pop("remove", {})
    for name, value in content.items():
        if name in SINGLE and isinstance(value, dict):
            known = sources.single.get(name)
            sources.single[name] = Item(file, {**(known.data if known else {}), **value})
        elif name in ITEMS:
            seen: set[str] = set()
            for ident, data in _items(file, name, value, note):
                if ident in seen:
                    note(Problem(file, f"{name}[{ident}]", "代號重複"))
                seen.add(ident)
                known = sources.items[name].get(ident)
                own: dict[str, object] = {} if name == "passages" else {"source": "agency"}
                sources.items[name][ident] = Item(file, {**(known.data if known else own), **data})
        else:
            note(Problem(file, name, "不認得的表格"))
    _remove(sources, file, removed, note)


def _remove(sources: Sources, file: str, removed: object, note: Note) -> None:
    if not isinstance(removed, dict):
        note(Problem(file, "remove", "須為表格"))
        return
    for kind, idents in removed.items():
        if kind not in ITEMS:
            note(Problem(file, f"remove.{kind}", "不認得的鍵"))
        elif not isinstance(idents, list):
            note(Problem(file, f"remove.{kind}", "須為代號的清單"))
        else:
            for ident in idents:
                if sources.items[kind].pop(str(ident), None) is None:
                    note(Problem(file, f"remove.{kind}", f"沒有「{ident}」"))


def _items(file: str, kind: str, value: object, note: Note) -> list[tuple[str, dict[str, object]]]:
    """(id, table) of each; a passage's id is its Q-number."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        note(Problem(file, kind, f"須寫成 [[{kind}]]"))
        return []
    key = "q" if kind == "passages" else "id"
    found = []
    for place, item in enumerate(value, start=1):
        ident = item.get(key)
        if isinstance(ident, str) and ident:
            found.append((ident, item))
        else:
            note(Problem(file, f"{kind}[{place}].{key}", "缺少代號，或不是文字"))
    return found
