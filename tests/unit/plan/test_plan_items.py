import pytest

from qbo_connector.canonical import Fee, FeeKind, Item, ItemKind
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Absent, NameTaken, Present, Several
from qbo_connector.plan.values import Decision
from tests.unit.plan.building import US, body, codes, invoice, line, money, plan, rules, sold, text_line, warnings

NOT_THERE = Absent(proved=False)
MUG = Item(external_id="var_51", name="Stoneware Mug", variant="Blue", sku="MUG-B", price=money("9.50"))


@pytest.mark.requirement("T-27", "T-29")
def test_a_missing_variant_is_created_as_an_item_of_its_own_with_an_income_account():
    planned = plan(invoice(line(item=MUG, taxable=True)), lists={":var_51": NOT_THERE})

    (step,) = planned.creates
    assert step.body == {
        "Name": "Stoneware Mug (Blue)",
        "Type": "NonInventory",
        "IncomeAccountRef": {"$ref": "account:income"},
        "Taxable": True,
        "Sku": "MUG-B",
        "UnitPrice": money("9.50"),
    }
    assert planned.known_ids["account:income"] == "79"
    assert sold(planned)[0]["SalesItemLineDetail"]["ItemRef"] == {"value": step.symbol}


def test_two_lines_of_one_item_ask_and_create_once():
    document = invoice(line(item=MUG), line(item=MUG), line())

    assert len(questions(document, rules(), US).items) == 2
    assert len(plan(document, lists={":var_51": NOT_THERE}).creates) == 1


@pytest.mark.requirement("T-29", "H-14")
@pytest.mark.parametrize("account", [Absent(proved=True), Present(qbo_id="79", name="Sales", active=False)])
def test_without_an_income_account_nothing_is_created(account):
    planned = plan(invoice(), lists={"Mug": NOT_THERE}, accounts={"income": account})

    assert codes(planned) == ["account.unset"]
    assert "an income account" in planned.refusals[0].text().sentence


@pytest.mark.requirement("T-21")
def test_an_inactive_item_stops_the_sync_by_name_and_is_not_made_active():
    planned = plan(
        invoice(line(), line(item="Vase")), lists={"Vase": Present(qbo_id="9", name="Vase", active=False)}
    )

    assert codes(planned) == ["item.inactive"]
    assert "Vase on line 2" in planned.refusals[0].text().sentence
    assert planned.steps == ()


@pytest.mark.requirement("T-21")
def test_an_item_in_a_bad_state_says_which():
    broken = Present(qbo_id="9", name="Mug", usable=False, reason="no_income_account")

    planned = plan(invoice(), lists={"Mug": broken})

    assert codes(planned) == ["item.unusable"]
    assert "it has no income account" in planned.refusals[0].text().sentence


def test_an_ambiguous_item_and_a_taken_name_are_a_persons_to_settle():
    both = Several(candidates=(Present(qbo_id="1", name="Mug"), Present(qbo_id="2", name="Mug")))

    assert codes(plan(invoice(), lists={"Mug": both})) == ["match.ambiguous"]
    assert codes(plan(invoice(), lists={"Mug": NameTaken(name="Mug", by="Category")})) == ["item.name_duplicate"]


@pytest.mark.requirement("H-11")
def test_items_are_looked_for_by_sku_only_if_they_have_one():
    by_sku = rules({"item_match": ["sku", "name"]})

    (with_sku,) = questions(invoice(line(item=MUG)), by_sku, US).items
    (without,) = questions(invoice(line()), by_sku, US).items

    assert [str(way) for way in with_sku.by] == ["sku", "name"]
    assert [str(way) for way in without.by] == ["name"]


@pytest.mark.requirement("H-13", "H-14")
def test_lines_without_a_match_go_to_the_one_collecting_item_and_say_so():
    collecting = rules({"item_missing": "collecting_item", "collecting_item": "Custom Line Item"})
    document = invoice(
        line(), line(item="Vase", description="Hand made"), line(item="Box", description="Box, gift")
    )

    planned = plan(
        document,
        collecting,
        lists={
            "Vase": NOT_THERE,
            "Box": NOT_THERE,
            "custom line item": Present(qbo_id="30", name="Custom Line Item"),
        },
    )

    assert [one["SalesItemLineDetail"]["ItemRef"]["value"] for one in sold(planned)][1:] == ["30", "30"]
    assert [one["Description"] for one in sold(planned)] == ["Stoneware Mug", "Vase: Hand made", "Box, gift"]
    assert warnings(planned) == ["item.custom_line_used"]
    assert planned.warnings[0].params["count"] == "2"


@pytest.mark.requirement("H-13", "H-14")
def test_the_collecting_item_is_made_on_demand_and_only_then():
    collecting = rules({"item_missing": "collecting_item", "fees": "line"})
    charged = invoice(line(item=None, description="Work"), fees=(Fee(name="late fee", amount=money("3.00")),))

    planned = plan(
        charged, collecting, lists={":unnamed": NOT_THERE, "late fee": NOT_THERE, "custom line item": NOT_THERE}
    )

    (step,) = planned.creates
    assert (step.name, step.body["Type"], step.body["Taxable"]) == ("Custom Line Item", "Service", False)
    assert {one["SalesItemLineDetail"]["ItemRef"]["value"] for one in sold(planned)} == {step.symbol}
    assert planned.warnings[0].params["count"] == "2"
    matched = plan(invoice(), collecting, lists={"custom line item": NOT_THERE})
    assert (matched.creates, matched.warnings) == ((), ())


def test_a_collecting_item_that_is_inactive_or_taken_stops_the_sync():
    collecting = rules({"item_missing": "collecting_item"})

    for answer, code in (
        (Present(qbo_id="30", name="Custom Line Item", active=False), "item.inactive"),
        (NameTaken(name="Custom Line Item", by="Category"), "item.name_duplicate"),
    ):
        planned = plan(invoice(), collecting, lists={"Mug": NOT_THERE, "custom line item": answer})
        assert codes(planned) == [code]


@pytest.mark.requirement("P-12")
def test_unmatched_lines_fall_to_the_default_item_or_are_held():
    falling = {"item_missing": "default_item", "item_match": "map"}

    with_default = plan(
        invoice(), rules(falling, default_item="9"), lists={"Mug": NOT_THERE, ":default": NOT_THERE}
    )
    without = plan(invoice(), rules(falling), lists={"Mug": NOT_THERE})

    assert sold(with_default)[0]["SalesItemLineDetail"]["ItemRef"] == {"value": "9"}
    assert codes(without) == ["item.missing"]
    assert "line 1" in without.refusals[0].text().sentence


def test_an_inactive_default_item_stops_the_sync():
    planned = plan(
        invoice(),
        rules({"item_missing": "default_item"}, default_item="9"),
        lists={"Mug": NOT_THERE, ":default": Present(qbo_id="9", name="Services", active=False)},
    )

    assert codes(planned) == ["item.inactive"]
    assert planned.refusals[0].text().sentence.startswith("Services on a line")


@pytest.mark.requirement("P-12")
def test_the_table_of_products_and_service_types_decides_where_mapping_is_declared():
    design = Item(external_id="s1", name="Logo", kind=ItemKind.SERVICE, service_type="design")
    table = {"design": "41", "p:Stoneware Mug": "42"}
    document = invoice(line(item=design), line())

    mapped = plan(document, rules({"item_match": "map"}, items=table), lists={":s1": NOT_THERE})
    by_name = plan(document, rules({"item_match": "name"}, items=table))

    assert [one["SalesItemLineDetail"]["ItemRef"]["value"] for one in sold(mapped)] == ["41", "42"]
    assert {"41", "42"}.isdisjoint(one["SalesItemLineDetail"]["ItemRef"]["value"] for one in sold(by_name))


def test_a_mapped_item_that_is_inactive_is_refused_and_a_changed_table_is_sent_again():
    mapping = {"item_match": "map"}
    first = rules(mapping, items={"p:Stoneware Mug": "42"})

    inactive = plan(invoice(), first, lists={"Mug": Present(qbo_id="42", name="Mug", active=False)})
    other = rules(mapping, items={"p:Stoneware Mug": "43"})

    assert codes(inactive) == ["item.inactive"]
    assert plan(invoice(), first).sent_fingerprint != plan(invoice(), other).sent_fingerprint


def test_fail_holds_and_a_line_that_names_no_product_is_never_created():
    assert codes(plan(invoice(), rules({"item_missing": "fail"}), lists={"Mug": NOT_THERE})) == ["item.missing"]
    assert codes(plan(invoice(line(item=None)), lists={":unnamed": NOT_THERE})) == ["item.missing"]
    linked = plan(
        invoice(line(item=None, description="Work")), lists={":unnamed": Present(qbo_id="5", name="Work")}
    )
    assert sold(linked)[0]["SalesItemLineDetail"]["ItemRef"] == {"value": "5"}


@pytest.mark.requirement("H-12")
def test_where_only_products_with_a_sku_are_synced_none_without_one_is_created():
    filtered = rules({"extra_filters": ["sku_present"]})

    assert codes(plan(invoice(), filtered, lists={"Mug": NOT_THERE})) == ["item.missing"]
    assert plan(invoice(line(item=MUG)), filtered, lists={":var_51": NOT_THERE}).decision is Decision.CREATE


def test_names_that_quickbooks_refuses_stop_only_what_would_be_created():
    odd = Item(name="Mug: Blue", sku="S" * 101)
    long = Item(name="M" * 101)

    assert plan(invoice(line(item=odd))).decision is Decision.CREATE
    assert codes(plan(invoice(line(item=odd)), lists={"name:mug: blue": NOT_THERE})) == [
        "field.invalid",
        "field.too_long",
    ]
    assert codes(plan(invoice(line(item=long)), lists={"mmm": NOT_THERE})) == ["field.too_long"]


@pytest.mark.requirement("H-61")
def test_a_fee_is_a_line_with_an_item_of_its_own():
    late = Fee(kind=FeeKind.LATE, name="late fee", amount=money("3.00"))

    planned = plan(invoice(fees=(late,)), lists={"late fee": NOT_THERE})

    assert planned.creates[0].body["Name"] == "Late fee"
    assert sold(planned)[-1]["Amount"] == money("3.00")
    assert codes(
        plan(invoice(fees=(late,)), lists={"late fee": Present(qbo_id="1", name="Late fee", active=False)})
    ) == ["item.inactive"]


def test_shipping_has_its_own_place_where_quickbooks_offers_one():
    shipping = Fee(kind=FeeKind.SHIPPING, name="Freight", amount=money("12.00"))
    document = invoice(fees=(shipping,))

    apart = plan(document, company=US.but(allow_shipping=True))
    as_line = plan(document)

    assert sold(apart)[-1]["SalesItemLineDetail"]["ItemRef"] == {"value": "SHIPPING_ITEM_ID"}
    assert apart.expected.lines == as_line.expected.lines == 2
    assert sold(as_line)[-1]["Description"] == "Shipping"


def test_shipping_that_one_amount_cannot_say_stands_in_lines():
    fees = tuple(
        Fee(kind=FeeKind.SHIPPING, name="Freight", amount=money("6.00"), taxable=taxable)
        for taxable in (True, False)
    )
    document = invoice(line(taxable=True), fees=fees, tax_total=money("1.00"))

    planned = plan(document, company=US.but(allow_shipping=True))

    assert [one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)] == ["TAX", "TAX", "NON"]
    assert "SHIPPING_ITEM_ID" not in str(body(planned))


def test_a_text_between_lines_stays_in_its_place():
    planned = plan(
        invoice(line(), text_line("Delivered in two parts"), line(item="Vase", discount_amount=money(1)))
    )

    assert [one["DetailType"] for one in body(planned)["Line"]] == [
        "SalesItemLineDetail",
        "DescriptionOnly",
        "SalesItemLineDetail",
        "DiscountLineDetail",
    ]
    assert [one.get("LineNum") for one in body(planned)["Line"]] == [1, 2, 3, None]
    assert planned.expected.lines == 2
