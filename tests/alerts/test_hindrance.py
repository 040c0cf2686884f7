"""Whether an alert could be sent at all, as `doctor` and `run` say it."""

import pytest

from bot.cli.checks import Status, check_alerts
from bot.settings import Settings

SMTP = {"host": "mail.example.gov.tw", "sender": "ai@example.gov.tw"}


@pytest.mark.parametrize(
    ("email", "smtp", "found"),
    [
        ("", {}, "未填 alerts.email"),
        ("", SMTP, "未填 alerts.email"),
        ("operator@example.gov.tw", {}, "未填 smtp.host"),
        ("維運@example.gov.tw", SMTP, "只能用英數字"),
        ("operator@example.gov.tw", SMTP, "寄到 operator@example.gov.tw"),
    ],
)
def test_what_is_missing_is_said(email: str, smtp: dict[str, str], found: str) -> None:
    """A warning with what to fill in; none where a mail can go."""
    (finding,) = check_alerts(Settings.model_validate({"alerts": {"email": email}, "smtp": smtp}))
    assert found in finding.found
    assert (finding.status is Status.OK) is finding.found.startswith("寄到")
    assert bool(finding.advice) is (finding.status is Status.WARN)
