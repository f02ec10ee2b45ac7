"""The shapes of the catalogue's data files: one model for a finding, a button and a placeholder."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.kinds import Cause, FindingClass, Retry, Role, Scope, Side, Who
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.wording import joined

RequirementRow = Annotated[str, Field(pattern=r"^[A-Z]-[1-9][0-9]*$")]


class Row(BaseModel):
    """One row of a data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ButtonWords(Row):
    """How one finding words a button, and what it fills in for the person."""

    label: str = Field(min_length=1)
    preset: dict[str, str] = Field(default_factory=dict)


class Entry(Row):
    """One finding as the catalogue describes it.

    `sentence_one` and `sentence_many` are the plural forms of `sentence`, chosen by the quantity of the
    placeholder `plural_by`. `leads` says by placeholder and key of a choice which button comes first then.
    `reasons` are the closed clauses of ``{reason}``. `causes` are what is watched while it is open. A `retired`
    code is never raised again and never given to another finding.
    """

    code: Reason
    cls: FindingClass = Field(alias="class")
    scope: Scope = Scope.RECORD
    also_scopes: tuple[Scope, ...] = ()
    who: Who
    retry: Retry
    causes: tuple[Cause, ...] = ()
    trigger: str = ""
    sentence: str = Field(min_length=1)
    plural_by: str = ""
    sentence_one: str = ""
    sentence_many: str = ""
    explanation: str = Field(min_length=1)
    remedy: str = Field(min_length=1)
    fixes: tuple[Fix, ...]
    buttons: dict[Fix, ButtonWords] = Field(default_factory=dict)
    leads: dict[str, dict[str, Fix]] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)
    reason_required: bool = False
    rows: tuple[RequirementRow, ...] = Field(min_length=1)
    retired: bool = False


class FixAction(Row):
    """One button of the closed list: what it asks for, what it does, and who may press it at least.

    `writes` are the sides the button itself may write to. A record is tried again after every button.
    """

    action: Fix
    button: str
    inputs: tuple[str, ...]
    inputs_in_words: str = ""
    effect: str = Field(min_length=1)
    least_role: Role
    writes: tuple[Side, ...]


class PlaceholderKind(StrEnum):
    """How a value becomes words. The last three take a list value, one part per line break."""

    TEXT = "text"
    COUNT = "count"
    CHOICE = "choice"
    LINES = "lines"
    FEW = "few"
    JOINED = "joined"

    @property
    def is_list(self) -> bool:
        """Whether equal findings add up in it."""
        return self in (PlaceholderKind.LINES, PlaceholderKind.FEW, PlaceholderKind.JOINED)

    @property
    def is_counted(self) -> bool:
        """Whether a sentence may take its plural from it."""
        return self is PlaceholderKind.COUNT or self.is_list


class Placeholder(Row):
    """One gap that a text may have, with the words for a value that is missing."""

    name: str = Field(pattern=r"^[a-z_]+$")
    meaning: str = Field(alias="is", min_length=1)
    kind: PlaceholderKind
    longest: int = Field(gt=2)
    sample: str = Field(min_length=1)
    fallback: str = ""
    always_known: bool = False
    choices: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if bool(self.fallback) == self.always_known:
            raise ValueError(f"{{{self.name}}} needs a fallback, or to be always known, and not both")
        words = (self.sample, *self.choices.values())
        if too_long := [text for text in words if len(text) > self.longest]:
            raise ValueError(f"{{{self.name}}} holds {self.longest} characters, too few for {joined(too_long)}")
        if self.choices and self.sample not in self.choices.values():
            raise ValueError(f"the sample of {{{self.name}}} is none of its choices")
        return self
