"""What a plan expects is what QuickBooks shows: bodies of many modes, sent as they are, and what comes back."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from qbo_connector.canonical import Fee, FeeKind, Invoice, LineTax, round_money
from qbo_connector.canonical.company import Company
from qbo_connector.mapping.answer import DocumentAnswer, document_answer
from qbo_connector.mapping.company import company_from
from qbo_connector.mapping.encoding import decoded, encoded
from qbo_connector.mapping.symbols import resolved
from qbo_connector.plan.values import Plan
from tests.rig.simulator import Simulator
from tests.unit.plan.building import invoice, line, money, plan, rules, text_line

BRITISH = {"VAT 20 %": "20.0% S", "VAT 5 %": "5.0% R", "VAT 0 %": "0.0% Z", "": "Exempt"}


class Books:
    """A company of the simulator, spoken to over its API without any client of ours."""

    def __init__(self, simulator: Simulator, region: str) -> None:
        credentials = simulator.reset(region=region)
        self._base = f"{simulator.base_url}/v3/company/{credentials.realm_id}"
        self._headers = {"Authorization": f"Bearer {credentials.access_token}", "Accept": "application/json"}
        self.company = self._company()
        self.taxes = {row["Name"]: row["Id"] for row in self._rows("select * from TaxCode")}
        self._customer = self._rows("select * from Customer")[0]["Id"]
        self._item = self._rows("select * from Item where Type = 'Service'")[0]["Id"]

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        address = f"{self._base}/query"
        answer = requests.get(address, params={"query": statement}, headers=self._headers, timeout=30)
        found = decoded(answer.content)["QueryResponse"]
        return next((rows for rows in found.values() if isinstance(rows, list)), [])

    def _company(self) -> Company:
        (info,), (preferences,) = self._rows("select * from CompanyInfo"), self._rows("select * from Preferences")
        return company_from(info, preferences, has_tax_code=True).but(custom_numbers=False)

    def take(self, planned: Plan) -> DocumentAnswer:
        """The planned document as it lands, with a customer and an item that exist."""
        step = planned.document_step
        assert step is not None, planned.refusals
        real = {"customer": self._customer, "item": self._item}
        ids = {symbol: real.get(symbol.partition(":")[0], own) for symbol, own in planned.known_ids.items()}
        answer = requests.post(
            f"{self._base}/{step.entity}",
            data=encoded(resolved(step.body, ids)),
            headers={**self._headers, "Content-Type": "application/json"},
            timeout=30,
        )
        assert answer.ok, answer.text
        return document_answer(decoded(answer.content)["Invoice"])


def american(**changes: Any) -> Invoice:
    """Odd cents everywhere: discounted, taxed and untaxed lines, a credit, a text, a price that does not fit."""
    fields = {
        "discount_amount": money("7.77"),
        "fees": (
            Fee(kind=FeeKind.SHIPPING, name="Freight", amount=money("12.35"), taxable=True),
            Fee(name="late fee", amount=money("3.01")),
        ),
        "tax_total": money("14.13"),
        "tax_rate": money("8.25"),
    }
    return invoice(
        line(
            "128.35",
            quantity=money("8.85"),
            unit_price=money("14.5028"),
            discount_amount=money("12.84"),
            taxable=True,
        ),
        text_line("Delivered in two parts"),
        line("33.33", item="Vase", quantity=money(7), unit_price=money("5.00"), taxable=True),
        line("19.99", item="Book", discount_amount=money("0.01")),
        line("-4.44", item="Return", taxable=True),
        **fields | changes,
    )


@pytest.fixture
def us(simulator):
    return Books(simulator, "US")


@pytest.mark.requirement("C-10", "C-13", "C-29", "T-15")
@pytest.mark.parametrize("of_lines", ["sum", "net_rate", "negative_line"])
@pytest.mark.parametrize("of_document", ["discount_line", "fold"])
@pytest.mark.parametrize("tax", ["pass_through", "fold"])
@pytest.mark.parametrize("inclusive", [False, True])
def test_in_the_us_quickbooks_shows_the_total_of_the_source(us, of_lines, of_document, tax, inclusive):
    policies = {"line_discount": of_lines, "invoice_discount": of_document, "tax": tax}

    for ships in (True, False):
        company = us.company.but(allow_shipping=ships)
        document = american(prices_include_tax=inclusive)
        planned = plan(document, rules({**policies, "number_policy": "qbo"}), company=company)

        stands = us.take(planned)

        assert stands.total == document.total == planned.expected.total
        assert stands.tax == planned.expected.tax
        assert stands.lines == planned.expected.lines


def british(inclusive: bool) -> Invoice:
    """Three rates; tax is worked out per rate on what its lines come to, as QuickBooks does."""
    rates = {"VAT 20 %": Decimal(20), "VAT 5 %": Decimal(5), "VAT 0 %": Decimal(0)}
    nets = {"VAT 20 %": ("33.33", "10.10", "10.10"), "VAT 5 %": ("9.99",), "VAT 0 %": ("5.00",)}
    lines, tax = [], Decimal(0)
    for name, amounts in nets.items():
        own = [round_money(money(net) * rates[name] / 100, "GBP") for net in amounts]
        tax += sum(own) if inclusive else round_money(sum(map(money, amounts)) * rates[name] / 100, "GBP")
        for net, part in zip(amounts, own, strict=True):
            price = money(net) + part if inclusive else money(net)
            stated = LineTax(name=name, rate=rates[name], amount=part)
            lines.append(line(price, tax=stated))
    return invoice(*lines, currency="GBP", tax_total=tax, prices_include_tax=inclusive)


@pytest.fixture
def gb(simulator):
    return Books(simulator, "GB")


@pytest.mark.requirement("C-14")
@pytest.mark.parametrize("inclusive", [False, True])
def test_elsewhere_quickbooks_works_out_the_tax_of_the_source_from_the_chosen_codes(gb, inclusive):
    document = british(inclusive)
    taxes = {name: gb.taxes[code] for name, code in BRITISH.items()}

    planned = plan(document, rules({"number_policy": "qbo"}, taxes=taxes), company=gb.company)
    stands = gb.take(planned)

    assert (stands.total, stands.tax) == (document.total, document.tax_total)
    assert (planned.expected.total, planned.expected.tax) == (stands.total, stands.tax)


def test_elsewhere_a_discount_below_lines_of_one_code_lowers_their_tax(gb):
    taxes = {name: gb.taxes[code] for name, code in BRITISH.items()}
    vat = LineTax(name="VAT 20 %", rate=Decimal(20))
    document = invoice(
        line("100.00", tax=vat, discount_amount=money("10.00")),
        line("10.00", tax=vat),
        currency="GBP",
        tax_total=money("20.00"),
    )

    planned = plan(document, rules({"number_policy": "qbo"}, taxes=taxes), company=gb.company)

    assert gb.take(planned).total == document.total == money("120.00")


@pytest.mark.requirement("P-16", "P-17")
def test_elsewhere_the_chosen_code_alone_decides_the_tax(gb):
    choosing = {"tax": "choose_or_none", "number_policy": "qbo"}
    document = invoice(line("50.00"), currency="GBP")

    chosen = gb.take(plan(document, rules(choosing, chosen_tax=gb.taxes["20.0% S"]), company=gb.company))
    none = gb.take(plan(document, rules(choosing, taxes={"": gb.taxes["No VAT"]}), company=gb.company))

    assert (chosen.total, none.total) == (money("60.00"), money("50.00"))
