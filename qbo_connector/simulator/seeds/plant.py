"""Filling a new company."""

from qbo_connector.simulator.clock import Clock
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.seeds.accounts import plant_accounts
from qbo_connector.simulator.seeds.documents import plant_documents
from qbo_connector.simulator.seeds.lists import plant_basics, plant_catalogue
from qbo_connector.simulator.seeds.names import plant_names
from qbo_connector.simulator.seeds.settings import plant_currencies, plant_settings
from qbo_connector.simulator.seeds.taxes import plant_taxes

SEEDS = ("empty", "sandbox")
_AGE_S = 7 * 24 * 3600


def plant(company: Company, *, seed: str, tax: str) -> None:
    """Plant a seed: "empty" has settings, accounts, taxes and two items; "sandbox" a year's small business.

    Raises:
        ValueError: no such seed or tax.
    """
    if seed not in SEEDS:
        raise ValueError(f"seed must be one of {', '.join(SEEDS)}, not {seed!r}")
    present, company.clock = company.clock, _a_week_before(company.clock)
    try:
        _plant(company, seed=seed, tax=tax)
    finally:
        company.clock = present


def _a_week_before(clock: Clock) -> Clock:
    """The seed's own time: whoever asks what changed since yesterday must not be told of it."""
    past = Clock()
    past.advance(clock.offset_s - _AGE_S)
    return past


def _plant(company: Company, *, seed: str, tax: str) -> None:
    plant_settings(company, seed=seed, tax=tax)
    plant_accounts(company)
    plant_taxes(company)
    plant_basics(company)
    if seed == "sandbox":
        plant_currencies(company)
        plant_catalogue(company)
        plant_names(company)
        plant_documents(company)
