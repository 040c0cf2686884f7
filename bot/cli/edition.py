"""`guideline`: the edition in force, and what in it is not official."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import Config, RefusedError, say, settings_for
from guideline.edition import Edition
from guideline.loading import EditionError, load_edition, provisional

app = typer.Typer(help="查看與檢查採用的指引版本。", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str | None, typer.Option("--edition", help="指引版本，例如 115；預設取自設定檔。")]
Overlay = Annotated[Path | None, typer.Option("--overlay", help="機關的補充檔；預設取自設定檔。")]


@app.command()
def show(
    context: typer.Context, config: Config = None, edition: Name = None, overlay: Overlay = None
) -> None:
    """列出採用的指引版本：類別、要求、課程與證照。"""
    found = _load(context, config, edition, overlay)
    say(f"{found.title}（{found.id}，{found.effective_on} 起適用）")
    say("類別：" + "、".join(role.name for role in found.roles.values()))
    say("要求：")
    for requirement in found.requirements.values():
        parts = "、".join(f"{part.name} {part.minutes / 60:g} 小時" for part in requirement.parts)
        say(f"  {requirement.name}：{parts}")
    courses, certificates, questions = len(found.courses), len(found.certificates), len(found.questions)
    say(f"課程 {courses} 門、證照 {certificates} 張、職務問卷 {questions} 題。")
    say(f"指引未載明、暫列供參：{len(provisional(found))} 項（talentbot guideline check 逐項列出）。")


@app.command()
def check(
    context: typer.Context, config: Config = None, edition: Name = None, overlay: Overlay = None
) -> None:
    """檢查指引資料，並列出指引未載明、暫列供參的項目。"""
    try:
        found = _load(context, config, edition, overlay)
    except EditionError as error:
        for problem in error.problems:
            say(str(problem))
        raise RefusedError(f"指引資料有 {len(error.problems)} 處錯誤，請依上列檔案與項目修正") from None
    pending = provisional(found)
    for item in pending:
        say(f"{item.kind}　{item.id}　{item.name}：{item.why}")
    say(f"指引資料可以使用；其中 {len(pending)} 項指引未載明，暫列供參。")


def _load(context: typer.Context, config: Path | None, edition: str | None, overlay: Path | None) -> Edition:
    """Options first; the settings are read only for what they leave open."""
    if edition is None or overlay is None:
        settings = settings_for(context, config)
        edition = edition or settings.edition
        overlay = overlay or settings.edition_overlay
    return load_edition(edition, overlay)
