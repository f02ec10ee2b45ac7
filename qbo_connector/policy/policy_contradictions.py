"""Values that cannot stand together, as data with the sentence that says why."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from qbo_connector.policy.policy_parts import Entitlement
from qbo_connector.policy.policy_refusal import PolicyRefused

if TYPE_CHECKING:
    from qbo_connector.policy.policies import Policies

FILE_NAME = "policy_contradictions.toml"


class Contradiction(BaseModel):
    """Broken if every key of `when` has one of its values and, for every key of `without`, none of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: dict[str, tuple[str, ...]] = Field(min_length=1)
    without: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sentence: str = Field(min_length=1)

    @property
    def keys(self) -> tuple[str, ...]:
        """The policies it speaks of."""
        return (*self.when, *self.without)

    def holds_in(self, policies: "Policies") -> bool:
        """Whether these policies contradict themselves in this way."""
        there = all(_says(getattr(policies, key), values) for key, values in self.when.items())
        return there and not any(_says(getattr(policies, key), values) for key, values in self.without.items())


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """All of them, read once."""
    text = (files(__package__) / FILE_NAME).read_text(encoding="utf-8")
    return tuple(Contradiction.model_validate(table) for table in tomllib.loads(text)["contradiction"])


def refuse_contradictions(policies: "Policies") -> None:
    """Refuse the first contradiction.

    Raises:
        PolicyRefused: with its sentence and the policies concerned.
    """
    for contradiction in contradictions():
        if contradiction.holds_in(policies):
            raise PolicyRefused(contradiction.sentence, keys=contradiction.keys)


def _says(value: Any, wanted: tuple[str, ...]) -> bool:
    if isinstance(value, Entitlement):
        return any(getattr(value, name) for name in wanted)
    said = value if isinstance(value, tuple) else (value,)
    return any(str(one) in wanted for one in said)
