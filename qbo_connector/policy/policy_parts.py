"""The policy values that are more than one word: a filter, an entitlement, and who may choose what."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from qbo_connector.canonical.parts import Status
from qbo_connector.policy.catalogue.kinds import Role
from qbo_connector.policy.policy_values import FilterKind

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _not_deleted(status: Status) -> Status:
    if status is Status.DELETED:
        raise ValueError("a deleted document cannot be eligible")
    return status


EligibleStatus = Annotated[Status, AfterValidator(_not_deleted)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExtraFilter(_Part):
    """One condition beside the status. In a manifest: ``"live_mode"``, ``"currency=USD,CAD"``, or the table."""

    kind: FilterKind
    allowed: tuple[CurrencyCode, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        kind, _, allowed = value.partition("=")
        return {"kind": kind, "allowed": tuple(allowed.split(","))} if allowed else {"kind": kind}

    @model_validator(mode="after")
    def _has_values_where_needed(self) -> Self:
        if (self.kind is FilterKind.CURRENCY) != bool(self.allowed):
            raise ValueError("only the filter currency, and it always, has allowed values: currency=USD")
        return self

    def __str__(self) -> str:
        """The filter as a manifest writes it."""
        return f"{self.kind}={','.join(self.allowed)}" if self.allowed else self.kind.value


class Entitlement(_Part):
    """What an organization must have been granted (T-2, T-4, B-1). In a manifest also ``["plan", "beta"]``.

    `included_in` and `price` are display words for the sentence about the plan.
    """

    plan: bool = False
    beta: bool = False
    cohort: bool = False
    included_in: str = ""
    price: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_names(cls, value: Any) -> Any:
        names = [value] if isinstance(value, str) else value
        return dict.fromkeys(names, True) if isinstance(names, list | tuple) else names


class Latitude(_Part):
    """Which values of one policy an admin may choose, and which only an operator.

    The default stands among them: with the admin's if an admin may choose at all, else with the operator's. Of a
    policy that holds several values, these are the ones that may be added and taken away.
    """

    admin: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()

    def choosable(self, role: Role, current: str | None) -> tuple[str, ...]:
        """The values this role may choose. What an operator has set, an admin cannot take back.

        Args:
            role: who chooses.
            current: the value in force; None for a policy that holds several.
        """
        if role is Role.OPERATOR:
            return tuple(dict.fromkeys(self.admin + self.operator))
        if role is Role.END_USER or (current is not None and current not in self.admin):
            return ()
        return self.admin
