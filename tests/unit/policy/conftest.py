"""What the policy tests share: the manifests of five sources, each a column of the table of policies."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from qbo_connector.policy.policies import Policies

COLUMNS = Path(__file__).parent / "columns"


@pytest.fixture
def column() -> Callable[[str], Policies]:
    """Reads the policies of one source by its name."""

    def read(name: str) -> Policies:
        return Policies.from_manifest(tomllib.loads((COLUMNS / f"{name}.toml").read_text(encoding="utf-8")))

    return read
