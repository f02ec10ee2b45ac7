"""Reference §6: every entity of the list can be created, read, changed, queried and deleted or deactivated."""

import pytest

from tests.contract.simulator.qbohttp import ask, line, ref

EXPENSE = {
    "Amount": 20,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ref("7")},
}
GOODS = {
    "Amount": 20,
    "DetailType": "ItemBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail": {"ItemRef": ref("11"), "Qty": 2, "UnitPrice": 10},
}
CASH = {"Amount": 12, "DetailType": "DepositLineDetail", "DepositLineDetail": {"AccountRef": ref("45")}}
COUNT = {"DetailType": "ItemAdjustmentLineDetail"} | {
    "ItemAdjustmentLineDetail": {"ItemRef": ref("11"), "QtyDiff": -1}
}
SOLD = {"CustomerRef": ref("1"), "Line": [line()]}
BOUGHT = {"VendorRef": ref("30"), "Line": [EXPENSE]}


def _posting(kind, account):
    detail = {"PostingType": kind, "AccountRef": ref(account)}
    return {"Amount": 5, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}


# entity: a least body that is taken, its required fields, a change and a text that is too long for its field
DOCUMENTS = {
    "Invoice": (SOLD, ("CustomerRef", "Line"), ("PrivateNote", 4000)),
    "Estimate": (SOLD, ("CustomerRef", "Line"), ("PrivateNote", 4000)),
    "SalesReceipt": (SOLD, ("Line",), ("PaymentRefNum", 21)),
    "CreditMemo": (SOLD, ("CustomerRef", "Line"), ("DocNumber", 21)),
    "RefundReceipt": (
        {**SOLD, "DepositToAccountRef": ref("35")},
        ("Line", "DepositToAccountRef"),
        ("PrivateNote", 4000),
    ),
    "Payment": (
        {"CustomerRef": ref("1"), "TotalAmt": 5},
        ("CustomerRef", "TotalAmt"),
        ("PaymentRefNum", 21),
    ),
    "Bill": (BOUGHT, ("VendorRef", "Line"), ("DocNumber", 21)),
    "BillPayment": (
        {
            "VendorRef": ref("30"),
            "TotalAmt": 0,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": ref("35")},
            "Line": [{"Amount": 0}],
        },
        ("VendorRef", "TotalAmt", "PayType"),
        ("DocNumber", 21),
    ),
    "VendorCredit": (BOUGHT, ("VendorRef", "Line"), ("PrivateNote", 4000)),
    "Deposit": (
        {"DepositToAccountRef": ref("35"), "Line": [CASH]},
        ("DepositToAccountRef", "Line"),
        ("PrivateNote", 4000),
    ),
    "Purchase": (
        {"PaymentType": "Cash", "AccountRef": ref("35"), "Line": [EXPENSE]},
        ("PaymentType", "AccountRef", "Line"),
        ("DocNumber", 21),
    ),
    "PurchaseOrder": ({"VendorRef": ref("30"), "Line": [GOODS]}, ("VendorRef", "Line"), ("DocNumber", 21)),
    "JournalEntry": (
        {"Line": [_posting("Debit", "35"), _posting("Credit", "36")]},
        ("Line",),
        ("DocNumber", 21),
    ),
    "Transfer": (
        {"Amount": 5, "FromAccountRef": ref("35"), "ToAccountRef": ref("36")},
        ("Amount", "FromAccountRef", "ToAccountRef"),
        ("PrivateNote", 4000),
    ),
    "CreditCardPayment": (
        {"Amount": 5, "BankAccountRef": ref("35"), "CreditCardAccountRef": ref("41")},
        ("Amount", "BankAccountRef", "CreditCardAccountRef"),
        ("PrivateNote", 4000),
    ),
    "TimeActivity": (
        {"NameOf": "Employee", "EmployeeRef": ref("55"), "Hours": 1, "Minutes": 30},
        ("NameOf", "EmployeeRef"),
        ("Description", 4000),
    ),
    "InventoryAdjustment": (
        {"AdjustAccountRef": ref("80"), "Line": [COUNT]},
        ("AdjustAccountRef", "Line"),
        ("PrivateNote", 4000),
    ),
    "Attachable": ({"Note": "on paper"}, (), ("Note", 2000)),
    "Budget": (
        {"Name": "Next year", "BudgetType": "ProfitAndLoss", "StartDate": "2027-01-01", "EndDate": "2027-12-31"},
        ("Name", "StartDate", "EndDate"),
        None,
    ),
}
LISTS = {
    "Customer": ({"DisplayName": "Someone new"}, (), ("Notes", 2000)),
    "Vendor": ({"DisplayName": "Someone new"}, (), ("AcctNum", 100)),
    "Employee": ({"GivenName": "Some", "FamilyName": "One"}, (), ("EmployeeNumber", 100)),
    "Item": ({"Name": "New", "Type": "Service", "IncomeAccountRef": ref("79")}, ("Name",), ("Description", 4000)),
    "Account": ({"Name": "New", "AccountType": "Bank"}, ("Name", "AccountType"), ("Description", 100)),
    "Department": ({"Name": "New"}, ("Name",), ("Name", 100)),
    "Class": ({"Name": "New"}, ("Name",), ("Name", 100)),
    "Term": ({"Name": "New", "DueDays": 3}, ("Name", "DueDays"), ("Name", 31)),
    "PaymentMethod": ({"Name": "New"}, ("Name",), ("Name", 31)),
}
KEY_OF = {"CreditCardPayment": "CreditCardPaymentTxn"}
SETTINGS = (
    "CompanyInfo", "Preferences", "TaxCode", "TaxRate", "TaxAgency", "CompanyCurrency", "ExchangeRate",
    "RecurringTransaction",
)  # fmt: skip


def _made(qbo, entity, body):
    answer = qbo.post(entity.lower(), body)
    assert answer.status_code == 200, answer.text
    return answer.json()[KEY_OF.get(entity, entity)]


@pytest.mark.parametrize("entity", DOCUMENTS)
def test_document_is_made_read_changed_found_and_deleted(qbo, entity):
    body, _, change = DOCUMENTS[entity]
    made = _made(qbo, entity, body)
    assert (made["domain"], made["SyncToken"]) == ("QBO", "0")
    assert qbo.get(f"{entity.lower()}/{made['Id']}").json()[KEY_OF.get(entity, entity)] == made
    field = change[0] if change else "EndDate"
    changed = _made(qbo, entity, {**made, field: "2027-11-30" if field == "EndDate" else "changed"})
    assert (changed["Id"], changed["SyncToken"]) == (made["Id"], "1")
    found = qbo.rows(ask("select * from", entity, "where Id =", f"'{made['Id']}'"))
    assert [row["SyncToken"] for row in found] == ["1"]
    gone = qbo.post(entity.lower(), {"Id": made["Id"], "SyncToken": "1"}, operation="delete").json()
    stub = {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    assert gone[KEY_OF.get(entity, entity)] == stub
    assert qbo.get(f"{entity.lower()}/{made['Id']}").json()["Fault"]["Error"][0]["code"] == "610"


@pytest.mark.parametrize("entity", LISTS)
def test_list_entry_is_made_read_changed_found_and_deactivated(qbo, entity):
    body, _, _ = LISTS[entity]
    made = _made(qbo, entity, body)
    assert qbo.read(entity, made["Id"])["Active"] is True
    gone = _made(qbo, entity, {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    assert (gone["Active"], gone["SyncToken"]) == (False, "1")
    name = gone.get("DisplayName") or gone["Name"]
    assert name.endswith(" (deleted)")
    statement = ask("select count(*) from", entity, "where Active = false")
    assert qbo.query(statement)["QueryResponse"]["totalCount"] == 1
    key = {"Id": made["Id"], "SyncToken": "1"}
    assert qbo.refused(entity, key, operation="delete")["code"] == "500"


@pytest.mark.parametrize("entity", [*DOCUMENTS, *LISTS])
def test_required_fields_are_asked_for_by_name(qbo, entity):
    body, required, _ = (DOCUMENTS | LISTS)[entity]
    for field in required:
        refused = qbo.refused(entity, {name: value for name, value in body.items() if name != field})
        assert refused["code"] in {"2020", "6560"}, field
        assert refused["element"] == field
        assert field in refused["Detail"]


@pytest.mark.parametrize("entity", [name for name, rules in (DOCUMENTS | LISTS).items() if rules[2]])
def test_texts_have_their_longest_length(qbo, entity):
    body, _, (field, longest) = (DOCUMENTS | LISTS)[entity]
    refused = qbo.refused(entity, {**body, field: "x" * (longest + 1)})
    assert (refused["code"], refused["element"]) == ("2050", field)
    assert refused["Detail"].endswith(f"Max:{longest:,} supported. Supplied length:{longest + 1:,}")
    assert len(_made(qbo, entity, {**body, field: "x" * longest})[field]) == longest


@pytest.mark.parametrize("entity", ["Invoice", "Bill", "Payment", "Customer", "Item", "Account", "Attachable"])
def test_what_quickbooks_sets_itself_is_ignored_when_sent(qbo, entity):
    own = {
        "Invoice": {"TotalAmt": 7, "Balance": 7, "HomeBalance": 7, "FreeFormAddress": True},
        "Bill": {"TotalAmt": 7, "Balance": 7},
        "Payment": {"UnappliedAmt": 7},
        "Customer": {"FullyQualifiedName": "x", "BalanceWithJobs": 7, "IsProject": True, "Level": 3},
        "Item": {"FullyQualifiedName": "x", "AvgCost": 7, "QtyOnPurchaseOrder": 7},
        "Account": {"FullyQualifiedName": "x", "CurrentBalance": 7, "Classification": "Equity"},
        "Attachable": {"FileAccessUri": "/x", "TempDownloadUri": "https://x", "Size": 7},
    }[entity]
    body = (DOCUMENTS | LISTS)[entity][0]
    made = _made(qbo, entity, {**body, **own, "Id": "", "MetaData": {"CreateTime": "2001-01-01T00:00:00-08:00"}})
    assert all(made.get(name) != value for name, value in own.items())
    assert not made["MetaData"]["CreateTime"].startswith("2001")


@pytest.mark.parametrize("entity", SETTINGS)
def test_settings_and_taxes_are_read_by_query_and_by_id(qbo, entity):
    rows = qbo.rows(ask("select * from", entity))
    assert rows
    row = rows[-1] if entity != "RecurringTransaction" else next(iter(rows[0].values()))
    assert qbo.get(f"{entity.lower()}/{row['Id']}").status_code == 200
    assert qbo.query(ask("select count(*) from", entity))["QueryResponse"]["totalCount"] >= 1


def test_exchange_rate_is_read_and_set_by_currency_and_day(qbo):
    known = qbo.get("exchangerate", sourcecurrencycode="EUR").json()["ExchangeRate"]
    assert (known["SourceCurrencyCode"], known["TargetCurrencyCode"]) == ("EUR", "USD")
    body = {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-01-05", "Rate": 2.5, "sparse": False}
    assert qbo.post("exchangerate", body).json()["ExchangeRate"]["Rate"] == 2.5
    again = qbo.get("exchangerate", sourcecurrencycode="eur", asofdate="2026-01-06").json()["ExchangeRate"]
    assert (again["Rate"], again["AsOfDate"]) == (2.5, "2026-01-06")
    assert qbo.get("exchangerate", sourcecurrencycode="EUR").json()["ExchangeRate"]["Rate"] == known["Rate"]
    assert qbo.get("exchangerate", sourcecurrencycode="XXX").json()["Fault"]["Error"][0]["code"] == "2500"
    assert qbo.get("exchangerate").json()["Fault"]["Error"][0]["element"] == "sourcecurrencycode"
    assert qbo.refused("ExchangeRate", {**body, "Rate": 0})["code"] == "6000"


def test_company_currency_is_added_named_and_switched_off(qbo):
    made = qbo.make("CompanyCurrency", {"Code": "AUD"})
    assert (made["Name"], made["Active"]) == ("Australian Dollar", True)
    gone = qbo.make("CompanyCurrency", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    assert gone["Active"] is False


def test_company_info_and_preferences_are_changed_sparsely(qbo):
    info = qbo.make("CompanyInfo", {"Id": "1", "SyncToken": "0", "sparse": True, "LegalName": "Practice Ltd"})
    assert (info["LegalName"], info["SyncToken"]) == ("Practice Ltd", "1")
    group = {**qbo.read("Preferences", "1")["SalesFormsPrefs"], "AllowShipping": False}
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "SalesFormsPrefs": group}
    assert qbo.make("Preferences", body)["SalesFormsPrefs"]["AllowShipping"] is False
