"""The settings that a manifest declares: one declaration gives form, validation, masking and documentation."""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from qbo_connector.errors import ConfigurationError
from qbo_connector.sources.addresses import require_web_address
from qbo_connector.sources.values import Option

TRUE, FALSE = "true", "false"
LONGEST = 1000


class SettingType(StrEnum):
    """How a setting is asked for and checked. `secret` is short for a string with `secret = true`."""

    STRING = "string"
    SECRET = "secret"  # noqa: S105 - a kind of field, no secret
    CHOICE = "choice"
    BOOLEAN = "boolean"
    NUMBER = "number"
    URL = "url"


class HookSecret(StrEnum):
    """Who makes the secret that a source signs its hooks with, and so who is asked for a new one."""

    VENDOR = "vendor"
    OURS = "ours"


class SettingField(BaseModel):
    """One setting of a source account. Values are texts throughout; booleans are "true" and "false"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1)
    type: SettingType = SettingType.STRING
    secret: bool = False
    required: bool = False
    default: str = ""
    help: str = ""
    placeholder: str = ""
    choices: tuple[Option, ...] = ()
    options: str = ""
    """Name of a live list (`SourcePlugin.options`) that offers the choices."""
    hook_secret: HookSecret | None = None
    """Set on the secret that hooks are signed with: it can be renewed, and the one before counts for an hour."""

    @field_validator("default", mode="before")
    @classmethod
    def _default_as_text(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return TRUE if value else FALSE
        return str(value) if isinstance(value, int | float) else value

    @field_validator("choices", mode="before")
    @classmethod
    def _plain_choices(cls, value: Any) -> Any:
        plain = value if isinstance(value, list | tuple) else [value]
        return tuple({"value": part, "label": part} if isinstance(part, str) else part for part in plain)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        chosen = bool(self.choices) + bool(self.options)
        if self.type is SettingType.CHOICE and chosen != 1:
            raise ValueError("a choice needs either choices or the name of a live list")
        if self.type is not SettingType.CHOICE and chosen:
            raise ValueError("only a choice has choices")
        if self.is_secret and self.default:
            raise ValueError("a secret has no default")
        if self.is_secret and self.type not in {SettingType.STRING, SettingType.SECRET}:
            raise ValueError("only a string can be secret")
        if self.hook_secret and not self.is_secret:
            raise ValueError("only a secret can be the hook secret")
        if self.default and (complaint := self.complaint(self.default, allow_private=True)):
            raise ValueError(f"its default is refused: {complaint}")
        return self

    @property
    def is_secret(self) -> bool:
        """Whether it is stored encrypted and never shown again."""
        return self.secret or self.type is SettingType.SECRET

    def complaint(self, value: str, *, allow_private: bool = False) -> str | None:
        """What is wrong with a value, as a sentence for beside the field; None if nothing is.

        A value of a live list is not compared with the list: the list may be out of reach.
        """
        if not value:
            return f"{self.label} is needed." if self.required else None
        match self.type:
            case SettingType.BOOLEAN:
                return None if value in {TRUE, FALSE} else f"{self.label} is either yes or no."
            case SettingType.NUMBER:
                return None if _is_number(value) else f"{self.label} must be a number."
            case SettingType.URL:
                return self._address_complaint(value, allow_private=allow_private)
            case SettingType.CHOICE:
                known = {choice.value for choice in self.choices}
                return f"{value} is none of the choices." if known and value not in known else None
            case SettingType.STRING | SettingType.SECRET:
                return f"{self.label} is longer than 1,000 characters." if len(value) > LONGEST else None

    def _address_complaint(self, value: str, *, allow_private: bool) -> str | None:
        try:
            require_web_address(value, allow_private=allow_private)
        except ConfigurationError as err:
            return f"{self.label} cannot be used: {err.params['reason']}."
        return None


def _is_number(value: str) -> bool:
    if not re.fullmatch(r"-?[0-9.]{1,30}", value):
        return False
    try:
        Decimal(value)
    except InvalidOperation:
        return False
    return True
