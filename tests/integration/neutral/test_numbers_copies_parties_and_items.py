"""Who numbers, what a further copy is, and how customers and items are found, made or refused."""

from decimal import Decimal

import pytest

from qbo_connector.sync.asks import Refused

SERVICE = {"item": {"id": "s-1", "name": "Design", "kind": "service", "service_type": "Design"}, "quantity": "1"}
COPIES = {"link_key": "copy", "resync": "ask", "number_clash": "allow_for_copies"}


def items_of(document):
    lines = [line for line in document["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    return [line["SalesItemLineDetail"]["ItemRef"] for line in lines]


def synced(stage, **told):
    invoice = stage.make(**told)
    operation = stage.sync(invoice["id"])
    assert operation.outcome == "synced", stage.codes(invoice["id"])
    return invoice


def failed(stage, **told):
    invoice = stage.make(**told)
    assert stage.sync(invoice["id"]).outcome in {"failed", "held"}
    return stage.codes(invoice["id"])[0]


@pytest.mark.requirement("P-8")
def test_quickbooks_numbers_the_invoice_and_the_source_learns_the_number(stage):
    stage.rules(number_policy="qbo")
    stage.prefer(SalesFormsPrefs={"CustomTxnNumbers": False})
    try:
        invoice = synced(stage, number="")
    finally:
        stage.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})

    told = stage.told(invoice["id"])
    assert told["number"]
    assert stage.invoice(told["number"])["Id"] == told["qbo_id"]


@pytest.mark.requirement("P-8", "C-5", "T-20")
def test_a_number_that_quickbooks_knows_already_is_refused_before_sending(stage):
    first = synced(stage)
    stage.simulator.forget_requests()

    assert failed(stage, number=first["number"]) == "number.duplicate"
    assert stage.writes() == []


@pytest.mark.requirement("T-24", "T-23")
def test_a_changed_number_makes_a_new_invoice_by_one_policy_and_an_update_by_the_other(stage):
    stage.rules(link_key="number", resync="update_same_number")
    by_number = synced(stage)
    stage.change(by_number["id"], number="N-NEW-1")
    stage.sync(by_number["id"])
    stage.rules()
    by_record = synced(stage)
    stage.change(by_record["id"], number="N-NEW-2")
    stage.sync(by_record["id"])

    assert stage.invoice(by_number["number"])["Id"] != stage.invoice("N-NEW-1")["Id"]
    assert stage.quickbooks("Invoice", DocNumber=by_record["number"]) == []
    assert stage.invoice("N-NEW-2")


@pytest.mark.requirement("P-19", "P-20", "P-21")
def test_after_copying_update_changes_the_last_copy_and_create_new_makes_another(stage):
    stage.rules(**COPIES)
    invoice = synced(stage)
    assert stage.look(invoice["id"]).actions[:2] == ("update", "create_copy")
    stage.sync(invoice["id"], intent="create_copy")
    first, second = sorted(
        stage.quickbooks("Invoice", DocNumber=invoice["number"]), key=lambda one: int(one["Id"])
    )

    stage.change(invoice["id"], memos={"note": "for the last one"})
    stage.sync(invoice["id"], intent="update")

    memos = {one["Id"]: one.get("CustomerMemo", {}).get("value") for one in stage.quickbooks("Invoice")}
    assert (memos[first["Id"]] or "", memos[second["Id"]]) == ("", "for the last one")
    assert len(stage.look(invoice["id"]).copies) == 2


@pytest.mark.requirement("P-21")
def test_a_clash_of_numbers_between_copies_is_explained_where_it_is_not_allowed(stage):
    stage.rules(**{**COPIES, "number_clash": "refuse"})
    invoice = synced(stage)

    assert stage.sync(invoice["id"], intent="create_copy").outcome in {"failed", "held"}
    assert stage.codes(invoice["id"])[0] == "number.duplicate"


@pytest.mark.requirement("P-14", "P-15")
def test_the_chosen_customer_is_taken_and_a_blank_one_matched_by_name(stage):
    stage.rules(customer_match=["choice", "name"], customer_missing="create_if_blank")
    picked = stage.person("Customer", {"DisplayName": "Picked By Hand"})
    invoice = stage.make(customer={"id": "c-x", "name": "Nobody Yet"})

    stage.sync(invoice["id"], inputs={"customer": picked["Id"]})
    blank = synced(stage, customer={"id": "c-y", "name": "Picked By Hand"})
    made = synced(stage, customer={"id": "c-z", "name": "Made From Company"})

    assert stage.invoice(invoice["number"])["CustomerRef"]["value"] == picked["Id"]
    assert stage.invoice(blank["number"])["CustomerRef"]["value"] == picked["Id"]
    assert stage.invoice(made["number"])["CustomerRef"]["name"] == "Made From Company"


@pytest.mark.requirement("H-16", "C-8", "C-28")
def test_a_customer_is_found_by_email_and_made_where_none_has_it(stage):
    stage.rules(customer_match=["email"])
    known = stage.person(
        "Customer", {"DisplayName": "Known Co", "PrimaryEmailAddr": {"Address": "Pay@Known.example"}}
    )

    found = synced(stage, customer={"id": "c-k", "name": "Other Name", "email": "pay@known.example"})
    made = synced(stage, customer={"id": "c-m", "name": "Unknown Co", "email": "new@unknown.example"})

    assert stage.invoice(found["number"])["CustomerRef"]["value"] == known["Id"]
    (customer,) = stage.quickbooks("Customer", DisplayName="Unknown Co")
    assert customer["PrimaryEmailAddr"]["Address"] == "new@unknown.example"
    assert stage.invoice(made["number"])["CustomerRef"]["value"] == customer["Id"]


@pytest.mark.requirement("H-16", "H-65")
@pytest.mark.parametrize(("missing", "parties_in"), [("fail", "yes"), ("create_with_contact_sync", "no")])
def test_a_customer_that_may_not_be_made_stops_the_sync(stage, missing, parties_in):
    stage.rules(customer_missing=missing, parties_in=parties_in)
    customer = {"id": f"c-{missing}", "name": f"Stranger {missing}", "email": f"x@{missing}.example"}

    assert failed(stage, customer=customer) == "customer.missing"


@pytest.mark.requirement("H-16")
def test_with_contact_sync_on_the_customer_is_made(stage):
    stage.rules(customer_missing="create_with_contact_sync", parties_in="yes")

    synced(stage, customer={"id": "c-cs", "name": "Synced Contact", "email": "s@contact.example"})

    assert len(stage.quickbooks("Customer", DisplayName="Synced Contact")) == 1


@pytest.mark.requirement("C-26")
@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"customer_existing": "update"}, "555-2"),
        ({"customer_existing": "leave"}, "555-1"),
        ({"customer_existing": "conflict_rule", "conflict": "source"}, "555-2"),
        ({"customer_existing": "conflict_rule", "conflict": "qbo"}, "555-1"),
    ],
)
def test_an_existing_customer_is_updated_or_left_by_policy(stage, choices, expected):
    stage.rules(**choices)
    name = f"Moved {'-'.join(choices.values())}"
    customer = {"id": f"c-{name}", "name": name, "email": f"{name.replace(' ', '')}@x.example", "phone": "555-1"}
    synced(stage, customer=customer)

    synced(stage, customer={**customer, "phone": "555-2"})

    (there,) = stage.quickbooks("Customer", DisplayName=name)
    assert there["PrimaryPhone"]["FreeFormNumber"] == expected


@pytest.mark.requirement("H-66")
def test_a_second_contact_of_a_company_fails_or_gets_its_own_name_added(stage):
    stage.person("Vendor", {"DisplayName": "Twin Works"})
    customer = {"id": "c-twin", "name": "Ann Lee", "company": "Twin Works", "email": "ann@twin.example"}
    named = {**customer, "name": "Twin Works", "company": ""}

    assert failed(stage, customer=named) == "customer.display_name_duplicate"

    stage.rules(display_name_duplicate="append_contact")
    invoice = synced(stage, customer={**named, "id": "c-twin-2"})
    assert stage.invoice(invoice["number"])["CustomerRef"]["name"] == "Twin Works (ann@twin.example)"


@pytest.mark.requirement("H-11")
def test_a_product_is_found_by_its_sku_whatever_its_name(stage):
    stage.rules(item_match=["sku"])
    account = stage.quickbooks("Account", AccountType="Income")[0]["Id"]
    there = stage.person(
        "Item", {"Name": "Their Name", "Sku": "SKU-77", "Type": "Service", "IncomeAccountRef": {"value": account}}
    )

    invoice = synced(
        stage, lines=[{"item": {"id": "p-77", "name": "Our Name", "sku": "sku-77"}, "quantity": "1", "price": "5"}]
    )

    assert items_of(stage.invoice(invoice["number"]))[0]["value"] == there["Id"]


@pytest.mark.requirement("H-12")
def test_a_product_without_a_sku_is_not_made_where_only_such_products_sync(stage):
    stage.rules(extra_filters=["sku_present"])
    line = {"item": {"id": "p-nosku", "name": "Without Sku"}, "quantity": "1", "price": "5"}

    assert failed(stage, lines=[line]) == "item.missing"


@pytest.mark.requirement("H-13", "H-14")
def test_a_line_without_a_match_goes_to_one_collecting_item_under_the_chosen_account(stage):
    account = stage.quickbooks("Account", AccountType="Income")[-1]["Id"]
    stage.set_rules(choices={"item_missing": "collecting_item"}, accounts={"income": account})
    strange = {"item": {"id": "p-odd", "name": "Odd Thing"}, "quantity": "1", "price": "5"}

    invoice = synced(stage, lines=[strange, {**strange, "item": None, "description": "Even odder"}])

    names = {ref["name"] for ref in items_of(stage.invoice(invoice["number"]))}
    assert names == {"Custom Line Item"}
    (item,) = stage.quickbooks("Item", Name="Custom Line Item")
    assert item["IncomeAccountRef"]["value"] == account
    assert "item.custom_line_used" in stage.codes(invoice["id"])


@pytest.mark.requirement("H-14")
def test_the_income_account_has_to_be_chosen_where_the_set_up_asks_for_it(stage):
    stage.rules(preflight=["accounts"])
    invoice = stage.make()

    with pytest.raises(Refused) as refusal:
        stage.ask(invoice["id"])
    assert refusal.value.finding.code == "preflight.setup_incomplete"


@pytest.mark.requirement("P-12")
def test_service_types_go_by_their_table_then_to_the_default_item_else_they_fail(stage):
    first, second = stage.quickbooks("Item", Type="Service")[:2]
    choices = {"item_match": ["map"], "item_missing": "default_item"}
    other = {**SERVICE, "item": {**SERVICE["item"], "id": "s-2", "service_type": "Travel"}, "price": "9"}
    lines = [{**SERVICE, "price": "80"}, other]
    stage.set_rules(choices=choices, default_item=second["Id"], items={"Design": first["Id"]})

    invoice = synced(stage, lines=lines)

    assert [ref["value"] for ref in items_of(stage.invoice(invoice["number"]))] == [first["Id"], second["Id"]]
    stage.set_rules(choices=choices, items={"Design": first["Id"]})
    assert failed(stage, lines=lines) == "item.missing"


@pytest.mark.requirement("P-12")
def test_where_a_missing_item_fails_no_default_stands_in_for_it(stage):
    default = stage.quickbooks("Item", Type="Service")[0]["Id"]
    stage.set_rules(choices={"item_match": ["name"], "item_missing": "fail"}, default_item=default)
    line = {"item": {"id": "p-none", "name": "Nowhere To Be Found"}, "quantity": "1", "price": "5"}

    assert failed(stage, lines=[line]) == "item.missing"


@pytest.mark.requirement("C-12", "T-29", "T-27")
def test_an_item_is_found_by_name_or_made_with_its_variant_in_the_name(stage):
    chair = {"item": {"id": "p-chair", "name": "Chair", "variant": "Oak"}, "quantity": "1", "price": "5"}

    invoice = synced(stage, lines=[chair])
    again = synced(stage, lines=[{**chair, "item": {**chair["item"], "id": "p-other"}}])

    refs = [items_of(stage.invoice(one["number"]))[0] for one in (invoice, again)]
    assert refs[0]["name"].endswith("Chair (Oak)")
    assert refs[0] == refs[1]


@pytest.mark.requirement("T-21")
def test_an_item_that_was_switched_off_is_named_and_never_switched_on(stage):
    line = {"item": {"id": "p-off", "name": "Switched Off"}, "quantity": "1", "price": "5"}
    synced(stage, lines=[line])
    (item,) = stage.quickbooks("Item", Name="Switched Off")
    stage.person("Item", {**item, "Active": False, "sparse": True})

    assert failed(stage, lines=[line]) == "item.inactive"


@pytest.mark.requirement("T-7", "T-30")
@pytest.mark.parametrize(
    ("missing", "place", "outcome"),
    [("create", "New Harbour", "synced"), ("hold", "Nowhere Harbour", "held")],
)
def test_a_location_is_made_or_held_by_policy(stage, missing, place, outcome):
    stage.prefer(AccountingInfoPrefs={"TrackDepartments": True})
    stage.rules(location_tracking="optional", location_missing=missing)
    invoice = stage.make(location={"id": place, "name": place})

    assert (stage.sync(invoice["id"]).outcome == "synced") is (outcome == "synced")

    if outcome == "synced":
        assert stage.invoice(invoice["number"])["DepartmentRef"]["name"] == place
    else:
        assert stage.codes(invoice["id"])[0] == "location.unmapped"


def test_a_location_is_left_out_where_it_is_of_no_interest(stage):
    stage.prefer(AccountingInfoPrefs={"TrackDepartments": True})
    stage.rules(location_tracking="ignore")

    invoice = synced(stage, location={"id": "l-9", "name": "Ignored Harbour"})

    assert "DepartmentRef" not in stage.invoice(invoice["number"])


@pytest.mark.requirement("H-8", "H-9", "H-6", "H-27", "T-9", "P-7", "P-5")
@pytest.mark.parametrize(
    ("choices", "code", "state"),
    [
        ({"preflight": ["custom_numbers"], "custom_numbers": "recommend_off"}, "preflight.custom_numbers", "warn"),
        ({"preflight": ["closed_periods"]}, "preflight.closed_periods", "warn"),
        ({"preflight": ["products_and_contacts"]}, "preflight.setup_incomplete", "block"),
        ({"preflight": ["subsidiary"]}, "preflight.setup_incomplete", "block"),
        ({"preflight": ["item_mapping"]}, "preflight.setup_incomplete", "block"),
        ({"memo_source": "custom_field"}, "preflight.setup_incomplete", "block"),
    ],
)
def test_what_is_not_set_up_is_said_before_the_first_sync(stage, choices, code, state):
    stage.rules(**choices)

    checks = {check.code: check for check in stage.look(stage.make()["id"]).checks}

    assert checks[code].state == state


def test_a_total_is_exact_however_the_line_was_rounded(stage):
    line = {"item": {"id": "p-3", "name": "Third"}, "quantity": "3", "price": "3.3333", "amount": "10.01"}

    invoice = synced(stage, lines=[line])

    assert Decimal(str(stage.invoice(invoice["number"])["TotalAmt"])) == Decimal("10.01")
