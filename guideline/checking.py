"""Checks an edition as a whole: references, numbers in order, cycles, results nobody can reach."""

from collections import Counter
from collections.abc import Iterable, Mapping

from guideline.course_names import name_key, names_of
from guideline.edition import Certificate, Cite, Edition
from guideline.problems import Problem
from guideline.reach import reachable, tracks
from guideline.sources import Item, Note, Sources


class _Check:
    """Notes a problem under the file that states the key."""

    def __init__(self, edition: Edition, sources: Sources, note: Note) -> None:
        self.edition = edition
        self._sources = sources
        self._note = note

    def problem(self, kind: str, ident: str, key: str, reason: str) -> None:
        item = self._sources.items[kind][ident]
        self._put(item, f"{kind}[{ident}]", key, reason)

    def single(self, name: str, key: str, reason: str) -> None:
        self._put(self._sources.single[name], name, key, reason)

    def _put(self, item: Item, place: str, key: str, reason: str) -> None:
        self._note(Problem(item.file, f"{place}.{key}", reason))

    def roles(self, kind: str, ident: str, key: str, roles: Iterable[str]) -> None:
        for role in roles:
            if role not in self.edition.roles:
                self.problem(kind, ident, key, f"沒有「{role}」這個類別")

    def cite(self, kind: str, ident: str, cite: Cite | None, prefix: str = "") -> None:
        if cite is not None and self._unknown(cite):
            self.problem(kind, ident, f"{prefix}source", f"問答集沒有 {cite.kind}")

    def single_cite(self, name: str, cite: Cite, prefix: str = "") -> None:
        if self._unknown(cite):
            self.single(name, f"{prefix}source", f"問答集沒有 {cite.kind}")

    def _unknown(self, cite: Cite) -> bool:
        return cite.kind.startswith("Q") and cite.kind not in self.edition.passages


def check(edition: Edition, sources: Sources, note: Note) -> None:
    """Notes everything that makes the edition unusable. Its shape has been checked before."""
    the = _Check(edition, sources, note)
    _dates(the)
    _cites(the)
    _questions(the)
    _modules(the)
    _courses(the)
    _certificates(the)
    _requirements(the)


def check_results(edition: Edition, sources: Sources, note: Note) -> None:
    """Each role, no role and each track must be the result of some set of answers (searched)."""
    the = _Check(edition, sources, note)
    results = reachable(edition)
    for role in edition.roles.values():
        if (role.id,) not in results:
            the.problem("roles", role.id, "id", f"沒有任何作答會得到「{role.name}」")
    if () not in results:
        the.single("role_rule", "everyday_score", "沒有任何作答會得到「暫以打底為主」")
    if "specialist" not in tracks(edition):
        last = tuple(edition.questions)[-1]
        the.problem("questions", last, "options", "沒有任何選項會得到「專屬分流」（track）")


def _dates(the: _Check) -> None:
    if the.edition.effective_on.year != the.edition.year:
        the.single("edition", "effective_on", f"須在版本所屬的 {the.edition.year} 年")


def _cites(the: _Check) -> None:
    edition = the.edition
    the.single_cite("edition", edition.lag_cite, "lag_")
    rule = edition.role_rule
    the.single_cite("role_rule", rule.cite)
    the.single_cite("role_rule", rule.foundation_cite, "foundation_")
    the.single_cite("role_rule", rule.rule_cite, "rule_")
    for kind, cites in (
        ("roles", {role.id: role.cite for role in edition.roles.values()}),
        ("questions", {question.id: question.cite for question in edition.questions.values()}),
        ("modules", {module.id: module.cite for module in edition.modules.values()}),
        ("courses", {course.id: course.cite for course in edition.courses.values()}),
        ("certificates", {item.id: item.cite for item in edition.certificates.values()}),
        ("requirements", {item.id: item.cite for item in edition.requirements.values()}),
    ):
        for ident, cite in cites.items():
            the.cite(kind, ident, cite)
    for item in edition.certificates.values():
        the.cite("certificates", item.id, item.until_cite, "until_")


def _numbered(the: _Check, kind: str, numbers: dict[str, int]) -> None:
    seen = Counter(numbers.values())
    for ident, number in numbers.items():
        if seen[number] > 1:
            the.problem(kind, ident, "number", f"題號或編號 {number} 重複")
        elif number > len(numbers):
            the.problem(kind, ident, "number", f"編號不連續，共 {len(numbers)} 項，現為 {number}")


def _questions(the: _Check) -> None:
    questions = the.edition.questions
    _numbered(the, "questions", {question.id: question.number for question in questions.values()})
    for question in questions.values():
        for option in question.options:
            at = f"options[{option.id}]"
            the.roles("questions", question.id, f"{at}.weights", option.weights)
            the.roles("questions", question.id, f"{at}.opens", (option.opens,) if option.opens else ())
    if the.edition.role_rule.everyday not in the.edition.roles:
        the.single("role_rule", "everyday", f"沒有「{the.edition.role_rule.everyday}」這個類別")


def _modules(the: _Check) -> None:
    modules = the.edition.modules
    _numbered(the, "modules", {module.id: module.number for module in modules.values()})
    for module in modules.values():
        for level, roles in module.levels.items():
            the.roles("modules", module.id, f"levels.{level}", roles)


def _courses(the: _Check) -> None:
    owner: dict[str, str] = {}
    for course in the.edition.courses.values():
        if course.module not in the.edition.modules:
            the.problem("courses", course.id, "module", f"沒有「{course.module}」這個模組")
        for name in names_of(course):
            other = owner.setdefault(name_key(name), course.id)
            if other != course.id:
                key = "name" if name == course.name else "aliases"
                the.problem("courses", course.id, key, f"「{name}」與 courses[{other}] 同名，無法分辨")


def _certificates(the: _Check) -> None:
    certificates = the.edition.certificates
    for item in certificates.values():
        the.roles("certificates", item.id, "roles", item.roles)
        if item.successor is not None and item.successor not in certificates:
            the.problem("certificates", item.id, "successor", f"沒有「{item.successor}」這張證照")
        elif _comes_back(item, certificates):
            the.problem("certificates", item.id, "successor", "後繼證照繞回自己")


def _comes_back(item: Certificate, certificates: Mapping[str, Certificate]) -> bool:
    seen: set[str] = set()
    successor = item.successor
    while successor is not None and successor in certificates and successor not in seen:
        if successor == item.id:
            return True
        seen.add(successor)
        successor = certificates[successor].successor
    return False


def _requirements(the: _Check) -> None:
    owner: dict[str, str] = {}
    for requirement in the.edition.requirements.values():
        for part in requirement.parts:
            other = owner.setdefault(part.id, requirement.id)
            if other != requirement.id:
                the.problem(
                    "requirements", requirement.id, "parts", f"「{part.id}」已用於 requirements[{other}]"
                )
        if len({part.id for part in requirement.parts}) < len(requirement.parts):
            the.problem("requirements", requirement.id, "parts", "項目代號重複")
