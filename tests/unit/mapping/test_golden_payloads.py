"""The bodies that leave, each as a file: a changed file is a changed promise, and asks for a new version."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbo_connector.canonical import Address, Fee, FeeKind, Item, ItemKind, LineTax, Location, Memos, Party
from qbo_connector.mapping.encoding import decoded, encoded
from qbo_connector.plan.known import Absent
from qbo_connector.plan.values import Plan
from tests.unit.plan.building import ACME, GB, US, invoice, line, money, plan, rules, text_line

GOLDEN = Path(__file__).parent / "golden"
MUG = Item(external_id="var_51", name="Stoneware Mug", variant="Blue", sku="MUG-B", price=money("9.50"))
ADDRESS = Address(line1="1 Main St", line2="Unit 4", city="Reno", state="NV", postal_code="89501", country="US")


def wholesale() -> Plan:
    document = invoice(
        line(
            "114.00",
            item=MUG,
            quantity=money(12),
            unit_price=money("9.50"),
            discount_amount=money("11.40"),
            taxable=True,
        ),
        text_line("Delivered in two parts"),
        line("20.00", item="Gift Box", description="With ribbon"),
        customer=ACME.but(billing_address=ADDRESS, shipping_address=ADDRESS.but(line2="")),
        discount_amount=money("5.00"),
        fees=(Fee(kind=FeeKind.SHIPPING, name="Freight", amount=money("12.00")),),
        location=Location(external_id="loc_1", name="Portland Store"),
        memos=Memos(note="Thank you for your order"),
        tax_total=money("8.21"),
    )
    return plan(
        document,
        rules({"location_tracking": "optional"}, accounts={"discount": "86"}),
        company=US.but(track_locations=True, allow_shipping=True),
    )


def new_customer_item_and_location() -> Plan:
    document = invoice(
        line(item=MUG, taxable=True),
        customer=ACME.but(company="Acme Group", phone="+1 555 0100", billing_address=ADDRESS),
        location=Location(external_id="loc_1", name="Portland Store"),
        tax_total=money("0.80"),
    )
    missing = dict.fromkeys((":cus_88", ":var_51", ":loc_1"), Absent(proved=True))
    locating = rules({"location_tracking": "optional", "location_missing": "create"})
    return plan(document, locating, company=US.but(track_locations=True), lists=missing)


def service_with_default_item() -> Plan:
    document = invoice(
        line(
            "1500.00",
            item=Item(external_id="s1", name="Design", kind=ItemKind.SERVICE),
            quantity=money(12),
            unit_price=money("125.00"),
            service_date=date(2026, 9, 30),
        ),
        customer=Party(name="Beta Inc"),
        number="",
        memos=Memos(subject="Website"),
    )
    obeyed = rules(
        {
            "number_policy": "qbo",
            "item_match": "map",
            "item_missing": "default_item",
            "tax": "choose_or_none",
            "memo_source": "subject",
            "memo_target": "statement_memo",
        },
        default_item="9",
        chosen_tax="5",
    )
    return plan(document, obeyed, company=US.but(custom_numbers=False), lists={":s1": Absent(proved=True)})


def value_added_tax_inside_the_prices() -> Plan:
    document = invoice(
        line("120.00", tax=LineTax(name="VAT 20 %", rate=Decimal(20))),
        line("10.50", item="Book", tax=LineTax(name="VAT 5 %", rate=Decimal(5))),
        currency="EUR",
        exchange_rate=Decimal("0.86"),
        tax_total=money("20.50"),
        prices_include_tax=True,
    )
    company = GB.but(multi_currency=True, currencies=frozenset({"EUR"}))
    return plan(document, rules(taxes={"VAT 20 %": "3", "VAT 5 %": "4"}), company=company)


def discounts_as_negative_lines() -> Plan:
    document = invoice(
        line("30.00", quantity=money(3), unit_price=money("10.00"), discount_amount=money("10.00")),
        line("7.00", item="Vase", quantity=money(0), unit_price=money("5.00")),
        line("-4.00", item="Return"),
        deposit=money("5.00"),
    )
    obeyed = rules({"line_discount": "negative_line", "payments_out": "yes", "service_date": "document_date"})
    return plan(document, obeyed, company=US.but(allow_deposit=True))


def new_sub_customer_and_classes_by_line() -> Plan:
    document = invoice(
        line(item=MUG, class_name="Retail"),
        text_line("For the new branch"),
        line("20.00", item="Gift Box", class_name="Wholesale"),
        line("5.00", item="Card"),
        customer=ACME.but(name="Harbour Branch", company="Acme Group", parent="Acme Group"),
    )
    missing = dict.fromkeys((":cus_88", "customer:7:name:acme group", "name:retail"), Absent(proved=True))
    creating = rules({"location_tracking": "optional", "location_missing": "create"})
    return plan(document, creating, company=US.but(track_classes=True), lists=missing)


def one_class_for_the_whole_document() -> Plan:
    document = invoice(line(class_name="Retail"), line("20.00", item="Gift Box", class_name="retail"))
    return plan(document, company=US.but(track_classes=True, classes_per_document=True))


CASES = (
    wholesale,
    new_customer_item_and_location,
    service_with_default_item,
    value_added_tax_inside_the_prices,
    discounts_as_negative_lines,
    new_sub_customer_and_classes_by_line,
    one_class_for_the_whole_document,
)


def readable(planned: Plan) -> Any:
    """Every step with its body, numbers as they are written."""
    steps = [{"entity": one.entity, "verb": str(one.verb), "body": one.body} for one in planned.steps]
    return json.loads(encoded(steps), parse_float=str)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
@pytest.mark.requirement("T-1", "T-3", "T-15", "T-27", "C-7", "C-9", "C-12")
def test_the_payload_is_the_golden_one(case):
    golden = json.loads((GOLDEN / f"{case.__name__}.json").read_text(encoding="utf-8"), parse_float=str)

    assert readable(case()) == golden


def test_there_is_no_golden_payload_without_its_case():
    assert {file.stem for file in GOLDEN.iterdir()} == {case.__name__ for case in CASES}


def test_numbers_come_back_as_exact_as_they_left():
    assert decoded(encoded({"Amount": Decimal("0.10"), "Qty": 3})) == {"Amount": Decimal("0.10"), "Qty": 3}
    assert decoded('{"Rate": 1.10}')["Rate"] == Decimal("1.10")
    assert encoded([Decimal("1E+2"), Decimal("1E-7")]) == b"[100,0.0000001]"


def test_what_is_no_json_is_not_sent():
    with pytest.raises(TypeError, match="date is no JSON"):
        encoded({"TxnDate": date(2026, 10, 2)})
