"""One named question with its answer: what eligibility and preflight lists are made of."""

from dataclasses import dataclass
from typing import Self

from qbo_connector.policy.catalogue import Finding, FindingClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`passes` says in words what was found good; `finding` says what was not."""

    name: str
    passes: str
    finding: Finding | None = None
    overridden: bool = False
    """Whether an operator turned it into a warning (H-6), or the policy only prefers it (P-13)."""
    foreseen: bool = False
    """Whether it concerns some records only: said ahead of them as a warning; each of them is held by itself."""
    stands: str = ""
    """What the record says, where a filter asked for something (H-41)."""

    @classmethod
    def of(cls, name: str, passes: str, finding: Finding, *, good: bool) -> Self:
        """The check of something that is good, or else has this finding."""
        return cls(name=name, passes=passes, finding=None if good else finding)

    @property
    def passed(self) -> bool:
        """Whether nothing stands in the way; a warning does not."""
        return self.finding is None or self.warns

    @property
    def warns(self) -> bool:
        """Whether it passed with a warning."""
        soft = self.overridden or self.foreseen
        return self.finding is not None and (soft or self.finding.cls is FindingClass.WARNING)
