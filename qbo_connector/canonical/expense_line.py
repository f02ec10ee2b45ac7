"""Lines of what is bought: an item, or a cost on an account."""

from typing import Self

from pydantic import model_validator

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.line import Line
from qbo_connector.canonical.party import Party
from qbo_connector.errors import DocumentInvalid


class ExpenseLine(Line):
    """One line of a bill or vendor credit. With neither item nor account, the rules name the account (B-2).

    Raises:
        DocumentInvalid: it names both, or is to be billed on to nobody.
    """

    account: Account | None = None
    customer: Party | None = None
    """For whom it was bought."""
    billable: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.item and self.account:
            raise DocumentInvalid(
                "a line is of an item or on an account", field="account", value=str(self.account)
            )
        return self

    @model_validator(mode="after")
    def _billed_to_somebody(self) -> Self:
        if self.billable and self.customer is None:
            raise DocumentInvalid("a billable line names no customer", field="customer name")
        return self
