"""Addresses of documents in QuickBooks, for people."""

from urllib.parse import quote

from qbo_connector.store.connections import Connection
from qbo_connector.sync.services import Services

APPS = {"production": "https://qbo.intuit.com/app", "sandbox": "https://sandbox.qbo.intuit.com/app"}
PAGES = {"Invoice": "invoice", "Customer": "customerdetail", "Item": "items"}
"""Intuit's own pages; a transaction opens by ``txnId``, a customer by ``nameId``."""

PARAMETERS = {"Invoice": "txnId", "Customer": "nameId"}


def quickbooks_url(services: Services, connection: Connection, qbo_type: str, qbo_id: str) -> str:
    """The page of one object. A simulator shows its own page of it."""
    del services
    app = APPS.get(connection.environment)
    if app is None:
        base = connection.environment.rstrip("/")
        return f"{base}/companies/{quote(connection.realm_id)}/{quote(qbo_type.lower())}/{quote(qbo_id)}"
    page = PAGES.get(qbo_type, "homepage")
    parameter = PARAMETERS.get(qbo_type)
    return f"{app}/{page}?{parameter}={quote(qbo_id)}" if parameter else f"{app}/{page}"
