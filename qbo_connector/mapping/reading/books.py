"""What documents of QuickBooks leave unsaid, because it is the same for the whole company."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.line import LineTax

TAXED = "TAX"
"""The pseudo code of taxed lines in the US."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The company, and the taxes that its codes stand for, by the id of the code."""

    company: Company = field(default_factory=Company)
    taxes: Mapping[str, LineTax] = field(default_factory=dict)

    def charges(self, code: str, name: str) -> bool:
        """Whether this code charges tax; one whose rate nobody knows is taken to."""
        tax = self.tax(code, name)
        return code == TAXED if tax is None else tax.rate != 0

    def tax(self, code: str, name: str) -> LineTax | None:
        """The tax of a line. A code that nobody mapped goes by its own name, or its id."""
        if not code or self.company.in_us:
            return None
        return self.taxes.get(code) or LineTax(name=name or code)
