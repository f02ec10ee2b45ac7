"""How many invoices the property tests draw, and from which seed: ``pytest --invoices 10000 --seed 7``."""

from random import SystemRandom

import pytest

FEW = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drawn invoices")
    group.addoption("--invoices", type=int, default=FEW, help="how many invoices the property tests draw")
    group.addoption("--seed", type=int, default=None, help="the seed they are drawn from; printed above the run")


def pytest_configure(config: pytest.Config) -> None:
    """A seed for this run, which processes of pytest-xdist inherit."""
    if config.option.seed is None:
        config.option.seed = SystemRandom().randrange(1_000_000)


def pytest_report_header(config: pytest.Config) -> str:
    return f"drawn invoices: --invoices {config.option.invoices} --seed {config.option.seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that draws many invoices may take its time: a second for each is plenty."""
    for item in items:
        if "many" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(120 + config.option.invoices))
