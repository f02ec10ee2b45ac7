"""A demo that runs: its addresses and its sign-in, as they stand in ``demo.json``."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE_NAME = "demo.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who may sign in."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoKey:
    """A widget key with its secret."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDemo:
    """What scripts find in ``demo.json``."""

    web: str
    simulator: str
    sources: Mapping[str, str]
    sign_in: SignIn
    widget_keys: Mapping[str, DemoKey]
    api_key: str = field(repr=False)
    pids: Mapping[str, int]

    def write(self, folder: Path) -> Path:
        """Write it, whole or not at all, readable by its owner only."""
        unfinished = folder / f"{FILE_NAME}.part"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=2)
        return unfinished.rename(folder / FILE_NAME)
