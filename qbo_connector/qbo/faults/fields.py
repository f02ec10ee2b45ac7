"""QuickBooks' names of fields in the words of our screens; only fields that a person fills in are here."""

from collections.abc import Mapping
from types import MappingProxyType

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "docnumber": "number",
        "txndate": "document date",
        "duedate": "due date",
        "servicedate": "service date",
        "shipdate": "shipping date",
        "privatenote": "memo",
        "customermemo": "message to the customer",
        "description": "description",
        "displayname": "display name",
        "companyname": "company name",
        "givenname": "first name",
        "middlename": "middle name",
        "familyname": "last name",
        "title": "title",
        "suffix": "name suffix",
        "printoncheckname": "name on checks",
        "name": "name",
        "sku": "SKU",
        "billemail": "billing e-mail",
        "billemailcc": "e-mail copy",
        "billemailbcc": "blind e-mail copy",
        "primaryemailaddr": "e-mail",
        "address": "e-mail",
        "primaryphone": "phone",
        "mobile": "mobile phone",
        "alternatephone": "other phone",
        "fax": "fax",
        "freeformnumber": "phone",
        "webaddr": "website",
        "uri": "website",
        "billaddr": "billing address",
        "shipaddr": "shipping address",
        "line1": "address line 1",
        "line2": "address line 2",
        "line3": "address line 3",
        "line4": "address line 4",
        "line5": "address line 5",
        "city": "city",
        "postalcode": "postal code",
        "countrysubdivisioncode": "state",
        "country": "country",
        "notes": "notes",
        "trackingnum": "tracking number",
        "shipmethodref": "shipping method",
        "paymentrefnum": "payment reference",
        "acctnum": "account number",
        "taxidentifier": "tax id",
        "resalenum": "resale number",
        "qty": "quantity",
        "unitprice": "price",
        "amount": "amount",
        "totalamt": "amount",
        "line": "line",
        "exchangerate": "exchange rate",
        "currencyref": "currency",
        "departmentref": "location",
        "salestermref": "payment terms",
        "customfield": "custom field",
        "stringvalue": "custom field",
        "filename": "file name",
        "note": "note",
    }
)


def word_for(element: str) -> str:
    """``Line[0].Description`` → ``description``; empty where no person fills the field in."""
    for part in reversed(element.replace("/", ".").split(".")):
        word = _WORDS.get(part.split("[")[0].strip().lower())
        if word:
            return word
    return ""
