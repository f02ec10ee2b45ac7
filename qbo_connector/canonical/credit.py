"""What all credits share: what has been applied of them, and what is left."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import ZERO, Named, check_covered
from qbo_connector.canonical.application import Application, AppliedTo, applied
from qbo_connector.canonical.booked import Booked
from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.parts import Status


class Credit(Booked):
    """A document that lowers what is owed, by being applied to others.

    Raises:
        DocumentInvalid: more is applied than it is worth.
    """

    status: Status = Status.OPEN
    applications: tuple[Application, ...] = ()
    amount_applied: Amount | None = Field(default=None, ge=0, title="applied amount")
    """Where only the sum is known: QuickBooks keeps the single applications in its payments."""

    @model_validator(mode="after")
    def _covered(self) -> Self:
        named = applied(self.applications)
        if self.amount_applied is not None:
            check_covered("applied amount", used=named, available=self.amount_applied)
        check_covered("applied amount", used=self.amount_used, available=self.total)
        return self

    def amounts_applied(self) -> Iterator[Named]:
        """Every applied amount it states."""
        yield "applied amount", self.amount_applied or ZERO
        yield from (("applied amount", part.amount) for part in self.applications)

    @property
    def amount_used(self) -> Decimal:
        """What has been applied."""
        return applied(self.applications) if self.amount_applied is None else self.amount_applied

    @property
    def remaining(self) -> Decimal:
        """What is left of it."""
        return self.total - self.amount_used

    def drawn(self, kind: AppliedTo) -> Application:
        """What its applications draw on it, as a payment states it."""
        return Application(
            kind=kind, external_id=self.external_id, number=self.number, amount=applied(self.applications)
        )
