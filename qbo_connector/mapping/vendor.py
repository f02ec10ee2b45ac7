"""Party → Vendor (Intuit's Vendor page; article row B-19). Names, e-mail and phone obey the customer's rules."""

from typing import Any

from qbo_connector.canonical.party import Address, Party
from qbo_connector.mapping.customer import customer_body, customer_facts


def vendor_body(party: Party, name: str = "", *, currency: str = "") -> dict[str, Any]:
    """The body that creates this vendor under `name`, or under the name it has in its source."""
    return customer_body(_without_shipping(party), name, currency=currency)


def vendor_facts(party: Party) -> dict[str, Any]:
    """What is kept up to date of a vendor that exists: all but its name and currency."""
    return customer_facts(_without_shipping(party))


def _without_shipping(party: Party) -> Party:
    """Vendors have one address (Intuit's page knows no other)."""
    return party.but(shipping_address=Address())
