"""The words for every policy and value, for forms and reviews. The data stand in ``policy_words.toml``."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

FILE_NAME = "policy_words.toml"


class WizardStep(StrEnum):
    """The pages of the wizard that sets up a sync, in their order."""

    DIRECTION = "direction"
    COMPANY = "company"
    NUMBERS = "numbers"
    CUSTOMERS = "customers"
    ITEMS = "items"
    TAX = "tax"
    DISCOUNTS = "discounts"
    PAYMENTS = "payments"
    MEMO = "memo"
    FILTERS = "filters"
    MAPPINGS = "mappings"
    HISTORY = "history"


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueWords(_Words):
    """A value as its label, and what choosing it leads to. ``{source}`` and ``{allowed}`` are filled in."""

    label: str = Field(min_length=1)
    consequence: str = Field(min_length=1)


class PolicyWords(_Words):
    """A policy as the question it answers."""

    label: str = Field(min_length=1)
    step: WizardStep
    values: dict[str, ValueWords] = Field(default_factory=dict)

    def of(self, value: str) -> ValueWords:
        """The words for one value; a filter's allowed values are put into them."""
        kind, _, allowed = value.partition("=")
        words = self.values[kind]
        if not allowed:
            return words
        filled = {"allowed": allowed.replace(",", ", "), "source": "{source}"}
        return ValueWords(label=words.label.format(**filled), consequence=words.consequence.format(**filled))


@cache
def policy_words() -> Mapping[str, PolicyWords]:
    """The words for each policy key, in the order of the wizard."""
    text = (files(__package__) / FILE_NAME).read_text(encoding="utf-8")
    return {key: PolicyWords.model_validate(table) for key, table in tomllib.loads(text).items()}
