"""Reference §6.2: invoices."""

import pytest

from tests.contract.simulator.qbohttp import invoice_body, line, ref


def _prefs(qbo, group, **values):
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {group: values}})


def _custom_numbers(qbo, on):
    _prefs(qbo, "SalesFormsPrefs", CustomTxnNumbers=on)


def test_customer_is_required_in_its_own_words(qbo):
    refused = qbo.refused("Invoice", {"Line": [line()]})
    assert (refused["code"], refused["Detail"]) == ("6560", "CustomerRef is missing in the request")


@pytest.mark.parametrize("lines", [None, [], [{"DetailType": "SubTotalLineDetail", "Amount": 5}]])
def test_a_line_is_required(qbo, lines):
    refused = qbo.refused("Invoice", {"CustomerRef": ref("1"), **({} if lines is None else {"Line": lines})})
    assert (refused["code"], refused["element"]) == ("2020", "Line")


def test_custom_numbers_on_and_none_sent_means_no_number(qbo):
    assert "DocNumber" not in qbo.invoice()


def test_custom_numbers_on_and_auto_asked_for_gives_the_next(qbo):
    assert qbo.invoice(AutoDocNumber=True)["DocNumber"] == "5002"


def test_custom_numbers_off_counts_on(qbo):
    _custom_numbers(qbo, on=False)
    assert [qbo.invoice()["DocNumber"] for _ in range(2)] == ["5002", "5003"]


def test_duplicate_number_names_its_holder(qbo):
    first = qbo.invoice(DocNumber="A-1")
    refused = qbo.refused("Invoice", invoice_body(DocNumber="A-1"))
    assert refused["code"] == "6140"
    assert refused["Message"] == "Duplicate Document Number Error"
    assert refused["Detail"] == (
        "Duplicate Document Number Error : You must specify a different number. This number has already been "
        f"used. DocNumber=A-1 is assigned to TxnType=Invoice with TxnId={first['Id']}"
    )


def test_duplicate_number_passes_if_it_is_asked_for(qbo):
    first = qbo.invoice(DocNumber="A-1")
    second = qbo.make("Invoice", invoice_body(DocNumber="A-1"), include="allowduplicatedocnum")

    assert second["DocNumber"] == first["DocNumber"]
    assert second["Id"] != first["Id"]


def test_duplicate_number_passes_where_quickbooks_numbers_by_itself(qbo):
    _custom_numbers(qbo, on=False)
    assert qbo.invoice(DocNumber="A-1")["DocNumber"] == qbo.invoice(DocNumber="A-1")["DocNumber"]


def test_voided_invoice_keeps_its_number_and_a_deleted_one_frees_it(qbo):
    voided, deleted = qbo.invoice(DocNumber="V-1"), qbo.invoice(DocNumber="D-1")
    qbo.post("invoice", {"Id": voided["Id"], "SyncToken": "0"}, operation="void")
    qbo.post("invoice", {"Id": deleted["Id"], "SyncToken": "0"}, operation="delete")
    assert qbo.refused("Invoice", invoice_body(DocNumber="V-1"))["code"] == "6140"
    assert qbo.invoice(DocNumber="D-1")["DocNumber"] == "D-1"


@pytest.mark.parametrize(("mode", "status"), [("per_type", 200), ("shared", 400), ("off", 200)])
def test_scope_of_numbers_is_a_knob(qbo, mode, status):
    qbo.control("knobs", {"duplicate_numbers": mode})
    qbo.invoice(DocNumber="A-1")
    receipt = {"CustomerRef": ref("1"), "Line": [line()], "DocNumber": "A-1"}
    assert qbo.post("salesreceipt", receipt).status_code == status


def test_number_has_at_most_21_characters(qbo):
    refused = qbo.refused("Invoice", invoice_body(DocNumber="x" * 45))
    assert refused["code"] == "2050"
    assert refused["element"] == "DocNumber"
    assert refused["Detail"] == (
        "String length specified does not match the supported length. Min:0 Max:21 supported. Supplied length:45"
    )
    assert qbo.invoice(DocNumber="x" * 21)["DocNumber"] == "x" * 21


def test_thousands_in_a_length_fault_get_commas(qbo):
    refused = qbo.refused("Invoice", invoice_body(CustomerMemo={"value": "x" * 1001}))
    assert "Max:1,000 supported. Supplied length:1,001" in refused["Detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"PrivateNote": "x" * 4001},
        {"BillEmail": {"Address": "x" * 100 + "@example.com"}},
        {"ShipMethodRef": {"value": "x" * 31}},
        {"Line": [{**line(), "Description": "x" * 4001}]},
    ],
)
def test_other_texts_have_their_limits(qbo, fields):
    assert qbo.refused("Invoice", invoice_body(**fields))["code"] == "2050"


def test_amount_must_be_quantity_times_price_half_up(qbo):
    detail = {"Qty": "14.50", "UnitPrice": "128.35"}
    refused = qbo.refused("Invoice", invoice_body(Line=[line("1861.07", **detail)]))
    assert refused["code"] == "6070"
    assert refused["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07"
    assert str(qbo.invoice(Line=[line("1861.08", **detail)])["TotalAmt"]) == "1861.08"


@pytest.mark.parametrize(
    "detail", [{"Qty": 0, "UnitPrice": 0}, {"Qty": 3}, {"UnitPrice": 3}, {"Qty": 0, "UnitPrice": 9}]
)
def test_amount_check_skips_what_is_absent_or_zero(qbo, detail):
    assert qbo.invoice(Line=[line("100", **detail)])["TotalAmt"] == 100


def test_negative_lines_are_taken(qbo):
    lines = [line("100", Qty=1, UnitPrice=100), line("-30", Qty=-1, UnitPrice=30)]
    assert qbo.invoice(Line=lines)["TotalAmt"] == 70


def test_subtotal_is_appended_and_ignored_on_input(qbo):
    invoice = qbo.invoice(Line=[line("30"), {"DetailType": "SubTotalLineDetail", "Amount": 999}, line("12")])
    last = invoice["Line"][-1]
    assert last == {"Amount": 42, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert invoice["TotalAmt"] == 42


def test_lines_are_numbered(qbo):
    invoice = qbo.invoice(Line=[line("1"), line("2"), line("3")])
    assert [(row["Id"], row["LineNum"]) for row in invoice["Line"][:-1]] == [("1", 1), ("2", 2), ("3", 3)]


def test_description_lines_cost_nothing_and_can_carry_a_subtotal(qbo):
    text = {"DetailType": "DescriptionOnly", "Description": "Thanks"}
    subtotal = {"DetailType": "DescriptionOnly", "Description": "Subtotal:"}
    invoice = qbo.invoice(Line=[line("30"), line("12.50"), subtotal, text, line("5")])
    assert [row.get("Description") for row in invoice["Line"]][2:4] == ["Subtotal: 42.50", "Thanks"]
    assert str(invoice["TotalAmt"]) == "47.50"


def test_bundle_unfolds_into_its_items(qbo):
    group = {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": ref("19"), "Quantity": 2}}
    row = qbo.invoice(Line=[group])["Line"][0]
    assert row["Amount"] == 580
    members = row["GroupLineDetail"]["Line"]
    assert [member["SalesItemLineDetail"]["ItemRef"]["name"] for member in members] == ["Rock Fountain", "Pump"]
    assert [member["SalesItemLineDetail"]["Qty"] for member in members] == [2, 2]


def test_percent_discount_comes_after_the_subtotal(qbo):
    discount = {"PercentBased": True, "DiscountPercent": 10}
    lines = [{"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount}, line("35", "10")]
    invoice = qbo.invoice(Line=lines)
    kinds = [row["DetailType"] for row in invoice["Line"]]
    assert kinds == ["SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]
    assert str(invoice["Line"][2]["Amount"]) == "3.50"
    assert invoice["Line"][2]["DiscountLineDetail"]["DiscountAccountRef"]["name"] == "Discounts given"
    assert str(invoice["TotalAmt"]) == "31.50"


def test_fixed_discount_reduces_and_may_not_exceed_the_subtotal(qbo):
    discount = {"DetailType": "DiscountLineDetail", "Amount": 25, "DiscountLineDetail": {"PercentBased": False}}
    assert qbo.invoice(Line=[line("100"), discount])["TotalAmt"] == 75
    refused = qbo.refused("Invoice", invoice_body(Line=[line("100"), {**discount, "Amount": 101}]))
    assert refused["code"] == "6000"
    assert refused["Detail"].endswith("The discount amount can't be greater than the subtotal.")


def test_discount_needs_the_preference_and_an_amount(qbo):
    empty = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}
    assert qbo.refused("Invoice", invoice_body(Line=[line(), empty]))["code"] == "6090"
    _prefs(qbo, "SalesFormsPrefs", AllowDiscount=False)
    assert qbo.refused("Invoice", invoice_body(Line=[line(), {**empty, "Amount": 1}]))["code"] == "6000"


def test_shipping_and_tips_are_items_of_their_own(qbo):
    invoice = qbo.invoice(Line=[line("10"), line("5", "SHIPPING_ITEM_ID")])
    assert invoice["Line"][1]["SalesItemLineDetail"]["ItemRef"]["value"] == "SHIPPING_ITEM_ID"
    assert invoice["TotalAmt"] == 15


def test_line_without_an_item_gets_a_default_one(qbo):
    bare = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    assert qbo.invoice(Line=[bare])["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Services"


def test_due_date_is_thirty_days_on_without_a_term_shown(qbo):
    invoice = qbo.invoice(TxnDate="2026-03-01")
    assert invoice["DueDate"] == "2026-03-31"
    assert "SalesTermRef" not in invoice


def test_due_date_follows_the_term(qbo):
    assert qbo.invoice(TxnDate="2026-03-01", SalesTermRef=ref("2"))["DueDate"] == "2026-03-16"
    term = qbo.make("Term", {"Name": "10th", "DayOfMonthDue": 10, "DueNextMonthDays": 5})
    assert term["Type"] == "DATE_DRIVEN"
    assert qbo.invoice(TxnDate="2026-03-01", SalesTermRef=ref(term["Id"]))["DueDate"] == "2026-03-10"
    assert qbo.invoice(TxnDate="2026-12-08", SalesTermRef=ref(term["Id"]))["DueDate"] == "2027-01-10"


def test_document_date_is_todays_pacific_date_if_none_is_sent(qbo):
    qbo.control("clock", {"now": "2026-06-02T05:00:00Z"})
    qbo.session.headers["Authorization"] = f"Bearer {qbo.control('credentials')['access_token']}"
    assert qbo.invoice()["TxnDate"] == "2026-06-01"


def test_addresses_are_the_customers_unless_sent(qbo):
    customer = qbo.read("Customer", "1")
    invoice = qbo.invoice(ShipAddr={"Line1": "Elsewhere 1", "City": "Bayshore"})
    assert invoice["BillAddr"] == customer["BillAddr"]
    assert invoice["ShipAddr"]["Line1"] == "Elsewhere 1"
    assert invoice["ShipAddr"]["Id"] != customer["ShipAddr"]["Id"]


def test_locations_and_classes_need_their_preference(qbo):
    assert qbo.invoice(DepartmentRef=ref("1"))["DepartmentRef"]["name"] == "Mountain View"
    _prefs(qbo, "AccountingInfoPrefs", TrackDepartments=False, ClassTrackingPerTxn=True)
    invoice = qbo.invoice(DepartmentRef=ref("1"), ClassRef=ref("1"))
    assert "DepartmentRef" not in invoice
    assert invoice["ClassRef"]["name"] == "Retail"


def test_mail_status_needs_an_address_and_a_good_one(qbo):
    assert qbo.refused("Invoice", invoice_body(EmailStatus="NeedToSend"))["code"] == "6000"
    refused = qbo.refused("Invoice", invoice_body(BillEmail={"Address": "not an address"}))
    assert (refused["code"], refused["Detail"]) == (
        "2210",
        "Email Address does not conform to the syntax rules of RFC 822.",
    )


def test_enumerations_are_closed(qbo):
    refused = qbo.refused("Invoice", invoice_body(EmailStatus="HAS_BEEN_BILLED"))
    assert (refused["code"], refused["Detail"]) == ("2170", "Invalid Enumeration : HAS_BEEN_BILLED")


def test_custom_fields_come_back_by_the_companys_definitions(qbo):
    field = {"DefinitionId": "1", "Type": "StringType", "StringValue": "Crew 7"}
    assert qbo.invoice(CustomField=[field])["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "Crew 7"}
    ]


def test_a_custom_field_keeps_its_number_when_the_one_before_it_is_switched_off(qbo):
    used = [{"Name": f"SalesFormsPrefs.UseSalesCustom{n}", "BooleanValue": n == 2} for n in (1, 2)]
    names = [{"Name": f"SalesFormsPrefs.SalesCustomName{n}", "StringValue": f"Field {n}"} for n in (1, 2)]
    _prefs(qbo, "SalesFormsPrefs", CustomField=[{"CustomField": used}, {"CustomField": names}])

    invoice = qbo.invoice(CustomField=[{"DefinitionId": "2", "StringValue": "Blue"}])

    assert invoice["CustomField"] == [
        {"DefinitionId": "2", "Name": "Field 2", "Type": "StringType", "StringValue": "Blue"}
    ]


@pytest.mark.parametrize(("knob", "left"), [("emptied", [None, "Blue"]), ("kept", ["Crew 7", "Blue"])])
def test_custom_fields_that_an_update_leaves_out_are_emptied_or_kept(qbo, knob, left):
    names = [{"Name": f"SalesFormsPrefs.SalesCustomName{n}", "StringValue": f"Field {n}"} for n in (1, 2)]
    _prefs(qbo, "SalesFormsPrefs", CustomField=[{"CustomField": names}])
    qbo.control("knobs", {"unsent_custom_fields": knob})
    invoice = qbo.invoice(CustomField=[{"DefinitionId": "1", "StringValue": "Crew 7"}])
    head = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True}

    told = qbo.make("Invoice", {**head, "CustomField": [{"DefinitionId": "2", "StringValue": "Blue"}]})
    silent = qbo.make("Invoice", {**head, "SyncToken": told["SyncToken"], "PrivateNote": "x"})

    for answer in (told, silent):
        assert [field.get("StringValue") for field in answer["CustomField"]] == left


def test_deposit_reduces_the_balance_only(qbo):
    invoice = qbo.invoice(Deposit=40)
    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 60)


def test_sending_notes_address_status_and_time(qbo):
    invoice = qbo.invoice()
    refused = qbo.session.post(qbo.url(f"invoice/{invoice['Id']}/send"), timeout=10)
    assert refused.json()["Fault"]["Error"][0]["code"] == "6420"
    answer = qbo.session.post(
        qbo.url(f"invoice/{invoice['Id']}/send"),
        params={"sendTo": "new@example.com"},
        headers={"Content-Type": "application/octet-stream"},
        timeout=10,
    ).json()["Invoice"]
    assert answer["EmailStatus"] == "EmailSent"
    assert answer["BillEmail"]["Address"] == "new@example.com"
    assert answer["DeliveryInfo"]["DeliveryType"] == "Email"


def test_pdf_is_a_pdf(qbo):
    answer = qbo.get("invoice/101/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")


def test_payment_link_needs_online_payment_and_an_address(qbo):
    plain = qbo.invoice()
    assert "InvoiceLink" not in qbo.read("Invoice", plain["Id"], include="invoiceLink")
    body = {"AllowOnlineACHPayment": True, "BillEmail": {"Address": "a@example.com"}}
    payable = qbo.invoice(**body)
    assert "InvoiceLink" not in qbo.read("Invoice", payable["Id"])
    assert qbo.read("Invoice", payable["Id"], include="invoiceLink")["InvoiceLink"].startswith("https://")


@pytest.mark.parametrize("region", ["US", "GB"])
def test_the_practice_company_has_locations_and_a_first_invoice_with_tax(company_in, region):
    qbo = company_in(region)
    preferences = qbo.read("Preferences", "1")
    assert preferences["AccountingInfoPrefs"]["TrackDepartments"] is True
    assert preferences["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    for statement in ("select * from Invoice maxresults 1", "select * from Invoice orderby Id maxresults 1"):
        assert qbo.rows(statement)[0]["TxnTaxDetail"]["TotalTax"] > 0
