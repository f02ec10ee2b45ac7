"""Symbols for what a document names, one way for every kind of document (`mapping.symbols`)."""

from dataclasses import dataclass

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.application import Application
from qbo_connector.canonical.item import Item
from qbo_connector.canonical.keys import name_key
from qbo_connector.canonical.parts import Location
from qbo_connector.canonical.party import Party

EXPENSE_ACCOUNT = "account:expense"
"""What a line is booked on that names neither item nor account (B-2)."""

PURCHASE_TAX_ACCOUNT = "account:purchase_tax"
"""What tax is booked on where it is a cost."""

BANK_ACCOUNT = "account:bank"
CARD_ACCOUNT = "account:card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names by `scope`, which keeps the ids of two source accounts apart."""

    scope: str = ""

    def party(self, party: Party) -> str:
        """A customer or vendor."""
        return f"{party.kind}:{self._own(party.external_id, str(party))}"

    def item(self, item: Item) -> str:
        """A product or service; a variant is a thing of its own (T-27)."""
        return f"item:{self._own(item.external_id, item.full_name)}"

    def account(self, account: Account | None, instead: str) -> str:
        """An account, or the one that the rules put in its place."""
        return f"account:{self._own(account.external_id, account.name)}" if account else instead

    def location(self, location: Location) -> str:
        """A location."""
        return f"location:{self._own(location.external_id, location.name)}"

    def class_(self, name: str) -> str:
        """A class; sources know classes by name alone."""
        return f"class:{self._own('', name)}"

    def method(self, name: str) -> str:
        """A way of payment."""
        return f"method:{self._own('', name)}"

    def document(self, application: Application) -> str:
        """A document that is settled or drawn on."""
        return f"{application.kind}:{self._own(application.external_id, '')}"

    def tax(self, name: str) -> str:
        """A tax as its source names it; the empty name stands for no tax."""
        return f"tax:{name}"

    def _own(self, external_id: str, name: str) -> str:
        return f"{self.scope}:{external_id or f'name:{name_key(name)}'}"
