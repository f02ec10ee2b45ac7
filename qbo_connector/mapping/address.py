"""Address → PhysicalAddress."""

from qbo_connector.canonical.party import Address

FIELDS = (
    ("line1", "Line1"),
    ("line2", "Line2"),
    ("city", "City"),
    ("state", "CountrySubDivisionCode"),
    ("postal_code", "PostalCode"),
    ("country", "Country"),
)


def address_body(address: Address) -> dict[str, str]:
    """Only the parts that are filled."""
    return {theirs: value for ours, theirs in FIELDS if (value := getattr(address, ours))}
