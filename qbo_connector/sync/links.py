"""Addresses of documents in QuickBooks, for people."""

from urllib.parse import quote

from qbo_connector.qbo.environment import PRODUCTION, SANDBOX, environment
from qbo_connector.store.connections import Connection

PAGES = {"Invoice": "invoice", "Customer": "customerdetail", "Item": "items"}
"""Intuit's own pages; a transaction opens by ``txnId``, a customer by ``nameId``."""

PARAMETERS = {"Invoice": "txnId", "Customer": "nameId"}


def quickbooks_url(connection: Connection, qbo_type: str, qbo_id: str) -> str:
    """The page of one object. A simulator shows its own page of it."""
    base = environment(connection.environment).app_url
    if connection.environment not in {PRODUCTION.name, SANDBOX.name}:
        return f"{base}/companies/{quote(connection.realm_id)}/{quote(qbo_type.lower())}/{quote(qbo_id)}"
    page = PAGES.get(qbo_type, "homepage")
    parameter = PARAMETERS.get(qbo_type)
    return f"{base}/app/{page}?{parameter}={quote(qbo_id)}" if parameter else f"{base}/app/{page}"


def company_url(connection: Connection) -> str:
    """The company's own pages, from where its settings are reached. A simulator shows its page of the company."""
    base = environment(connection.environment).app_url
    if connection.environment not in {PRODUCTION.name, SANDBOX.name}:
        return f"{base}/companies/{quote(connection.realm_id)}"
    return f"{base}/app/homepage"
