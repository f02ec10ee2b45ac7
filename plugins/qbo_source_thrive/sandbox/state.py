"""What one running sandbox consists of, for its views."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from qbo_source_thrive.sandbox.failures import Trouble
from qbo_source_thrive.sandbox.hooks import HookSender
from qbo_source_thrive.sandbox.store import Store
from qbo_source_thrive.sandbox.widget import WidgetKey

NAME = "thrive_sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One account and how it fails, sends and embeds."""

    store: Store
    hooks: HookSender
    widget: WidgetKey
    trouble: Trouble
    seed: str
    api_key: str = field(repr=False)
    first_signing_secret: str = field(repr=False)

    @property
    def signing_secret(self) -> str:
        """What hooks and contexts are signed with now."""
        return self.hooks.secret


def state() -> State:
    """The state of the application that answers this request."""
    return cast("State", current_app.extensions[NAME])


def books() -> Store:
    """Its store."""
    return state().store
