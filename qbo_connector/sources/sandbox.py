"""A plugin's local stand-in of its vendor: a small application with an API, pages and hooks, on its own port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from qbo_connector.sources.values import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """How a sandbox is started. Secrets left empty are invented by the sandbox and told in its description."""

    port: int = 0
    """0 takes any free port."""
    seed: str = "demo"
    """``demo`` has records of every kind, ``empty`` has customers, products and settings but no documents."""
    web_base_url: str = ""
    """Where the widget's script is served; without it the pages have no sync entry."""
    widget_key_id: str = ""
    widget_secret: str = field(default="", repr=False)
    hook_url: str = ""
    """Where signed hooks go; none are sent without it."""
    signing_secret: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxDescription:
    """How to use a running sandbox: the settings of a source account for it, and records worth looking at."""

    base_url: str
    settings: Mapping[str, str] = field(repr=False)
    samples: Mapping[str, Ref]
    """Records by what they show: "open", "draft", "discounts" …"""
    pages: Mapping[str, str]
    """Addresses for people, by name: "invoices", "settings"."""


class Sandbox(Protocol):
    """What `create_sandbox(options)` in a plugin's `sandbox` module answers."""

    def start(self) -> str:
        """Serve in the background; answer the base address, which names `localhost`."""
        ...

    def stop(self) -> None:
        """Stop serving and leave no thread behind. Stopping twice is fine."""
        ...

    @property
    def base_url(self) -> str:
        """The base address of the started sandbox, without a slash at its end."""
        ...

    def describe(self) -> SandboxDescription:
        """How to use it."""
        ...
