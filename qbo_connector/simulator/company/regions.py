"""Where a company lives: its money and the sentences its tax faults are written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One country edition of QuickBooks Online.

    Attributes:
        tax_word: what the tax is called in fault 6000 when a line lacks its code.
        default_code: the tax code the seeds put on their own lines, by name.
    """

    code: str
    country: str
    currency: str
    currency_name: str
    time_zone: str
    tax_word: str
    default_code: str


REGIONS = {
    region.code: region
    for region in (
        Region(
            code="US",
            country="US",
            currency="USD",
            currency_name="United States Dollar",
            time_zone="America/Los_Angeles",
            tax_word="sales tax",
            default_code="",
        ),
        Region(
            code="CA",
            country="CA",
            currency="CAD",
            currency_name="Canadian Dollar",
            time_zone="America/Toronto",
            tax_word="GST/HST",
            default_code="HST ON",
        ),
        Region(
            code="GB",
            country="GB",
            currency="GBP",
            currency_name="British Pound Sterling",
            time_zone="Europe/London",
            tax_word="VAT",
            default_code="20.0% S",
        ),
        Region(
            code="AU",
            country="AU",
            currency="AUD",
            currency_name="Australian Dollar",
            time_zone="Australia/Sydney",
            tax_word="GST",
            default_code="GST",
        ),
        Region(
            code="ZA",
            country="ZA",
            currency="ZAR",
            currency_name="South African Rand",
            time_zone="Africa/Johannesburg",
            tax_word="VAT",
            default_code="Standard",
        ),
    )
}

CURRENCY_NAMES = {region.currency: region.currency_name for region in REGIONS.values()} | {"EUR": "Euro"}
