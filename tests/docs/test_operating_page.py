"""docs/operating.md against the program: troubles, metrics, and the numbers of the rules."""

import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.alerts import open_troubles, silence
from bot.health import FRESH, MANY_LOST
from bot.metrics import Metrics
from bot.troubles import PASSABLE, Kind
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
FAMILIES = {
    one.name.removeprefix("talentbot_")
    for one in text_string_to_metric_families(Metrics().text().decode())
    if one.name.startswith("talentbot_")
}


@pytest.mark.parametrize("kind", Kind)
def test_every_trouble_is_explained(kind: Kind) -> None:
    """With what to do; those that leave the program ready say so."""
    (row,) = re.findall(rf"^\| `{kind}`(.*)\|(.+)\|(.+)\|$", PAGE, flags=re.MULTILINE)
    assert ("notes" in row[0]) is (kind in PASSABLE)


def test_every_metric_is_listed_and_no_other() -> None:
    """By the names that Prometheus scrapes."""
    table = PAGE.partition("## 監控")[2].partition("process_")[0]
    rows = re.findall(r"^\| (`[a-z_`、]+`) ", table, flags=re.MULTILINE)
    assert {one.strip("`").removesuffix("_total") for row in rows for one in row.split("、")} == FAMILIES


def test_the_rules_name_metrics_that_exist() -> None:
    """The example is YAML that Prometheus reads, of our own metrics."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    (group,) = yaml.safe_load(block)["groups"]
    used = {name for rule in group["rules"] for name in re.findall(r"talentbot_(\w+)", rule["expr"])}
    assert used
    assert {name.removesuffix("_total").removesuffix("_bucket") for name in used} <= FAMILIES


def test_the_page_has_the_numbers_of_the_code() -> None:
    """Five minutes, five days, seven people, an hour, twenty calls, five seconds."""
    assert open_troubles.PATIENCE.total_seconds() == 5 * 60
    assert (silence.DAYS, silence.MISSED, silence.SHORTEST.total_seconds()) == (5, 7, 3600)
    assert (MANY_LOST, FRESH) == (20, 5.0)
    for words in ("持續五分鐘", "五個上班日", "七個人以上", "已滿一小時", "至少 20 則", "最多每 5 秒"):
        assert words in PAGE
