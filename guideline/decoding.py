"""Turns the tables of an edition into its values; shapes only, references are checked afterwards."""

from types import MappingProxyType
from typing import Final

from guideline.edition import (
    LEVELS,
    Beat,
    Certificate,
    Course,
    Coverage,
    Edition,
    Module,
    Option,
    Part,
    Passage,
    Question,
    Requirement,
    Rhythm,
    Role,
    RoleRule,
)
from guideline.sources import Note, Sources
from guideline.table import Table

KINDS: Final = ("basic", "advanced", "undecided")
COUNTED: Final = (*KINDS, "other")
LONGEST_TOPIC: Final = 16  # characters: a button holds 20, with its Q


def decode(sources: Sources, note: Note) -> Edition:
    """The edition of these tables. Every problem is noted; where there are any the value is not to be
    used."""
    about = sources.table("edition", note)
    edition = Edition(
        id=about.matching("id", r"\d{3}(-\d{2})?", "民國年或年月，例如 115 或 115-06"),
        title=about.text("title"),
        published=about.text("published"),
        effective_on=about.day("effective_on"),
        roles=MappingProxyType({t.ident(): _role(t) for t in sources.tables("roles", note)}),
        role_rule=_role_rule(sources.table("role_rule", note)),
        questions=MappingProxyType({t.ident(): _question(t) for t in sources.tables("questions", note)}),
        modules=MappingProxyType({t.ident(): _module(t) for t in sources.tables("modules", note)}),
        courses=MappingProxyType({t.ident(): _course(t) for t in sources.tables("courses", note)}),
        certificates=MappingProxyType(
            {t.ident(): _certificate(t) for t in sources.tables("certificates", note)}
        ),
        requirements=MappingProxyType(
            {t.ident(): _requirement(t) for t in sources.tables("requirements", note)}
        ),
        passages=MappingProxyType({t.text("q"): _passage(t) for t in sources.tables("passages", note)}),
        learning_map=about.address("learning_map"),
        provider_lag_days=about.whole("provider_lag_days", 0),
        lag_cite=about.cite("lag_"),
        coverage=_coverage(sources.table("coverage", note)),
        rhythm=_rhythm(sources.table("rhythm", note)),
        cutoff=about.month_day("cutoff"),
    )
    about.close()
    return edition


def _role_rule(table: Table) -> RoleRule:
    rule = RoleRule(
        everyday=table.text("everyday"),
        everyday_score=table.whole("everyday_score", 1),
        cite=table.cite(),
        foundation_cite=table.cite("foundation_"),
        rule_cite=table.cite("rule_"),
    )
    table.close()
    return rule


def _coverage(table: Table) -> Coverage:
    coverage = Coverage(table.words("counted"), table.words("exempt", ()), table.cite())
    for category in set(coverage.counted) & set(coverage.exempt):
        table.problem("exempt", f"「{category}」不能同時列計又不列計")
    table.close()
    return coverage


def _rhythm(table: Table) -> Rhythm:
    beats = []
    for inner in table.tables("beats"):
        beats.append(Beat(inner.whole("month", 1), tuple(inner.wholes("weeks", 1))))
        if beats[-1].month > 12 or any(week > 5 for week in beats[-1].weeks):
            inner.problem("month", "月份須為 1 至 12，週次須為 1 至 5")
        inner.close()
    rhythm = Rhythm(
        weekday=table.whole("weekday", 1),
        beats=tuple(beats),
        last_workdays=table.whole("last_workdays", 0),
        cite=table.cite(),
    )
    if rhythm.weekday > 5:
        table.problem("weekday", "須為 1（週一）至 5（週五）")
    if rhythm.last_workdays > 10:
        table.problem("last_workdays", "最多 10 個工作天")
    table.close()
    return rhythm


def _role(table: Table) -> Role:
    role = Role(
        id=table.ident(),
        name=table.text("name"),
        gist=table.text("gist"),
        duty=table.text("duty"),
        cite=table.cite(),
        hr_decides=table.flag("hr_decides"),
    )
    table.close()
    return role


def _question(table: Table) -> Question:
    multiple = table.flag("multiple")
    options = tuple(_option(inner, multiple) for inner in table.tables("options"))
    question = Question(
        id=table.ident(),
        number=table.whole("number", 1),
        text=table.text("text"),
        multiple=multiple,
        options=options,
        cap=table.optional_whole("cap", 1),
        cite=table.cite(),
        reason=table.text("reason", ""),
    )
    if len(options) == 1:
        table.problem("options", "至少要有兩個選項")
    if len({option.id for option in options}) < len(options):
        table.problem("options", "選項代號重複")
    if multiple and question.reason.count("{}") != 1:
        table.problem("reason", "複選題須有一句理由，並以 {} 標示選項的位置")
    if multiple and question.reason.replace("{}", "").count("{") + question.reason.count("}") > 1:
        table.problem("reason", "除 {} 外不可有大括號")
    if not multiple and question.reason:
        table.problem("reason", "單選題的理由寫在選項裡")
    table.close()
    return question


def _option(table: Table, multiple: bool) -> Option:
    option = Option(
        id=table.ident(),
        text=table.text("text"),
        weights=MappingProxyType(table.numbers("weights")),
        opens=table.text("opens") if table.has("opens") else None,
        track=table.optional_one_of("track", ("foundation", "specialist")),
        reason=table.text("reason", ""),
        exclusive=table.flag("exclusive"),
    )
    if option.exclusive and not multiple:
        table.problem("exclusive", "只有複選題才用得到")
    table.close()
    return option


def _module(table: Table) -> Module:
    levels = table.table("levels")
    for level in levels.keys():  # noqa: SIM118 - not a mapping
        if level not in LEVELS:
            table.problem("levels", f"「{level}」須為 {'、'.join(LEVELS)} 之一")
    module = Module(
        id=table.ident(),
        number=table.whole("number", 1),
        name=table.text("name"),
        levels=MappingProxyType({level: levels.words(level) for level in LEVELS if levels.has(level)}),
        cite=table.cite(),
        general=table.flag("general"),
    )
    table.close()
    return module


def _course(table: Table) -> Course:
    course = Course(
        id=table.ident(),
        name=table.text("name"),
        aliases=table.words("aliases", ()),
        module=table.text("module"),
        level=table.one_of("level", LEVELS),
        counts_as=table.one_of("counts_as", ("basic", "advanced", "undecided"), "undecided"),
        minutes=table.optional_whole("minutes", 1),
        mode=table.one_of("mode", ("online", "classroom", ""), ""),
        url=table.address("url", ""),
        cite=table.cite(),
    )
    table.close()
    return course


def _certificate(table: Table) -> Certificate:
    ends = table.has("valid_until") or table.has("successor")
    certificate = Certificate(
        id=table.ident(),
        name=table.text("name"),
        kind=table.one_of("kind", ("public", "industry")),
        group=table.one_of("group", ("", "工具", "專案技術"), ""),
        roles=table.words("roles"),
        status=table.one_of("status", ("planned", "open")),
        valid_until=table.optional_day("valid_until"),
        successor=table.text("successor") if table.has("successor") else None,
        cite=table.cite(),
        until_cite=table.cite("until_") if ends else None,
        general=table.flag("general"),
        url=table.address("url", ""),
    )
    table.close()
    return certificate


def _requirement(table: Table) -> Requirement:
    requirement = Requirement(
        id=table.ident(),
        group=table.one_of("group", ("yearly", "agency")),
        name=table.text("name"),
        parts=tuple(_part(inner) for inner in table.tables("parts")),
        cite=table.cite(),
        binding=table.one_of("binding", ("person", "rate"), "person"),
    )
    table.close()
    return requirement


def _part(table: Table) -> Part:
    part = Part(
        id=table.ident(),
        name=table.text("name"),
        minutes=table.whole("minutes", 1),
        counts=table.words("counts"),
        needs_official=table.flag("needs_official"),
    )
    for kind in part.counts:
        if kind not in COUNTED:
            table.problem("counts", f"「{kind}」須為 {'、'.join(COUNTED)} 之一")
    table.close()
    return part


def _passage(table: Table) -> Passage:
    passage = Passage(
        q=table.matching("q", r"Q[1-9][0-9]?", "Q 與題號，例如 Q1"),
        question=table.text("question"),
        text=table.text("text").strip(),
        topic=table.text("topic", ""),
    )
    if len(passage.topic) > LONGEST_TOPIC:
        table.problem("topic", f"最多 {LONGEST_TOPIC} 字")
    table.close()
    return passage
