"""What a user would otherwise write: python-quickbooks in a loop, looking up what it needs before each invoice."""

from typing import Any

import requests
from quickbooks import QuickBooks
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item

from tests.rig.simulator import Credentials


class _Auth:
    """As much of intuit-oauth's client as python-quickbooks asks for."""

    environment = "production"

    def __init__(self, credentials: Credentials) -> None:
        self.client_id = credentials.client_id
        self.client_secret = credentials.client_secret
        self.access_token = credentials.access_token
        self.refresh_token = credentials.refresh_token


class _Client(QuickBooks):
    def _start_session(self) -> None:
        session = requests.Session()
        session.access_token = self.auth_client.access_token
        self.session = session


class NaiveLoop:
    """Find the customer, find each item, look whether the number is free, create the invoice."""

    def __init__(self, base_url: str, credentials: Credentials) -> None:
        _Client.api_url_v3 = f"{base_url}/v3"
        self._client: Any = _Client(
            auth_client=_Auth(credentials),
            refresh_token=credentials.refresh_token,
            company_id=credentials.realm_id,
            minorversion=75,
        )

    def push(self, number: str) -> None:
        (customer, *_) = Customer.filter(DisplayName="Acme Retail LLC", qb=self._client)
        items = [Item.filter(Name=name, qb=self._client)[0] for name in ("Stoneware Mug (Blue)", "Gift Box")]
        if Invoice.filter(DocNumber=number, qb=self._client):
            return
        invoice = Invoice()
        invoice.DocNumber = number
        invoice.CustomerRef = customer.to_ref()
        for item in items:
            line = SalesItemLine()
            line.Amount = 10
            line.SalesItemLineDetail = SalesItemLineDetail()
            line.SalesItemLineDetail.ItemRef = item.to_ref()
            invoice.Line.append(line)
        invoice.save(qb=self._client)
