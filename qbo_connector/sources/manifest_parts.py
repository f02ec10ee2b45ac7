"""The tables of a manifest beside `[plugin]`, `[policies]` and `[[settings]]`: what screens show, as data."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qbo_connector.policy.properties import Property, PropertyType, declared

Link = Annotated[str, Field(pattern=r"^(https://|mailto:)\S+$")]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldRow(_Part):
    """One row of the documented field table (T-1): a field of the source, and where it lands, in words."""

    source: Sentence
    quickbooks: Sentence
    note: str = ""


class DeclaredProperty(_Part):
    """A property of the source's documents beside the canonical ones: for filters and field mappings.

    The plugin puts its value, as text, among the document's custom fields under this name: dates as 2026-11-22,
    numbers with a point, yes or no.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1, max_length=40)
    type: PropertyType = PropertyType.TEXT
    choices: dict[str, str] = Field(default_factory=dict)
    """What a choice can be, as value and words; left empty, any text."""

    @model_validator(mode="after")
    def _only_choices_have_choices(self) -> "DeclaredProperty":
        if self.choices and self.type is not PropertyType.CHOICE:
            raise ValueError(f"the property {self.name} has choices, but is no choice")
        return self

    def as_property(self) -> Property:
        """The property, able to read a document."""
        return declared(self.name, self.label, self.type, tuple(self.choices.items()))


class Advice(_Part):
    """Something to do before the first sync. `check` names the preflight check that tells whether it is done."""

    text: Sentence
    link: Link | None = None
    check: str = ""


class Links(_Part):
    """Pages for people. `keys` is where the source shows its API keys."""

    help: Link | None = None
    keys: Link | None = None
    request_access: Link | None = None
    support: Link | None = None
    location_guide: Link | None = None


class Addon(_Part):
    """What the feature costs on plans that do not include it. For display; nothing is charged here."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    monthly: Decimal = Field(ge=0, max_digits=9, decimal_places=2)
    yearly: Decimal | None = Field(default=None, ge=0, max_digits=9, decimal_places=2)


class Plans(_Part):
    """The source's plans by name, those that include the feature, and what it costs on the others (T-2)."""

    names: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    addon: Addon | None = None

    @model_validator(mode="after")
    def _are_known(self) -> "Plans":
        if unknown := [plan for plan in self.including if plan not in self.names]:
            raise ValueError(f"{unknown[0]} is not among the names of plans")
        return self
