"""What all documents beside the invoice share: whose they are, when, in which money, and how they are named."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from qbo_connector.canonical.agreeing import Named, check_cents
from qbo_connector.canonical.money import Amount, CurrencyCode
from qbo_connector.canonical.parts import Location, Memos, Origin, Status, Subsidiary
from qbo_connector.canonical.value import Value


class Booked(Value):
    """A document of the books. All amounts are in `currency`; fields mean what they mean on an `Invoice`."""

    kind: str
    external_id: str = Field(min_length=1, title="id")
    number: str = Field(default="", title="number")
    status: Status
    status_label: str = ""
    finalized: bool = True
    live: bool = True
    subsidiary: Subsidiary | None = None
    issue_date: date = Field(title="date")
    currency: CurrencyCode
    exchange_rate: Amount | None = Field(default=None, gt=0, title="exchange rate")
    location: Location | None = None
    total: Amount
    memos: Memos = Memos()
    origin: Origin = Origin.SOURCE
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @model_validator(mode="after")
    def _cents_only(self) -> Self:
        check_cents(self.currency, self.amounts())
        return self

    @abstractmethod
    def amounts(self) -> Iterable[Named]:
        """Every amount of money it states, with the name people know it by."""

    @property
    def withdrawn(self) -> bool:
        """Whether its source has voided or deleted it."""
        return self.status in {Status.VOID, Status.DELETED}

    @property
    def title(self) -> str:
        """How sentences name it: ``credit memo CM-7``, or by its date where it has no number."""
        noun = self.kind.replace("_", " ")
        return f"{noun} {self.number}" if self.number else f"{noun} of {self.issue_date:%b} {self.issue_date.day}"
