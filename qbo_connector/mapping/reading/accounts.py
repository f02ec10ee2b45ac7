"""Accounts as documents name them."""

from qbo_connector.canonical.account import Account
from qbo_connector.mapping.reading.fields import Fields


def account_of(fields: Fields, name: str) -> Account | None:
    """The account of this reference; None where there is none."""
    identifier, label = fields.ref(name)
    return Account(external_id=identifier, name=label) if identifier else None
