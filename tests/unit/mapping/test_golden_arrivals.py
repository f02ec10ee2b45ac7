"""What QuickBooks answers and what is read out of it, each pair as a file: a changed file is a changed promise.

The answers have the shapes that Intuit's pages and recorded answers show: stamps with Pacific offsets, amounts
with two decimals and nothing as a bare 0, the subtotal line that nobody sent, empty lists, read-only sums.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qbo_connector.canonical import LineTax, Value
from qbo_connector.mapping.encoding import decoded
from qbo_connector.mapping.reading.bill_payments import bill_payment_from
from qbo_connector.mapping.reading.books import Books
from qbo_connector.mapping.reading.credit_memos import credit_memo_from
from qbo_connector.mapping.reading.invoices import invoice_from
from qbo_connector.mapping.reading.items import item_from
from qbo_connector.mapping.reading.parties import customer_from, vendor_from
from qbo_connector.mapping.reading.payments import payment_from
from qbo_connector.mapping.reading.purchases import bill_from, vendor_credit_from
from qbo_connector.mapping.reading.sales_receipts import sales_receipt_from
from tests.unit.plan.building import GB, US, money

GOLDEN = Path(__file__).parent / "golden_arrivals"
OURS = Books(company=US)
BRITISH = Books(
    company=GB.but(multi_currency=True, currencies=frozenset({"EUR"})),
    taxes={"3": LineTax(name="VAT 20 %", rate=money(20))},
)
DOCUMENTS: Mapping[str, Callable[[Any, Books], Value]] = {
    "Bill": bill_from,
    "BillPayment": bill_payment_from,
    "CreditMemo": credit_memo_from,
    "Invoice": invoice_from,
    "Payment": payment_from,
    "SalesReceipt": sales_receipt_from,
    "VendorCredit": vendor_credit_from,
}
ENTRIES: Mapping[str, Callable[[Any], Value]] = {
    "Customer": customer_from,
    "Item": item_from,
    "Vendor": vendor_from,
}
IN_BRITAIN = ("bill_with_value_added_tax_inside", "invoice_with_value_added_tax_inside")
CASES = sorted(file.stem for file in GOLDEN.iterdir())


def read_of(case: str) -> Callable[[Mapping[str, Any]], Value]:
    """How the answer of this case is read: by the one entity in it, for the company of the case."""

    def read(answer: Mapping[str, Any]) -> Value:
        (entity,) = answer.keys() - {"time"}
        if entity in ENTRIES:
            return ENTRIES[entity](answer[entity])
        books = BRITISH if case in IN_BRITAIN else OURS
        return partial(DOCUMENTS[entity], books=books)(answer[entity])

    return read


def plain(value: Value) -> Any:
    """What the value says beyond its defaults, as JSON; amounts are text, so that every digit counts."""
    return value.model_dump(mode="json", exclude_defaults=True)


@pytest.mark.parametrize("case", CASES)
def test_what_quickbooks_answers_is_read_as_the_golden_value(case):
    golden = decoded((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))

    assert plain(read_of(case)(golden["answer"])) == golden["canonical"]


def test_every_kind_that_is_read_has_a_golden_answer():
    answers = [json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))["answer"] for case in CASES]

    assert {entity for answer in answers for entity in answer} - {"time"} == DOCUMENTS.keys() | ENTRIES.keys()


def test_every_british_case_is_there():
    assert set(IN_BRITAIN) <= set(CASES)
