"""The lists of QuickBooks that a person picks from, as the mirror knows them."""

from typing import TYPE_CHECKING

from qbo_connector.store import mirror, pairings
from qbo_connector.web.widget.answers import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_connector.sync.services import Services
    from qbo_connector.sync.targets import RecordTarget

MOST = 20
LONGEST_SEARCH = 100
LISTS: "Mapping[str, str]" = {
    "customers": "Customer",
    "vendors": "Vendor",
    "items": "Item",
    "accounts": "Account",
    "tax-codes": "TaxCode",
    "locations": "Department",
}


def choices(services: "Services", target: "RecordTarget", which: str, search: str) -> list[Json]:
    """Active entries of a list whose name contains the search, by name.

    Raises:
        KeyError: there is no such list.
    """
    entity = LISTS[which]
    with services.database.reading() as session:
        pairing = pairings.load(session, target.pairing_id)
        entries = mirror.list_entries(
            session, pairing.connection_id, entity, search=search[:LONGEST_SEARCH].strip(), limit=MOST
        )
    return [
        {"id": entry.qbo_id, "name": entry.name, "detail": entry.email_key or entry.sku_key} for entry in entries
    ]
