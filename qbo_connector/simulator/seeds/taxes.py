"""Tax agencies, rates and codes by region."""

from dataclasses import dataclass
from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.wire.numbers import measure


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSeed:
    """The tax tables of one region: agencies, rates (name, percent, agency) and codes (name, text, rates)."""

    agencies: tuple[str, ...]
    rates: tuple[tuple[str, str, int], ...]
    codes: tuple[tuple[str, str, tuple[int, ...]], ...]
    first_code: int = 2


_SEEDS = {
    "US": TaxSeed(
        agencies=("California Department of Tax and Fee Administration", "Arizona Dept. of Revenue"),
        rates=(("AZ State tax", "7.1", 2), ("Tucson City", "2", 2), ("California", "8", 1)),
        codes=(("California", "Sales tax CA", (3,)), ("Tucson", "Sales tax AZ", (1, 2))),
    ),
    "CA": TaxSeed(
        agencies=("Canada Revenue Agency", "Ministry of Finance (BC)"),
        rates=(
            ("GST", "5", 1),
            ("HST ON", "13", 1),
            ("PST BC", "7", 2),
            ("Zero-rated", "0", 1),
            ("Exempt", "0", 1),
        ),
        codes=(
            ("GST", "GST 5%", (1,)),
            ("HST ON", "HST Ontario 13%", (2,)),
            ("GST/PST BC", "GST 5% and PST 7%", (1, 3)),
            ("Zero-rated", "Zero-rated", (4,)),
            ("Exempt", "Exempt", (5,)),
        ),
    ),
    "GB": TaxSeed(
        agencies=("HM Revenue & Customs (VAT)",),
        rates=(("20.0% S", "20", 1), ("5.0% R", "5", 1), ("0.0% Z", "0", 1), ("Exempt", "0", 1)),
        codes=(
            ("20.0% S", "Standard", (1,)),
            ("5.0% R", "Reduced", (2,)),
            ("0.0% Z", "Zero", (3,)),
            ("Exempt", "Exempt", (4,)),
            ("No VAT", "No VAT", ()),
        ),
    ),
    "AU": TaxSeed(
        agencies=("Australian Taxation Office",),
        rates=(("GST", "10", 1), ("GST free", "0", 1)),
        codes=(("GST", "GST 10%", (1,)), ("GST free", "GST free", (2,)), ("Out of Scope", "Out of scope", ())),
    ),
    "ZA": TaxSeed(
        agencies=("South African Revenue Service",),
        rates=(("Standard", "15", 1), ("Zero rate", "0", 1)),
        codes=(("Standard", "Standard 15%", (1,)), ("Zero rate", "Zero", (2,)), ("Exempt", "Exempt", ())),
    ),
}


def plant_taxes(company: Company) -> None:
    """Insert the region's tables with fixed ids."""
    seed = _SEEDS[company.region.code]
    for name in seed.agencies:
        body = {
            "DisplayName": name,
            "TaxTrackedOnPurchases": company.region.code != "US",
            "TaxTrackedOnSales": True,
        }
        company.insert(kind("TaxAgency"), body)
    for name, percent, agency in seed.rates:
        company.insert(kind("TaxRate"), _rate(name, Decimal(percent), agency))
    for number, (name, text, rates) in enumerate(seed.codes, start=seed.first_code):
        company.insert(kind("TaxCode"), _code(company, str(number), name, text, rates))


def code_named(company: Company, name: str) -> str:
    """The id of a seeded tax code.

    Raises:
        StopIteration: there is none of that name.
    """
    return next(record.id for record in company.table("TaxCode").values() if record.body["Name"] == name)


def _rate(name: str, percent: Decimal, agency: int) -> Body:
    return {
        "Name": name,
        "Description": name,
        "Active": True,
        "RateValue": measure(percent),
        "AgencyRef": {"value": str(agency)},
        "SpecialTaxType": "NONE",
        "EffectiveTaxRate": [{"RateValue": measure(percent), "EffectiveDate": "2012-01-01T00:00:00-08:00"}],
        "DisplayType": "ReadOnly",
    }


def _code(company: Company, identifier: str, name: str, text: str, rates: tuple[int, ...]) -> Body:
    entries = [
        {
            "TaxRateRef": {"value": str(rate), "name": company.table("TaxRate")[str(rate)].body["Name"]},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": order,
        }
        for order, rate in enumerate(rates)
    ]
    purchases = [] if company.region.code == "US" else entries
    return {
        "Id": identifier,
        "Name": name,
        "Description": text,
        "Active": True,
        "Hidden": False,
        "Taxable": bool(rates),
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": entries},
        "PurchaseTaxRateList": {"TaxRateDetail": purchases},
        "TaxCodeConfigType": "SYSTEM_GENERATED",
    }
