"""What is wrong with an edition is named by file, key and reason; an overlay replaces, adds, removes."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guideline.edition import Edition
from guideline.loading import EditionError, load_edition, load_folder, provisional
from guideline.reach import reachable
from guideline.sources import EDITIONS
from tests.guideline.facts import edition, laid_over, overlay

Broken = Callable[..., EditionError]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Loads a copy of edition 115 in which `old` became `new` in one file, and gives the error."""

    def load(file: str, old: str, new: str) -> EditionError:
        folder = tmp_path / "115"
        shutil.copytree(EDITIONS / "115", folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(EditionError) as caught:
            load_folder(folder)
        return caught.value

    return load


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        # shapes
        ("roles.toml", 'name = "AI 政策人才"', "name = 3", "roles[policy].name", "須為不空白的文字"),
        ("roles.toml", 'name = "AI 政策人才"', 'name = "  "', "roles[policy].name", "須為不空白的文字"),
        ("roles.toml", 'name = "AI 政策人才"\n', "", "roles[policy].name", "缺少這個鍵"),
        ("roles.toml", 'gist = "規劃"', 'gits = "規劃"', "roles[policy].gist", "缺少這個鍵"),
        ("roles.toml", 'id = "policy"', 'id = "Policy 1"', "roles[Policy 1].id", "小寫英數字"),
        ("roles.toml", 'id = "policy"', f'id = "{"p" * 25}"', f"roles[{'p' * 25}].id", "至多 24 字"),
        ("roles.toml", 'id = "policy"\n', "", "roles[1].id", "缺少代號"),
        ("roles.toml", "hr_decides = true", "hr_decides = 1", "roles[research].hr_decides", "true 或 false"),
        ("roles.toml", "everyday_score = 2", "everyday_score = 0", "role_rule.everyday_score", "須大於 0"),
        ("roles.toml", "everyday_score = 2", 'everyday_score = "2"', "role_rule.everyday_score", "須為整數"),
        ("roles.toml", "everyday_score = 2", "everyday_score = true", "role_rule.everyday_score", "須為整數"),
        ("roles.toml", 'source = "Q8"', 'source = "web"', "roles[policy].source", "「web」須為"),
        ("roles.toml", "[role_rule]", "[rule]", "rule", "不認得的表格"),
        ("roles.toml", "[[roles]]", "[roles.x]", "", "TOML 格式有誤"),
        ("roles.toml", 'id = "application"', 'id = "policy"', "roles[policy]", "代號重複"),
        (
            "edition.toml",
            "effective_on = 2026-06-01",
            'effective_on = "6月"',
            "edition.effective_on",
            "須為日期",
        ),
        (
            "edition.toml",
            "effective_on = 2026-06-01",
            "effective_on = 2026-06-01T00:00:00",
            "edition.effective_on",
            "須為日期",
        ),
        (
            "edition.toml",
            "effective_on = 2026-06-01",
            "effective_on = 2025-06-01",
            "edition.effective_on",
            "2026",
        ),
        ("edition.toml", 'id = "115-06"', 'id = "2026"', "edition.id", "民國年"),
        ("edition.toml", "https://elearn", "elearn", "edition.learning_map", "網址"),
        ("edition.toml", "lag_days = 7", "lag_days = -1", "edition.provider_lag_days", "至少為 0"),
        ("edition.toml", '# cutoff = "12-24"', 'cutoff = "02-30"', "edition.cutoff", "存在的月日"),
        ("edition.toml", '# cutoff = "12-24"', "cutoff = 12", "edition.cutoff", "存在的月日"),
        (
            "edition.toml",
            'lag_source = "provisional"',
            'lag_source = "law"\nlag_x = 1',
            "edition.lag_x",
            "不認得的鍵",
        ),
        (
            "edition.toml",
            'lag_source = "provisional"\nlag_note = "平臺上傳時間依各開課單位而異，先以 7 天計"',
            'lag_source = "law"',
            "edition.lag_note",
            "引用法律",
        ),
        ("questionnaire.toml", "application = 3 }", "application = 0 }", "weights.application", "須大於 0"),
        ("questionnaire.toml", "weights = { application = 3 }", "weights = 3", ".weights", "須為表格"),
        ("questionnaire.toml", 'track = "specialist"', 'track = "exam"', ".track", "foundation、specialist"),
        ("questionnaire.toml", "cap = 3", "cap = 0", "questions[tools].cap", "須大於 0"),
        ("questionnaire.toml", "工具做{}", "工具", "questions[tools].reason", "以 {} 標示"),
        ("questionnaire.toml", "工具做{}", "工{具}做{}", "questions[tools].reason", "大括號"),
        (
            "questionnaire.toml",
            'id = "join", text',
            'id = "lead", text',
            "questions[strategy].options",
            "代號重複",
        ),
        (
            "questionnaire.toml",
            "number = 1\n",
            "number = 1\nreason = '您'\n",
            "questions[main].reason",
            "單選題",
        ),
        (
            "questionnaire.toml",
            '{ id = "none", text = "沒有" }',
            '{ id = "none", text = "沒有", exclusive = true }',
            "exclusive",
            "只有複選題",
        ),
        ("modules.toml", '"入門" = ["policy", "app', '"初階" = ["policy", "app', "levels", "「初階」"),
        ("modules.toml", '["policy", "research"]', '["policy", "policy"]', "levels.進階", "重複"),
        ("modules.toml", '["policy", "research"]', '"policy"', "levels.進階", "清單"),
        ("courses.toml", 'level = "進階"', 'level = "高階"', "courses[seed-leads].level", "入門、進階、實作"),
        (
            "courses.toml",
            'mode = "classroom"',
            'mode = "classroom"\nminutes = 0',
            "courses[seed-leads].minutes",
            "大於 0",
        ),
        ("courses.toml", 'mode = "classroom"', "mode = 1", "courses[seed-leads].mode", "online、classroom"),
        ("certificates.toml", "2026-06-30", "2026-06-31", "", "TOML 格式有誤"),
        ("certificates.toml", "2026-06-30", "20260630", "certificates[ai-900].valid_until", "須為日期"),
        (
            "certificates.toml",
            'until_source = "provisional"\n',
            "",
            "certificates[ai-900].until_source",
            "缺少",
        ),
        ("requirements.toml", "minutes = 180", "minutes = -180", "minutes", "須大於 0"),
        ("requirements.toml", '"undecided"]', '"maybe"]', "counts", "「maybe」"),
        (
            "requirements.toml",
            'binding = "person"',
            'binding = "all"',
            "requirements[agency-goal].binding",
            "person、rate",
        ),
        ("faq.toml", 'q = "Q1"', 'q = "問1"', "passages[問1].q", "題號"),
        (
            "faq.toml",
            'topic = "優先考哪張證照"',
            'topic = "優先考哪一張證照才是最好的選擇呢？"',
            "passages[Q7].topic",
            "最多",
        ),
        # references
        ("questionnaire.toml", 'opens = "policy"', 'opens = "boss"', "options[lead].opens", "沒有「boss」"),
        ("questionnaire.toml", "policy = 1 }", "boss = 1 }", "options[planning].weights", "沒有「boss」"),
        ("questionnaire.toml", "number = 2", "number = 1", "questions[main].number", "重複"),
        ("questionnaire.toml", "number = 7", "number = 9", "questions[exam].number", "不連續"),
        ("roles.toml", 'everyday = "application"', 'everyday = "user"', "role_rule.everyday", "沒有「user」"),
        ("roles.toml", 'source = "Q8"', 'source = "Q9"', "roles[policy].source", "問答集沒有 Q9"),
        (
            "roles.toml",
            'foundation_source = "Q2"',
            'foundation_source = "Q12"',
            "foundation_source",
            "沒有 Q12",
        ),
        ("modules.toml", '"research"] }', '"boss"] }', "modules[literacy].levels.進階", "沒有「boss」"),
        (
            "courses.toml",
            'module = "projects"',
            'module = "x"',
            "courses[seed-leads].module",
            "沒有「x」這個模組",
        ),
        ("courses.toml", '"AI簡報"]', '"AI 素養"]', "courses[map-literacy].aliases", "同名"),
        (
            "certificates.toml",
            'roles = ["application"]',
            'roles = ["boss"]',
            "certificates[iii-office].roles",
            "boss",
        ),
        (
            "certificates.toml",
            'successor = "ai-901"',
            'successor = "x"',
            "certificates[ai-900].successor",
            "沒有「x」",
        ),
        (
            "certificates.toml",
            'successor = "ai-901"',
            'successor = "ai-900"',
            "ai-900].successor",
            "繞回自己",
        ),
        (
            "certificates.toml",
            'until_source = "provisional"',
            'until_source = "Q9"',
            "certificates[ai-900].until_source",
            "沒有 Q9",
        ),
        ("requirements.toml", 'id = "advanced"', 'id = "ai"', "requirements[agency-goal].parts", "已用於"),
        (
            "requirements.toml",
            'id = "advanced"',
            'id = "basic"',
            "requirements[agency-goal].parts",
            "代號重複",
        ),
        # results that no answers reach
        ("roles.toml", "everyday_score = 2", "everyday_score = 99", "roles[application].id", "沒有任何作答"),
    ],
)
def test_an_error_names_file_key_and_reason(
    broken: Broken, file: str, old: str, new: str, key: str, reason: str
) -> None:
    """Each in one line: which file, which key, what is wrong and what would be right."""
    error = broken(file, old, new)
    assert any(
        problem.file == file and key in problem.key and reason in problem.reason for problem in error.problems
    ), str(error)
    assert "\n" not in str(error)
    assert (error.file, error.key, error.reason) == (
        error.problems[0].file,
        error.problems[0].key,
        error.problems[0].reason,
    )


def test_all_errors_are_told_at_once(broken: Broken) -> None:
    """Two wrong keys and an unknown one in one file are three problems in one message."""
    error = broken(
        "roles.toml",
        'gist = "規劃"\nduty = "負責規劃 AI 導入策略或採購外包"',
        'gist = 1\nduties = "x"',
    )
    assert {problem.key for problem in error.problems} == {
        "roles[policy].gist",
        "roles[policy].duty",
        "roles[policy].duties",
    }
    assert str(error).count("roles.toml") == 3


def test_a_role_that_no_answers_reach_is_named(broken: Broken) -> None:
    """Without the answer that opens 開發 nobody could ever become one: found by searching all answers."""
    error = broken("questionnaire.toml", ', opens = "development"', "")
    assert str(error) == "roles.toml：roles[development].id：沒有任何作答會得到「AI 開發人才」"


def test_successors_may_not_go_in_circles(broken: Broken) -> None:
    """AI-900 → AI-901 → AI-900 would never end."""
    error = broken(
        "certificates.toml",
        'name = "微軟 AI-901"',
        'name = "微軟 AI-901"\nsuccessor = "ai-900"\nuntil_source = "provisional"',
    )
    assert {problem.key for problem in error.problems} == {
        "certificates[ai-900].successor",
        "certificates[ai-901].successor",
    }


def test_the_foundation_and_the_special_track_must_be_reachable(broken: Broken, tmp_path: Path) -> None:
    """Where every answer makes somebody a specialist, or none does, the questionnaire is wrong."""
    field = 'text = "現場作業、少文書"'
    error = broken("questionnaire.toml", field, f"{field}, weights = {{ application = 3 }}")
    assert "role_rule.everyday_score" in {problem.key for problem in error.problems}
    only_hours = overlay(
        tmp_path,
        """
        [[questions]]
        id = "exam"
        options = [{ id = "a", text = "是" }, { id = "b", text = "否" }]
        """,
    )
    with pytest.raises(EditionError, match="專屬分流"):
        load_edition("115", only_hours)


@pytest.mark.parametrize("name", ["116", "../115", "", "115/"])
def test_an_unknown_edition_is_refused(name: str) -> None:
    """Only the folders that come with the program, and which those are."""
    with pytest.raises(EditionError, match="現有：115"):
        load_edition(name)


def test_an_edition_must_be_whole(tmp_path: Path) -> None:
    """An empty folder, a table that is missing, a table stated twice."""
    with pytest.raises(EditionError, match="找不到這個版本"):
        load_folder(tmp_path / "none")
    folder = tmp_path / "115"
    shutil.copytree(EDITIONS / "115", folder)
    (folder / "roles.toml").unlink()
    with pytest.raises(EditionError, match="role_rule：缺少這個表格"):
        load_folder(folder)
    shutil.copy(EDITIONS / "115" / "roles.toml", folder)
    (folder / "more.toml").write_text("[role_rule]\n", encoding="utf-8")
    with pytest.raises(EditionError, match=re.escape("roles.toml：role_rule：more.toml 已有")):
        load_folder(folder)


def test_an_edition_needs_questions(tmp_path: Path) -> None:
    """No question at all is named, not stumbled over."""
    folder = tmp_path / "115"
    shutil.copytree(EDITIONS / "115", folder)
    (folder / "questionnaire.toml").write_text("", encoding="utf-8")
    with pytest.raises(EditionError, match="questions：至少要有一項"):
        load_folder(folder)


# Overlays --------------------------------------------------------------------------------------------

OVERLAY = """
[edition]
cutoff = "12-24"
provider_lag_days = 4
lag_source = "agency"

[[courses]]
id = "our-class"
name = "本府生成式AI公文班"
module = "genai"
level = "進階"
counts_as = "advanced"
minutes = 180
mode = "classroom"

[[courses]]
id = "slides-class"
counts_as = "advanced"
minutes = 360

[[requirements]]
id = "agency-goal"
binding = "rate"

[[certificates]]
id = "public-core"
status = "open"

[remove]
courses = ["map-systems-advanced"]
"""


def test_an_overlay_replaces_adds_and_removes(tmp_path: Path) -> None:
    """Keys of a known id replace the edition's, a new id is the agency's own, the rest stays as it was."""
    ours = laid_over(tmp_path, OVERLAY)
    assert (ours.cutoff, ours.provider_lag_days) == (date(2024, 12, 24), 4)
    assert ours.courses["our-class"].cite.kind == "agency"
    assert (ours.courses["our-class"].minutes, ours.courses["our-class"].aliases) == (180, ())
    changed, was = ours.courses["slides-class"], edition().courses["slides-class"]
    assert (changed.minutes, changed.counts_as) == (360, "advanced")
    assert (changed.name, changed.cite) == (was.name, was.cite)
    assert ours.requirements["agency-goal"].binding == "rate"
    assert ours.requirements["agency-goal"].cite.kind == "Q8"
    assert ours.certificates["public-core"].status == "open"
    assert "map-systems-advanced" not in ours.courses
    assert ours.roles == edition().roles


def test_what_the_agency_says_is_not_provisional(tmp_path: Path) -> None:
    """Its lag leaves the list, its own courses never enter it."""
    listed = {item.id for item in provisional(laid_over(tmp_path, OVERLAY))}
    assert not {"provider_lag_days", "our-class"} & listed
    assert "map-literacy" in listed


@pytest.mark.parametrize(
    ("toml", "key", "reason"),
    [
        ('[[courses]]\nid = "slides-class"\nminutes = 0', "courses[slides-class].minutes", "大於 0"),
        ('[[courses]]\nid = "slides-class"\nmodule = "x"', "courses[slides-class].module", "沒有「x」"),
        ('[[courses]]\nid = "slides-class"\nhours = 3', "courses[slides-class].hours", "不認得的鍵"),
        ('[[courses]]\nid = "new"\nname = "新課"', "courses[new].module", "缺少這個鍵"),
        ('[[courses]]\nid = "a"\n[[courses]]\nid = "a"', "courses[a]", "代號重複"),
        ('[[certificates]]\nid = "ai-901"\nroles = ["boss"]', "certificates[ai-901].roles", "boss"),
        ('[[requirements]]\nid = "agency-goal"\nbinding = "no"', "requirements[agency-goal].binding", "rate"),
        ('[[requirements]]\nid = "agency-goal"\nparts = []', "requirements[agency-goal].parts", "至少一項"),
        ('[[requirements]]\nid = "agency-goal"\nparts = 1', "requirements[agency-goal].parts", "至少一項"),
        ('[edition]\ncutoff = "13-01"', "edition.cutoff", "月日"),
        ("[role_rule]\neveryday_score = 99", "roles[application].id", "沒有任何作答"),
        ('[remove]\nroles = ["research"]', "modules[literacy].levels.入門", "沒有「research」"),
        ('[remove]\npassages = ["Q8"]', "roles[policy].source", "問答集沒有 Q8"),
        (
            '[[questions]]\nid = "exam"\noptions = [{ id = "a", text = "是", track = "specialist" }]',
            "questions[exam].options",
            "兩個選項",
        ),
        ("[courses]\nx = 1", "courses", "須寫成 [[courses]]"),
        ("[course]\nx = 1", "course", "不認得的表格"),
        ("edition = 1", "edition", "不認得的表格"),
        ('[remove]\ncourses = ["gone"]', "remove.courses", "沒有「gone」"),
        ("[remove]\ncourses = 1", "remove.courses", "清單"),
        ("[remove]\ncourse = []", "remove.course", "不認得的鍵"),
        ("remove = 1", "remove", "須為表格"),
        ("x =", "", "TOML 格式有誤"),
    ],
)
def test_an_overlay_s_errors_name_the_overlay(tmp_path: Path, toml: str, key: str, reason: str) -> None:
    """The operator's own file is named, whichever item it changes."""
    file = overlay(tmp_path, toml)
    with pytest.raises(EditionError) as caught:
        load_edition("115", file)
    problems = caught.value.problems
    assert {problem.file for problem in problems} == {"agency.toml"}
    assert any(problem.key == key and reason in problem.reason for problem in problems), problems


def test_an_overlay_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """Missing, not UTF-8; a BOM is no fault."""
    with pytest.raises(EditionError, match="無法讀取"):
        load_edition("115", tmp_path / "gone.toml")
    file = tmp_path / "agency.toml"
    file.write_bytes("[edition]\ntitle = '指引'\n".encode("big5"))
    with pytest.raises(EditionError, match="UTF-8"):
        load_edition("115", file)
    file.write_text("[edition]\nprovider_lag_days = 3\n", encoding="utf-8-sig")
    assert load_edition("115", file).provider_lag_days == 3


def test_answers_that_stand_alone_are_searched_too(tmp_path: Path) -> None:
    """With a threshold of 1 only 目前沒有 still leads to 暫以打底為主, and the edition loads."""
    assert () in reachable(laid_over(tmp_path, "[role_rule]\neveryday_score = 1\n"))


def test_an_overlay_may_change_the_number_of_roles(tmp_path: Path) -> None:
    """Roles are data: the trial edition's three roles load where every reference to the fourth goes."""
    toml = """
    [remove]
    roles = ["research"]
    questions = ["exploring"]
    [[questions]]
    id = "exam"
    number = 6
    [[questions]]
    id = "main"
    options = [
      { id = "admin", text = "日常行政業務", weights = { application = 3 } },
      { id = "field", text = "現場作業" },
    ]
    """
    modules = re.sub(r', "research"|"research"', "", (EDITIONS / "115" / "modules.toml").read_text("utf-8"))
    certificates = (EDITIONS / "115" / "certificates.toml").read_text("utf-8").replace(', "research"', "")
    three: Edition = laid_over(tmp_path, f"{toml}\n{modules}\n{certificates}")
    assert list(three.roles) == ["policy", "application", "development"]
