"""In which money a document is, and what that is worth at home."""

from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.company.regions import CURRENCY_NAMES
from qbo_connector.simulator.faults import business
from qbo_connector.simulator.wire.numbers import decimal_of, measure, money
from qbo_connector.simulator.writing.draft import Draft


def home_currency(company: Company) -> Body:
    """The company's own currency as a reference."""
    return currency_ref(company.region.currency)


def currency_ref(code: str) -> Body:
    """A currency as QuickBooks refers to it."""
    return {"value": code, "name": CURRENCY_NAMES.get(code, code)}


def is_multicurrency(company: Company) -> bool:
    """Whether the company keeps several currencies; once on, it stays on."""
    return bool(company.setting("CurrencyPrefs", "MultiCurrencyEnabled"))


def set_currency(draft: Draft, party: Body | None) -> None:
    """Give a document the currency of its customer or vendor, and its rate.

    Raises:
        IntuitFault: 6000, a currency that is not the party's.
    """
    own = (party or {}).get("CurrencyRef") or home_currency(draft.company)
    code = draft.ref("CurrencyRef") or str(own["value"])
    if not is_multicurrency(draft.company):
        draft.body["CurrencyRef"] = home_currency(draft.company)
        draft.body.pop("ExchangeRate", None)
        return
    if party is not None and code != own["value"]:
        raise business("The currency of the transaction is invalid for customer / vendor / account.")
    draft.body["CurrencyRef"] = currency_ref(code)
    if "ExchangeRate" not in draft.sent and not draft.body.get("ExchangeRate"):
        draft.body["ExchangeRate"] = measure(rate_of(draft.company, code))


def rate_of(company: Company, code: str) -> Decimal:
    """What one unit of a currency is worth in the company's own, by the latest rate."""
    if code == company.region.currency:
        return Decimal(1)
    known = [r.body for r in company.table("ExchangeRate").values() if r.body["SourceCurrencyCode"] == code]
    latest = max(known, key=lambda body: str(body["AsOfDate"]), default=None)
    return decimal_of(latest["Rate"]) if latest else Decimal(1)


def set_home_amounts(company: Company, body: Body) -> None:
    """Write HomeTotalAmt and HomeBalance, which only multi-currency companies have."""
    if not is_multicurrency(company):
        return
    rate = decimal_of(body.get("ExchangeRate")) or Decimal(1)
    for own, home in (("TotalAmt", "HomeTotalAmt"), ("Balance", "HomeBalance")):
        if own in body:
            body[home] = money(decimal_of(body[own]) * rate)
