"""Money that moves, and the documents it settles: what payments of customers and to vendors have in common."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import Named, check_covered
from qbo_connector.canonical.application import Application, AppliedTo, applied
from qbo_connector.canonical.booked import Booked
from qbo_connector.canonical.money import Amount
from qbo_connector.canonical.parts import Payment, Status
from qbo_connector.errors import DocumentInvalid


class Settlement(Booked):
    """`total` is the money alone. With the credits drawn on, it covers the applications; the rest is unapplied.

    Applying a credit moves no money: a total of 0, applications, and as much in credits.

    Raises:
        DocumentInvalid: more is applied than there is, a document settled twice, or one of a kind that is none of
            its business.
    """

    settles: ClassVar[frozenset[AppliedTo]]
    draws_on: ClassVar[frozenset[AppliedTo]]

    status: Status = Status.PAID
    total: Amount = Field(ge=0, title="payment")
    method: str = Field(default="", title="payment method")
    reference: str = Field(default="", title="payment reference")
    applications: tuple[Application, ...] = ()
    credits: tuple[Application, ...] = ()

    @model_validator(mode="after")
    def _kinds_belong(self) -> Self:
        for parts, kinds in ((self.applications, self.settles), (self.credits, self.draws_on)):
            for part in parts:
                if part.kind not in kinds:
                    raise DocumentInvalid(
                        f"a {self.kind} with a {part.kind}", field="applied document", value=part.kind
                    )
        return self

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[tuple[AppliedTo, str]] = set()
        for part in (*self.applications, *self.credits):
            key = (part.kind, part.external_id)
            if key in seen:
                raise DocumentInvalid(
                    f"{part.kind} {part.external_id} twice", field="applied document", value=part.external_id
                )
            seen.add(key)
        return self

    @model_validator(mode="after")
    def _covered(self) -> Self:
        available = self.total + applied(self.credits)
        check_covered("applied amount", used=applied(self.applications), available=available)
        return self

    def amounts(self) -> Iterator[Named]:
        """Every amount of money it states."""
        yield "payment", self.total
        yield from (("applied amount", part.amount) for part in (*self.applications, *self.credits))

    @property
    def unapplied(self) -> Decimal:
        """What is left to be applied."""
        return self.total + applied(self.credits) - applied(self.applications)

    def share_of(self, kind: AppliedTo, external_id: str) -> Payment | None:
        """What it pays on one document, as that document states its payments (P-3); None where it pays nothing.

        Where credits are drawn on besides money, QuickBooks does not say which of them paid which document.
        """
        for part in self.applications:
            if (part.kind, part.external_id) == (kind, external_id):
                return Payment(
                    external_id=self.external_id,
                    paid_on=self.issue_date,
                    amount=part.amount,
                    reference=self.reference,
                    method=self.method,
                )
        return None
