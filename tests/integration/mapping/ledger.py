"""A company of the simulator, spoken to over its API; documents keep the ids that QuickBooks has given."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import requests

from qbo_connector.canonical import LineTax
from qbo_connector.canonical.sales_document import SalesDocument
from qbo_connector.mapping.company import company_from
from qbo_connector.mapping.encoding import decoded, encoded
from qbo_connector.mapping.links import sendable
from qbo_connector.mapping.naming import Naming
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.sales_form import SalesForm
from tests.rig.simulator import Simulator
from tests.unit.mapping.forms import form_of

TAXES = {
    "GB": {"VAT 20 %": ("20.0% S", 20), "VAT 5 %": ("5.0% R", 5), "": ("0.0% Z", 0)},
    "US": {},
}
ACCOUNTS = {"account:expense": "7", "account:purchase_tax": "89", "account:bank": "35", "account:card": "41"}
NAMING = Naming(scope="7")


class Ids(dict[str, str]):
    """Documents of these tests name everything by its id in QuickBooks, which ends the symbol."""

    def __missing__(self, symbol: str) -> str:
        return symbol.rpartition(":")[2]


class Ledger:
    """Documents in, documents out."""

    def __init__(self, simulator: Simulator, region: str) -> None:
        credentials = simulator.reset(region=region)
        self._base = f"{simulator.base_url}/v3/company/{credentials.realm_id}"
        self._headers = {"Authorization": f"Bearer {credentials.access_token}", "Accept": "application/json"}
        (info,), (preferences,) = self.rows("select * from CompanyInfo"), self.rows("select * from Preferences")
        read = company_from(info, preferences, has_tax_code=True)
        self.company = read.but(allow_shipping=True, allow_service_date=True)
        codes = {row["Name"]: row["Id"] for row in self.rows("select * from TaxCode")}
        self.taxes = {name: codes[code] for name, (code, _) in TAXES[region].items()}
        self._ids = Ids(ACCOUNTS | {f"tax:{name}": code for name, code in self.taxes.items()})

    @property
    def books(self) -> Books:
        """How to read what comes back."""
        rates = {name: rate for names in TAXES.values() for name, (_, rate) in names.items()}
        taxes = {code: LineTax(name=name, rate=Decimal(rates[name])) for name, code in self.taxes.items()}
        return Books(company=self.company, taxes=taxes)

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """What a query finds; it ends in the entity."""
        address = f"{self._base}/query"
        answer = requests.get(address, params={"query": statement}, headers=self._headers, timeout=30)
        found = decoded(answer.content)["QueryResponse"]
        rows: list[dict[str, Any]] = found.get(statement.rpartition(" ")[2], [])
        return rows

    def knows(self, **ids: str) -> None:
        """Ids of symbols that do not end in one."""
        self._ids |= {name.replace("__", ":"): value for name, value in ids.items()}

    def form(self, document: SalesDocument) -> SalesForm:
        """As the plan lays it out."""
        return form_of(document, company=self.company, taxes=self.taxes)

    def write(self, entity: str, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Send a body, take the answer."""
        answer = requests.post(
            f"{self._base}/{entity.lower()}",
            params=params,
            data=encoded(sendable(body, self._ids)),
            headers={**self._headers, "Content-Type": "application/json"},
            timeout=30,
        )
        assert answer.ok, answer.text
        return self._entity(entity, answer)

    def read(self, entity: str, qbo_id: str) -> dict[str, Any]:
        answer = requests.get(f"{self._base}/{entity.lower()}/{qbo_id}", headers=self._headers, timeout=30)
        assert answer.ok, answer.text
        return self._entity(entity, answer)

    def void(self, entity: str, written: Mapping[str, Any]) -> dict[str, Any]:
        """Void as the entity wants it, and read it again."""
        body = {"Id": written["Id"], "SyncToken": self.read(entity, written["Id"])["SyncToken"], "sparse": True}
        way = {"operation": "void"} if entity == "Invoice" else {"operation": "update", "include": "void"}
        self.write(entity, body, **way)
        return self.read(entity, written["Id"])

    @staticmethod
    def _entity(entity: str, answer: requests.Response) -> dict[str, Any]:
        found: dict[str, Any] = decoded(answer.content)[entity]
        return found
