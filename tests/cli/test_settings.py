"""Settings: where they come from, and how a fault is said."""

from datetime import date, time
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _file(folder: Path, text: str) -> Path:
    path = folder / "talentbot.toml"
    path.write_text(text)
    return path


def test_defaults_need_no_file(folder: Path) -> None:
    """Without file and environment everything has its default, and the database stands in this folder."""
    settings = load_settings()
    assert settings.database_url == f"sqlite+aiosqlite:///{folder / 'talentbot.db'}"
    assert (settings.edition, settings.http.port, settings.telegram.mode) == ("115", 8080, "polling")
    assert not settings.line.enabled
    assert not settings.telegram.enabled
    assert settings.line.webhook_secrets() == ()
    assert settings.http.token() is None


def test_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key set in both places has the environment's value, and its neighbours keep the file's."""
    _file(folder, '[line]\nchannel_secret = "of the file"\nchannel_access_token = "token"\n')
    monkeypatch.setenv("TALENTBOT_LINE__CHANNEL_SECRET", "of the environment")
    settings = load_settings()
    assert settings.line.webhook_secrets() == ("of the environment",)
    assert settings.line.token() == "token"


def test_values_become_what_they_mean(folder: Path) -> None:
    """Times, days and names are read into their types."""
    _file(
        folder,
        'edition = 115\npublic_url = "https://bot.example.gov.tw/"\n'
        '[reminders]\noffice_hours = "8:30-17:30"\nagency_cutoff = "12-24"\nweekly_digest = "週五 16:00"\n'
        '[line]\nbasic_id = "abc"\n[telegram]\nusername = "@bot"\n',
    )
    settings = load_settings()
    assert settings.public_url == "https://bot.example.gov.tw"
    assert settings.reminders.office_hours.start == time(8, 30)
    assert isinstance(settings.reminders.agency_cutoff, date)
    assert (settings.reminders.agency_cutoff.month, settings.reminders.agency_cutoff.day) == (12, 24)
    assert settings.reminders.weekly_digest.weekday == 4
    assert (settings.line.basic_id, settings.telegram.username) == ("@abc", "bot")


FAULTS = [
    ("agancy = 'x'", "agancy", "agency"),
    ("[line]\nchanel_secret = 'SECRET-VALUE'", "line.chanel_secret", "line.channel_secret"),
    ("[line]\nchannel_secret = 'SECRET-VALUE'", "line", "channel_access_token"),
    ("[http]\nport = 'SECRET-VALUE'", "http.port", "整數"),
    ("[http]\nport = 70000", "http.port", "65535"),
    ("public_url = 'http://bot.example.gov.tw'", "public_url", "https"),
    ("public_url = 'https://me:SECRET-VALUE@bot.example.gov.tw'", "public_url", "完整網址"),
    ("timezone = 'Asia/Nowhere'", "timezone", "Asia/Taipei"),
    ("database_url = 'mysql://SECRET-VALUE'", "database_url", "postgresql+asyncpg"),
    ("[reminders]\nagency_cutoff = '02-29'", "reminders.agency_cutoff", "月-日"),
    ("[reminders]\noffice_hours = '17:00-09:00'", "reminders.office_hours", "早於"),
    ("[telegram]\nmode = 'push'", "telegram.mode", "webhook"),
    ("[telegram]\ntoken = '1:SECRET-VALUE'\nmode = 'webhook'", "telegram.secret_token", "須填"),
    (
        "[telegram]\ntoken = '1:SECRET-VALUE'\nmode = 'webhook'\nsecret_token = 'SECRET-VALUE'",
        "public_url",
        "須填",
    ),
    ("[telegram]\nsecret_token = 'SECRET VALUE'", "telegram.secret_token", "英數字"),
    ("[telegram]\nrate = 100", "telegram.rate", "30"),
    ("[smtp]\nhost = 'mail.example'", "smtp", "sender"),
    ("[smtp]\nhost = 'mail.example'\nsender = '王@example.tw'", "smtp", "英數字"),
    ("[smtp]\nusername = 'SECRET-VALUE'", "smtp", "password"),
    ("[telegram]\nchat_rate = 0", "telegram.chat_rate", "0"),
    ("[hours]\nevidence = 'SECRET-VALUE'", "hours.evidence", "optional"),
    ("line = 'SECRET-VALUE'", "line", "表格"),
    ("agency = SECRET-VALUE", "talentbot.toml", "第 1 行"),
    ("edition = 1.5", "edition", "文字"),
]


@pytest.mark.parametrize(("text", "key", "advice"), FAULTS)
def test_a_fault_names_its_key_and_no_value(folder: Path, text: str, key: str, advice: str) -> None:
    """One line with the key at fault and what to do, and never the value, which may be a secret."""
    _file(folder, text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    sentence = str(refused.value)
    assert key in sentence
    assert advice in sentence
    assert "\n" not in sentence
    assert "SECRET" not in sentence


def test_an_unknown_variable_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt environment variable is refused with the likely one, without its value."""
    monkeypatch.setenv("TALENTBOT_TELEGRAM__TOKE", "SECRET")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "TALENTBOT_TELEGRAM__TOKE，是否為 TALENTBOT_TELEGRAM__TOKEN？" in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_a_fault_of_the_environment_names_the_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator is sent to the place where the wrong value stands."""
    monkeypatch.setenv("TALENTBOT_HTTP__PORT", "eighty")
    with pytest.raises(SettingsError, match="環境變數 TALENTBOT_HTTP__PORT"):
        load_settings()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])
def test_loopback_needs_no_https(folder: Path, url: str) -> None:
    """A server on this machine may be reached by plain http, as the tests and the demo do."""
    _file(folder, f"public_url = '{url}'\n[line]\napi_base = '{url}'\n")
    assert load_settings().line.api_base == url


def test_secrets_do_not_print() -> None:
    """Neither repr nor str of the settings shows a secret."""
    settings = Settings.model_validate({"telegram": {"token": "1:very-secret-token"}})
    assert "very-secret" not in repr(settings) + str(settings)
    assert settings.telegram.bot_token() == "1:very-secret-token"
