"""Every setting there is, with its default and its Chinese explanation (shown in the file of `init`).

A secret is a `SecretStr`: neither repr, error nor log shows it.
"""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.values import (
    DatabaseUrl,
    EditionName,
    Email,
    EmptyIsNone,
    LineBasicId,
    MonthDaySetting,
    OfficeHours,
    OfficeHoursSetting,
    SafeUrl,
    TelegramUsername,
    Timezone,
    Weekly,
    WeeklySetting,
)

NO_SECRET = SecretStr("")


class Table(BaseModel):
    """A table of the file. Unknown keys are errors: a misspelt one must not pass for a setting."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )


def _current(*secrets: SecretStr) -> tuple[str, ...]:
    """Those that are filled in."""
    return tuple(secret.get_secret_value() for secret in secrets if len(secret))


class Http(Table):
    host: str = Field(default="127.0.0.1", description="監聽位址。前面有反向代理時維持 127.0.0.1。")
    port: int = Field(default=8080, ge=1, le=65535, description="監聽的連接埠。")
    metrics_token: SecretStr = Field(
        default=NO_SECRET, description="由其他主機讀取 /metrics 時須帶的密語；留空則只有本機可讀。"
    )

    def token(self) -> str | None:
        """What a reader of /metrics on another machine must bear; None: only this machine reads them."""
        return self.metrics_token.get_secret_value() or None


class Line(Table):
    channel_secret: SecretStr = Field(
        default=NO_SECRET,
        description="LINE Developers 後台 Basic settings 頁的 Channel secret；留空即不使用 LINE。",
    )
    previous_channel_secret: SecretStr = Field(
        default=NO_SECRET,
        description="更換 Channel secret 時填入舊的，途中的訊息不會被拒收；隔天起改回空白。",
    )
    channel_access_token: SecretStr = Field(
        default=NO_SECRET, description="Messaging API 頁的 Channel access token（long-lived）。"
    )
    api_base: SafeUrl = Field(default="https://api.line.me", description="LINE API 的位址；平常不需更動。")
    basic_id: LineBasicId = Field(
        default="", description="官方帳號的基本 ID，例如 @123abcde；用來製作啟用連結。"
    )
    monthly_budget: Annotated[int | None, Field(ge=0), EmptyIsNone] = Field(
        default=None, description="本程式每月最多主動推播的則數；不填則以 LINE 方案的額度為限。"
    )

    @property
    def enabled(self) -> bool:
        return bool(len(self.channel_secret) and len(self.channel_access_token))

    def token(self) -> str:
        return self.channel_access_token.get_secret_value()

    def webhook_secrets(self) -> tuple[str, ...]:
        """The keys x-line-signature may be made with; none: LINE is off."""
        return _current(self.channel_secret, self.previous_channel_secret) if self.enabled else ()

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.channel_secret.get_secret_value()) != bool(self.channel_access_token.get_secret_value()):
            missing = (
                "channel_secret" if self.channel_access_token.get_secret_value() else "channel_access_token"
            )
            raise ValueError(f"channel_secret 與 channel_access_token 須一併填寫，目前缺 {missing}")
        return self


class Telegram(Table):
    token: SecretStr = Field(
        default=NO_SECRET, description="@BotFather 核發的 token；留空即不使用 Telegram。"
    )
    api_base: SafeUrl = Field(
        default="https://api.telegram.org", description="Telegram API 的位址；平常不需更動。"
    )
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling：由本機取回訊息，不需公開網址；webhook：由 Telegram 送來，須有公開網址。",
    )
    secret_token: SecretStr = Field(
        default=NO_SECRET, description="webhook 模式用的密語，由您自訂：1 至 256 個英數字、_ 或 -。"
    )
    previous_secret_token: SecretStr = Field(
        default=NO_SECRET,
        description="更換 secret_token 時填入舊的，改設 webhook 之前的訊息不會被拒收；之後改回空白。",
    )
    username: TelegramUsername = Field(
        default="", description="機器人的帳號名稱（不含 @）；用來製作啟用連結。"
    )
    rate: int = Field(default=25, ge=1, le=30, description="每秒最多送出的訊息數；Telegram 的上限約為 30。")
    chat_rate: float = Field(
        default=1.0, gt=0, le=30, description="每秒最多送到同一個聊天室的訊息數；Telegram 的上限約為 1。"
    )

    @property
    def enabled(self) -> bool:
        return bool(len(self.token))

    def bot_token(self) -> str:
        return self.token.get_secret_value()

    def webhook_secret(self) -> str | None:
        """What X-Telegram-Bot-Api-Secret-Token is to carry; None: no webhook is served."""
        return self.secret_token.get_secret_value() if self.enabled and self.mode == "webhook" else None

    def webhook_secrets(self) -> tuple[str, ...]:
        """What it may carry; none: no webhook is served."""
        if self.webhook_secret() is None:
            return ()
        return _current(self.secret_token, self.previous_secret_token)

    @field_validator("secret_token", "previous_secret_token")
    @classmethod
    def _secret_token_form(cls, value: SecretStr) -> SecretStr:
        # Bot API, setWebhook: 1-256 characters of A-Z, a-z, 0-9, _ and -.
        secret = value.get_secret_value()
        if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise ValueError("只能用 1 至 256 個英數字、_ 或 -")
        return value


class Reminders(Table):
    office_hours: OfficeHoursSetting = Field(
        default=OfficeHours(time(9), time(17)), description="只在工作日的這段時間主動傳訊。"
    )
    # Comes every year: the year of this date means nothing.
    agency_cutoff: MonthDaySetting = Field(
        default=None, description="機關自訂的年度統計截止日（月-日），例如 12-24；留空則以 12 月 31 日為準。"
    )
    weekly_digest: WeeklySetting = Field(default=Weekly(0, time(9)), description="每週寄送人事週報的時間。")


class Smtp(Table):
    host: str = Field(default="", description="寄信主機；留空即不寄信。")
    port: int = Field(default=587, ge=1, le=65535, description="寄信主機的連接埠。")
    username: str = Field(default="", description="寄信主機的登入帳號；不需登入則留空。")
    password: SecretStr = Field(default=NO_SECRET, description="寄信主機的登入密碼。")
    sender: Email = Field(default="", description="寄件人地址；填了 smtp.host 就須填寫。")

    @property
    def enabled(self) -> bool:
        return bool(self.host)

    def secret(self) -> str:
        return self.password.get_secret_value()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("填了 host 就須填 sender（寄件人地址）")
        if self.sender and not self.sender.isascii():
            raise ValueError("sender 只能用英數字的地址")
        if bool(self.username) != bool(self.secret()):
            missing = "password" if self.username else "username"
            raise ValueError(f"username 與 password 須一併填寫，目前缺 {missing}")
        return self


class Hours(Table):
    evidence: Literal["none", "optional", "required"] = Field(
        default="optional", description="回報時數是否附證明：none 不收、optional 可附、required 須附。"
    )


class Alerts(Table):
    email: Email = Field(default="", description="送件停滯或收不到平臺訊息時，通知維運人員的信箱。")


class Notice(Table):
    """The agency's own words in the notice of 個資法第8條 and in answers to strangers."""

    office: str = Field(default="人事處", description="承辦單位名稱。")
    contact: str = Field(default="", description="承辦單位的電話或分機。")
    retention: str = Field(default="", description="個人資料保存期間，例如 在職期間及離職後五年。")
    region: str = Field(default="", description="資料存放地區，例如 國內機房。")
    public_line: str = Field(default="", description="民眾洽公電話，例如 1999。")
    website: str = Field(default="", description="機關網站的網址。")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        env_prefix="TALENTBOT_",
        env_nested_delimiter="__",
    )

    database_url: DatabaseUrl = Field(
        default="sqlite+aiosqlite:///talentbot.db",
        description="資料庫位址；相對路徑以本檔所在資料夾起算。PostgreSQL：postgresql+asyncpg://帳號:密碼@主機/資料庫",
    )
    agency: str = Field(default="", description="機關全銜，例如 ○○縣政府；會出現在告知事項與訊息中。")
    timezone: Timezone = Field(default="Asia/Taipei", description="機關所在時區。")
    edition: EditionName = Field(default="115", description="採用的指引版本（民國年）。")
    edition_overlay: Annotated[Path | None, EmptyIsNone] = Field(
        default=None,
        description="機關自己的補充檔（TOML），覆蓋或補足指引資料；相對路徑以本檔所在資料夾起算。",
    )
    public_url: SafeUrl = Field(default="", description="外界連到本服務的 https 網址；LINE 一定要有。")
    http: Http = Field(default=Http(), description="網頁伺服器。")
    line: Line = Field(default=Line(), description="LINE 官方帳號。")
    telegram: Telegram = Field(default=Telegram(), description="Telegram 機器人。")
    reminders: Reminders = Field(default=Reminders(), description="主動提醒。")
    smtp: Smtp = Field(default=Smtp(), description="電子郵件。")
    hours: Hours = Field(default=Hours(), description="時數回報。")
    alerts: Alerts = Field(default=Alerts(), description="維運通知。")
    notice: Notice = Field(
        default=Notice(), description="個資告知事項與對外聯絡資訊（個人資料保護法第 8 條）。"
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.telegram.enabled and self.telegram.mode == "webhook":
            if not len(self.telegram.secret_token):
                raise ValueError("telegram.mode 為 webhook 時須填 telegram.secret_token")
            if not self.public_url:
                raise ValueError("telegram.mode 為 webhook 時須填 public_url")
        return self
