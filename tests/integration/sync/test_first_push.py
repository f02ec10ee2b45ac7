from decimal import Decimal

import pytest


@pytest.mark.requirement("T-1", "T-3", "T-27", "T-29", "T-30")
@pytest.mark.postgres
def test_an_invoice_lands_in_quickbooks_once_and_to_the_cent(stage):
    invoice = stage.source.make(
        discount_type="amount", discount_value="5.00", shipping_amount="12.00", notes="Leave at dock B"
    )

    operation = stage.sync(invoice["id"])

    assert (operation.state, operation.outcome) == ("done", "synced"), stage.codes(invoice["id"])
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])
    assert document["CustomerRef"]["name"] == "Acme Retail LLC"
    assert document["DepartmentRef"]["name"] == "Portland Store"
    assert document["CustomerMemo"]["value"] == "Leave at dock B"
    assert stage.writes() == [
        "create customer",
        "create item",
        "create item",
        "create department",
        "create invoice",
    ]
    assert stage.record(invoice["id"]).state == "synced"


@pytest.mark.requirement("T-15")
def test_line_and_invoice_discounts_stand_as_one_discount_below_gross_lines(stage):
    invoice = stage.source.make(discount_type="percent", discount_value="10")

    stage.sync(invoice["id"])

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    (discount,) = [line for line in document["Line"] if line["DetailType"] == "DiscountLineDetail"]
    goods = [line["Amount"] for line in document["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    assert goods == [114.0, 8.0]
    assert Decimal(str(discount["Amount"])) == Decimal("11.40") + Decimal("1.00") + Decimal("10.96")
    assert Decimal(str(document["TotalAmt"])) == Decimal(invoice["total"])


@pytest.mark.requirement("T-23")
def test_a_sync_without_a_change_calls_nobody(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.simulator.forget_requests()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "unchanged"
    assert stage.simulator.requests() == []


@pytest.mark.requirement("T-23")
def test_a_changed_invoice_updates_the_same_quickbooks_invoice_with_one_write(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    before = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    stage.simulator.forget_requests()
    changed = stage.source.change(invoice["id"], notes="Ring twice", shipping_amount="3.00")

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced"
    assert [one["operation"] for one in stage.simulator.requests()] == ["update"]
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert document["Id"] == before[0]["Id"]
    assert document["CustomerMemo"]["value"] == "Ring twice"
    assert Decimal(str(document["TotalAmt"])) == Decimal(changed["total"])


@pytest.mark.requirement("T-24")
def test_a_changed_number_makes_a_new_invoice_and_leaves_the_old_one(stage):
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    stage.source.change(invoice["id"], number="W-9001")

    stage.sync(invoice["id"])

    (old,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    (new,) = stage.quickbooks("Invoice", DocNumber="W-9001")
    assert old["Id"] != new["Id"]
    assert {link.link_key for link in stage.links(invoice["id"])} == {invoice["number"], "W-9001"}

    stage.source.change(invoice["id"], number=invoice["number"], notes="back again")
    stage.sync(invoice["id"])

    (again,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert again["Id"] == old["Id"]
    assert again["CustomerMemo"]["value"] == "back again"


@pytest.mark.requirement("T-25", "T-31")
@pytest.mark.parametrize("status", ["partially_paid", "paid", "uncollectable"])
def test_whatever_was_paid_arrives_with_its_full_balance_open(stage, status):
    invoice = stage.source.make(status=status, paid="10.00")

    stage.sync(invoice["id"])

    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert Decimal(str(document["Balance"])) == Decimal(invoice["total"])


@pytest.mark.requirement("T-19", "T-14")
def test_the_source_is_told_where_the_invoice_stands(stage):
    invoice = stage.source.make()

    stage.sync(invoice["id"])

    told = stage.source.look(invoice["id"])["sync_status"]
    (document,) = stage.quickbooks("Invoice", DocNumber=invoice["number"])
    assert told["state"] == "synced"
    assert told["qbo_id"] == document["Id"]
    assert told["qbo_url"].startswith(stage.simulator.base_url)
