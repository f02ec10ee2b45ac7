"""Settings: from the environment only, checked once at start, in sentences. ``load()`` is the way in."""

from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from qbo_connector.config import data_folder
from qbo_connector.config.settings import (
    PREFIX,
    PRODUCTION,
    SANDBOX,
    LogFormat,
    LogLevel,
    Settings,
    is_given,
    variable,
)
from qbo_connector.config.table import SettingRow, table, unknown_variables
from qbo_connector.errors import ConfigurationError

__all__ = [
    "PREFIX",
    "PRODUCTION",
    "SANDBOX",
    "LogFormat",
    "LogLevel",
    "SettingRow",
    "Settings",
    "load",
    "table",
    "unknown_variables",
    "variable",
]


def load(**overrides: Any) -> Settings:
    """Read the settings; generate and keep what a first start lacks.

    Args:
        overrides: values by field name that win over the environment, for tests and the demo.

    Raises:
        ConfigurationError: with a sentence for each thing that is wrong.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as err:
        raise ConfigurationError("\n".join(_sentences(err))) from err
    except RuntimeError as err:
        raise ConfigurationError("There is no home folder for the data. Set QBO_DATA_DIR to a folder.") from err
    if settings.uses_sqlite:
        data_folder.make(settings.data_dir)
    return _with_kept_keys(settings) if settings.keeps_keys else settings


def _with_kept_keys(settings: Settings) -> Settings:
    changes: dict[str, Any] = {}
    if not is_given(settings.secret_key):
        changes["secret_key"] = SecretStr(data_folder.secret_key(settings.data_dir))
    if not settings.encryption_keys:
        changes["encryption_keys"] = tuple(map(SecretStr, data_folder.encryption_keys(settings.data_dir)))
    return settings.model_copy(update=changes)


def _sentences(err: ValidationError) -> tuple[str, ...]:
    """Pydantic's errors in words; offending values are left out, they may be secret."""
    return tuple(_sentence(problem) for problem in err.errors() if problem["type"] != "default_factory_not_called")


def _sentence(problem: ErrorDetails) -> str:
    said = problem["msg"].removeprefix("Value error, ")
    return f"{variable(str(problem['loc'][0]))} {_verb(said)}." if problem["loc"] else f"{said}."


def _verb(said: str) -> str:
    return said if said.startswith("must ") else f"is not usable: {said[:1].lower()}{said[1:]}"
