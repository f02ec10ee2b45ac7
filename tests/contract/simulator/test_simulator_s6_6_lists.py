"""Reference §6.6 and §6.7: names, lists, settings."""

import pytest

from tests.contract.simulator.qbohttp import ask, invoice_body, line, ref


def _sparse(qbo, entity, record, **fields):
    return qbo.make(entity, {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True, **fields})


def test_new_customer_has_the_recorded_defaults(qbo):
    customer = qbo.make("Customer", {"DisplayName": "Doe5, Jane"})
    meta = customer.pop("MetaData")
    assert set(meta) == {"CreateTime", "LastUpdatedTime"}
    assert list(customer.items()) == [
        ("Taxable", True),
        ("Job", False),
        ("BillWithParent", False),
        ("Balance", 0),
        ("BalanceWithJobs", 0),
        ("CurrencyRef", {"value": "USD", "name": "United States Dollar"}),
        ("PreferredDeliveryMethod", "Print"),
        ("domain", "QBO"),
        ("sparse", False),
        ("Id", customer["Id"]),
        ("SyncToken", "0"),
        ("FullyQualifiedName", "Doe5, Jane"),
        ("DisplayName", "Doe5, Jane"),
        ("PrintOnCheckName", "Doe5, Jane"),
        ("Active", True),
        ("DefaultTaxCodeRef", {"value": "2"}),
    ]


@pytest.mark.parametrize("entity", ["Customer", "Vendor", "Employee"])
@pytest.mark.parametrize("name", ["Amy's Bird Sanctuary", "pg&e", "john johnson"])
def test_customers_vendors_and_employees_share_their_names(qbo, entity, name):
    refused = qbo.refused(entity, {"DisplayName": name, "GivenName": "x"})
    assert (refused["code"], refused["Message"]) == ("6240", "Duplicate Name Exists Error")
    assert refused["Detail"].startswith("The name supplied already exists. : ")


def test_ids_of_people_come_from_one_sequence(qbo):
    ids = [
        int(qbo.make(entity, {"DisplayName": entity, "FamilyName": "x"})["Id"])
        for entity in ("Customer", "Vendor")
    ]
    assert ids[1] == ids[0] + 1


@pytest.mark.parametrize("character", [":", "\t", "\n"])
@pytest.mark.parametrize("field", ["DisplayName", "GivenName", "PrintOnCheckName"])
def test_names_are_clean(qbo, field, character):
    assert qbo.refused("Customer", {"DisplayName": "ok", field: f"a{character}b"})["code"] == "2040"


def test_some_name_is_required_and_parts_make_one(qbo):
    assert qbo.refused("Customer", {"CompanyName": "Only a firm"})["code"] == "6080"
    parts = {"Title": "Dr", "GivenName": "Ada", "FamilyName": "King"}
    assert qbo.make("Customer", parts)["DisplayName"] == "Dr Ada King"


@pytest.mark.parametrize(
    ("field", "limit"), [("DisplayName", 500), ("Title", 16), ("GivenName", 100), ("CompanyName", 100)]
)
def test_names_have_their_lengths(qbo, field, limit):
    body = {"DisplayName": "someone", field: "x" * (limit + 1)}
    refused = qbo.refused("Customer", body)
    assert (refused["code"], refused["element"]) == ("2050", field)


def test_job_hangs_under_its_parent_and_follows_its_name(qbo):
    job = qbo.make("Customer", {"DisplayName": "Roof", "Job": True, "ParentRef": ref("1")})
    assert job["FullyQualifiedName"] == "Amy's Bird Sanctuary:Roof"
    assert job["Level"] == 1


def test_new_name_of_a_parent_goes_down_the_tree(qbo):
    leaf = qbo.make("Customer", {"DisplayName": "Shed", "ParentRef": ref("8")})
    invoice = qbo.invoice(CustomerRef=ref(leaf["Id"]))
    _sparse(qbo, "Customer", qbo.read("Customer", "7"), DisplayName="Freeman Ltd")
    path = "Freeman Ltd:0969 Ocean View Road:Shed"
    assert qbo.read("Customer", leaf["Id"])["FullyQualifiedName"] == path
    assert qbo.read("Invoice", invoice["Id"])["CustomerRef"]["name"] == path
    assert [
        row["Id"] for row in qbo.rows(ask("select * from Customer where FullyQualifiedName =", f"'{path}'"))
    ] == [leaf["Id"]]


@pytest.mark.parametrize("sparse", [True, False])
def test_balance_is_not_written_by_an_update(qbo, sparse):
    customer = qbo.read("Customer", "1")
    body = {"Id": "1", "SyncToken": customer["SyncToken"], "sparse": sparse, "DisplayName": "Amy", "Balance": 1}
    again = qbo.make("Customer", body)
    assert again["Balance"] == customer["Balance"]
    assert again["BalanceWithJobs"] == customer["BalanceWithJobs"]


def test_five_levels_are_enough(qbo):
    parent = "1"
    for level in range(1, 5):
        parent = qbo.make("Customer", {"DisplayName": f"Level {level}", "ParentRef": ref(parent)})["Id"]
    assert qbo.refused("Customer", {"DisplayName": "Level 5", "ParentRef": ref(parent)})["code"] == "6180"


def test_nobody_is_their_own_ancestor(qbo):
    job = qbo.read("Customer", "8")
    refused = qbo.refused("Customer", {"Id": "7", "SyncToken": "0", "sparse": True, "ParentRef": ref(job["Id"])})
    assert refused["code"] == "6000"


def test_display_name_cannot_be_cleared(qbo):
    customer = qbo.read("Customer", "1")
    assert _sparse(qbo, "Customer", customer, DisplayName="")["DisplayName"] == "Amy's Bird Sanctuary"


def test_currency_of_a_customer_is_fixed(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {"CurrencyPrefs": {"MultiCurrencyEnabled": True}}})
    customer = qbo.make("Customer", {"DisplayName": "Euro", "CurrencyRef": ref("EUR")})
    assert customer["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    body = {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "CurrencyRef": ref("USD")}
    assert qbo.refused("Customer", body)["code"] == "6000"


def test_tax_number_of_a_vendor_is_masked(qbo):
    vendor = qbo.make("Vendor", {"DisplayName": "Taxed", "TaxIdentifier": "99-9996789"})
    assert vendor["TaxIdentifier"] == "XXXXX6789"


def test_inactive_customer_cannot_be_used_any_more(qbo):
    customer = qbo.make("Customer", {"DisplayName": "Leaving"})
    gone = _sparse(qbo, "Customer", customer, Active=False)
    assert gone["DisplayName"] == "Leaving (deleted)"
    refused = qbo.refused("Invoice", invoice_body(CustomerRef=ref(customer["Id"])))
    assert refused["code"] == "610"
    assert "has been made inactive" in refused["Detail"]


def test_a_freed_name_may_be_used_again_but_not_twice_at_once(qbo):
    first = qbo.make("Vendor", {"DisplayName": "Phoenix"})
    _sparse(qbo, "Vendor", first, Active=False)
    second = qbo.make("Vendor", {"DisplayName": "Phoenix"})
    back = {"Id": first["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert qbo.refused("Vendor", back)["code"] == "6240"
    _sparse(qbo, "Vendor", second, Active=False)
    assert qbo.make("Vendor", back)["DisplayName"] == "Phoenix"


def test_new_vendor_has_the_recorded_keys(qbo):
    vendor = qbo.make("Vendor", {"DisplayName": "Boraski Family Store"})
    assert list(vendor) == [
        "Balance", "Vendor1099", "CurrencyRef", "domain", "sparse", "Id", "SyncToken", "MetaData", "DisplayName",
        "PrintOnCheckName", "Active",
    ]  # fmt: skip


def test_what_refers_to_an_inactive_entry_already_may_keep_it(qbo):
    customer = qbo.make("Customer", {"DisplayName": "Leaving"})
    invoice = qbo.invoice(CustomerRef=ref(customer["Id"]))
    _sparse(qbo, "Customer", qbo.read("Customer", customer["Id"]), Active=False)
    assert _sparse(qbo, "Invoice", invoice, PrivateNote="still here")["SyncToken"] == "1"


def test_inventory_needs_its_accounts_and_its_count(qbo):
    body = {"Name": "Bolt", "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 4}
    assert qbo.refused("Item", body)["element"] == "InvStartDate"
    accounts = {
        "IncomeAccountRef": ref("79"),
        "ExpenseAccountRef": ref("80"),
        "AssetAccountRef": ref("81"),
    }
    item = qbo.make("Item", {**body, **accounts, "InvStartDate": "2026-01-01", "Sku": "B-1"})
    assert (item["QtyOnHand"], item["Sku"], item["FullyQualifiedName"]) == (4, "B-1", "Bolt")
    assert qbo.refused("Item", {"Id": item["Id"], "SyncToken": "0", "sparse": True, "Type": "Service"})["code"]


def test_items_are_unique_within_their_category(qbo):
    category = qbo.make("Item", {"Name": "Tools", "Type": "Category"})
    body = {"Name": "Pump", "Type": "Service", "IncomeAccountRef": ref("1")}
    assert qbo.refused("Item", body)["code"] == "6240"
    item = qbo.make("Item", {**body, "SubItem": True, "ParentRef": ref(category["Id"])})
    assert item["FullyQualifiedName"] == "Tools:Pump"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "2020"),
        ({"AccountType": "Piggy bank"}, "2170"),
        ({"AccountType": "Bank", "AccountSubType": "AccountsPayable"}, "6430"),
        ({"AccountType": "Bank", "Name": 'with "quotes"'}, "2040"),
    ],
)
def test_accounts_need_a_type_that_fits(qbo, fields, code):
    assert qbo.refused("Account", {"Name": "New", **fields})["code"] == code


def test_account_is_classified_by_its_type(qbo):
    account = qbo.make("Account", {"Name": "New", "AccountType": "Credit Card"})
    assert (account["Classification"], account["AccountSubType"]) == ("Liability", "CreditCard")


@pytest.mark.parametrize("fields", [{}, {"DueDays": 1000}, {"DayOfMonthDue": 32}, {"DueDays": -1}])
def test_terms_fall_due_on_days_that_exist(qbo, fields):
    assert qbo.post("term", {"Name": "Odd", **fields}).status_code == 400


def test_tax_codes_are_made_by_the_tax_service_alone(qbo):
    assert qbo.refused("TaxCode", {"Name": "Mine"})["code"] == "500"
    rate = {"TaxRateName": "City", "RateValue": 1.5, "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    answer = qbo.post("taxservice/taxcode", {"TaxCode": "City code", "TaxRateDetails": [rate]}).json()
    code = qbo.read("TaxCode", answer["TaxCodeId"])
    assert code["Name"] == "City code"
    rate_id = code["SalesTaxRateList"]["TaxRateDetail"][0]["TaxRateRef"]["value"]
    assert str(qbo.read("TaxRate", rate_id)["RateValue"]) == "1.5"
    again = qbo.post("taxservice/taxcode", {"TaxCode": "Other", "TaxRateDetails": [rate]})
    assert "Another tax rate is already using this" in again.json()["Fault"]["Error"][0]["Detail"]


def test_preferences_are_read_both_ways_and_tell_what_is_on(qbo):
    read = qbo.get("preferences").json()["Preferences"]
    assert qbo.rows("select * from Preferences")[0]["Id"] == read["Id"] == "1"
    assert read["TaxPrefs"] == {"UsingSalesTax": True, "PartnerTaxEnabled": True}
    assert read["OtherPrefs"]["NameValue"][0]["Name"] == "SalesFormsPrefs.DefaultCustomerMessage"


def test_company_with_manual_tax_has_no_partner_tax(company_in):
    preferences = company_in("US", tax="manual").get("preferences").json()["Preferences"]
    assert "PartnerTaxEnabled" not in preferences["TaxPrefs"]


def test_exchange_rate_is_asked_for_by_its_currency(qbo):
    rate = qbo.rows("select * from ExchangeRate where SourceCurrencyCode = 'EUR'")[0]
    assert rate["TargetCurrencyCode"] == "USD"
    assert rate["Rate"] > 1


def test_foreign_invoice_is_worth_its_rate_at_home(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {"CurrencyPrefs": {"MultiCurrencyEnabled": True}}})
    customer = qbo.make("Customer", {"DisplayName": "Euro", "CurrencyRef": ref("EUR")})
    body = invoice_body(CustomerRef=ref(customer["Id"]), Line=[line("200")], ExchangeRate=1.25)
    invoice = qbo.make("Invoice", body)
    assert invoice["CurrencyRef"]["value"] == "EUR"
    assert (invoice["TotalAmt"], invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (200, 250, 250)
    assert qbo.refused("Invoice", {**body, "CurrencyRef": ref("GBP")})["code"] == "6000"


def test_empty_company_has_its_lists_and_no_documents(company_in):
    qbo = company_in("US", seed="empty")
    assert qbo.rows("select * from Invoice") == []
    assert qbo.rows("select * from Customer") == []
    assert len(qbo.rows("select * from Term")) == 4
    customer = qbo.make("Customer", {"DisplayName": "First"})
    assert qbo.make("Invoice", invoice_body(CustomerRef=ref(customer["Id"])))["TotalAmt"] == 100
