"""The settings themselves, each documented where it is declared; docs/settings.md is tested against them."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from qbo_connector import paths

PREFIX = "QBO_"
PRODUCTION = "production"
SANDBOX = "sandbox"
SECRET_KEY_LENGTH = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line looks: a JSON object, or coloured text; ``auto`` asks whether a person is watching."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class Settings(BaseSettings):
    """What the operator decides about an installation. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    data_dir: Annotated[
        Path,
        Field(
            default_factory=paths.user_data,
            description="Folder for what this machine keeps: the SQLite database, generated keys, the demo.",
        ),
    ]
    database_url: Annotated[
        str,
        Field(
            default_factory=lambda known: f"sqlite:///{known['data_dir']}/qbo-connector.sqlite3",
            description="Where the truth is kept: a SQLite file or PostgreSQL.",
            repr=False,
        ),
    ]
    redis_url: Annotated[
        str, Field(description="Redis or Valkey that carries doorbells and rate limits.", repr=False)
    ] = "redis://127.0.0.1:6379/0"
    base_url: Annotated[
        str, Field(description="Public address of the web process: OAuth redirect, hooks, widget.")
    ] = "http://127.0.0.1:8000"
    environment: Annotated[
        str,
        Field(description="Which QuickBooks is meant: `production`, `sandbox`, or the base URL of a simulator."),
    ] = SANDBOX
    secret_key: Annotated[SecretStr, Field(description="Signs sessions and forms; 32 characters or more.")] = (
        SecretStr("")
    )
    encryption_keys: Annotated[
        tuple[SecretStr, ...],
        NoDecode,
        Field(description="Fernet keys for tokens and credentials at rest, comma-separated, newest first."),
    ] = ()
    client_id: Annotated[str, Field(description="Client id of your app at Intuit.")] = ""
    client_secret: Annotated[SecretStr, Field(description="Client secret of your app at Intuit.")] = SecretStr("")
    verifier_token: Annotated[SecretStr, Field(description="Verifier token with which Intuit signs webhooks.")] = (
        SecretStr("")
    )
    addons_path: Annotated[
        tuple[Path, ...],
        NoDecode,
        Field(description="Further folders that hold source plugins, separated like PATH."),
    ] = ()
    lease_s: Annotated[float, Field(gt=0, description="How long a worker owns an operation it claimed.")] = 30
    heartbeat_s: Annotated[float, Field(gt=0, description="How often a working worker renews its lease.")] = 8
    sweep_s: Annotated[float, Field(gt=0, description="How often the scheduler looks for lost doorbells.")] = 5
    reads_per_month: Annotated[
        int, Field(ge=0, description="Metered reads Intuit allows this whole installation in a month.")
    ] = 500_000
    allow_private_sources: Annotated[
        bool, Field(description="Let sources stand at private or loopback addresses (the demo does).")
    ] = False
    trusted_proxies: Annotated[
        int,
        Field(ge=0, description="Reverse proxies in front of the web process whose headers are believed."),
    ] = 0
    support_url: Annotated[
        str, Field(description="Where people ask the operator for help: an https or mailto address.")
    ] = ""
    log_level: Annotated[LogLevel, Field(description="Least severe event that is logged.")] = LogLevel.INFO
    log_format: Annotated[
        LogFormat, Field(description="`json`, `console`, or `auto`: console where a person is watching.")
    ] = LogFormat.AUTO

    secrets: ClassVar[frozenset[str]] = frozenset(
        {"secret_key", "encryption_keys", "client_secret", "verifier_token"}
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment alone: no dotenv file, no secrets folder. Arguments win, for tests and the demo."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings

    @property
    def is_production(self) -> bool:
        """Whether real books are written."""
        return self.environment == PRODUCTION

    @property
    def simulator_url(self) -> str | None:
        """The simulator's base URL where one stands in for QuickBooks."""
        return None if self.environment in (PRODUCTION, SANDBOX) else self.environment

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def keeps_keys(self) -> bool:
        """Whether keys are generated and kept in the data folder; production never does that."""
        return not self.is_production

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        if not url.startswith(("sqlite://", "postgresql+psycopg://")):
            raise ValueError("must be a sqlite:// or postgresql:// address")
        return url

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must be a redis://, rediss:// or unix:// address")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _web_address(value)

    @field_validator("environment")
    @classmethod
    def _environment(cls, value: str) -> str:
        if value in (PRODUCTION, SANDBOX):
            return value
        try:
            return _web_address(value)
        except ValueError as err:
            raise ValueError("must be production, sandbox, or a simulator's http(s) address") from err

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SECRET_KEY_LENGTH:
            raise ValueError(f"must have {SECRET_KEY_LENGTH} characters or more")
        return value

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
        )

    @field_validator("encryption_keys")
    @classmethod
    def _fernet_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for position, key in enumerate(value, start=1):
            try:
                Fernet(key.get_secret_value())
            except ValueError as err:
                raise ValueError(f"key {position} is not a Fernet key (32 bytes in URL-safe base64)") from err
        return value

    @field_validator("addons_path", mode="before")
    @classmethod
    def _split_path(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("support_url")
    @classmethod
    def _support(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("https", "http", "mailto"):
            raise ValueError("must be an https or mailto address")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.heartbeat_s * 2 > self.lease_s:
            raise ValueError(
                "QBO_HEARTBEAT_S must be at most half of QBO_LEASE_S, or a lease ends while its work goes on"
            )
        if self.is_production:
            self._fit_for_production()
        return self

    def _fit_for_production(self) -> None:
        missing = [
            f"{PREFIX}{name.upper()}"
            for name in ("secret_key", "encryption_keys")
            if not is_given(getattr(self, name))
        ]
        if missing:
            raise ValueError(
                f"production needs {' and '.join(missing)}; `qbo-connector keys new` prints fresh ones"
            )
        parts = urlsplit(self.base_url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("production needs an https address in QBO_BASE_URL; Intuit accepts no other redirect")


def variable(field_name: str) -> str:
    """The environment variable of a field."""
    return f"{PREFIX}{field_name.upper()}"


def is_given(value: SecretStr | tuple[SecretStr, ...]) -> bool:
    """Whether a secret was set at all."""
    return len(value.get_secret_value() if isinstance(value, SecretStr) else value) > 0


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an http(s) address without query, for instance https://sync.example.com")
    return value.rstrip("/")
