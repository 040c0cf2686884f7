"""`guideline`: the edition in force, and errors by file, key and reason."""

from tests.cli.program import Program


def test_show_names_roles_and_requirements(program: Program) -> None:
    """The edition that comes with the program is shown with its four roles and its requirements."""
    done = program.afresh("guideline", "show")
    assert done.status == 0, done.err
    for word in ("政策", "應用", "開發", "研究", "20 小時", "3 小時", "暫列供參"):
        assert word in done.out


def test_check_lists_what_no_source_states(program: Program) -> None:
    """Every provisional item has its line, and the sum is said."""
    done = program.afresh("guideline", "check", "--edition", "115")
    assert done.status == 0, done.err
    *items, last = done.out.splitlines()
    assert f"{len(items)} 項" in last
    assert items


def test_check_names_file_and_key(program: Program) -> None:
    """A faulty overlay is refused: file, key and reason on their lines, then one line of refusal."""
    overlay = program.write("ours.toml", "[[courses]]\nid = 'x'\nminutes = 'long'\n")
    done = program("guideline", "check", "--overlay", overlay)
    assert done.status == 1
    assert "ours.toml" in done.out
    assert done.err.count("\n") == 1


def test_an_unknown_edition_is_refused(program: Program) -> None:
    """An edition that is not there is one line, not a traceback."""
    done = program("guideline", "show", "--edition", "199")
    assert (done.status, done.err.count("\n")) == (1, 1)
