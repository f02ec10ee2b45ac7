"""A plugin's manifest: everything about it that can be known without importing its code."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from qbo_connector.canonical import Status
from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.core_properties import CORE
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.properties import Properties, by_key
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.manifest_parts import Advice, DeclaredProperty, FieldRow, Links, Plans
from qbo_connector.sources.setting_field import SettingField

FILE_NAME = "manifest.toml"
LARGEST = 256 * 1024


class Manifest(BaseModel):
    """What `manifest.toml` says . Unknown keys are refused, and typos with them."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")
    name: str = Field(min_length=1, max_length=60)
    summary: str = Field(min_length=1, max_length=120)
    version: str
    host: str
    """Range of plugin API versions it runs with, for instance ``>=1,<2``."""
    category: str = Field(pattern=r"^[a-z][a-z -]{1,29}$")
    author: str = Field(min_length=1)
    license: str = Field(min_length=1)
    icon: str = Field(pattern=r"^[\w-]+\.(svg|png)$")
    depends: tuple[str, ...] = ()
    capabilities: frozenset[Capability]
    sandbox_port: int = Field(default=0, ge=0, le=65535)
    """Where the demo puts its sandbox; 0 for any free port."""
    kinds: tuple[str, ...] = ("invoice",)
    policies: Policies
    settings: tuple[SettingField, ...] = ()
    field_table: tuple[FieldRow, ...] = ()
    properties: tuple[DeclaredProperty, ...] = ()
    live_properties: str = ""
    """Name of a live list (`SourcePlugin.options`) of further custom fields, which differ by account."""
    advice: tuple[Advice, ...] = ()
    links: Links = Links()
    plans: Plans = Plans()
    status_words: dict[Status, str] = {}
    """How the source words a status, for people: {"uncollectible": "Uncollectable"}."""
    vendor_messages: dict[str, str] = {}
    """Fixed texts of the vendor beside ours, by reason code."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The manifest in this TOML.

        Raises:
            ConfigurationError: it is no TOML, a value is wrong, or its policies contradict themselves; the
                message is a sentence that says which.
        """
        try:
            tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            raise ConfigurationError(f"its manifest is not TOML: {err}", reason="plugin.unavailable") from err
        return cls.from_tables(tables)

    @classmethod
    def from_tables(cls, tables: dict[str, Any]) -> Self:
        """The manifest in these tables; errors as `parse`."""
        known = dict(tables)
        plugin, policies = known.pop("plugin", None), known.pop("policies", {})
        renamed = {"field_table": known.pop("fields", ()), "status_words": known.pop("statuses", {})}
        if not isinstance(plugin, dict) or not isinstance(policies, dict):
            raise ConfigurationError("its manifest has no [plugin] table", reason="plugin.unavailable")
        try:
            return cls(**{**plugin, **known, **renamed, "policies": Policies.from_manifest(policies)})
        except ValidationError as err:
            raise ConfigurationError(_first_complaint(err), reason="plugin.unavailable") from err

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The manifest of the plugin in this folder, its icon present; errors as `parse`."""
        path = folder / FILE_NAME
        try:
            if path.stat().st_size > LARGEST:
                raise ConfigurationError("its manifest is too large", reason="plugin.unavailable")
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise ConfigurationError("its manifest cannot be read", reason="plugin.unavailable") from err
        manifest = cls.parse(text)
        if not (folder / manifest.icon).is_file():
            raise ConfigurationError(f"its icon {manifest.icon} is missing", reason="plugin.unavailable")
        return manifest

    def runs_with(self, api_version: str) -> bool:
        """Whether this version of the plugin API lies in the plugin's `host` range."""
        return SpecifierSet(self.host).contains(api_version, prereleases=True)

    def has(self, capability: Capability) -> bool:
        """Whether the plugin declares it."""
        return capability in self.capabilities

    def setting(self, name: str) -> SettingField | None:
        """The declaration of a setting."""
        return next((field for field in self.settings if field.name == name), None)

    @property
    def hook_secret(self) -> SettingField | None:
        """The setting that its hooks are signed with; None if the manifest names none."""
        return next((field for field in self.settings if field.hook_secret), None)

    def all_properties(self) -> Properties:
        """What filters and field mappings of this source can speak of: the core's, then its own."""
        return by_key((*CORE, *(one.as_property() for one in self.properties)))

    def status_word(self, status: Status) -> str:
        """A status as the source words it: ``Partially Paid``."""
        return self.status_words.get(status, status.value.replace("_", " "))

    @field_validator("version")
    @classmethod
    def _is_a_version(cls, value: str) -> str:
        try:
            Version(value)
        except InvalidVersion as err:
            raise ValueError(f"{value} is no version") from err
        return value

    @field_validator("host")
    @classmethod
    def _is_a_range(cls, value: str) -> str:
        try:
            SpecifierSet(value)
        except InvalidSpecifier as err:
            raise ValueError(f"{value} is no range of versions, such as >=1,<2") from err
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if Capability.READ not in self.capabilities:
            raise ValueError("a plugin has at least the capability read")
        names = Counter(field.name for field in self.settings)
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"the setting {twice[0]} is declared twice")
        kept = Counter(one.name for one in self.properties)
        if twice := [name for name, count in kept.items() if count > 1]:
            raise ValueError(f"the property {twice[0]} is declared twice")
        live = [field.name for field in self.settings if field.options]
        if live and Capability.OPTIONS not in self.capabilities:
            raise ValueError(f"the setting {live[0]} needs the capability options")
        if self.live_properties and Capability.OPTIONS not in self.capabilities:
            raise ValueError("live_properties needs the capability options")
        return self

    @model_validator(mode="after")
    def _signs_with_one_secret(self) -> Self:
        marked = [field.name for field in self.settings if field.hook_secret]
        if marked and Capability.HOOKS not in self.capabilities:
            raise ValueError(f"the setting {marked[0]} needs the capability hooks")
        if marked[1:]:
            raise ValueError(f"the setting {marked[1]} is a second hook secret")
        return self


def _first_complaint(err: ValidationError) -> str:
    first = err.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"its manifest is wrong at {place}: {message}" if place else f"its manifest is wrong: {message}"
